"""Schedules: lines, in the order in which they are served, and what falls due between two ages."""

import numpy as np
import pytest

from analysis.models.caseload.schedule import visit_schedule

TIER = [1, 0, 0, 0, 1]
DUE, IN_TIME, LAST = [2, 0, 1, 5, 6], [3, 0, 1, 6, 6], [5, 0, 4, 8, 9]


@pytest.fixture
def schedule():
    return visit_schedule(TIER, DUE, IN_TIME, LAST, 2)


def test_visits_are_put_in_order_and_lines_are_urgent_first_then_first_contacts_then_short_of_patience(schedule):
    assert schedule.tier.tolist() == [0, 0, 0, 1, 1]
    assert schedule.due.tolist() == [0, 1, 5, 2, 6]
    assert schedule.line_tier.tolist() == [0, 0, 0, 1, 1]
    assert schedule.line_is_first.tolist() == [True, False, False, True, False]
    assert list(zip(schedule.tolerance, schedule.patience, strict=True)) == [(0, 0), (0, 3), (1, 3), (1, 3), (0, 3)]
    assert schedule.line.tolist() == [0, 1, 2, 3, 4]


def test_visits_alike_share_a_line():
    schedule = visit_schedule([0] * 4, [1, 2, 3, 9], [1, 3, 4, 10], [1, 5, 6, 12], 1)
    assert schedule.line.tolist() == [0, 1, 1, 1]


def test_what_falls_due_between_two_ages_lies_between_their_places(schedule):
    places = schedule.next_visits()
    assert schedule.length == 7
    assert places[0].tolist() == [0, 1, 2, 2, 2, 2, 3, 3]
    assert places[1].tolist() == [3, 3, 3, 4, 4, 4, 4, 5]


def test_a_tier_may_have_no_visit_at_all():
    places = visit_schedule([0, 2], [1, 1], [1, 1], [1, 1], 3).next_visits()
    assert np.diff(places, axis=1).sum(axis=1).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"in_time_until": [1, 0, 1, 6, 6]}, "not in that order"),
        ({"lapses_after": [5, 0, 4, 5, 9]}, "not in that order"),
        ({"tier": [2, 0, 0, 0, 1]}, "numbered 0 to 1"),
        ({"due": [2, 0, 1, np.nan, 6]}, "whole numbers"),
        ({"due": [2, 0, 0.5, 5, 6]}, "whole numbers"),
        ({"due": [2, 0]}, "at least one visit"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(change, message):
    given = {"tier": TIER, "due": DUE, "in_time_until": IN_TIME, "lapses_after": LAST}
    with pytest.raises(ValueError, match=message):
        visit_schedule(**{**given, **change}, n_tiers=2)


def test_no_visits_are_refused():
    with pytest.raises(ValueError, match="at least one visit"):
        visit_schedule([], [], [], [], 1)


def test_of_two_visits_due_in_one_step_the_one_given_first_is_the_first_contact():
    schedule = visit_schedule([0, 0], [0, 0], [5, 2], [9, 9], 1)
    assert schedule.line_is_first[schedule.line].tolist() == [True, False]
    assert schedule.tolerance[schedule.line].tolist() == [5, 2]
