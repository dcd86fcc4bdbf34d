"""Closures: the wave holds the children of the cases, stages are nested, blanks are as often as planted."""

import numpy as np
import pytest

from analysis.simulate.registers import closures


@pytest.fixture(scope="module")
def events(registers):
    return registers["closure_events"]


def test_the_wave_holds_the_very_children_of_the_cases(events, frames, case_choices):
    wave = events[events["closed_on"] == case_choices.closure.closed_on]
    cases = frames["cases"][frames["cases"]["closure_event_id"].notna()]
    assert len(wave) == frames["facilities"]["closed_in_wave_2023"].sum()
    assert wave["n_children_identified"].sum() == len(cases) == 267
    assert wave["n_children_enrolled"].sum() == cases["accepted_on"].notna().sum() == 135
    risk = cases.loc[cases["accepted_on"].notna(), "risk_level"].value_counts()
    assert [wave[f"n_{tier}"].sum() for tier in closures.TIERS] == [risk[tier] for tier in closures.TIERS]
    assert set(wave["closure_mode"]) == {"sudden"}


def test_each_stage_is_a_part_of_the_one_before_and_tiers_make_up_the_enrolled(events):
    counts = events[closures.COUNTS].to_numpy()
    assert (np.diff(counts, axis=1) <= 0).all()
    assert (events[closures.OF_TIERS].sum(axis=1) == events["n_children_enrolled"]).all()


def test_others_close_one_facility_each_within_the_years(events, frames, numbers, case_choices):
    choices = numbers.registers.closure_events
    others = events[events["closed_on"] != case_choices.closure.closed_on]
    assert len(others) == choices.n_others
    assert others["facility_no"].is_unique
    assert others["closed_on"].between(choices.first_on, choices.last_on).all()
    closed = frames["facilities"].set_index("facility_no")["closed_in_wave_2023"]
    assert not others["facility_no"].map(closed).any()


def test_shares_found_are_those_planted(numbers, frames):
    many = numbers.changed("registers.closure_events.n_others", 86)  # all facilities outside the wave
    events = closures.build(many, np.random.default_rng(3), frames, 1.0)
    planned = events[events["closure_mode"] == "planned_transition"]
    for before, after in zip(closures.STAGES, closures.STAGES[1:], strict=False):
        n, found = planned[f"n_children_{before}"].sum(), planned[f"n_children_{after}"].sum()
        share = many.registers.closure_events[f"{after}_share"].planned_transition
        assert abs(found / n - share) < 4 * (share * (1 - share) / n) ** 0.5, after


def test_cells_are_left_blank_as_often_as_planted(numbers, frames):
    blanks = [
        blank
        for seed in range(5)
        for blank in closures.build(numbers, np.random.default_rng(seed), frames, 1.0)["left_blank"]
    ]
    for name, share in numbers.registers.closure_events.blank_share.items():
        found = np.mean([name in blank.split("|") for blank in blanks])
        assert abs(found - share) < 4 * (share * (1 - share) / len(blanks)) ** 0.5, name
