"""Risk performance: a survey with a planted model, judged in villages that the model has not seen."""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import _held_out_risks, risk_performance
from analysis.estimates import _placement_model as model
from analysis.features.imputed_answers import TABLE as IMPUTED
from analysis.features.surveyed_children import TABLE as CHILDREN

FEW = study.load().changed("risk_performance.n_replicates", 6).changed("risk_performance.n_folds", 4)
AREAS = pd.DataFrame({"area": ["priority5", "other20"], "province_code": ["12", "01"]})
N_VILLAGES, PER_VILLAGE = 60, 40


def children(seed=1, share_missing=0.0):
    """Return a survey of 60 villages in four strata, with placements by age, poverty and migration alone."""
    rng = np.random.default_rng(seed)
    n, village = N_VILLAGES * PER_VILLAGE, np.repeat(np.arange(N_VILLAGES), PER_VILLAGE)
    age, migration = rng.integers(0, 18, n), rng.random(n) < 0.2
    poor = rng.choice(["level_1", "level_2", "at_risk", "no"], n, p=[0.15, 0.15, 0.1, 0.6])
    log_odds = -4.2 + 1.5 * (age >= 12) + 1.2 * (poor == "level_1") + 0.9 * migration
    yes_no = {name: rng.random(n) < 0.2 for name in ("disability", "violence_in_home", "placed_before_12m")}
    columns = {
        "member_id": [f"{i:016x}" for i in range(n)],
        "household_key": [f"{i // 2:016x}" for i in range(n)],
        "survey_stratum": (village % 4).astype(str),
        "survey_cluster": village.astype(str),
        "survey_weight": rng.uniform(20, 60, N_VILLAGES)[village],
        "province_code": np.where(village % 4 < 2, "12", "01"),
        "id_poor": poor,
        "age_years": age,
        "migration": migration,
        "sex": rng.choice(["female", "male", "other"], n, p=[0.45, 0.45, 0.1]),
        "mother_alive": rng.random(n) < 0.9,
        "father_alive": rng.random(n) < 0.85,
        "school_distance_km": rng.lognormal(1, 0.5, n),
        "school_cost_usd": rng.lognormal(4, 0.5, n),
        "n_children": rng.integers(1, 6, n),
        "was_placed_12m": rng.random(n) < 1 / (1 + np.exp(-log_odds)),
        "is_at_risk_of_placement": True,
    }
    rows = pd.DataFrame(columns | yes_no).reindex(columns=list(CHILDREN.columns))
    return CHILDREN.validated(rows, "surveyed_children").assign(
        migration=lambda found: found["migration"].mask(pd.Series(rng.random(n) < share_missing))
    )


def imputed(rows, m=3, seed=2):
    """Return answers drawn without any regard to the outcome, as many times as ``m``."""
    rng = np.random.default_rng(seed)
    gaps = rows[rows["migration"].isna()]
    drawn = [gaps.assign(imputation=one + 1, migration=rng.random(len(gaps)) < 0.2) for one in range(m)]
    return IMPUTED.validated(pd.concat(drawn).reindex(columns=list(IMPUTED.columns)), "imputed_answers")


def built(rows, answers=None, choices=FEW):
    answers = pd.DataFrame(columns=list(IMPUTED.columns)) if answers is None else answers
    found = risk_performance.build(rows, answers, AREAS, choices, np.random.default_rng(4))
    return risk_performance.TABLE.validated(found, "risk_performance").set_index(["outcome", "group", "term", "level"])


@pytest.fixture(scope="module")
def survey():
    return children(share_missing=0.1)


@pytest.fixture(scope="module")
def rows(survey):
    return built(survey, imputed(survey))


def held_out(rows, outcome):
    return rows.loc[(outcome, "whole", "all", "in villages not seen")]


def test_the_covariates_of_each_imputation_are_made_again_as_they_were(survey):
    answers = model.each_imputation(imputed(survey))
    names = model.estimable(model.covariates(survey, FEW), survey, model.PLACED)
    found = list(_held_out_risks._covariates(survey, answers, FEW))
    assert len(found) == 3
    for own, one in zip(found, answers, strict=True):
        columns = model.covariates(model.completed(survey, one), FEW)[names].to_numpy()
        np.testing.assert_array_equal(own, columns)
        assert own.strides == columns.strides, "sums in the same order"
    assert (found[0] != found[1]).any()
    first = FEW.changed("risk_performance.n_imputations", 1)
    assert len(_held_out_risks._covariates(survey, answers, first)) == 1


def test_what_is_predicted_in_other_villages_is_told_apart_and_calibrated(rows):
    area, own = held_out(rows, "concordance"), rows.loc[("concordance", "whole", "all", "in its own sample")]
    assert 0.65 < area["estimate"] < own["estimate"]
    ratio, slope = held_out(rows, "observed to expected"), held_out(rows, "calibration slope")
    assert ratio["ci_low"] < 1 < ratio["ci_high"]
    own_slope = rows.loc[("calibration slope", "whole", "all", "in its own sample")]
    assert 0.4 < slope["estimate"] < own_slope["estimate"], "so many terms for so few placements lie too far apart"
    assert rows.loc[("optimism", "whole", "all", "concordance"), "estimate"] > 0


def test_intervals_hold_their_estimates(rows):
    told = rows.dropna(subset=["ci_low", "ci_high"])
    assert len(told) > 100
    assert (told["ci_low"] <= told["estimate"]).all()
    assert (told["estimate"] <= told["ci_high"]).all()


def test_every_placed_child_is_counted_once_in_each_division(rows, survey):
    n_placed = int(survey["was_placed_12m"].sum())
    placed = rows.loc["placed children"]["n"].unstack("level")  # noqa: PD010
    assert (placed["below the threshold"] + placed["from the threshold on"] == placed["all"]).all()
    for _, parts in placed["all"].groupby("group"):
        assert parts.drop("all", level="term").sum() == parts.xs("all", level="term").iloc[0] == n_placed
    groups = rows.loc["observed risk"].droplevel(["group", "level"])["n_hits"]
    assert groups.drop("all").sum() == groups["all"] == n_placed


def test_missed_and_found_are_all_placed_and_rise_with_the_threshold(rows):
    missed, model = (
        rows.loc[name].sort_values("at").set_index("at") for name in ("missed", "net benefit of the model")
    )
    assert (missed["n_hits"] + model["n_hits"] == missed["n"]).all()
    assert missed["estimate"].is_monotonic_increasing
    flagged = rows.loc["flagged"].sort_values("at")["estimate"]
    assert flagged.is_monotonic_decreasing


def test_the_ones_who_are_missed_are_the_young_in_this_survey(rows):
    choices = FEW.changed("risk_performance.threshold_per_1000", 50)
    missed = built(children(), choices=choices).loc["placed children"].loc["age_band"]["estimate"]
    assert missed["0-11", "below the threshold"] > missed["12-14", "below the threshold"] + 0.2


def test_children_who_were_in_care_when_the_year_began_are_not_judged(survey, rows):
    before = survey.assign(is_at_risk_of_placement=survey.index >= 400)
    fewer = built(before, imputed(before))
    assert held_out(fewer, "concordance")["n"] == held_out(rows, "concordance")["n"] - 400


def test_a_class_in_which_nobody_was_placed_is_left_out_of_the_model(survey):
    none = survey.assign(was_placed_12m=survey["was_placed_12m"] & ~survey["disability"])
    assert not built(none, imputed(none)).empty


def test_no_survey_and_too_few_placements_give_no_row(survey):
    assert built(survey.head(0)).empty
    assert built(survey.assign(was_placed_12m=survey.index < 30)).empty
