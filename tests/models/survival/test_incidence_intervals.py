"""Intervals from an error or from replicates: closed forms, exact bounds at 0 and 1, replicates without an estimate."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.survival.incidence_intervals import (
    effective_clusters,
    log_log_interval,
    percentile_interval,
    symmetric_interval,
)


def test_clusters_of_one_size_are_as_many_as_they_are_and_unlike_ones_are_fewer():
    assert effective_clusters([7, 7, 7]) == 3
    assert effective_clusters([8, 1, 1]) == pytest.approx(100 / 66)


def test_an_interval_on_the_log_log_scale_is_symmetric_there():
    estimate, error = np.array([0.2]), np.array([0.03])
    low, high = log_log_interval(estimate, error, 0.9, 12, 50)
    reach = stats.t.isf(0.05, 12) * 0.03 / (0.2 * abs(np.log(0.2)))
    assert np.log(-np.log([low[0], high[0]])) == pytest.approx(np.log(-np.log(0.2)) + np.array([reach, -reach]))


def test_none_and_all_have_exact_bounds_and_what_is_missing_has_none():
    estimate = np.array([0.0, 1.0, np.nan, 0.0])
    low, high = log_log_interval(estimate, np.zeros(4), 0.95, np.inf, np.array([20, 20, 20, 0]))
    # R: binom.test(0, 20)$conf.int and binom.test(20, 20)$conf.int
    assert (low[0], high[0]) == pytest.approx((0, 0.1684334705), abs=1e-9)
    assert (low[1], high[1]) == pytest.approx((0.8315665295, 1), abs=1e-9)
    assert np.isnan([low[2], high[2]]).all()
    assert (low[3], high[3]) == (0, 1), "of nobody nothing is known"


def test_a_time_is_a_share_of_the_horizon():
    of_share = log_log_interval(np.array([0.25]), np.array([0.05]), 0.95, 9, 30)
    of_time = log_log_interval(np.array([100.0]), np.array([20.0]), 0.95, 9, 30, largest=400.0)
    assert np.ravel(of_time) == pytest.approx(400 * np.ravel(of_share))


def test_a_symmetric_interval_is_students():
    low, high = symmetric_interval(np.array([-1.0]), np.array([0.5]), 0.95, 4)
    assert (low[0], high[0]) == pytest.approx((-1 - 0.5 * 2.776445105, -1 + 0.5 * 2.776445105))  # R: qt(0.975, 4)


def test_quantiles_of_replicates_are_those_of_the_replicates_that_have_an_estimate():
    rng = np.random.default_rng(4)
    replicates = rng.normal(size=(41, 3))
    replicates[::3, 1] = np.nan
    replicates[:, 2] = np.nan
    low, high = percentile_interval(replicates, 0.9)
    for column in (0, 1):
        kept = replicates[np.isfinite(replicates[:, column]), column]
        assert (low[column], high[column]) == pytest.approx(tuple(np.quantile(kept, [0.05, 0.95])))
    assert np.isnan([low[2], high[2]]).all()
    assert np.ravel(percentile_interval(np.array([[0.3]]), 0.9)).tolist() == [0.3, 0.3]
