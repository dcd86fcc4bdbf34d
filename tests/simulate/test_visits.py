"""Visits: due by the schedule of the tier, done mostly and late, with criteria only where the child was met at home."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import visits


@pytest.fixture(scope="module")
def frames(case_frames):
    return case_frames()


@pytest.fixture(scope="module")
def follow_ups(frames):
    return frames["follow_ups"]


def test_the_schedule_thins_out_to_month_24(case_choices):
    high, low = (visits.schedule(case_choices.visits, tier) for tier in ("high", "low"))
    assert list(high[:5]) == [3, 10, 17, 24, 31]
    assert list(high[5:9]) == [45, 59, 73, 87]
    assert np.diff(high)[9:17] == pytest.approx(30.4, abs=1)
    assert np.diff(high)[-1] == pytest.approx(91.3, abs=1)
    assert list(low[:3]) == [14, 44, 75]
    assert low[-1] > 650
    assert high.max() <= 730
    assert len(high) > len(visits.schedule(case_choices.visits, "medium")) > len(low)


def test_the_next_contact_is_the_first_due_from_that_day_on(case_choices):
    tiers = pd.Series(["high", "high", "low", "unknown", "high"])
    found = visits.next_contact(case_choices.visits, tiers, np.array([3.0, 4.0, 20.0, 8.0, 900.0]))
    assert list(found) == [3, 10, 44, 21, 900]


def test_due_days_are_those_of_the_tier(frames, follow_ups, case_choices):
    once = frames["returns"].drop_duplicates("case_no", keep=False).set_index("case_no")
    tier = frames["cases"].set_index("case_no")["risk_level"]
    at_home = follow_ups[follow_ups["case_no"].isin(once.index)]
    days = (at_home["due_on"] - once["return_on"].reindex(at_home["case_no"]).to_numpy()).dt.days
    for level in visits.TIERS:
        is_level = tier.reindex(at_home["case_no"]).eq(level).to_numpy()
        assert set(days[is_level]) <= set(visits.schedule(case_choices.visits, level))


def test_after_an_end_no_contact_is_due_but_the_one_that_noticed_and_the_child_is_not_met(frames, follow_ups):
    once = frames["returns"].drop_duplicates("case_no", keep=False).set_index("case_no")
    at_home = follow_ups[follow_ups["case_no"].isin(once.index)].reset_index(drop=True)
    spell = once.loc[at_home["case_no"]].reset_index(drop=True)
    after = at_home[at_home["due_on"] > spell["observed_until"]]
    assert len(after) > 20
    assert after["case_no"].is_unique
    assert after["done_on"].equals(after["due_on"])
    spells = frames["placements"].dropna(subset=["end_on"])
    assert set(zip(after["case_no"], after["done_on"], strict=True)) <= set(
        zip(spells["case_no"], spells["end_on"], strict=True)
    )
    gone = at_home["done_on"] >= spell["end_on"]
    assert gone.sum() > len(after)  # contacts done late find out too
    assert not at_home.loc[gone, "child_seen"].any()


def test_contacts_are_numbered_by_the_day_they_were_due(follow_ups):
    ordered = follow_ups.sort_values(["case_no", "followup_no"])
    assert (ordered.groupby("case_no")["due_on"].diff().dropna().dt.days >= 0).all()
    assert not ordered.duplicated(["case_no", "followup_no"]).any()


def test_the_riskiest_are_seen_most_and_contacts_are_mostly_late(frames, follow_ups):
    tier = frames["cases"].set_index("case_no")["risk_level"].reindex(follow_ups["case_no"]).to_numpy()
    done = follow_ups["done_on"].notna().groupby(tier).mean()
    assert done["high"] > done["medium"] > done["low"] > 0.7
    lag = (follow_ups["done_on"] - follow_ups["due_on"]).dt.days.dropna()
    assert 1 <= lag.median() <= 4
    assert lag.quantile(0.95) > 10
    assert (lag < 0).mean() > 0.05


def test_nothing_is_known_of_a_contact_that_was_not_done(follow_ups):
    missed = follow_ups[follow_ups["done_on"].isna()]
    assert missed[["child_seen", *visits.CRITERIA, "criteria_final", "closure_recommended"]].isna().all().all()
    assert (missed["mode"] == "unknown").all()
    assert follow_ups.loc[follow_ups["done_on"].notna(), "child_seen"].notna().all()


def test_criteria_stand_where_the_child_was_met_at_home(frames, follow_ups):
    met = follow_ups["child_seen"].eq(True).fillna(False)
    rated = follow_ups["crit_health"].notna()
    assert not (rated & ~met).any()
    reintegrated = set(frames["returns"]["case_no"])
    assert follow_ups.loc[rated, "case_no"].isin(reintegrated).all()
    assert (met & ~rated).any()  # other programmes are visited too
    good = follow_ups.loc[rated, list(visits.CRITERIA)].astype(bool).all(axis=1)
    assert good.equals(follow_ups.loc[rated, "criteria_final"] == "very_good")
    assert good[follow_ups.loc[rated, "closure_recommended"].astype(bool)].all()


def test_fewer_criteria_are_met_in_greater_need(frames, follow_ups):
    need = frames["cases"].set_index("case_no")["need"].reindex(follow_ups["case_no"]).to_numpy()
    rated = follow_ups["crit_food"].notna().to_numpy()
    food = follow_ups.loc[rated, "crit_food"].astype(float)
    assert food[need[rated] > 0.7].mean() < food[need[rated] < -0.7].mean() - 0.05
