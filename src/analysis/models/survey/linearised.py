"""Covariances of weighted totals from a survey's design, and the estimates that carry them.

Every estimate here is a smooth function of weighted totals. Its error is, to first order, the weighted total of an
influence of each row, so one function, the covariance of totals, serves all (Taylor linearisation).
ASSUME: many clusters, so that the first order is enough; weights are known.
References: Binder (1983) Int Stat Rev 51:279-292; Wolter (2007) Introduction to Variance Estimation, ch. 6. Held to
R's ``survey::svyrecvar`` through every estimator's tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import binomial_interval, tail_of
from analysis.models.survey.design import Design, Stage, SurveyDesignError, as_numbers, require_design

ROUNDING = 1e-12  # of a share added up from many weights
SCALES = ("identity", "logit", "log", "log_complement")


@dataclass(frozen=True, eq=False)
class Estimated:
    """Estimates (k,) with their ``covariance`` (k, k) and the degrees of freedom of their intervals.

    ``n_clusters``: clusters of the first stage that have rows of the domain, for shares of 0 and 1. Both are numbers
    for all estimates, or (k,) where each has a domain of its own.
    """

    estimate: np.ndarray
    covariance: np.ndarray
    degrees_of_freedom: float | np.ndarray
    n_clusters: int | np.ndarray | None = None

    @property
    def standard_error(self) -> np.ndarray:
        """Standard errors (k,), in the unit of the estimates."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, confidence: float, scale: str = "identity") -> tuple[np.ndarray, np.ndarray]:
        """Return low and high (k,) of Student's t interval, symmetric on ``scale``.

        Scales: identity, logit (shares), log (ratios), log_complement (fractions below 1, such as attributable ones:
        log(1 - estimate)). A share of 0 or 1 shows no spread: on the logit scale it has the exact binomial interval of
        ``n_clusters`` trials, as if all rows of a cluster were alike. Without degrees of freedom nothing is known: 0
        to 1 on the logit scale, else ends are missing (``nan``), as is the upper end of a ratio of 0. Raises
        ``ValueError`` for another scale, a confidence outside (0, 1), an estimate that the scale excludes.
        """
        tail = tail_of(confidence)
        if scale not in SCALES:
            raise ValueError(f"scale must be one of {', '.join(SCALES)}; it is {scale!r}")
        df = np.asarray(self.degrees_of_freedom, dtype="float64")
        width = stats.t.isf(tail, np.where(df > 0, df, np.nan))
        if scale == "logit":
            return self._logit_interval(width, confidence)
        if scale == "identity":
            return self.estimate - width * self.standard_error, self.estimate + width * self.standard_error
        if scale == "log":
            return self._log_interval(self.estimate, width)
        low, high = self._log_interval(1 - self.estimate, width)
        return 1 - high, 1 - low

    def _logit_interval(self, width: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        share = exact_shares(self.estimate)
        if ((share < 0) | (share > 1)).any():
            raise ValueError("an interval on the logit scale needs shares from 0 to 1")
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            odds, half = share / (1 - share), width * self.standard_error / (share * (1 - share))
            low, high = 1 / (1 + np.exp(half) / odds), 1 / (1 + np.exp(-half) / odds)
        ends: tuple[ArrayLike, ArrayLike] = (0.0, 1.0)
        if self.n_clusters is not None:
            ends = binomial_interval((share == 1) * self.n_clusters, self.n_clusters, confidence)
        is_extreme, is_unknown = (share == 0) | (share == 1), np.isnan(width) & ~np.isnan(share)
        low, high = np.where(is_extreme, ends[0], low), np.where(is_extreme, ends[1], high)
        return np.where(is_unknown, 0.0, low), np.where(is_unknown, 1.0, high)

    def _log_interval(self, ratio: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if (ratio < 0).any():
            raise ValueError("an interval on a log scale needs ratios that are not negative, fractions not above 1")
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            factor = np.exp(width * self.standard_error / ratio)
            return np.where(ratio > 0, ratio / factor, 0.0), np.where(ratio > 0, ratio * factor, np.nan)


def covariance_of_totals(values: ArrayLike, design: Design) -> np.ndarray:
    """Return the covariance (k, k) of the k weighted totals sum_i w_i values_i, ``values`` (n,) or (n, k).

    Rows outside a domain have the value 0 and are never left out: that clusters have none of it is part of the error.
    Between the units of each stage with the share not drawn; with replacement the first stage holds all of it.
    Raises ``TypeError`` unless ``design`` is a ``Design``, ``ValueError`` for a missing value or another length.
    """
    matrix = as_columns(values, require_design(design))
    return covariance_of_unit_totals(sums_by(design.stages[-1].rows, matrix * design.weights[:, None]), design)


def covariance_of_unit_totals(unit_totals: np.ndarray, design: Design) -> np.ndarray:
    """Return the covariance (k, k) of totals from the weighted totals (G, k) of the units of the last stage used.

    That stage is ``design.stages[-1]``, whose ``rows`` say to which unit a row belongs.
    """
    covariance = np.zeros((unit_totals.shape[1],) * 2)
    for stage in reversed(design.stages):
        covariance += _covariance_between(unit_totals, stage, design.lonely)
        unit_totals = sums_by(stage.parents, unit_totals)
    return covariance


def sums_by(codes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return the sums (G, k) of the rows of ``matrix`` (n, k) by ``codes`` (n,) from 0, of which none is empty."""
    return np.column_stack([np.bincount(codes, weights=column) for column in matrix.T])


def exact_shares(shares: np.ndarray) -> np.ndarray:
    """Return ``shares`` (...) with 0 and 1 in place of what differs from them by rounding alone."""
    nearest = np.rint(shares)
    return np.where(np.abs(shares - nearest) < ROUNDING, nearest, shares)


def as_columns(values: ArrayLike, design: Design) -> np.ndarray:
    """Return ``values`` as float columns (n, k). Raises ``SurveyDesignError`` for another length or a missing value."""
    matrix = as_numbers(values)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or len(matrix) != design.n:
        raise SurveyDesignError(f"values have the shape {matrix.shape}; the design has {design.n} rows: give one a row")
    if not np.isfinite(matrix).all():
        raise SurveyDesignError(
            f"{(~np.isfinite(matrix)).any(axis=1).sum()} rows have a missing value: leave them out by a domain, which "
            "asks that they are like the others, or impute them"
        )
    return matrix


def _covariance_between(unit_totals: np.ndarray, stage: Stage, lonely: str) -> np.ndarray:
    """Return what the spread of units within their parents adds to the covariance of totals."""
    n = stage.counts[stage.parents]
    deviations = unit_totals - sums_by(stage.parents, unit_totals)[stage.parents] / n[:, None]
    if lonely == "adjust":
        deviations = np.where(stage.is_lonely[stage.parents][:, None], unit_totals, deviations)
    factor = (stage.reach * stage.remaining)[stage.parents] * np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)
    spread = deviations.T @ (deviations * factor[:, None])
    if lonely == "average" and stage.is_lonely.any():
        return spread / (1 - stage.is_lonely.mean())
    return spread
