"""Placement risk: pooled as Rubin's rules say, complete answers beside, root causes apart, and empty where it must."""

from dataclasses import replace

import made_survey
import numpy as np
import pandas as pd
import pytest

from analysis import in_parts
from analysis import study as choices
from analysis.estimates import _placement_model as placement
from analysis.estimates import placement_risk
from analysis.features.imputed_answers import TABLE
from analysis.models.imputation.pooling import pooled
from analysis.models.survey.regression import logistic

STUDY = choices.load()
NOBODY = pd.DataFrame({"imputation": pd.array([], "Int64"), "member_id": pd.array([], "str")})


def built(children, imputed):
    made = placement_risk.build(children, imputed, STUDY)
    key = ["outcome", "level", "measure", "term"]
    return placement_risk.TABLE.validated(made, "placement_risk").set_index(key).sort_index()


@pytest.fixture(scope="module")
def children():
    rows = made_survey.children()
    return rows.assign(migration=rows["migration"].mask(rows.index % 7 == 0))


@pytest.fixture(scope="module")
def imputed(children):
    own = children.loc[children["migration"].isna(), ["member_id"]]
    rng = np.random.default_rng(5)
    drawn = [
        own.assign(imputation=number, migration=pd.array(rng.random(len(own)) < 0.3, "boolean")) for number in (1, 2, 3)
    ]
    return pd.concat(drawn, ignore_index=True)


@pytest.fixture(scope="module")
def table(children, imputed):
    return built(children, imputed)


def fit_of(children):
    columns = placement.covariates(children, STUDY)
    domain = columns.notna().all(axis=1).to_numpy()
    design = placement.design_of(children, STUDY)
    return logistic(placement.outcome_of(children, placement.PLACED), columns, design, domain)


def test_odds_ratios_are_pooled_over_the_imputations_with_the_degrees_of_freedom_of_the_design(
    children, imputed, table
):
    fits = [fit_of(placement.completed(children, one)) for one in placement.each_imputation(imputed)]
    df = fits[0].degrees_of_freedom
    found = pooled(np.stack([fit.coefficients for fit in fits]), np.stack([fit.covariance for fit in fits]), df)
    low, high = np.exp(found.interval(STUDY.intervals.confidence))
    rows = table.loc[("placed_12m", "imputed", "odds ratio")]
    at = list(fits[0].names).index("migration")
    row = rows.loc["migration"]
    expected = [np.exp(found.estimate[at]), low[at], high[at], found.fraction_missing[at]]
    assert row[["estimate", "ci_low", "ci_high", "fraction_missing"]].tolist() == pytest.approx(expected)
    assert (row["df_residual"], row["n"]) == (df, len(children))
    assert rows.loc["migration", "fraction_missing"] > rows.loc["boy", "fraction_missing"] + 0.03


def test_parts_that_are_read_one_at_a_time_give_the_same(children, imputed, table, tmp_path):
    columns = {name: TABLE.columns[name] for name in imputed}
    file, contract = tmp_path / "imputed_answers.parquet", replace(TABLE, columns=columns)
    in_parts.write(placement.each_imputation(imputed), contract, "imputed_answers", file, "simulated")
    pd.testing.assert_frame_equal(built(children, in_parts.Parts(file)), table)


def test_complete_answers_stand_beside_with_fewer_children(children, table):
    fit = fit_of(children)
    row = table.loc[("placed_12m", "complete answers", "odds ratio", "migration")]
    at = list(fit.names).index("migration")
    assert row["estimate"] == pytest.approx(np.exp(fit.coefficients[at]))
    assert row["n"] == children["migration"].notna().sum()
    assert pd.isna(row["fraction_missing"])


def test_intervals_hold_their_estimates_and_root_causes_stand_apart(table):
    told = table.dropna(subset="estimate")
    assert (told["ci_low"] < told["estimate"]).all()
    assert (told["estimate"] < told["ci_high"]).all()
    sorts = table.loc[("placed_12m", "imputed", "odds ratio"), "sort"]
    assert sorts["migration"] == "root cause"
    assert sorts["placed_before"] == "correlate"
    assert set(table.xs("fraction", level="measure")["sort"]) == {"root cause"}


def test_a_marginal_effect_is_the_difference_of_mean_risks_with_and_without(children):
    table = built(made_survey.children(), NOBODY)
    complete = made_survey.children()
    columns = placement.covariates(complete, STUDY, placement.LIVES_IN_CARE)
    design = placement.design_of(complete, STUDY)
    fit = logistic(placement.outcome_of(complete, placement.PLACED), columns, design)

    def mean_risk(**values):
        odds = np.exp(columns.assign(**values).to_numpy() @ fit.coefficients)
        return np.average(odds / (1 + odds), weights=design.weights)

    rows = table.loc[("placed_12m", "without earlier placement")]
    effect = 1000 * (mean_risk(migration=1) - mean_risk(migration=0))
    assert rows.loc[("marginal effect", "migration"), "estimate"] == pytest.approx(effect)
    fraction = 1 - mean_risk(migration=0) / mean_risk()
    assert rows.loc[("fraction", "migration"), "estimate"] == pytest.approx(fraction)


def test_where_nothing_is_missing_the_one_fit_says_it_all():
    complete = made_survey.children()
    rows = built(complete, NOBODY).loc[("placed_12m", "imputed", "odds ratio")]
    fit = fit_of(complete)
    low, high = np.exp(fit.interval(STUDY.intervals.confidence))
    at = list(fit.names).index("disability")
    ends = [np.exp(fit.coefficients[at]), low[at], high[at]]
    assert rows.loc["disability", ["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(ends)
    assert rows["fraction_missing"].isna().all()


def test_all_root_causes_together_go_with_more_than_each_and_with_less_than_their_sum(table):
    fractions = table.loc[("placed_12m", "without earlier placement", "fraction"), "estimate"]
    each = fractions.drop("all_root_causes")
    assert each.max() < fractions["all_root_causes"] < each.clip(lower=0).sum()


def test_interactions_are_those_named_and_their_p_values_hold_for_all_together(table):
    rows = table.loc[("placed_12m", "imputed", "interaction")]
    assert set(rows.index) == {":".join(pair) for pair in STUDY.placement_risk.interactions}
    told = rows.dropna(subset="estimate")
    outside = (told["ci_low"] > 1) | (told["ci_high"] < 1)
    assert outside[told["p_value"] < 0.05].all(), "who is told after Holm is told alone as well"
    assert table.drop(index=rows.index, level="term")["p_value"].isna().all()


def test_a_class_that_nobody_placed_is_in_is_left_out_and_said_so(imputed):
    rows = made_survey.children()
    never = rows.assign(disability=rows["disability"] & ~rows["was_placed_12m"])
    row = built(never, NOBODY).loc[("placed_12m", "imputed", "odds ratio", "disability")]
    assert row[["estimate", "ci_low", "n"]].isna().all()
    assert "left out" in row["note"]


@pytest.mark.parametrize("n", [0, 100])
def test_without_a_survey_or_with_few_placements_there_is_no_row(children, n):
    assert built(children.head(n), NOBODY).empty
