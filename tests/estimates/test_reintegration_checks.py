"""Reintegration checks: models that are right look right, by agencies they never saw too, and what fails is found."""

import made_spells
import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import _reintegration_performance as performance
from analysis.estimates import _reintegration_terms as told
from analysis.estimates import _return_rows as returns
from analysis.estimates import reintegration_checks as checks
from analysis.estimates._reintegration_model import modelled
from analysis.models import left_out
from analysis.models.survival.incidence import incidence

STUDY = choices.load()
ONE = STUDY.changed("reintegration_effects.outcomes", ("residential",))


def built(spells, study=ONE):
    made = checks.TABLE.validated(checks.build(spells, study), "reintegration_checks")
    return made.set_index(["outcome", "term", "level"]).sort_index()


@pytest.fixture(scope="module")
def spells():
    return made_spells.spells()


@pytest.fixture(scope="module")
def table(spells):
    return built(spells, STUDY)


def test_a_right_model_is_calibrated_for_agencies_it_never_saw(table):
    rows = table.loc["residential"]
    for term, right in ((checks.CALIBRATION, 1), (checks.LINE, 1)):
        row = rows.loc[(term, checks.OTHERS)]
        assert row["ci_low"] < right < row["ci_high"], term


def test_its_own_returns_flatter_a_model(table):
    for outcome in ("residential", "other"):
        same, others = (
            table.loc[(outcome, checks.CONCORDANCE, level), "estimate"] for level in (checks.SAME, checks.OTHERS)
        )
        assert others < same
    assert table.loc[("residential", checks.CONCORDANCE, checks.OTHERS), "ci_low"] > 0.5


def test_groups_hold_all_returns_and_their_observed_incidences_add_up(spells, table):
    groups = [checks.GROUP.format(number + 1) for number in range(STUDY.reintegration_effects.n_risk_groups)]
    rows = table.loc["residential"].loc[groups].xs(checks.OBSERVED, level="level")
    assert rows["n"].sum() == len(spells)
    cause = spells["state"].map({"residential": 1, "other": 2, "aged_out": 3}).fillna(0)
    whole = incidence(0, spells["days"], cause, 3, [365]).estimates[0, 0]
    assert np.average(rows["estimate"].astype(float), weights=rows["n"].astype(float)) == pytest.approx(whole, rel=1e-9)
    foretold = table.loc["residential"].loc[groups].xs(checks.FORETOLD, level="level")["estimate"]
    assert foretold.is_monotonic_increasing
    assert foretold.notna().all()


def test_assumptions_that_hold_are_not_found_to_fail(table):
    rows = table.loc["residential"]
    for term in ("ratios stay the same", "straight in doublings of months in care", "straight in years of age"):
        assert rows.loc[(term, "all terms"), "p_value"] > 0.01, term
    variance = rows.loc[("variance between agencies", "agencies")]
    assert variance["ci_low"] <= variance["estimate"] <= variance["ci_high"] < 0.5


def test_of_many_agencies_some_are_left_out_together_and_never_foretell_to_their_own(spells, monkeypatch):
    of = modelled(returns.rows_of(spells, ONE, ONE.re_separation.noticed_late), told.covariates(spells), 1, ONE)
    learnt, real = [], performance._incidence

    def noted(of, learnt_from, told_to, horizon, near):
        learnt.append((set(of.rows["agency"][learnt_from]), set(of.rows["agency"][told_to])))
        return real(of, learnt_from, told_to, horizon, near)

    monkeypatch.setattr(performance, "_incidence", noted)
    monkeypatch.setattr(left_out, "MOST_LEFT_OUT", 5)
    agencies = set(spells["agency"])
    assert np.isfinite(performance.foretold_by_others(of, 365)).all()
    assert len(agencies) > len(learnt) == 5
    assert all(not others & own and others | own == agencies for others, own in learnt)
    assert set().union(*(own for _, own in learnt)) == agencies


def test_agencies_that_differ_are_found(spells):
    is_bad = spells["agency"].isin(["A01", "A02", "A03", "A04", "A05"])
    shorter = (spells["days"] / np.where(is_bad, 8, 1)).apply(np.ceil).astype("Int64")
    rows = built(spells.assign(days=shorter, state=spells["state"].mask(is_bad, "residential"))).loc["residential"]
    assert rows.loc[("variance between agencies", "agencies"), "ci_low"] > 0.1
    assert rows.loc[("variance between agencies", "agencies"), "p_value"] < 1e-6


@pytest.mark.parametrize("n_events", [0, 3])
def test_without_events_every_check_has_a_row_and_no_number(spells, table, n_events):
    rare = spells.assign(state="administrative")
    rare.loc[rare.index < n_events, "state"] = "residential"
    rows = built(rare)
    assert list(rows.index) == list(table.loc[["residential"]].index)
    assert rows[["estimate", "p_value"]].isna().all(axis=None)


def test_no_return_no_row(spells):
    assert checks.build(spells.head(0), STUDY).empty


def test_one_agency_is_no_crash(spells):
    rows = built(spells.assign(agency="A01")).loc["residential"]
    assert rows.loc[(checks.CALIBRATION, checks.SAME), "estimate"] == pytest.approx(1, abs=0.1)
    assert rows.xs(checks.OTHERS, level="level")["estimate"].isna().all()
    assert pd.isna(rows.loc[("variance between agencies", "agencies"), "estimate"])


def test_rows_are_matched_by_return_not_by_place(spells, table):
    shuffled = built(spells.sample(frac=1, random_state=3))["estimate"].loc["residential"].astype(float)
    np.testing.assert_allclose(shuffled, table["estimate"].loc["residential"].astype(float), rtol=1e-6)
