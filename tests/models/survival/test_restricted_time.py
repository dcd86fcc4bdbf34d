"""Time at home and time lost: areas under the curves, by hand, that add up."""

import numpy as np
import pytest

from analysis.models.survival.counting import ObservationError
from analysis.models.survival.incidence import incidence
from analysis.models.survival.restricted_time import restricted_time


def test_nobody_lost_is_the_plain_mean():
    # of 10 days at home: 2, 4, 10 and 10; the first is lost to cause 1 for 8 days, the second to cause 2 for 6
    found = restricted_time(0, [2, 4, 12, 15], [1, 2, 1, 0], 2, 10)
    assert found.free[0] == pytest.approx(26 / 4)
    np.testing.assert_allclose(found.lost[0], [8 / 4, 6 / 4])
    error = np.std([2, 4, 10, 10]) / 2  # of a mean, with n and not n - 1
    assert found.free_errors[0] == pytest.approx(error)


def test_it_is_the_area_under_the_curve():
    rng = np.random.default_rng(2)
    entry, length, cause = rng.integers(0, 20, 300), rng.integers(1, 100, 300), rng.integers(0, 3, 300)
    exit, days = entry + length, np.arange(60)  # noqa: A001
    curve = incidence(entry, exit, cause, 2, days).estimates  # constant within a day
    found = restricted_time(entry, exit, cause, 2, [60])
    np.testing.assert_allclose(found.lost[0], curve.sum(axis=0))
    assert found.free[0] + found.lost[0].sum() == pytest.approx(60)


def test_intervals_stay_within_the_horizon_and_few_agencies_widen_them():
    exit, cause = np.array([1, 9, 9, 9, 9, 9, 9, 9]), np.array([1, 0, 0, 0, 0, 0, 0, 0])  # noqa: A001
    alone = restricted_time(0, exit, cause, 1, 8)
    low, high = alone.free_interval(0.95)
    assert low[0] < alone.free[0] < high[0] <= 8
    assert alone.lost_interval(0.95)[0][0, 0] >= 0
    shared = restricted_time(0, exit, cause, 1, 8, clusters=[1, 1, 1, 1, 2, 2, 2, 2])
    assert shared.df == pytest.approx(1)
    assert shared.free_interval(0.95)[0][0] < low[0]


def test_who_has_all_come_to_an_end_need_not_be_observed_any_longer():
    found = restricted_time(0, [2, 4], [1, 2], 2, 7)
    assert found.free.tolist() == [3]
    assert found.lost.tolist() == [[2.5, 1.5]]


def test_a_horizon_nobody_was_observed_to_is_missing():
    found = restricted_time(0, [5, 6], [1, 0], 1, [4, 7])
    assert np.isfinite(found.free[0])
    assert np.isnan([found.free[1], found.lost[1, 0], found.free_interval(0.95)[0][1]]).all()
    with pytest.raises(ObservationError, match="times must be"):
        restricted_time(0, [5, 6], [1, 0], 1, [np.inf])
