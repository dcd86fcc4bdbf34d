"""Expansion of a count in sampled clusters to a population by one rate, and what its interval is worth.

A one-rate Poisson model estimates the rate as count / population of the sample and multiplies it by the target
population, so total = factor * count with factor = target population / sample population. Its own variance is that
of the count alone: every cluster is taken to have the same rate. If the rate of a cluster varies with coefficient of
variation cv and G clusters of like size were drawn, the relative variance is 1 / count + cv^2 / G.

ASSUME: clusters were drawn independently, are of like population, and the sampled count is complete.
ASSUME: the factor is known. References: Cochran (1977) Sampling Techniques, ch. 9A; McCullagh and Nelder (1989) 6.2.
"""

import numpy as np
from scipy import stats

from analysis.models.counts import tail_of


def expansion_factor(total: float, count: float) -> float:
    """Return by what a one-rate model multiplied ``count`` to print ``total``. Raises ``ValueError`` if not above 0."""
    return _positive(total, "total") / _positive(count, "count")


def one_rate_interval(count: float, factor: float, confidence: float) -> tuple[float, float]:
    """Return factor * (count -/+ z sqrt(count)): the large-sample interval a one-rate Poisson model gives a total.

    Raises ``ValueError`` for a count or factor not above 0 or a confidence outside (0, 1).

    >>> [round(float(end)) for end in one_rate_interval(100, 50, 0.95)]
    [4020, 5980]
    """
    half_width = stats.norm.isf(tail_of(confidence)) * np.sqrt(_positive(count, "count"))
    factor = _positive(factor, "factor")
    return factor * (count - half_width), factor * (count + half_width)


def between_cluster_interval(
    count: float, factor: float, n_clusters: int, cluster_cv: float, confidence: float
) -> tuple[float, float]:
    """Return the interval of factor * E(count) if the rate of clusters varies with ``cluster_cv``.

    exp(log(factor * count) -/+ t sqrt(1 / count + cluster_cv^2 / n_clusters)), t with n_clusters - 1 degrees of
    freedom: as wide as if cluster_cv had been estimated from the clusters. Raises ``ValueError`` as above, for fewer
    than two clusters and for a negative cv.
    """
    if n_clusters < 2:
        raise ValueError(f"at least two clusters are needed to speak of variation between them, not {n_clusters}")
    log_sd = np.sqrt(overdispersion(count, n_clusters, cluster_cv) / count)
    half_width = stats.t.isf(tail_of(confidence), n_clusters - 1) * log_sd
    total = _positive(factor, "factor") * count
    return float(total * np.exp(-half_width)), float(total * np.exp(half_width))


def overdispersion(count: float, n_clusters: int, cluster_cv: float) -> float:
    """Return the variance of ``count`` over that of a Poisson count: 1 + count * cluster_cv^2 / n_clusters.

    Raises ``ValueError`` for a count not above 0 and for a negative cv.

    >>> overdispersion(100, 24, 1.2)
    7.0
    """
    if not cluster_cv >= 0:
        raise ValueError(f"the coefficient of variation must be 0 or more, not {cluster_cv}")
    return 1 + _positive(count, "count") * cluster_cv**2 / n_clusters


def cv_from_facilities(n_facilities: int, size_cv: float, n_clusters: int) -> float:
    """Return the cv of cluster counts that facilities of unequal size alone bring about: no cluster differs in kind.

    A compound Poisson total of m facilities has relative variance (1 + size_cv^2) / m; this is cv^2 / G.
    Raises ``ValueError`` for a number of facilities not above 0.
    """
    return float(np.sqrt(n_clusters * (1 + size_cv**2) / _positive(n_facilities, "number of facilities")))


def _positive(number: float, what: str) -> float:
    if not number > 0:
        raise ValueError(f"the {what} must be above 0, not {number}")
    return float(number)
