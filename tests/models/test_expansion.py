"""Expansion by one rate and what its interval becomes if clusters differ."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.expansion import (
    between_cluster_interval,
    cv_from_facilities,
    expansion_factor,
    one_rate_interval,
    overdispersion,
)

CHILDREN, INSTITUTIONS, ALL_CHILDREN = 3588, 122, 48775  # Stark et al. 2017, abstract


def test_one_factor_gives_both_printed_totals():
    factor = expansion_factor(ALL_CHILDREN, CHILDREN)
    assert factor == pytest.approx(13.594, abs=0.0005)
    assert round(factor * INSTITUTIONS) == 1658  # printed in the summary of the report


def test_one_rate_interval_is_that_of_the_evidence_file():
    low, high = one_rate_interval(CHILDREN, expansion_factor(ALL_CHILDREN, CHILDREN), 0.95)
    assert (round(low), round(high)) == (47179, 50371)


def test_between_cluster_interval_is_that_of_r():
    # R 4.2.2: 48775 * exp(c(-1, 1) * qt(.975, 23) * sqrt(1/3588 + 1.5^2/24))
    found = between_cluster_interval(CHILDREN, ALL_CHILDREN / CHILDREN, 24, 1.5, 0.95)
    assert found == pytest.approx((25864.791309516986, 91978.342161401612), rel=1e-8)


def test_without_variation_between_many_clusters_it_is_nearly_the_one_rate_interval():
    alike = between_cluster_interval(CHILDREN, 10.0, 100_000, 0.0, 0.95)
    assert alike == pytest.approx(one_rate_interval(CHILDREN, 10.0, 0.95), rel=1e-3)


def test_overdispersion_is_the_variance_of_the_count_over_poisson():
    """Twenty-four clusters of gamma rates: the simulated ratio of variance to mean."""
    rng = np.random.default_rng(20150228)
    counts = rng.poisson(rng.gamma(1 / 0.8**2, 0.8**2, size=(40_000, 24)) * CHILDREN / 24).sum(axis=1)
    assert counts.var() / counts.mean() == pytest.approx(overdispersion(CHILDREN, 24, 0.8), rel=0.03)


def test_facilities_alone_make_clusters_differ():
    """The cv that makes the between-cluster variance equal to that of a compound Poisson total."""
    cv = cv_from_facilities(INSTITUTIONS, 1.0, 24)
    assert cv**2 / 24 == pytest.approx((1 + 1.0**2) / INSTITUTIONS)
    assert cv == pytest.approx(0.627, abs=0.0005)
    assert cv_from_facilities(100, 2.0, 25) == pytest.approx(np.sqrt(25 * 5 / 100)), "the square of the sizes' cv"


def test_higher_confidence_and_more_variation_widen():
    def width(cv, confidence):
        return float(np.ptp(np.log(between_cluster_interval(100, 1.0, 24, cv, confidence))))

    assert width(1.0, 0.95) < width(1.5, 0.95)
    assert width(1.0, 0.8) / width(1.0, 0.95) == pytest.approx(stats.t.ppf(0.9, 23) / stats.t.ppf(0.975, 23))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: expansion_factor(0, 10), "total must be above 0"),
        (lambda: expansion_factor(10, np.nan), "count must be above 0"),
        (lambda: one_rate_interval(10, -1, 0.95), "factor must be above 0"),
        (lambda: one_rate_interval(10, 1, 95), "confidence must lie between 0 and 1"),
        (lambda: between_cluster_interval(10, 1, 1, 0.5, 0.95), "at least two clusters"),
        (lambda: between_cluster_interval(10, 1, 24, -0.5, 0.95), "0 or more"),
        (lambda: cv_from_facilities(0, 1, 24), "number of facilities must be above 0"),
    ],
)
def test_impossible_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
