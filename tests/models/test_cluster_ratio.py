"""Ratio of totals over few clusters of unequal sizes: R's numbers, closed forms, and what is refused."""

import numpy as np
import pytest

from analysis.models.cluster_ratio import cluster_ratio, share_interval
from analysis.models.cluster_totals import clustered_share_interval

Y, X = [310.0, 1250.0, 90.0, 2600.0, 480.0, 75.0], [12.0, 40.0, 5.0, 61.0, 25.0, 2.0]


def test_error_and_degrees_of_freedom_are_those_of_clubsandwich():
    # R 4.2.2, clubSandwich 0.5.8: y <- c(310,1250,90,2600,480,75); x <- c(12,40,5,61,25,2)
    #    m <- lm(y/x ~ 1, weights = x); V <- vcovCR(m, cluster = 1:6, type = "CR2", target = rep(1, 6))
    #    sqrt(V); ct <- coef_test(m, vcov = V, test = "Satterthwaite"); ct$df_Satt
    #    coef(m) * exp(c(-1, 1) * qt(.975, ct$df_Satt) * sqrt(V[1]) / coef(m))
    found = cluster_ratio(Y, X)
    assert found.estimate == pytest.approx(33.13793103448, abs=1e-11)
    assert found.standard_error == pytest.approx(6.51384098641, abs=1e-11)
    assert found.degrees_of_freedom == pytest.approx(1.567596026676, abs=1e-11)
    assert found.interval(0.95) == pytest.approx((10.87911420336, 100.93859230814), abs=1e-9)


def test_clusters_of_one_size_have_the_usual_error_and_a_degree_of_freedom_fewer_than_clusters():
    ratios = np.array([3.0, 5.0, 4.0, 9.0, 4.0])
    found = cluster_ratio(ratios * 7, np.full(5, 7))
    assert found.standard_error == pytest.approx(ratios.std(ddof=1) / np.sqrt(5))
    assert found.degrees_of_freedom == pytest.approx(4)


def test_degrees_of_freedom_are_those_of_the_quadratic_form_written_out():
    x = np.array([30.0, 4.0, 11.0, 0.0, 55.0, 8.0, 8.0])
    shares = x / x.sum()
    away = np.eye(7) - np.outer(np.ones(7), shares)
    expected = np.diag(away @ away.T)
    form = away.T @ np.diag(shares**2 / expected) @ away
    found = cluster_ratio(x * 2 + 1, x)
    assert found.degrees_of_freedom == pytest.approx(np.trace(form) ** 2 / np.trace(form @ form))
    assert found.n_clusters == 6, "the one without a denominator gives no ratio"


def test_units_change_the_numbers_and_not_what_is_known():
    one, other = cluster_ratio(Y, X), cluster_ratio(np.array(Y) * 4000, np.array(X) / 12)
    assert other.estimate == pytest.approx(one.estimate * 48000)
    assert np.array(other.interval(0.9)) == pytest.approx(np.array(one.interval(0.9)) * 48000)
    assert other.degrees_of_freedom == pytest.approx(one.degrees_of_freedom)


def test_a_wider_confidence_has_a_wider_interval_that_holds_the_ratio():
    found = cluster_ratio(Y, X)
    (low, high), (lower, higher) = found.interval(0.5), found.interval(0.95)
    assert 0 < lower < low < found.estimate < high < higher


def test_money_before_the_first_month_counts():
    found = cluster_ratio([*Y, 500], [*X, 0])
    assert found.estimate == pytest.approx((sum(Y) + 500) / sum(X))
    assert found.n_clusters == len(X)


def test_clusters_with_nothing_are_not_there():
    assert cluster_ratio([*Y, 0, 0], [*X, 0, 0]) == cluster_ratio(Y, X)


@pytest.mark.parametrize(("y", "x"), [([5], [10]), ([5, 9], [10, 12]), ([5, 900, 3], [1, 1000, 1])])
def test_where_one_cluster_tells_nearly_all_there_is_no_interval(y, x):
    found = cluster_ratio(y, x)
    assert found.estimate == pytest.approx(sum(y) / sum(x))
    assert found.degrees_of_freedom == 0
    assert np.isnan(found.interval(0.95)).all()


def test_nothing_spent_anywhere_has_no_upper_end():
    low, high = cluster_ratio([0, 0, 0], [10, 20, 15]).interval(0.95)
    assert low == 0
    assert np.isnan(high)


@pytest.mark.parametrize(
    ("y", "x", "said"),
    [
        ([1, 2], [1, 2, 3], "one length"),
        ([[1], [2]], [[1], [2]], "one length"),
        ([1, -2], [1, 2], "0 or more"),
        ([1, np.nan], [1, 2], "0 or more"),
        ([1, 2], [0, 0], "nothing to divide by"),
        ([], [], "nothing to divide by"),
    ],
)
def test_what_is_no_ratio_is_refused(y, x, said):
    with pytest.raises(ValueError, match=said):
        cluster_ratio(y, x)


def test_a_confidence_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        cluster_ratio(Y, X).interval(95)


def test_shares_in_clusters_of_one_size_have_the_usual_interval_and_in_unequal_ones_a_wider():
    equal = [4, 9, 6, 2, 7], [20] * 5
    assert share_interval(*equal, 0.95) == pytest.approx(clustered_share_interval(*equal, 0.95))
    unequal = [14, 3, 1, 2, 6], [50, 14, 9, 25, 31]
    low, high = share_interval(*unequal, 0.95)
    usual = clustered_share_interval(*unequal, 0.95)
    assert 0 < low < usual[0] < sum(unequal[0]) / sum(unequal[1]) < usual[1] < high < 1


@pytest.mark.parametrize(("hits", "of"), [([0, 0, 0], [5, 8, 9]), ([5, 8, 9], [5, 8, 9])])
def test_a_share_of_none_or_all_has_the_exact_interval_of_so_many_clusters(hits, of):
    assert share_interval(hits, of, 0.95) == clustered_share_interval(hits, of, 0.95)


def test_a_share_that_one_cluster_tells_is_not_known():
    assert share_interval([300, 1], [1000, 2], 0.95) == (0.0, 1.0)
