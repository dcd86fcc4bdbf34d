"""Exact intervals for counts, rates, ratios of rates and shares, and one for people counted in clusters.

All functions take scalars or arrays that broadcast together and return ``(low, high)`` arrays of that shape (0-d for
scalars). A bound that does not exist (the upper bound of a ratio over a zero count) is missing (``nan``).

References: Garwood (1936) Biometrika 28:437-442; Clopper and Pearson (1934) Biometrika 26:404-413; Przyborowski
and Wilenski (1940) Biometrika 31:313-323. Held to R's ``poisson.test`` and ``binom.test`` in the tests.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

Bounds = tuple[np.ndarray, np.ndarray]


def poisson_interval(count: ArrayLike, confidence: float, exposure: ArrayLike = 1.0) -> Bounds:
    """Return the exact (Garwood) interval of a Poisson rate: the mean count per unit of ``exposure``.

    Estimand: E(count) / exposure, in counts per unit of exposure. At a count of 0 the lower bound is 0.
    ASSUME: the events behind the count happened independently of one another.
    Raises ``ValueError`` for a negative or missing count, an exposure not above 0, a confidence outside (0, 1).

    >>> [round(float(end), 2) for end in poisson_interval(10, 0.95)]
    [4.8, 18.39]
    """
    tail = tail_of(confidence)
    count, exposure = np.broadcast_arrays(_counts(count), _exposures(exposure))
    low = np.where(count > 0, stats.gamma.ppf(tail, np.maximum(count, 1)), 0.0)
    return low / exposure, stats.gamma.isf(tail, count + 1) / exposure


def binomial_interval(n_events: ArrayLike, n_trials: ArrayLike, confidence: float) -> Bounds:
    """Return the exact (Clopper-Pearson) interval of a share, ``n_events`` of ``n_trials``; 0 to 1 without trials.

    Estimand: the probability of the event, 0 to 1. ASSUME: trials are independent and share one probability.
    Raises ``ValueError`` for negative counts, more events than trials, a confidence outside (0, 1).

    >>> [round(float(end), 3) for end in binomial_interval(0, 30, 0.95)]
    [0.0, 0.116]
    """
    tail = tail_of(confidence)
    n_events, n_trials = np.broadcast_arrays(_counts(n_events), _counts(n_trials))
    if (n_events > n_trials).any():
        raise ValueError("more events than trials; n_events must not exceed n_trials")
    n_others = n_trials - n_events
    low = np.where(n_events > 0, stats.beta.ppf(tail, np.maximum(n_events, 1), n_others + 1), 0.0)
    high = np.where(n_others > 0, stats.beta.isf(tail, n_events + 1, np.maximum(n_others, 1)), 1.0)
    return low, high


def rate_ratio_interval(
    count: ArrayLike, exposure: ArrayLike, base_count: ArrayLike, base_exposure: ArrayLike, confidence: float
) -> Bounds:
    """Return the exact conditional interval of the ratio of two independent Poisson rates, first over base.

    Given the sum of both counts the first is binomial with p = ratio * exposure / (ratio * exposure +
    base_exposure); its Clopper-Pearson bounds are turned into bounds of the ratio. A first count of 0 gives a lower
    bound of 0, a base count of 0 a missing upper bound.
    ASSUME: both counts are Poisson and independent of each other (no area lies inside the other).
    Raises ``ValueError`` as ``poisson_interval`` does.
    """
    count, base_count = _counts(count), _counts(base_count)
    per_exposure = _exposures(base_exposure) / _exposures(exposure)
    low, high = binomial_interval(count, count + base_count, confidence)
    with np.errstate(divide="ignore"):
        upper = high / (1 - high) * per_exposure
    return low / (1 - low) * per_exposure, np.where(np.isfinite(upper), upper, np.nan)


def clustered_count_interval(
    total: ArrayLike, n_clusters: ArrayLike, size_cv: float, confidence: float, exposure: ArrayLike = 1.0
) -> Bounds:
    """Return the interval of a rate of people who are counted in clusters, as children are in facilities.

    Estimand: E(total) / exposure for a compound Poisson total: a Poisson number of clusters m of mean size s and
    coefficient of variation ``size_cv``, so var(total) = m s^2 (1 + size_cv^2) and the relative variance is
    (1 + size_cv^2) / m, whatever s is. Normal on the log scale, so meant for a dozen clusters or more.
    ASSUME: clusters arise independently and their sizes do not depend on how many there are.
    Raises ``ValueError`` as ``poisson_interval`` does, and for a total or number of clusters of 0 or a negative cv.
    """
    total, exposure = _counts(total), _exposures(exposure)
    log_sd = np.sqrt(_relative_variance(n_clusters, size_cv))
    return _around(_positive(total, "total") / exposure, log_sd, confidence)


def clustered_ratio_interval(
    ratio: ArrayLike, n_clusters: ArrayLike, n_base_clusters: ArrayLike, size_cv: float, confidence: float
) -> Bounds:
    """Return the interval of a ``ratio`` of two rates of people counted in clusters.

    Estimand: the ratio of two of the rates of ``clustered_count_interval``; on the log scale their variances add up.
    ASSUME: the two totals are independent of each other (no area lies inside the other).
    Raises ``ValueError`` as ``clustered_count_interval`` does, and for a ratio not above 0.
    """
    variance = _relative_variance(n_clusters, size_cv) + _relative_variance(n_base_clusters, size_cv)
    return _around(_positive(ratio, "ratio"), np.sqrt(variance), confidence)


def tail_of(confidence: float) -> float:
    """Return the probability beyond each end of a two-sided interval. Raises ``ValueError`` outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / 2


def _around(estimate: np.ndarray, log_sd: np.ndarray, confidence: float) -> Bounds:
    half_width = stats.norm.isf(tail_of(confidence)) * log_sd
    return estimate * np.exp(-half_width), estimate * np.exp(half_width)


def _relative_variance(n_clusters: ArrayLike, size_cv: float) -> np.ndarray:
    if not size_cv >= 0:
        raise ValueError(f"the coefficient of variation of cluster sizes must be 0 or more, not {size_cv}")
    return (1 + size_cv**2) / _positive(_counts(n_clusters), "number of clusters")


def _counts(values: ArrayLike) -> np.ndarray:
    counts = np.asarray(values, dtype="float64")
    if not (counts >= 0).all():
        raise ValueError("counts must be 0 or more, and none may be missing")
    return counts


def _exposures(values: ArrayLike) -> np.ndarray:
    return _positive(values, "exposure")


def _positive(values: ArrayLike, what: str) -> np.ndarray:
    numbers = np.asarray(values, dtype="float64")
    if not (numbers > 0).all():
        raise ValueError(f"every {what} must be above 0, and none may be missing")
    return numbers
