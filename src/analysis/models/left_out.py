"""Intervals of any estimate from what it would be without each of a few clusters: the jackknife, and ranks by it.

References: Efron (1982) The Jackknife, the Bootstrap and Other Resampling Plans, ch. 3; MacKinnon, Nielsen and Webb
(2023) J Appl Econometrics 38:671-694 (clusters left out); Mogstad, Romano, Shaikh and Wilhelm (2024) Rev Econ Stud
91:476-518 (intervals of ranks from tests of pairs); Kott (2001) Journal of Official Statistics 17:521-526 (groups of
clusters left out together).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import tail_of

MOST_LEFT_OUT = 100  # times that a model is fitted anew: more say little more of a standard error (7% for 100 of them)


@dataclass(frozen=True)
class Jackknifed:
    """Estimates (k,) with their standard errors (k,) and ``n_clusters``; without each cluster: ``left_out`` (G, k)."""

    estimates: np.ndarray
    left_out: np.ndarray
    standard_errors: np.ndarray
    n_clusters: int

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return low and high ends (k,): Student's t with a degree of freedom fewer than clusters.

        Missing where an estimate cannot be made without some cluster. Raises ``ValueError`` for a confidence outside
        (0, 1).
        """
        half_width = stats.t.isf(tail_of(confidence), self.n_clusters - 1) * self.standard_errors
        return self.estimates - half_width, self.estimates + half_width


def left_out_groups(clusters: ArrayLike) -> list[np.ndarray]:
    """Return the clusters (G,) to leave out together: each alone, and of more than ``MOST_LEFT_OUT`` so many groups.

    So the work grows with the rows and not with rows times clusters. Groups take clusters in turn, in the order given,
    and are alike in size to one cluster; each then counts as a cluster, which costs degrees of freedom and no more.
    """
    clusters = np.asarray(clusters)
    n_groups = min(len(clusters), MOST_LEFT_OUT)
    return [clusters[start::n_groups] for start in range(n_groups)]


def jackknifed(estimates: ArrayLike, left_out: ArrayLike) -> Jackknifed:
    """Return estimates (k,) with the jackknife's standard errors from the same without each of G clusters (G, k).

    Estimand: whatever is estimated, in the population of clusters from which these came. Variance: (G - 1) / G times
    the sum of squared distances from the estimate of all, which is not below that from their mean.
    ASSUME: clusters arose independently of each other. Raises ``ValueError`` for fewer than two clusters and shapes
    that differ.

    >>> found = jackknifed([2.0], [[1.5], [2.0], [2.5]])  # of all; without each of three clusters
    >>> found.standard_errors.round(3).tolist()
    [0.577]
    """
    estimates, left_out = np.atleast_1d(np.asarray(estimates, dtype="float64")), np.asarray(left_out, dtype="float64")
    if left_out.ndim != 2 or left_out.shape[1] != len(estimates) or len(left_out) < 2:
        raise ValueError("two or more clusters are needed, with every estimate without each of them")
    n = len(left_out)
    errors = np.sqrt((n - 1) / n * ((left_out - estimates) ** 2).sum(axis=0))
    return Jackknifed(estimates, left_out, errors, n)


def clustered_means(sums: ArrayLike, counts: ArrayLike) -> Jackknifed:
    """Return means of k quantities over people in clusters: ``sums`` and ``counts`` (G, k), as a jackknife.

    A mean that only one cluster has anything of is missing without it, and so is its interval. Raises ``ValueError``
    as ``jackknifed``.
    """
    sums, counts = np.asarray(sums, dtype="float64"), np.asarray(counts, dtype="float64")
    with np.errstate(invalid="ignore"):
        return jackknifed(sums.sum(0) / counts.sum(0), (sums.sum(0) - sums) / (counts.sum(0) - counts))


def rank_intervals(found: Jackknifed, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval (k,), (k,) of the rank of every estimate, 1 the largest.

    Estimand: how many of the others are truly larger, plus one. Each pair's difference gets the jackknife's t
    interval, at a level divided by the number of others (Bonferroni): whatever is told larger or smaller narrows the
    interval, so it holds the rank at least so often. Two that are equal share the best rank.
    Raises ``ValueError`` for a confidence outside (0, 1).
    """
    k = len(found.estimates)
    tail = tail_of(confidence) / max(k - 1, 1)
    apart = found.estimates[:, None] - found.estimates
    left_out = found.left_out[:, :, None] - found.left_out[:, None, :]
    n = found.n_clusters
    errors = np.sqrt((n - 1) / n * ((left_out - apart) ** 2).sum(axis=0))
    half_width = stats.t.isf(tail, n - 1) * errors
    n_larger, n_smaller = (apart + half_width < 0).sum(axis=1), (apart - half_width > 0).sum(axis=1)
    return 1 + n_larger, k - n_smaller
