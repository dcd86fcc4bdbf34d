"""Intervals for shares and rates of people who are counted in clusters of known sizes, as children in facilities.

``models.counts`` has intervals for totals of which only the number of clusters is known; here every cluster is.

References: Cochran (1977) Sampling Techniques, 3rd ed., section 6.4 (ratio of two cluster totals); Korn and Graubard
(1998) Survey Methodology 24:193-201 (small and large shares).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import binomial_interval, tail_of

Interval = tuple[float, float]


def share_standard_error(n_hits: ArrayLike, n_of: ArrayLike) -> float:
    """Return the linearised standard error of the share sum(n_hits) / sum(n_of), both (m,): an entry a cluster.

    sqrt(m / (m - 1) * sum((hits - share * of)^2)) / sum(of): the clusters are taken for independent draws of like
    ones. Missing (``nan``) for a single cluster. Raises ``ValueError`` for negative or missing counts, for more hits
    than people in a cluster, and where nobody is counted.
    """
    hits, of = _pairs(n_hits, n_of)
    m = len(hits)
    if m < 2:
        return float("nan")
    residuals = hits - hits.sum() / of.sum() * of
    return float(np.sqrt(m / (m - 1) * (residuals**2).sum()) / of.sum())


def clustered_share_interval(n_hits: ArrayLike, n_of: ArrayLike, confidence: float) -> Interval:
    """Return the interval of a share of people counted in clusters, one entry of both arguments a cluster.

    Estimand: the expected hits of a cluster over its expected size, 0 to 1. Normal on the logit scale with
    ``share_standard_error``, Student's t with m - 1 degrees of freedom. Where none or all are hits there is no spread
    to learn from: the exact binomial interval of m clusters, as if all of a cluster were alike, the widest that can be.
    ASSUME: clusters arose independently of each other; those that did not answer are like those that did.
    Raises ``ValueError`` as ``share_standard_error`` does, and for a confidence outside (0, 1).

    >>> [round(end, 2) for end in clustered_share_interval([3, 5, 2], [10, 20, 10], 0.95)]
    [0.17, 0.35]
    >>> [round(end, 2) for end in clustered_share_interval([0, 0, 0], [10, 20, 10], 0.95)]  # three clusters, all alike
    [0.0, 0.71]
    """
    hits, of = _pairs(n_hits, n_of)
    share, m = hits.sum() / of.sum(), len(hits)
    tail = tail_of(confidence)
    if share in (0, 1):
        low, high = binomial_interval(m * share, m, confidence)
        return float(low), float(high)
    if m < 2:
        return 0.0, 1.0
    half_width = stats.t.isf(tail, m - 1) * share_standard_error(hits, of) / (share * (1 - share))
    centre = np.log(share / (1 - share))
    low, high = 1 / (1 + np.exp(-centre + np.array([half_width, -half_width])))
    return float(low), float(high)


def clustered_rate_interval(sizes: ArrayLike, exposure: float, confidence: float) -> Interval:
    """Return the interval of a rate of people counted in clusters of these ``sizes``, per unit of ``exposure``.

    Estimand: E(sum of sizes) / exposure for a compound Poisson total, whose variance the sum of squared sizes
    estimates without bias; so the relative variance is sum(sizes^2) / sum(sizes)^2. Normal on the log scale.
    ASSUME: clusters arise independently and their sizes do not depend on how many there are.
    A total of 0 has the lower end 0 and no upper one. Raises ``ValueError`` for negative or missing sizes, an
    exposure not above 0, a confidence outside (0, 1).
    """
    size = _counts(sizes)
    if not exposure > 0:
        raise ValueError("the exposure must be above 0")
    tail, total = tail_of(confidence), size.sum()
    if total == 0:
        return 0.0, float("nan")
    half_width = stats.norm.isf(tail) * np.sqrt((size**2).sum()) / total
    return float(total / exposure * np.exp(-half_width)), float(total / exposure * np.exp(half_width))


def _pairs(n_hits: ArrayLike, n_of: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    hits, of = np.broadcast_arrays(_counts(n_hits), _counts(n_of))
    if (hits > of).any():
        raise ValueError("more hits than people in a cluster")
    if of.sum() == 0:
        raise ValueError("nobody is counted in any cluster")
    return hits, of


def _counts(values: ArrayLike) -> np.ndarray:
    counts = np.atleast_1d(np.asarray(values, dtype="float64"))
    if not (counts >= 0).all():
        raise ValueError("counts must be 0 or more, and none may be missing")
    return counts
