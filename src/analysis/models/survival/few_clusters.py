"""Errors and intervals of a Cox regression that also hold where clusters are few or differ in size.

The sandwich of cluster scores takes every cluster's score as it is at the maximum, to which that cluster itself has
drawn the coefficients: it is too small where a cluster tells much of what is known. Here each score is first divided
by the share of the information that other clusters hold, which is, to first order, the jackknife that leaves a
cluster out at a time (CR3), without fitting again. Degrees of freedom are Satterthwaite's, worked out as if the model
were right: about G - 1 for what differs within every cluster, far fewer for what differs between
clusters, most of all if it sets a few of them apart.

Estimand and ASSUME: as ``cox``. Uncertainty: Student's t of those degrees of freedom; coverage at 12, 15, 24 and 60
clusters in ``tests/validation/test_cox.py``. Where a coefficient rests on one cluster (a column that sets a single
cluster apart), nothing is known of its error: covariance missing, degrees of freedom 0, an interval without ends.
References: Bell and McCaffrey (2002) Survey Methodology 28:169-181; Lipsitz, Dear and Zhao (1994) Biometrics
50:842-846; Pustejovsky and Tipton (2018) J Bus Econ Stat 36:672-683.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.survival.cluster_information import cluster_information
from analysis.models.survival.cox import CoxFit

ALONE = 1e-8  # share of what is known of a combination that other clusters hold, below which one cluster tells it alone
TOUCHED = 1e-6  # of a coefficient's error that lies in such a combination
LEAST_DEGREES = 1.2  # of freedom: with fewer, one cluster tells nearly all, and its spread is not seen


@dataclass(frozen=True, eq=False)
class Corrected:
    """``coefficients`` (k,) with the corrected ``covariance`` (k, k) and ``degrees_of_freedom`` (k,) of each."""

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    degrees_of_freedom: np.ndarray
    n_clusters: int

    @property
    def standard_error(self) -> np.ndarray:
        """Standard errors (k,); missing where a coefficient rests on one cluster."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, confidence: float) -> np.ndarray:
        """Return the ends (k, 2) of the intervals of the coefficients, log hazard ratios as they are."""
        half_width = np.full(len(self.coefficients), np.inf)
        known = self.degrees_of_freedom > 0
        quantile = stats.t.isf(tail_of(confidence), self.degrees_of_freedom[known])
        half_width[known] = quantile * self.standard_error[known]
        return np.column_stack([self.coefficients - half_width, self.coefficients + half_width])

    def p_value(self) -> np.ndarray:
        """Return the two-sided p-values (k,) of coefficients 0; 1 where a coefficient rests on one cluster."""
        known, p_values = self.degrees_of_freedom > 0, np.ones(len(self.coefficients))
        t = np.abs(self.coefficients[known]) / self.standard_error[known]
        p_values[known] = 2 * stats.t.sf(t, self.degrees_of_freedom[known])
        return p_values


def corrected(fit: CoxFit) -> Corrected:
    """Return the coefficients of a fit with clusters, with errors that also hold for few of them.

    Raises ``ValueError`` for a fit without clusters.
    """
    root = np.linalg.cholesky(fit.covariance)  # in these units the information is 1 and its parts add up to 1
    parts = root.T @ cluster_information(fit) @ root
    shares, directions = np.linalg.eigh(parts)
    is_alone = 1 - shares < ALONE
    factors = np.where(is_alone, 0, 1 / np.where(is_alone, 1, 1 - shares))
    widened = (directions * factors[:, None, :]) @ directions.transpose(0, 2, 1)
    scores = (widened @ (fit.cluster_scores @ root)[:, :, None])[:, :, 0] @ root.T
    covariance, df = scores.T @ scores, _degrees_of_freedom(parts, widened, root)
    alone = np.abs(root @ directions.transpose(1, 0, 2)[:, is_alone]).max(axis=1, initial=0)
    unknown = (alone > TOUCHED * np.sqrt(np.diag(fit.covariance))) | (df < LEAST_DEGREES)
    covariance[unknown], covariance[:, unknown], df[unknown] = np.nan, np.nan, 0
    return Corrected(fit.names, fit.coefficients, covariance, df, fit.n_clusters)


def _degrees_of_freedom(parts: np.ndarray, widened: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Return Satterthwaite's degrees of freedom (k,) of the variances, if the clusters' scores have variance ``parts``.

    A variance is the sum of squares of G numbers a_g' (score_g - part_g sum of scores), whose covariance is a diagonal
    of a_g' part_g a_g less y_g' y_h with y_g = part_g a_g: twice its squared trace over the variance of the sum.
    """
    found = np.empty(len(root))
    for j, row in enumerate(root):
        a = widened @ row
        y = (parts @ a[:, :, None])[:, :, 0]
        own, products = (a * y).sum(axis=1), y.T @ y
        trace = own.sum() - np.trace(products)
        of_square = (own**2).sum() - 2 * (own * (y**2).sum(axis=1)).sum() + (products**2).sum()
        found[j] = trace**2 / of_square if of_square > 0 else 0.0
    return found
