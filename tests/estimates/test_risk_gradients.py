"""Gradients: every child stands once in every factor, unknown is a level, and shares are weighted by the design."""

import made_survey
import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import _placement_model as placement
from analysis.estimates import _risk_factors as risk
from analysis.estimates import risk_gradients
from analysis.models.survey.means import proportion

STUDY = choices.load()


def built(children):
    made = risk_gradients.build(children, STUDY)
    return risk_gradients.TABLE.validated(made, "risk_gradients").set_index(["outcome", "term", "level"]).sort_index()


@pytest.fixture(scope="module")
def children():
    rows = made_survey.children()
    return rows.assign(id_poor=rows["id_poor"].mask(np.arange(len(rows)) % 10 == 0))


@pytest.fixture(scope="module")
def table(children):
    return built(children)


def level_of(children, factor, **answers):
    return risk.levels_of(made_survey.changed(children, **answers), STUDY)[factor].iloc[0]


@pytest.mark.parametrize(
    ("factor", "answers", "level"),
    [
        ("id_poor", {"id_poor": "no"}, "not poor"),
        ("id_poor", {"id_poor": pd.NA}, "unknown"),
        ("school_distance_km", {"school_distance_km": 0.9}, "under 1 km"),
        ("school_distance_km", {"school_distance_km": 1.0}, "1 to 2 km"),
        ("school_distance_km", {"school_distance_km": 30.0}, "5 km or more"),
        ("school_cost_usd", {"school_cost_usd": pd.NA}, "unknown"),
        ("parents", {"mother_alive": True, "father_alive": False}, "one or both dead"),
        ("parents", {"mother_alive": True, "father_alive": pd.NA}, "unknown"),
        ("any_harm", {"violence_in_home": True, "substance_use": pd.NA}, "yes"),
        ("any_harm", {"violence_in_home": False, "substance_use": pd.NA}, "unknown"),
        ("any_harm", {"violence_in_home": False, "substance_use": False}, "no"),
        ("caregiver", {"caregiver_relation": "sibling"}, "others, or nobody"),
        ("n_children", {"n_children": 7}, "4 or more"),
        ("age", {"age_years": 11}, "6-11"),
        ("age", {"age_years": 17}, "15-17"),
        ("age", {"age_years": pd.NA}, "unknown"),
        ("sex", {"sex": "male"}, "boys"),
    ],
)
def test_an_answer_has_its_level(children, factor, answers, level):
    assert level_of(children, factor, **answers) == level


def test_the_levels_of_every_factor_add_up_to_all(table):
    counts = table[["n", "n_hits"]].reset_index()
    parts = counts[counts["level"] != "all"].groupby(["outcome", "term"])[["n", "n_hits"]].sum()
    wholes = counts[counts["level"] == "all"].set_index(["outcome", "term"])[["n", "n_hits"]]
    pd.testing.assert_frame_equal(parts, wholes.loc[parts.index], check_dtype=False)
    assert set(wholes.index) == {(outcome, factor) for outcome in placement.OUTCOMES for factor in risk.FACTORS}


def test_a_share_is_that_of_the_design_with_its_interval(children, table):
    is_poor = children["id_poor"].eq("level_1").fillna(False).to_numpy(bool)
    design = placement.design_of(children, STUDY)
    found = proportion(placement.outcome_of(children, placement.PLACED), design, is_poor)
    low, high = found.interval(STUDY.intervals.confidence, "logit")
    row = table.loc[("placed_12m", "id_poor", "poor, level 1")]
    assert row[["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(
        [1000 * end for end in (found.estimate[0], low[0], high[0])]
    )
    assert row["n"] == is_poor.sum()


def test_weights_count(children):
    is_placed = children["was_placed_12m"].to_numpy(bool)
    weights = children["survey_weight"].mask(is_placed, 2 * children["survey_weight"])
    twice = built(children.assign(survey_weight=weights)).loc[("placed_12m", "sex", "all"), "estimate"]
    share = np.average(is_placed, weights=weights)
    assert twice == pytest.approx(1000 * share)


def test_children_in_care_at_the_start_are_asked_where_they_live_and_not_whether_they_were_placed(children):
    in_care = pd.array(np.arange(len(children)) % 5 != 0, "boolean")
    rows = children.assign(is_at_risk_of_placement=in_care)
    n = built(rows).xs(("sex", "all"), level=("term", "level"))["n"]
    assert n["lives_in_care"] == len(children)
    assert n["placed_12m"] == in_care.sum()


def test_a_level_that_nobody_is_in_has_no_share(table):
    row = table.loc[("placed_12m", "sex", "other")]
    assert (row["n"], pd.isna(row["estimate"])) == (0, True)


def test_no_violence_or_substance_use_stands_by_itself(table):
    told = set(table.index.get_level_values("term"))
    assert not told & {"violence_in_home", "substance_use", "family_violence"}


def test_without_a_survey_there_is_no_row(children):
    assert built(children.head(0)).empty
