"""Reintegration effects: planted ratios are found, unknown is never no, what cannot be told is said and not dropped."""

import made_spells
import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import _reintegration_terms as terms
from analysis.estimates import reintegration_effects as effects
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected

STUDY = choices.load()
ONE = STUDY.changed("reintegration_effects.outcomes", ("residential",))


def built(spells, study=ONE):
    made = effects.TABLE.validated(effects.build(spells, study), "reintegration_effects")
    return made.set_index(["outcome", "level", "term"]).sort_index()


@pytest.fixture(scope="module")
def spells():
    return made_spells.spells()


@pytest.fixture(scope="module")
def table(spells):
    return built(spells, STUDY)


def test_every_term_of_every_model_has_a_row_and_none_an_interval_without_its_estimate(table):
    n_terms = len(terms.terms(STUDY))
    assert len(table) == len(STUDY.reintegration_effects.outcomes) * len(effects.LEVELS) * n_terms
    assert table.loc[table["estimate"].isna(), ["ci_low", "ci_high"]].isna().all(axis=None)
    assert table.loc[table["estimate"].isna(), "note"].str.contains("not told").all()


def test_planted_ratios_lie_within_their_intervals(table):
    for term, ratio in (("abrupt", 2.5), ("risk_high", 2.0), ("poverty", 1.0)):
        for level in (effects.ALL, effects.EARLY, effects.LATE):
            row = table.loc[("residential", level, term)]
            assert row["ci_low"] < ratio < row["ci_high"], (term, level)
    assert table.loc[("residential", effects.ALL, "abrupt"), "ci_low"] > 1
    assert (
        table.loc[("other", effects.ALL, "abrupt"), "ci_low"]
        < 1
        < table.loc[("other", effects.ALL, "abrupt"), "ci_high"]
    )


def test_the_ratios_are_those_of_a_cox_model_with_errors_by_agency_for_few_agencies(spells, table):
    columns = terms.covariates(spells)
    columns = columns[[name for names in terms.VARIABLES.values() for name in names if len(columns[name].unique()) > 1]]
    fit = cox_fit(0, spells["days"], spells["state"] == "residential", columns, clusters=spells["agency"])
    told = corrected(fit)
    rows = table.loc[("residential", effects.ALL)].loc[list(columns)]
    np.testing.assert_allclose(rows["estimate"].astype(float), np.exp(told.coefficients))
    np.testing.assert_allclose(rows[["ci_low", "ci_high"]].astype(float), np.exp(told.interval(0.95)))
    assert (rows["df_residual"] == fit.n_events - columns.shape[1]).all()


def test_the_subdistribution_ratio_is_nearer_to_1_than_the_cause_s_own(table):
    own, sub = (
        table.loc[("residential", level, "abrupt"), "estimate"] for level in (effects.ALL, effects.SUBDISTRIBUTION)
    )
    assert 1 < sub < own


def test_leaving_an_agency_out_spans_the_ratio(table):
    low, all_, high = (
        table.loc["residential"].loc[level, "estimate"] for level in (effects.LOWEST, effects.ALL, effects.HIGHEST)
    )
    told = all_.notna()
    assert (low[told] <= all_[told]).all()
    assert (high[told] >= all_[told]).all()


def test_unknown_is_never_no(spells):
    """Silent systems with four times the hazard move their own term, not that of poverty."""
    rows = built(made_spells.spells(unknown_ratio=4.0)).loc["residential"].loc[effects.ALL]
    assert rows.loc["reasons_unknown", "ci_low"] > 2
    assert rows.loc["poverty", "ci_low"] < 1 < rows.loc["poverty", "ci_high"]
    columns = terms.covariates(spells)
    assert (columns.loc[spells["reason_poverty"].isna(), "poverty"] == 0).all()
    assert (columns.loc[spells["reason_poverty"].isna(), "reasons_unknown"] == 1).all()


def test_a_stay_not_recorded_is_compared_with_the_median_one():
    spells = made_spells.spells(50).assign(months_in_care=pd.array([4, 8, 16, None, 0.5] * 10, "Float64"))
    columns = terms.covariates(spells)
    assert columns["months_doubled"].head(5).tolist() == [-0.5, 0.5, 1.5, 0.0, -2.5]
    assert columns["months_unknown"].head(5).tolist() == [0, 0, 0, 1, 0]


def test_a_level_without_an_event_is_taken_out_and_its_ratio_not_told(spells):
    changed = spells.assign(
        return_kind=spells["return_kind"].mask(spells.index < 12, "unknown"),
        state=spells["state"].mask(spells.index < 12, "administrative"),
    )
    rows = built(changed).loc["residential"].loc[effects.ALL]
    assert rows["n"].eq(len(spells) - 12).all()
    assert pd.isna(rows.loc["kind_unknown", "estimate"])
    without = built(changed.iloc[12:]).loc["residential"].loc[effects.ALL]
    np.testing.assert_allclose(rows.loc["abrupt", "estimate"], without.loc["abrupt", "estimate"], rtol=1e-3)


def test_few_events_keep_the_first_variables_only(spells):
    few = spells.assign(
        state=spells["state"].mask(spells["state"].eq("residential") & (spells.index % 16 > 0), "administrative")
    )
    rows = built(few).loc["residential"].loc[effects.ALL]
    n_events = few["state"].eq("residential").sum()
    told = rows.index[rows["estimate"].notna()]
    assert "abrupt" in told
    assert 0 < len(told) <= n_events // STUDY.reintegration_effects.least_events_per_term
    assert "poverty" not in told


@pytest.mark.parametrize("n_events", [0, 3])
def test_without_events_every_row_is_there_and_missing(spells, n_events):
    rare = spells.assign(state="administrative")
    rare.loc[rare.index < n_events, "state"] = "residential"
    rows = built(rare)
    assert len(rows) == len(effects.LEVELS) * len(terms.terms(STUDY))
    assert rows["estimate"].isna().all()
    assert (rows["n"] == len(spells)).all()


def test_with_too_few_agencies_siblings_are_the_clusters(spells):
    rows = built(spells.assign(agency="A01")).loc["residential"].loc[effects.ALL]
    assert rows.loc["abrupt", "note"].count("sibling group, as agencies are too few") == 1
    assert rows.loc["abrupt", "ci_low"] < 2.5 < rows.loc["abrupt", "ci_high"]


def test_no_return_no_row(spells):
    assert effects.build(spells.head(0), STUDY).empty


def test_terms_and_variables_are_the_same_ones(spells):
    named = [name for names in terms.VARIABLES.values() for name in names]
    assert sorted(named) == sorted(terms.terms(STUDY)["term"]) == sorted(terms.covariates(spells))
