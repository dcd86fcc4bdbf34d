"""Events noticed at visits: the bounds hold every time at which they can have happened; the time of notice is late."""

from itertools import product

import numpy as np
import pytest

from analysis.models.survival.counting import ObservationError, count_events, observed, times_of_events
from analysis.models.survival.interval_bounds import interval_bounds

TIMES = np.array([30, 90, 180, 365])


def made_up(seed=1, n=2000, gap=60):
    """Return rows of children who are visited every ``gap`` days or so, and the incidence when it happens."""
    rng = np.random.default_rng(seed)
    back, end = rng.exponential(500, n), rng.integers(200, 800, n)
    phase = rng.integers(1, gap, n)
    noticed = np.ceil((back - phase) / gap) * gap + phase
    last = np.maximum(noticed - gap, 0)
    is_event = noticed <= end
    stops = np.maximum(np.floor((end - phase) / gap) * gap + phase, 1)  # the last visit that found the child at home
    truth = 1 - np.exp(-TIMES / 500)
    return {
        "entry": 0,
        "exit": np.where(is_event, noticed, stops),
        "cause": is_event.astype(int),
        "n_causes": 1,
        "times": TIMES,
        "last_known": last,
    }, truth


def test_bounds_hold_the_truth_the_middle_is_near_and_notice_is_late():
    rows, truth = made_up()
    found = interval_bounds(**rows)
    error = found.middle.standard_errors[:, 0]
    assert (found.low[:, 0] - 3 * error < truth).all()
    assert (truth < found.high[:, 0] + 3 * error).all()
    assert (np.abs(found.middle.estimates[:, 0] - truth) < 3.5 * error).all()
    assert (found.noticed.estimates[:3, 0] < truth[:3] - 2 * error[:3]).all()


def every_placement(exit, cause, last):  # noqa: A002
    days = [range(int(a) + 1, int(b) + 1) if c else [int(b)] for a, b, c in zip(last, exit, cause, strict=True)]
    return np.array(list(product(*days)), dtype=float)


def test_bounds_are_the_extremes_of_all_times_within_the_intervals():
    rng = np.random.default_rng(1)
    for _ in range(25):
        exit, cause = rng.integers(1, 9, 6), rng.choice([0, 0, 1, 2], 6)  # noqa: A001
        last = np.maximum(exit - rng.integers(1, 4, 6), 0)
        found = interval_bounds(0, exit, cause, 2, [4], last)
        if np.isnan(found.low).any():
            continue
        rows = [observed(0, ends, cause, 2) for ends in every_placement(exit, cause, last)]
        reached = np.array([count_events(some, times_of_events(some, 4)).increments().sum(axis=-1) for some in rows])
        np.testing.assert_allclose(found.low[0], reached.min(axis=0), atol=1e-12)
        np.testing.assert_allclose(found.high[0], reached.max(axis=0), atol=1e-12)


def test_days_that_are_known_leave_nothing_open():
    exit, cause = np.array([5, 9, 20, 30.0]), np.array([1, 2, 0, 1])  # noqa: A001
    found = interval_bounds(0, exit, cause, 2, [8, 25], exit - 1)
    np.testing.assert_array_equal(found.low, found.high)
    np.testing.assert_array_equal(found.middle.estimates, found.noticed.estimates)
    assert found.n_wide.tolist() == [[0, 0], [0, 0]]


def test_the_interval_holds_chance_beyond_the_bounds_and_half_days_of_others_stay():
    rows, _ = made_up(n=200)
    found = interval_bounds(**rows)
    low, high = found.interval(0.95)
    assert (low[1:] < found.low[1:]).all()
    assert (found.high < high).all()
    halves = interval_bounds(0, [2.5, 4.4], [0, 1], 1, [4.4], [np.nan, 3.4])
    assert halves.middle.n_at_risk.tolist() == [1]
    assert halves.middle.estimates[0, 0] == 1


def test_three_children_by_hand():
    # the first came back between days 2 and 6, the second on a day after its entry on day 3, the third was at home
    found = interval_bounds([0, 3, 0], [6, 8, 9], [1, 1, 0], 1, [5], [2, np.nan, np.nan])
    assert found.high[0, 0] == pytest.approx(1 - (1 / 2) * (1 / 2)), "day 3 one of two, day 4 one of two"
    assert found.low[0, 0] == 0
    assert found.middle.estimates[0, 0] == pytest.approx(1 / 3), "days 4 and 6"
    assert found.n_wide.tolist() == [[2]]


def test_the_least_has_early_what_must_be_by_then_and_the_rest_after_it():
    # one came back on days 1 to 3 and one on days 4 to 6; one was lost on day 2, one is at home
    found = interval_bounds(0, [3, 2, 6, 9], [1, 0, 1, 0], 1, [4], [0, np.nan, 3, np.nan])
    assert found.low[0, 0] == pytest.approx(1 / 4), "one of four on day 1, not one of three on day 3"
    assert found.high[0, 0] == pytest.approx(1 / 3 + 2 / 3 / 2), "one of three on day 3, one of two on day 4"


def test_an_event_known_not_to_have_happened_by_then_is_refused():
    with pytest.raises(ObservationError, match="not after the last time"):
        interval_bounds(0, [5, 6], [1, 0], 1, [3], [5, 2])
    with pytest.raises(ObservationError, match="step must be above 0"):
        interval_bounds(0, [5, 6], [1, 0], 1, [3], [2, 2], step=0)
