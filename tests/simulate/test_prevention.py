"""The programme of prevention: separations at the planted hazard, on record while a case is open, cases of its own."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import block, draws, parameters, prevention

NUMBERS = parameters.load()
ACCEPTED = draws.day("2019-06-01")


def cases(n: int, need: float = 0.0, birth: str = "2015-01-01") -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{"case_no": np.arange(n), "child_id": np.arange(n), "need": need, "accepted": ACCEPTED},
            **{"closed": np.nan, "is_accepted": True, "birth_day": draws.day(birth), "status": "active"},
            **{"closure_reason": None, "closure_circumstance": None},
        }
    )


def separated(n: int = 4000, **of) -> pd.DataFrame:
    _, fates = prevention.separated(NUMBERS, np.random.default_rng(3), cases(n, **of))
    return fates


@pytest.mark.parametrize("need", [-1.0, 0.0, 1.5])
@pytest.mark.parametrize("days", [183, 365, 730])
def test_the_share_separated_is_the_true_cumulative_incidence(need, days):
    fates = separated(need=need)
    share = prevention.cumulative_incidence(NUMBERS, np.array([need]), days)
    found = (fates["separated"] - ACCEPTED <= days).mean()
    assert abs(found - share) < 4 * (share * (1 - share) / len(fates)) ** 0.5


def test_the_hazard_is_higher_in_the_first_half_year():
    days = separated()["separated"] - ACCEPTED
    assert ((days <= 183).sum()) > 1.5 * ((days > 183) & (days <= 366)).sum()


def test_a_separation_is_on_record_only_while_the_case_is_open():
    fates = separated()
    known = fates[fates["is_recorded"]]
    assert known["separated"].notna().all()
    assert ((known["closed"] > known["separated"]) | known["closed"].isna()).all()
    unknown = fates[fates["separated"].notna() & ~fates["is_recorded"]]
    assert len(unknown) > 0
    assert (unknown["closed"] < unknown["separated"]).all()


def test_nobody_is_separated_as_an_adult():
    fates = separated(birth="2001-09-01")
    assert fates["separated"].max() < draws.day("2001-09-01") + 18 * draws.DAYS_PER_YEAR


def test_its_cases_stand_behind_the_others_and_are_all_of_prevention(case_frames, little_country):
    others = case_frames()
    frames = {**little_country, **others}
    added = prevention.build(NUMBERS, block.generators(1, 1), 1, 1.0, frames)
    assert added["cases"]["case_no"].min() == others["cases"]["case_no"].max() + 1
    assert added["children"]["child_id"].min() == others["children"]["child_id"].max() + 1
    assert set(added["cases"]["programme"]) == {"prevention"}
    assert not set(added["children"]["household_id"]) & set(others["children"]["household_id"])
    assert not set(added["workers"]["worker_id"]) & set(others["workers"]["worker_id"])
    assert not set(added["agencies"]["agency"]) & set(others["agencies"]["agency"])
    placed = added["placements"]
    assert set(placed["case_no"]) == set(added["preventions"].query("is_recorded")["case_no"])
    assert 15 < len(placed) < 100  # 4 standard deviations around a twelfth to a fifth of 340


def test_a_small_country_has_a_few(case_frames, little_country):
    frames = {**little_country, **case_frames()}
    added = prevention.build(NUMBERS, block.generators(5, 1), 1, 0.02, frames)
    n_families = round(0.02 * NUMBERS.prevention.n_children)
    assert len(added["case_households"]) <= n_families <= len(added["cases"]) + n_families
    assert 0 < len(added["cases"]) < 4 * n_families
