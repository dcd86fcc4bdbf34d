"""Errors of estimates that rest on models fitted first: all estimating equations stacked, summed by cluster.

To first order an estimate misses what it estimates by a sum of what each row adds to it (its influence). The influence
of an estimate that uses fitted coefficients is its own plus its slope in these times theirs, which is the sandwich of
the stacked equations (Stefanski and Boos 2002, Am Stat 56:29-38). Rows of a cluster are added up before squares are
taken.
ASSUME: clusters are independent. With few of them intervals take Student's t with as many degrees of freedom as
clusters less one, and the variance is G / (G - 1) times as large; ``jackknife`` leaves out one after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.left_out import left_out_groups
from analysis.models.survey.linearised import Estimated


@dataclass(frozen=True, eq=False)
class Stacked:
    """Estimates (k,) of n rows with the ``influence`` (n, k) of each row, that of all models fitted first included.

    ``of_rows`` is the influence, or what works it out when somebody asks: who leaves out clusters never does.
    """

    estimate: np.ndarray
    of_rows: np.ndarray | Callable[[], np.ndarray]

    @cached_property
    def influence(self) -> np.ndarray:
        """What each row adds to the estimates (n, k)."""
        return self.of_rows() if callable(self.of_rows) else self.of_rows

    def moved(self, function: Callable[[np.ndarray], np.ndarray], slope: ArrayLike) -> "Stacked":
        """Return ``function`` (m,) of the estimates, whose derivative at them is ``slope`` (m, k)."""
        return Stacked(np.atleast_1d(function(self.estimate)), lambda: self.influence @ np.atleast_2d(slope).T)

    def clustered(self, clusters: ArrayLike | None = None) -> Estimated:
        """Return the estimates with their covariance over ``clusters`` (n,); without any, each row is its own.

        Raises ``ValueError`` for another length, for unknown clusters, and for a single one, which shows no spread.
        """
        codes = _codes(clusters, len(self.influence))
        sums = _sums(codes, self.influence)
        n_clusters = len(sums)
        covariance = n_clusters / (n_clusters - 1) * sums.T @ sums
        return Estimated(self.estimate, covariance, float(n_clusters - 1), n_clusters)


def jackknife(estimate: Callable[[np.ndarray], np.ndarray], clusters: ArrayLike) -> Estimated:
    """Return the estimates of all rows and their covariance from leaving out one cluster after the other.

    ``estimate`` takes the rows kept (n,) of bool and returns (k,), fitting every model anew: with few clusters it is
    wider than the sandwich, and on the safe side. (G - 1) / G sum (estimate_-g - estimate)^2, df = G - 1. Of very
    many clusters groups are left out together, and G is their number (``left_out_groups``).
    Reference: Bell and McCaffrey (2002) Survey Methodology 28:169-181 (their CR3). Raises ``ValueError`` as
    ``Stacked.clustered``, and whatever ``estimate`` raises of the rows without a cluster.
    """
    codes = _codes(clusters, len(np.asarray(clusters)))
    n_clusters = int(codes.max()) + 1
    groups = left_out_groups(np.arange(n_clusters))
    whole = np.atleast_1d(estimate(np.ones(len(codes), dtype=bool)))
    apart = np.array([estimate(~np.isin(codes, group)) for group in groups]) - whole
    covariance = (len(groups) - 1) / len(groups) * apart.T @ apart
    return Estimated(whole, covariance, float(len(groups) - 1), n_clusters)


def _sums(codes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.column_stack([np.bincount(codes, weights=column) for column in rows.T])


def _codes(clusters: ArrayLike | None, n: int) -> np.ndarray:
    if clusters is None:
        return np.arange(n)
    labels = np.asarray(clusters)
    if labels.shape != (n,):
        raise ValueError(f"clusters have the shape {labels.shape}; give one to each of {n} rows")
    if any(label is None or label != label for label in labels):
        raise ValueError("a cluster is unknown: give these rows one of their own, or leave them out and say so")
    found, codes = np.unique(labels, return_inverse=True)
    if len(found) < 2:
        raise ValueError("there is one cluster: nothing tells how estimates differ between clusters")
    return codes
