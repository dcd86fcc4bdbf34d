"""What a design takes, what it refuses, and what weights and lonely clusters do to errors."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.models import survey
from analysis.models.survey import SurveyDesignError, covariance_of_totals, mean, survey_design, total


def test_labels_become_codes_whatever_they_are():
    design = survey_design([2, 3, 4, 5.0], ["b", "b", "a", "a"], pd.Series([10, 20, 30, 40], index=[7, 8, 9, 9]))
    assert design.strata.tolist() == [1, 1, 0, 0]
    assert design.cluster_strata.tolist() == [1, 1, 0, 0]
    assert (design.n, design.n_clusters, design.n_strata, design.degrees_of_freedom) == (4, 4, 2, 2)


def test_later_stages_are_read_within_earlier_ones():
    design = survey_design(np.ones(6), clusters=([1, 1, 1, 2, 2, 2], [1, 1, 2, 1, 2, 3]))
    assert design.clusters[1].tolist() == [0, 0, 1, 2, 3, 4]


def test_order_of_rows_changes_nothing(rows_of):
    rows = rows_of("apiclus2")
    found = []
    for some in (rows, rows.sample(frac=1, random_state=5)):
        labels, sizes = (some["dnum"], some["snum"]), (some["fpc1"], some["fpc2"])
        found.append(covariance_of_totals(some["api00"], survey_design(some["pw"], None, labels, sizes))[0, 0])
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_an_infinite_population_is_drawn_with_replacement(rows_of):
    rows = rows_of("apistrat")
    endless = survey_design(rows["pw"], rows["stype"], populations=np.full(len(rows), np.inf))
    replaced = survey_design(rows["pw"], rows["stype"])
    assert covariance_of_totals(rows["api00"], endless) == pytest.approx(covariance_of_totals(rows["api00"], replaced))


def test_a_stratum_that_was_visited_in_full_adds_nothing():
    whole = survey_design(np.ones(3), populations=np.full(3, 3))
    assert total([1, 5, 9.0], whole).standard_error[0] == 0


def test_the_first_stage_holds_all_of_the_error_with_replacement(rows_of):
    rows = rows_of("two_stage")
    one = survey_design(rows["weight"], rows["stratum"], rows["village"])
    two = survey_design(rows["weight"], rows["stratum"], (rows["village"], rows["household"]))
    assert covariance_of_totals(rows["placed"], two) == pytest.approx(covariance_of_totals(rows["placed"], one))


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_a_lonely_cluster_is_taken_as_r_takes_it(rule, rows_of, r):
    # options(survey.lonely.psu = rule); SE(svymean(~api00, d)), SE(svytotal(~api00, d)): all E and H, the first M
    schools = rows_of("apistrat")
    rows = schools[(schools["stype"] != "M") | ~schools.duplicated("stype")]
    design = survey_design(rows["pw"], rows["stype"], populations=rows["fpc"], lonely=rule)
    found = [mean(rows["api00"], design).standard_error[0], total(rows["api00"], design).standard_error[0]]
    np.testing.assert_allclose(found, r("lonely", rule), rtol=1e-6)


def test_a_lonely_household_is_found_at_its_stage():
    villages, households, sizes = [1, 1, 2], [1, 2, 1], (np.full(3, 9), np.array([4, 4, 6]))
    with pytest.raises(SurveyDesignError, match=r"stage 2 one unit alone.*a cluster .row 2.*merge"):
        survey_design(np.ones(3), clusters=(villages, households), populations=sizes)
    alone = (np.full(3, 9), np.array([4, 4, 1]))
    design = survey_design(np.ones(3), clusters=(villages, households), populations=alone)
    assert not any(stage.is_lonely.any() for stage in design.stages), "a household that is all there is"


def test_below_a_stage_drawn_with_replacement_nothing_counts():
    villages, households = [1, 1, 2], [1, 2, 1]
    for above in (None, np.full(3, np.inf)):
        below = survey_design(np.ones(3), clusters=(villages, households), populations=(above, np.array([4, 4, 6])))
        alone = survey_design(np.ones(3), clusters=villages)
        assert covariance_of_totals([1, 2, 9.0], below) == pytest.approx(covariance_of_totals([1, 2, 9.0], alone))
        assert len(below.stages) == (1 if above is None else 2)


def test_weights_times_ten_change_no_standard_error_of_a_mean(rows_of):
    rows = rows_of("two_stage")
    once, tenfold = (survey_design(rows["weight"] * by, rows["stratum"], rows["village"]) for by in (1, 10))
    assert mean(rows["placed"], tenfold).standard_error == pytest.approx(mean(rows["placed"], once).standard_error)


def test_weights_taken_for_frequencies_make_errors_several_times_too_small(rows_of, design_of):
    rows, design = rows_of("two_stage"), design_of("two_stage")
    as_counts = sm.GLM(rows["placed"], np.ones(len(rows)), freq_weights=rows["weight"]).fit()
    found = mean(rows["placed"], design)
    assert as_counts.params.iloc[0] == pytest.approx(found.estimate[0])
    assert found.standard_error[0] > 5 * as_counts.bse.iloc[0]


@pytest.mark.parametrize("name", ["covariance_of_totals", "mean", "total", "proportion"])
def test_bare_weights_are_no_design(name):
    with pytest.raises(TypeError, match=r"Design is needed, not ndarray.*frequencies.*survey_design"):
        getattr(survey, name)(np.ones(4), np.full(4, 250.0))
    with pytest.raises(TypeError, match="Design is needed"):
        survey.jackknife(np.full(4, 250.0))


TWO = np.array([1, 1, 2, 2])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weights": None}, "weights are absent"),
        ({"weights": []}, "at least one row"),
        ({"weights": np.ones((4, 2))}, r"the shape .4, 2."),
        ({"weights": pd.Series([1, 2, None, 4], dtype="Float64")}, "1 of 4 weights are missing"),
        ({"weights": [1, 2, None, 4]}, "1 of 4 weights are missing, the first in row 2"),
        ({"weights": [1, 2, -1, 4]}, "negative"),
        ({"weights": [1, 2, 0, 4]}, "zero.*not sampled"),
        ({"strata": [1, 1, None, 2]}, "1 rows have no stratum"),
        ({"strata": [1, 1]}, "2 labels of a stratum and 4 weights"),
        ({"clusters": [1, 2, np.nan, 3]}, "1 rows have no cluster"),
        ({"clusters": (1, 1, 2, 3)}, "one such array a stage"),
        ({"strata": TWO, "clusters": [1, 2, 1, 2]}, "cluster 1 lies in two strata.*one label"),
        ({"strata": [1, 2, 2, 2]}, "stage 1 one unit alone.*stratum 1 .row 0.*merge"),
        ({"clusters": np.ones(4)}, "stage 1 one unit alone was drawn in all"),
        ({"populations": np.full(4, 0.1)}, "not a share"),
        ({"populations": pd.Series([9, 9, None, 9], dtype="Int64")}, "given a row"),
        ({"populations": np.full(4, 3)}, "more units were drawn"),
        ({"populations": [9, 9, 8, 8]}, "differs between rows"),
        ({"populations": (np.full(4, 9), np.full(4, 9))}, "2 stages, clusters for 1"),
        ({"lonely": "ignore"}, "lonely must be one of fail, remove"),
    ],
)
def test_what_describes_no_survey_is_refused(given, message):
    with pytest.raises(SurveyDesignError, match=message):
        survey_design(**({"weights": np.ones(4)} | given))
