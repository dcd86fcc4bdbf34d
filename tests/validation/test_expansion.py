"""Coverage of the interval of an expanded total in simulated two-stage samples: communes drawn, children counted."""

import numpy as np
import pytest

from analysis.models.expansion import between_cluster_interval, one_rate_interval

N_COMMUNES, N_CHILDREN = 24, 3588  # the sample of Stark et al. 2017
N_SAMPLES = 4000
CONFIDENCE = 0.95


def sampled_counts(cv, shape, rng):
    """Return the children counted in samples of communes whose rates have mean 1 and this cv."""
    size = (N_SAMPLES, N_COMMUNES)
    log_sd = np.sqrt(np.log1p(cv**2))
    rates = {
        "gamma": lambda: rng.gamma(1 / cv**2, cv**2, size),
        "log-normal": lambda: rng.lognormal(-(log_sd**2) / 2, log_sd, size),
    }[shape]()
    return rng.poisson(rates * N_CHILDREN / N_COMMUNES).sum(axis=1)


def coverage(counts, interval):
    ends = np.array([interval(count) for count in counts])
    return np.mean((ends[:, 0] <= N_CHILDREN) & (ends[:, 1] >= N_CHILDREN))


@pytest.mark.validation
@pytest.mark.parametrize("shape", ["gamma", "log-normal"])
@pytest.mark.parametrize("cv", [0.63, 1.0, 1.5, 2.0])
def test_the_interval_covers_when_the_assumed_variation_is_the_true_one(cv, shape):
    counts = sampled_counts(cv, shape, np.random.default_rng(20150228))
    found = coverage(counts, lambda count: between_cluster_interval(count, 1.0, N_COMMUNES, cv, CONFIDENCE))
    assert 0.935 <= found <= 0.99


@pytest.mark.validation
@pytest.mark.parametrize(
    ("true_cv", "assumed_cv", "low", "high"), [(2.0, 1.0, 0.65, 0.80), (1.5, 0.63, 0.58, 0.68), (1.0, 2.0, 0.99, 1.0)]
)
def test_a_wrong_assumption_shows_in_the_coverage(true_cv, assumed_cv, low, high):
    """Half the true variation assumed: about three in four intervals hold the truth; twice: nearly all do."""
    for shape in ("gamma", "log-normal"):
        counts = sampled_counts(true_cv, shape, np.random.default_rng(20150228))
        found = coverage(counts, lambda count: between_cluster_interval(count, 1.0, N_COMMUNES, assumed_cv, CONFIDENCE))
        assert low <= found <= high


@pytest.mark.validation
def test_the_one_rate_interval_fails_as_soon_as_communes_differ():
    """The interval of the Poisson count alone holds the truth in about one sample of seven at a cv of 1."""
    counts = sampled_counts(1.0, "gamma", np.random.default_rng(20150228))
    assert coverage(counts, lambda count: one_rate_interval(count, 1.0, CONFIDENCE)) < 0.2


@pytest.mark.validation
def test_facilities_of_unequal_size_alone_make_the_one_rate_interval_too_narrow():
    """Institutions strewn at random over communes of equal rate, log-normal sizes with a cv of 1."""
    rng = np.random.default_rng(20150228)
    log_sd = np.sqrt(np.log(2))
    totals = np.array(
        [
            rng.lognormal(np.log(N_CHILDREN / 122) - log_sd**2 / 2, log_sd, rng.poisson(122)).sum()
            for _ in range(N_SAMPLES)
        ]
    )
    assert coverage(totals, lambda count: one_rate_interval(count, 1.0, CONFIDENCE)) < 0.3
    cv = np.sqrt(N_COMMUNES * 2 / 122)
    found = coverage(totals, lambda count: between_cluster_interval(count, 1.0, N_COMMUNES, cv, CONFIDENCE))
    assert 0.93 <= found <= 0.98
