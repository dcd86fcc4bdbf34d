"""Coverage of the exact intervals, worked out without simulation, and of the clustered one in simulated countries."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.counts import clustered_count_interval, poisson_interval, rate_ratio_interval


@pytest.mark.validation
@pytest.mark.parametrize("mean", [0.5, 2.0, 10.0, 117.0])
def test_garwood_never_covers_less_than_it_says(mean):
    counts = np.arange(0, 400)
    low, high = poisson_interval(counts, 0.95)
    assert stats.poisson.pmf(counts[(low <= mean) & (mean <= high)], mean).sum() >= 0.95


@pytest.mark.validation
@pytest.mark.parametrize("ratio", [1.0, 4.0])
def test_conditional_ratio_never_covers_less_than_it_says(ratio):
    first, second = np.meshgrid(np.arange(0, 120), np.arange(0, 60), indexing="ij")
    low, high = rate_ratio_interval(first, 2.0, second, 1.0, 0.95)
    held = (low <= ratio) & ((ratio <= high) | np.isnan(high))
    chance = stats.poisson.pmf(first, 2 * ratio * 5) * stats.poisson.pmf(second, 5)
    assert chance[held].sum() >= 0.95


@pytest.mark.validation
@pytest.mark.parametrize("n_facilities", [50, 139, 267])
def test_clustered_interval_covers_where_the_poisson_one_does_not(n_facilities):
    rng = np.random.default_rng(20150228)
    log_sd, mean_size = np.sqrt(np.log(2)), 40.0  # sizes with a cv of 1
    numbers = rng.poisson(n_facilities, 3000)
    totals = np.round([rng.lognormal(np.log(mean_size) - log_sd**2 / 2, log_sd, number).sum() for number in numbers])
    truth = n_facilities * mean_size
    low, high = clustered_count_interval(totals, numbers, 1.0, 0.95)
    assert 0.93 <= np.mean((low <= truth) & (truth <= high)) <= 0.97
    low, high = poisson_interval(totals, 0.95)
    assert np.mean((low <= truth) & (truth <= high)) < 0.3
