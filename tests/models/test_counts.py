"""Exact intervals for counts against R 4.2.2 (2022-11-10 r83330); the call stands beside the numbers."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.counts import (
    binomial_interval,
    clustered_count_interval,
    clustered_ratio_interval,
    poisson_interval,
    rate_ratio_interval,
)


def close(found, expected):
    return np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-14)


# poisson.test(count, exposure, conf.level = confidence)$conf.int
POISSON = [
    (0, 1, 0.95, 0.0000000000000000, 3.6888794541139354),
    (1, 1, 0.95, 0.025317807984289897, 5.571643390938898932),
    (117, 389288, 0.95, 0.00024856195859923678, 0.00036019972154974347),
    (4791, 3922525, 0.95, 0.0011870636128622554, 0.0012564921159284620),
    (16579, 5657800, 0.95, 0.0028858539660220673, 0.0029752407896324181),
    (70, 929596, 0.90, 6.1133727369207792e-05, 9.1872812324759857e-05),
]


@pytest.mark.parametrize(("count", "exposure", "confidence", "low", "high"), POISSON)
def test_poisson_interval_is_that_of_r(count, exposure, confidence, low, high):
    close(poisson_interval(count, confidence, exposure), (low, high))


def test_poisson_interval_is_vectorised():
    low, high = poisson_interval([0, 1, 117], 0.95, [1, 1, 389288])
    close(low, [row[3] for row in POISSON[:3]])
    close(high, [row[4] for row in POISSON[:3]])


# poisson.test(c(count, base_count), c(exposure, base_exposure), conf.level = confidence)$conf.int
@pytest.mark.parametrize(
    ("count", "exposure", "base_count", "base_exposure", "confidence", "low", "high"),
    [
        (117, 389288, 139, 3922525, 0.95, 6.574996671004790, 10.924642704214481),
        (0, 10, 7, 20, 0.95, 0.0, 1.3876279601929051),
        (7, 10, 0, 20, 0.95, 2.8826170376704781, np.nan),  # R: Inf; a bound that does not exist is missing
        (11788, 1735275, 4791, 3922525, 0.90, 5.4065970776757863, 5.7217657810735094),
    ],
)
def test_rate_ratio_interval_is_that_of_r(count, exposure, base_count, base_exposure, confidence, low, high):
    close(rate_ratio_interval(count, exposure, base_count, base_exposure, confidence), (low, high))


def test_ratio_of_two_empty_counts_says_nothing():
    close(rate_ratio_interval(0, 10, 0, 20, 0.95), (0.0, np.nan))


# binom.test(n_events, n_trials, conf.level = confidence)$conf.int
@pytest.mark.parametrize(
    ("n_events", "n_trials", "confidence", "low", "high"),
    [
        (0, 10, 0.95, 0.0, 0.30849710781876083),
        (10, 10, 0.95, 0.69150289218123917, 1.0),
        (156, 406, 0.95, 0.33668630468642924, 0.43348718626078842),
        (1, 3, 0.95, 0.0084037586596126413, 0.9057006759497538972),
        (156, 406, 0.80, 0.35254572332256251, 0.41677706708936102),
        (0, 0, 0.95, 0.0, 1.0),  # R refuses; without trials nothing is known
    ],
)
def test_binomial_interval_is_that_of_r(n_events, n_trials, confidence, low, high):
    close(binomial_interval(n_events, n_trials, confidence), (low, high))


def test_clustered_interval_widens_with_the_spread_of_sizes_not_with_their_mean():
    low, high = clustered_count_interval(11788, 267, 1.0, 0.95, 1735275)
    half_width = stats.norm.ppf(0.975) * np.sqrt(2 / 267)
    close((low, high), 11788 / 1735275 * np.exp([-half_width, half_width]))
    wider = clustered_count_interval(11788, 267, 2.0, 0.95, 1735275)
    assert wider[0] < low
    assert wider[1] > high


def test_clusters_of_one_are_a_poisson_count():
    close(
        clustered_count_interval(400, 400, 0.0, 0.95),
        400 * np.exp(np.array([-1, 1]) * stats.norm.ppf(0.975) / 20),
    )


def test_clustered_ratio_adds_the_variances_of_both_sides():
    low, high = clustered_ratio_interval(5.0, 100, 50, 1.0, 0.95)
    close(np.sqrt(low * high), 5.0)
    close(np.log(high / low), 2 * stats.norm.ppf(0.975) * np.sqrt(2 / 100 + 2 / 50))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_interval(-1, 0.95), "counts must be 0 or more"),
        (lambda: poisson_interval(np.nan, 0.95), "none may be missing"),
        (lambda: poisson_interval(1, 0.95, 0), "every exposure must be above 0"),
        (lambda: poisson_interval(1, 1.0), "confidence must lie between 0 and 1"),
        (lambda: poisson_interval(1, 95), "confidence must lie between 0 and 1, not 95"),
        (lambda: binomial_interval(3, 2, 0.95), "more events than trials"),
        (lambda: rate_ratio_interval(1, -1, 1, 1, 0.95), "every exposure must be above 0"),
        (lambda: clustered_count_interval(0, 3, 1, 0.95), "every total must be above 0"),
        (lambda: clustered_count_interval(5, 0, 1, 0.95), "every number of clusters must be above 0"),
        (lambda: clustered_count_interval(5, 3, -1, 0.95), "coefficient of variation"),
    ],
)
def test_impossible_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
