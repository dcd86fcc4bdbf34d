"""The jackknife equals what it must for a mean, widens for few clusters, and ranks hold what cannot be told apart."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.left_out import MOST_LEFT_OUT, clustered_means, jackknifed, left_out_groups, rank_intervals

VALUES = np.array([2.0, 3.5, 1.0, 4.0, 2.5, 6.0])


def test_of_a_mean_of_clusters_of_one_it_is_the_ordinary_error():
    found = clustered_means(VALUES[:, None], np.ones((6, 1)))
    assert found.estimates[0] == VALUES.mean()
    assert found.standard_errors[0] == pytest.approx(VALUES.std(ddof=1) / np.sqrt(6), rel=1e-12)
    low, high = found.interval(0.95)
    expected = stats.t.interval(0.95, 5, VALUES.mean(), VALUES.std(ddof=1) / np.sqrt(6))
    assert (low[0], high[0]) == pytest.approx(expected)


def test_of_a_ratio_it_is_what_r_makes_of_the_formula():
    """R 4.2.2: x <- c(2, 3.5, 1, 4, 2.5, 6); n <- c(3, 2, 1, 4, 2, 5); theta <- function(i) sum(x[i]) / sum(n[i]);
    sqrt(5 / 6 * sum((sapply(1:6, function(i) theta(-i)) - theta(1:6))^2)) is 0.126823777680."""
    found = clustered_means(VALUES[:, None], np.array([[3.0], [2], [1], [4], [2], [5]]))
    assert found.estimates[0] == pytest.approx(19 / 17)
    assert found.standard_errors[0] == pytest.approx(0.126823777680, abs=1e-11)


def test_a_mean_that_one_cluster_alone_holds_has_no_interval():
    found = clustered_means(np.array([[1.0, 5], [2, 0]]), np.array([[1.0, 2], [1, 0]]))
    low, high = found.interval(0.95)
    assert np.isfinite([low[0], high[0]]).all()
    assert np.isnan([low[1], high[1]]).all()


def test_one_cluster_and_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="two or more clusters"):
        jackknifed([1.0], [[1.0]])
    with pytest.raises(ValueError, match="two or more clusters"):
        jackknifed([1.0, 2.0], [[1.0], [2.0]])


def ranked(means, spread, n_clusters=12):
    rng = np.random.default_rng(2)
    values = np.array(means) + spread * rng.normal(size=(n_clusters, len(means)))
    return rank_intervals(clustered_means(values, np.ones_like(values)), 0.95)


def test_what_is_far_apart_has_its_rank_and_what_is_alike_has_them_all():
    low, high = ranked([1, 5, 3], 0.1)
    assert low.tolist() == high.tolist() == [3, 1, 2]
    low, high = ranked([1, 1, 1, 9], 0.5)
    assert low.tolist() == [2, 2, 2, 1]
    assert high.tolist() == [4, 4, 4, 1]


def test_ranks_hold_the_planted_ones_at_least_as_often_as_they_say():
    rng, means = np.random.default_rng(4), np.array([0.0, 0.1, 0.2, 0.5, 1.0])
    true = (-means).argsort().argsort() + 1
    held = []
    for _ in range(200):
        values = means + rng.normal(0, 0.2, (11, 5)) + rng.normal(0, 0.5, (11, 1))
        low, high = rank_intervals(clustered_means(values, np.ones_like(values)), 0.95)
        held.append((low <= true) & (true <= high))
    assert np.mean(held, axis=0).min() > 0.95


def test_many_clusters_are_left_out_in_groups_alike_in_size_and_few_one_by_one():
    few = np.array(["c", "a", "b"])
    assert [group.tolist() for group in left_out_groups(few)] == [["c"], ["a"], ["b"]]
    many = np.arange(3 * MOST_LEFT_OUT + 7)
    groups = left_out_groups(many)
    assert len(groups) == MOST_LEFT_OUT
    assert sorted(np.concatenate(groups)) == many.tolist()
    assert {len(group) for group in groups} == {3, 4}


def test_groups_give_the_error_that_clusters_give():
    values = np.random.default_rng(1).normal(size=4000)
    left_out = np.array([[np.delete(values, group).mean()] for group in left_out_groups(np.arange(4000))])
    assert jackknifed(values.mean(), left_out).standard_errors[0] == pytest.approx(
        values.std() / np.sqrt(4000), rel=0.15
    )


@pytest.mark.parametrize(("n_clusters", "n_fits"), [(99, 99), (100, 100), (101, 100), (1000, 100)])
def test_no_more_than_a_hundred_fits_are_asked_for(n_clusters, n_fits):
    assert len(left_out_groups(np.arange(n_clusters))) == n_fits
