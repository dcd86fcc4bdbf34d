"""Sums below a rank among the first rows: as comparing each with each gives them."""

import numpy as np
import pytest

from analysis.models.survival.ranked_sums import sums_below


@pytest.mark.parametrize(("n", "n_ranks"), [(1, 1), (2, 2), (7, 3), (64, 64), (100, 1), (131, 20)])
def test_sums_are_those_of_each_row_compared_with_each(n, n_ranks):
    rng = np.random.default_rng(n)
    ranks, weights = rng.integers(0, n_ranks, n), rng.random(n)
    bounds, n_first = rng.integers(0, n_ranks + 2, 50), rng.integers(0, n + 1, 50)
    below, equal = sums_below(ranks, weights, n_first, bounds)
    is_first = np.arange(n) < n_first[:, None]
    np.testing.assert_allclose(below, (is_first * (ranks < bounds[:, None])) @ weights, atol=1e-12)
    np.testing.assert_allclose(equal, (is_first * (ranks == bounds[:, None])) @ weights, atol=1e-12)


def test_counts_are_exact():
    ranks = np.random.default_rng(3).integers(0, 500, 2000)
    below, equal = sums_below(ranks, np.ones(2000), np.full(500, 2000), np.arange(500))
    counts = np.bincount(ranks, minlength=500)
    np.testing.assert_array_equal(equal, counts)
    np.testing.assert_array_equal(below, np.cumsum(counts) - counts)


def test_nothing_is_below_where_there_is_no_row():
    below, equal = sums_below(np.empty(0, int), np.empty(0), np.zeros(2, int), np.array([0, 5]))
    assert (below.tolist(), equal.tolist()) == ([0, 0], [0, 0])
