"""Support: who is compared, a planted difference that confounding hides, what stands beside it, and too little."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import _support_arms as arms
from analysis.estimates import _support_returns as of_returns
from analysis.estimates import _support_visits as visits
from analysis.estimates import support_effect

STUDY = study.load().changed("support_effect.horizons_days", [365])
GRACE = STUDY.support_effect.grace_days
PLANTED = -0.12  # of the risk within a year, whatever the tier
RISK = {"low": 0.20, "medium": 0.30, "high": 0.45}
CHANCE = {"low": 0.15, "medium": 0.40, "high": 0.65}  # of the package: it goes where risks are high


def keys(word, n):
    return [hashlib.sha256(f"{word}{place}".encode()).hexdigest()[:16] for place in range(n)]


def made(n=1500, n_agencies=8, seed=5, **columns):
    """Return spells and their support: ends within a year by lot, a fifth lost at half a year, others followed."""
    rng = np.random.default_rng(seed)
    tier = rng.choice(["low", "medium", "high"], n)
    had = rng.random(n) < pd.Series(tier).map(CHANCE)
    back = rng.random(n) < pd.Series(tier).map(RISK) + PLANTED * had
    is_lost = rng.random(n) < 0.2
    day = np.where(back, rng.integers(1, 366, n), 800)
    day = np.where(is_lost & (day > 180), 180, day) + GRACE
    state = np.where(is_lost & (day == 180 + GRACE), "lost", np.where(back, "residential", "with_family"))
    entered = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    spells = pd.DataFrame(
        {
            "spell_id": keys("spell", n),
            "child_key": keys("child", n),
            "case_id": keys("case", n),
            "entered_on": entered.as_unit("us"),
            "entry_days": pd.array(np.zeros(n, int), "Int64"),
            "days": pd.array(day, "Int64"),
            "state": state,
            "risk_level": tier,
            "return_kind": "planned",
            "sex": rng.choice(["female", "male"], n),
            "age_years": pd.array(rng.integers(3, 18, n), "Int64"),
            "is_repeat": pd.array(np.zeros(n, bool), "boolean"),
            "source_system": "oscar",
            "agency": [f"A{number:02d}" for number in rng.integers(0, n_agencies, n)],
            "sibling_group": keys("siblings", n),
            **columns,
        }
    )
    support = pd.DataFrame(
        {
            "spell_id": spells["spell_id"],
            "is_recorded": pd.array(np.ones(n, bool), "boolean"),
            "n_services": pd.array(np.where(had, 3, 0), "Int64"),
            "n_services_ever": pd.array(np.where(had, 3, 0), "Int64"),
            "package_days": pd.Series(np.where(had, 0.0, np.nan)).astype("Int64"),
        }
    )
    return spells, support


def contacts(spells):
    """Return cases, and contacts in six months of ten, by lot."""
    cases, rng = spells[["case_id", "child_key"]], np.random.default_rng(8)
    rows = [
        {"case_id": row.case_id, "done_on": row.entered_on + pd.Timedelta(days=GRACE + 30 * month + 5)}
        for row in spells.itertuples()
        for month in range(12)
        if rng.random() < 0.6
    ]
    follow_ups = pd.DataFrame(rows).assign(mode="visit", child_seen=True)
    return cases, follow_ups.assign(**dict.fromkeys(visits.CRITERIA, True)).astype(
        {**dict.fromkeys(visits.CRITERIA, "boolean"), "child_seen": "boolean"}
    )


@pytest.fixture(scope="module")
def table():
    spells, support = made()
    built = support_effect.build(spells, support, *contacts(spells), STUDY)
    return support_effect.TABLE.validated(built, "support_effect")


def rows(table, measure, level, within="365 days", outcome="residential"):
    found = table[(table["measure"] == measure) & (table["level"] == level) & (table["within"] == within)]
    return found[found["outcome"] == outcome]


@pytest.mark.parametrize("level", ["doubly robust", "weighted", "standardised", "agencies alike"])
def test_the_planted_difference_is_found(table, level):
    row = rows(table, "difference", level).iloc[0]
    assert row["ci_low"] <= PLANTED <= row["ci_high"]
    assert row["ci_high"] - row["ci_low"] < 0.16


def test_the_crude_difference_is_not_it(table):
    row = rows(table, "difference", "crude").iloc[0]
    assert row["ci_low"] > PLANTED + 0.02


def test_risks_add_up_to_the_difference_and_the_ratio(table):
    risk = rows(table, "risk", "doubly robust").set_index("term")["estimate"]
    assert risk["with the package"] - risk["without the package"] == pytest.approx(
        rows(table, "difference", "doubly robust")["estimate"].iloc[0]
    )
    assert risk["with the package"] / risk["without the package"] == pytest.approx(
        rows(table, "ratio", "doubly robust")["estimate"].iloc[0]
    )


def test_weights_make_tiers_alike(table):
    before, after = (rows(table, "balance", f"{when} weighting", "no day") for when in ("before", "after"))
    assert before["estimate"].abs().max() > 0.5
    assert after["estimate"].abs().max() < STUDY.support_effect.largest_difference


def test_an_unmeasured_cause_of_the_strength_of_the_e_value_would_explain_it(table):
    ratio = rows(table, "ratio", "doubly robust")["estimate"].iloc[0]
    strength = rows(table, "E-value", "estimate")["estimate"].iloc[0]
    assert strength**2 / (2 * strength - 1) == pytest.approx(1 / ratio)
    moved = rows(table, "bound", "2.00")["estimate"].iloc[0]
    assert moved == pytest.approx(ratio * 4 / 3)


def test_nobody_moved_so_that_the_control_is_missing_with_its_reason(table):
    row = rows(table, "difference", "doubly robust", outcome="moved").iloc[0]
    assert pd.isna(row["estimate"])
    assert "no such end" in row["note"]


def test_every_return_is_accounted_for(table):
    counts = table[table["measure"] == "returns"].set_index("term")["estimate"]
    assert counts["all returns"] == 1500 == counts.drop("all returns").sum()


def test_contacts_by_lot_go_with_nothing(table):
    for level in ("unweighted", "marginal structural"):
        row = rows(table, "dose", level, "no day").iloc[0]
        assert row["ci_low"] < 1 < row["ci_high"]
        assert row["df_residual"] == 7


def fates(spells, support, **how):
    return of_returns.compared(spells, support, STUDY, **how).fates


def test_who_is_not_at_home_after_the_days_of_grace_is_not_compared():
    spells, support = made(n=400)
    spells.loc[0, "days"], spells.loc[1, "days"] = GRACE, GRACE + 1
    found = fates(spells, support)
    assert found[0] == of_returns.NOT_FOLLOWED
    assert found[1] in (of_returns.WITH, of_returns.WITHOUT)


def test_a_package_that_begins_later_is_none_yet():
    spells, support = made(n=400)
    support.loc[0, "package_days"], support.loc[1, "package_days"] = GRACE, GRACE + 1
    found = fates(spells, support)
    assert (found[0], found[1]) == (of_returns.WITH, of_returns.WITHOUT)
    assert fates(spells, support, grace_days=2 * GRACE)[1] == of_returns.WITH


def test_unknown_support_is_not_no_support():
    spells, support = made(n=400)
    support.loc[0, ["is_recorded", "n_services", "package_days"]] = [False, pd.NA, pd.NA]
    assert fates(spells, support)[0] == of_returns.NOT_RECORDED


def test_a_level_that_hardly_anybody_of_an_arm_has_is_left_out():
    spells, support = made(n=400)
    rare = spells.index[support["package_days"].isna()][:30]
    spells.loc[rare, "return_kind"] = "abrupt"  # none of them has the package
    assert (fates(spells, support)[rare] == of_returns.NOBODY_ALIKE).all()


def test_few_agencies_leave_sibling_groups_as_clusters():
    spells, support = made(n=600, n_agencies=3)
    found = arms.contrast(of_returns.compared(spells, support, STUDY), 365, STUDY)
    assert found.error == arms.BY_SIBLINGS
    assert found.found.degrees_of_freedom > 500


def test_too_few_followed_so_long_is_said():
    spells, support = made(n=400)
    compared = of_returns.compared(spells, support, STUDY)
    with pytest.raises(arms.NothingToCompareError, match="followed so long"):
        arms.contrast(compared, 810, STUDY)


def test_more_columns_than_are_modelled_are_said(monkeypatch):
    spells, support = made(n=400)
    compared = of_returns.compared(spells, support, STUDY)
    monkeypatch.setattr(arms, "MOST_COLUMNS", compared.columns.shape[1] - 1)
    with pytest.raises(arms.NothingToCompareError, match="more than the"):
        arms.contrast(compared, 365, STUDY)
    monkeypatch.setattr(arms, "MOST_COLUMNS", compared.columns.shape[1])
    assert arms.contrast(compared, 365, STUDY).n[0] > 0


@pytest.mark.parametrize("n", [0, 8])
def test_few_returns_or_none_are_no_crash(n):
    spells, support = made(n=20)
    cases, follow_ups = contacts(spells)
    built = support_effect.build(spells.iloc[:n], support.iloc[:n], cases, follow_ups, STUDY)
    table = support_effect.TABLE.validated(built, "support_effect")
    assert table.loc[table["measure"] != "returns", "estimate"].isna().all()
    assert len(table) == 0 or rows(table, "difference", "doubly robust")["note"].str.contains("not estimable").all()


def test_a_contact_of_the_month_of_an_end_is_not_told_beside_it():
    spells, support = made(n=400)
    months = visits.months_at_home(of_returns.compared(spells, support, STUDY), *contacts(spells), STUDY).rows
    ended = months[months["ended"]].merge(spells[["spell_id", "days"]], on="spell_id", validate="1:1")
    day = ended["days"] - GRACE
    assert (day > 30 * (ended["month"] + 1)).all()
    assert (day <= 30 * (ended["month"] + 2)).all()
    assert months["dose"].max() == STUDY.support_effect.visits.n_counted
    assert (months.loc[months["month"] == 0, "dose"] <= 1).all()
