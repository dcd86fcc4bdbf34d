"""Ratio of two totals over a few clusters of unequal sizes, such as money per month over agencies.

Estimand: E(numerator of a cluster) / E(denominator of a cluster), in units of the one per unit of the other, over the
population of clusters from which these came. The ratio of the sums is the mean of the clusters' own ratios, weighted
by their denominators: where a few large clusters decide it, the usual error (Cochran 1977, section 6.4; that of
``survey.means.ratio``) is too small and G - 1 degrees of freedom are too many.

Uncertainty: each cluster's squared residual is divided by its expectation (CR2), so that the variance is unbiased where
clusters differ in their ratio by the same standard deviation, whatever their size; degrees of freedom are
Satterthwaite's under that model; the interval is symmetric on the log scale, because prices are skewed.
ASSUME: clusters arose independently of each other; those that are seen are like those that are not; a cluster's ratio
does not go with its size, else the interval holds the estimand too rarely (``tests/validation/test_cluster_ratio.py``).

References: Bell and McCaffrey (2002) Survey Methodology 28:169-181; Imbens and Kolesar (2016) Rev Econ Stat 98:701-712.
Held to R's ``clubSandwich`` (CR2, Satterthwaite, constant working variance).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.cluster_totals import clustered_share_interval
from analysis.models.counts import tail_of

LEAST_DEGREES = 1.2  # of freedom: with fewer, one cluster tells nearly all, and its spread is not seen


@dataclass(frozen=True)
class ClusterRatio:
    """A ratio with its standard error, degrees of freedom and the number of clusters that have a denominator.

    The error is missing (``nan``) and degrees of freedom are 0 where one cluster tells it alone or nearly so.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: float
    n_clusters: int

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return Student's t interval, symmetric on the log scale.

        A ratio of 0 has the lower end 0 and no upper one (``nan``); without degrees of freedom both ends are missing.
        Raises ``ValueError`` for a confidence outside (0, 1).
        """
        tail = tail_of(confidence)
        if not self.degrees_of_freedom > 0:
            return float("nan"), float("nan")
        if self.estimate == 0:
            return 0.0, float("nan")
        factor = np.exp(stats.t.isf(tail, self.degrees_of_freedom) * self.standard_error / self.estimate)
        return float(self.estimate / factor), float(self.estimate * factor)


def cluster_ratio(numerators: ArrayLike, denominators: ArrayLike) -> ClusterRatio:
    """Return the ratio of sums of ``numerators`` and ``denominators`` (G,), one entry of both a cluster.

    A cluster without a denominator may have a numerator (money spent before the first month); one with neither is not
    there. Raises ``ValueError`` for negative or missing values, shapes that differ, denominators that add up to 0.

    >>> found = cluster_ratio([100, 220, 90], [10, 20, 10])  # dollars and months of three agencies
    >>> found.estimate, [round(end, 1) for end in found.interval(0.95)]
    (10.25, [6.6, 15.8])
    """
    above, below = _amounts(numerators, denominators)
    total = below.sum()
    shares, ratio = below / total, above.sum() / total
    residuals = (above - ratio * below) / total
    n_clusters = int((below > 0).sum())
    expected = 1 - 2 * shares + (shares**2).sum()  # of a squared residual of ratios, over their variance
    freedom = _degrees_of_freedom(shares, expected) if n_clusters > 1 else 0.0
    if freedom < LEAST_DEGREES:
        return ClusterRatio(float(ratio), float("nan"), 0.0, n_clusters)
    return ClusterRatio(float(ratio), float(np.sqrt((residuals**2 / expected).sum())), freedom, n_clusters)


def share_interval(n_hits: ArrayLike, n_of: ArrayLike, confidence: float) -> tuple[float, float]:
    """Return the interval of a share of people counted in a few clusters, one entry of both arguments a cluster.

    As ``cluster_totals.clustered_share_interval``, on the logit scale, but with the error and the degrees of freedom of
    ``cluster_ratio``: wider where a few large clusters decide the share. Where none or all are hits it is that of
    ``clustered_share_interval``; where one cluster tells nearly all, 0 to 1. Raises ``ValueError`` as both do.
    """
    low, high = clustered_share_interval(n_hits, n_of, confidence)
    found = cluster_ratio(n_hits, n_of)
    share = found.estimate
    if share in (0, 1):
        return low, high
    if not found.degrees_of_freedom > 0:
        return 0.0, 1.0
    half_width = stats.t.isf(tail_of(confidence), found.degrees_of_freedom) * found.standard_error
    ends = np.log(share / (1 - share)) + np.array([-1, 1]) * half_width / (share * (1 - share))
    low, high = 1 / (1 + np.exp(-ends))
    return float(low), float(high)


def _degrees_of_freedom(shares: np.ndarray, expected: np.ndarray) -> float:
    """Return Satterthwaite's degrees of freedom of the variance, if the clusters' ratios have one variance.

    The variance is z' Q z of the ratios z with Q = D - d w' - w d' + s w w', where w are the shares, D = diag(d),
    d = w^2 / expected and s their sum: twice its squared mean over its variance is tr(Q)^2 / tr(Q^2).
    """
    d = shares**2 / expected
    s, ww, dw, dd = d.sum(), (shares**2).sum(), (d * shares).sum(), (d**2).sum()
    trace = s - 2 * dw + s * ww
    of_square = dd + 2 * (s * (d * shares**2).sum() - 2 * (d**2 * shares).sum())
    of_square += 2 * (dd * ww + dw**2) - 4 * s * dw * ww + (s * ww) ** 2
    return float(trace**2 / of_square)


def _amounts(numerators: ArrayLike, denominators: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    above, below = (np.atleast_1d(np.asarray(values, dtype="float64")) for values in (numerators, denominators))
    if above.shape != below.shape or above.ndim != 1:
        raise ValueError("a numerator and a denominator are needed for each cluster, in two lists of one length")
    if not ((above >= 0).all() and (below >= 0).all()):
        raise ValueError("numerators and denominators must be 0 or more, and none may be missing")
    if below.sum() == 0:
        raise ValueError("the denominators add up to 0: there is nothing to divide by")
    is_there = (above > 0) | (below > 0)
    return above[is_there], below[is_there]
