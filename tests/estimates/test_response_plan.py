"""The response plan: printed numbers stay as printed, assumptions are drawn as stated, more workers do more."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis import store, study
from analysis.estimates import _response_draws as draws
from analysis.estimates import _response_runs as runs
from analysis.estimates import _response_scenarios as scenarios
from analysis.estimates import _response_waves as waves
from analysis.estimates import response_plan
from analysis.features import _contact_schedule as contacts

TABLES = ("claims", "places", "province_children", "province_conditions", "province_rates")
STUDY = study.load()
RANGES = STUDY.response_plan.ranges
FEW = {"n_replications": 24, "n_replications_national": 4, "most_workers": 127, "years": (1, 2), "step_days": 28}
CERTAIN = {name: (ends[0], ends[0]) for name, ends in RANGES.items()}


@cache
def plan():
    few = STUDY
    for name, value in FEW.items():
        few = few.changed(f"response_plan.{name}", value)
    rng = np.random.default_rng(5)
    made = response_plan.build(*(store.read(name) for name in TABLES), few, rng)
    return response_plan.TABLE.validated(made, "response_plan")


def rows(outcome):
    return plan()[plan()["outcome"] == outcome].sort_values("position")


def parameters(n=40, **changed):
    told = study.Study({**RANGES, **changed})
    return draws.drawn_parameters(told, n, np.random.default_rng(1))


def test_parameters_are_drawn_once_from_each_part_of_their_range():
    told = parameters(50)
    low, high = RANGES.trip_usd
    parts = np.floor((told["trip_usd"] - low) / (high - low) * 50).astype(int)
    assert sorted(parts) == list(range(50))
    assert set(told) == set(RANGES)


def test_a_year_of_changes_gives_back_the_yearly_shares():
    told = study.Study({**RANGES, "yearly_worse_share": (0.0, 1e-9), "yearly_end_share": (0.25, 0.25)})
    drawn = draws.drawn_parameters(told, 5, np.random.default_rng(1))
    changes = draws.changes_per_step(draws.assumed_rates(drawn), draws.assumed_ends(drawn), 7)
    assert changes.sum(axis=2) == pytest.approx(np.ones((5, 3)))
    home = changes[:, :, :3] / changes[:, :, :3].sum(axis=2, keepdims=True)
    in_a_year = np.stack([np.linalg.matrix_power(each, 52) for each in home])
    stayed = (1 - drawn["yearly_better_share"]) ** (364 / 365)
    assert in_a_year[:, 0, 0] == pytest.approx(stayed.to_numpy(), rel=1e-6)
    assert (1 - changes[:, 0, 3]) ** (365 / 7) == pytest.approx(np.full(5, 0.75))


def test_every_contact_of_the_schedule_is_planned_for():
    due = contacts.schedules(STUDY.follow_up_schedule)
    schedule = draws.follow_up_steps(STUDY.follow_up_schedule, 7)
    assert np.bincount(schedule.tier).tolist() == due["tier"].value_counts()[list(contacts.TIERS)].tolist()
    of_high = schedule.tier == 0
    assert schedule.due[of_high].tolist() == (due[due["tier"] == "high"]["from_days"] // 7).tolist()


def test_children_are_found_within_the_weeks_of_tracing():
    n, tracing = np.array([5, 3]), np.array([4.0, 2.0])
    closed_at, share = np.array([[0.0, 0, 0, 10, 10], [1, 1, 1, 1, 1]]), np.array([[0.5, 0.5], [0.0, 1.0]])
    found = waves.children_found(n, closed_at, tracing, share, np.random.default_rng(1))
    assert found.n.sum(axis=1).tolist() == [5, 3]
    is_there = found.n > 0
    assert ((found.step >= closed_at) & (found.step < closed_at + tracing[:, None]))[is_there].all()
    assert set(found.area[1][is_there[1]]) == {1}


def test_a_second_wave_comes_later_and_nobody_is_lost():
    one = waves.children_found(
        np.array([3]), np.zeros((1, 3)), np.array([1.0]), np.ones((1, 1)), np.random.default_rng(1)
    )
    both = waves.joined(one, one, 52.0)
    assert both.n.sum() == 6
    assert sorted(both.step[0]) == [0, 0, 0, 52, 52, 52]


def test_roads_are_longer_where_schools_are_farther_and_short_in_town():
    provinces = pd.DataFrame({"school_distance_km": [2.0, 4.0, 100.0], "urban_share": [0.0, 0.0, 0.0]})
    told = parameters(3)
    hours = waves.travel_by_province(told, provinces, longest_road=2.0)
    country = told["travel_hours_country"].to_numpy()
    assert hours[:, 1] == pytest.approx(country)
    assert hours[:, 2] == pytest.approx(2 * country)
    in_town = waves.travel_by_province(told, provinces.assign(urban_share=1.0), 2.0)
    assert in_town == pytest.approx(np.tile(told[["travel_hours_town"]].to_numpy(), 3))


def test_children_go_home_between_where_children_live_and_where_they_are_in_care():
    told = pd.DataFrame({"home_as_children_share": [0.0, 1.0, 0.5]})
    shares = waves.home_shares(told, np.array([30.0, 10.0]), np.array([1.0, 3.0]))
    assert shares == pytest.approx(np.array([[0.25, 0.75], [0.75, 0.25], [0.5, 0.5]]))


def test_posts_are_as_printed():
    printed = rows(response_plan.POST_COUNT).set_index("term")["estimate"]
    assert printed[response_plan.THERE_ARE] == 3764
    n_communes = (store.read("places")["level"] == "commune").sum()
    assert printed[response_plan.THERE_ARE_TO_BE] == 2 * n_communes
    density = rows(response_plan.POST_DENSITY).set_index("term")["estimate"]
    assert density[response_plan.THERE_ARE] == 64.4
    assert density[response_plan.THERE_ARE_TO_BE] == pytest.approx(64.4 * 2 * n_communes / 3764, rel=1e-4)


def test_waves_carry_the_printed_numbers_of_children():
    told = rows(runs.NEEDED)
    assert told["n"].tolist()[:2] == [267, 320]
    assert told["n"].tolist()[4:] == [6000] * 4
    assert told["term"].str.contains("221").sum() == 4
    facilities = 34 * np.array([267 / 34, 6000 / 221])  # children of the second wave: only its facilities are printed
    assert facilities[0] <= told["n"].iloc[2] <= facilities[1]


def test_every_wave_has_every_number_with_its_interval_in_order():
    told = plan().dropna(subset="ci_low")
    is_open = told["ci_high"].isna()
    assert (told["ci_low"] <= told["estimate"]).all()
    assert (told["estimate"] <= told["ci_high"])[~is_open].all()
    per_wave = rows(runs.ON_TIME).groupby("term").size()
    assert len(per_wave) == 8
    assert set(per_wave) == {2}


def test_shorter_ways_and_more_years_need_fewer_workers():
    needed = rows(runs.NEEDED).set_index("term")["estimate"]
    name = "All 221 institutions within {} years"
    assert needed[name.format(2)] < needed[name.format(1)]
    for years in (1, 2):
        assert needed[f"{name.format(years)}, {scenarios.BY_COMMUNE}"] < needed[name.format(years)]


def one_child(**changed):
    """Return the rows of one child at high risk who never leaves, with one worker who never does, at the low ends."""
    told = parameters(1, **{**CERTAIN, "yearly_leaving_share": (0.0, 0.0), **changed})
    at_once, rng = np.zeros((1, 1)), np.random.default_rng(1)
    one = waves.children_found(np.array([1]), at_once, np.array([0.1]), np.ones((1, 1)), rng)
    wave = waves.Wave("one child", one, np.ones(1), told[["travel_hours_team"]].to_numpy(), (), 1, {"n": 1})
    families = runs.Families(np.array([[1.0, 0.0, 0.0]]), np.eye(3, 4)[None])
    return told, pd.DataFrame(runs.wave_rows(wave, told, families, {}, STUDY, rng)).set_index("outcome")


def test_the_cost_is_pay_trips_and_training_by_hand():
    told, found = one_child()
    schedule = draws.follow_up_steps(STUDY.follow_up_schedule, 7)
    n_contacts, n_weeks = (schedule.tier == 0).sum(), (schedule.due + schedule.patience[schedule.line]).max() + 1
    by_hand = n_contacts * told["trip_usd"] * told["trips_per_visit"] + n_weeks * told["pay_usd_month"] * 12 * 7 / 365
    assert found["estimate"][[runs.DUE, runs.ON_TIME, runs.FIRST]].tolist() == [n_contacts, 1, 1]
    assert found["estimate"][runs.COST] == pytest.approx(by_hand.iloc[0])


def test_a_price_that_is_not_known_leaves_the_cost_missing():
    _, found = one_child(pay_usd_month=(np.nan, np.nan))
    assert np.isnan(found["estimate"][runs.COST])
    assert found["note"][runs.COST].endswith("In 100% of draws: not known.")
    assert found["estimate"][runs.NEEDED] == 1


def test_a_number_that_was_not_reached_is_an_open_end():
    middle, low, high = runs._quantiles(np.array([3.0, 4, 5, np.nan]), 0.5)
    assert (middle, low) == (4, 3)
    assert high == 5
    assert np.isnan(runs._quantiles(np.array([3.0, np.nan, np.nan, np.nan]), 0.5)[[0, 2]]).all()
