"""Logistic and linear regressions whose estimating equations can be stacked with others.

Estimand: coefficients of the mean of the outcome given the columns, sum_i w_i x_i (y_i - mean(x_i b)) = 0. Nothing is
penalised: a penalty on a propensity score leaves part of the confounding in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.alike_rows import alike_rows
from analysis.models.survey.families import LOGISTIC
from analysis.models.survey.generalised_linear import (
    ModelRows,
    NotEstimableError,
    SeparationError,
    check_columns,
    maximum,
)

LOGIT, LINEAR = "logistic", "linear"
__all__ = ["LINEAR", "LOGIT", "Fitted", "NotEstimableError", "SeparationError", "fitted", "with_constant"]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A regression of ``outcome`` (n,) on ``columns`` (n, k) with ``weights``: ``coefficients`` (k,), ``mean`` (n,).

    A row's influence is what it adds to the coefficients, to first order, beyond what they estimate; the influences
    of all rows add up to 0.
    """

    columns: np.ndarray
    outcome: np.ndarray
    weights: np.ndarray
    coefficients: np.ndarray
    mean: np.ndarray
    family: str

    @cached_property
    def scores(self) -> np.ndarray:
        """What each row adds to the estimating equations (n, k)."""
        return self.columns * (self.weights * (self.outcome - self.mean))[:, None]

    @cached_property
    def information(self) -> np.ndarray:
        """Minus the slope of the summed scores (k, k)."""
        return (self.columns * (self.weights * _slope(self.mean, self.family))[:, None]).T @ self.columns

    @property
    def influence(self) -> np.ndarray:
        """What each row adds to the coefficients (n, k)."""
        return self.scores @ np.linalg.inv(self.information)

    def mean_at(self, columns: np.ndarray) -> np.ndarray:
        """Return the mean of the outcome (m,) in other ``columns`` (m, k)."""
        return _mean(columns @ self.coefficients, self.family)

    def slope_at(self, columns: np.ndarray) -> np.ndarray:
        """Return the derivative (m, k) of ``mean_at`` by the coefficients."""
        return columns * _slope(self.mean_at(columns), self.family)[:, None]


def fitted(
    columns: ArrayLike,
    outcome: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    family: str = LOGIT,
    names: Sequence[str] | None = None,
) -> Fitted:
    """Return the regression of ``outcome`` (n,) on ``columns`` (n, k), which hold the constant if there is one.

    ``family``: logistic (outcomes 0 or 1) or linear. ``names`` of the columns are for messages.
    Raises ``ValueError`` for missing values, outcomes the family excludes, negative weights and other lengths;
    ``NotEstimableError`` for collinear columns and ``SeparationError`` where a coefficient would be infinite.
    """
    design, y = np.asarray(columns, dtype="float64"), np.asarray(outcome, dtype="float64")
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype="float64")
    _check(design, y, w, family)
    called = tuple(names) if names is not None else tuple(str(number) for number in range(design.shape[1]))
    within = slice(None) if (w > 0).all() else w > 0  # a slice copies nothing
    check_columns(design[within], called)
    if family == LINEAR:
        coefficients = np.linalg.solve((design * w[:, None]).T @ design, design.T @ (w * y))
    else:
        coefficients = maximum(_once(design[within], y[within], w[within], called), LOGISTIC).coefficients
    return Fitted(design, y, w, coefficients, _mean(design @ coefficients, family), family)


def with_constant(columns: ArrayLike) -> np.ndarray:
    """Return ``columns`` (n, k) after a column of ones (n, k + 1)."""
    matrix = np.asarray(columns, dtype="float64")
    return np.column_stack([np.ones(len(matrix)), matrix])


def _once(design: np.ndarray, y: np.ndarray, w: np.ndarray, names: tuple[str, ...]) -> ModelRows:
    """Return rows that are alike once, with their weights added up."""
    alike = alike_rows(design, y)
    first = alike.first
    return ModelRows(y[first], design[first], np.zeros(len(first)), alike.sums(w), names)


def _mean(predictor: np.ndarray, family: str) -> np.ndarray:
    return predictor if family == LINEAR else LOGISTIC.mean(predictor)


def _slope(mean: np.ndarray, family: str) -> np.ndarray:
    return np.ones(len(mean)) if family == LINEAR else mean * (1 - mean)


def _check(design: np.ndarray, y: np.ndarray, w: np.ndarray, family: str) -> None:
    if family not in (LOGIT, LINEAR):
        raise ValueError(f"the family must be {LOGIT} or {LINEAR}; it is {family!r}")
    if design.ndim != 2 or y.shape != (len(design),) or w.shape != y.shape:
        raise ValueError(f"columns {design.shape}, outcome {y.shape} and weights {w.shape} must have one row each")
    if not (np.isfinite(design).all() and np.isfinite(y).all() and np.isfinite(w).all()):
        raise ValueError(
            "columns, outcome and weights must be known in every row: impute, or leave rows out and say so"
        )
    if (w < 0).any():
        raise ValueError("weights must be 0 or more")
    if family == LINEAR:
        return
    used = y[w > 0]
    if not ((used == 0) | (used == 1)).all():
        raise ValueError("outcomes of a logistic regression are 0 or 1")
    if used.min(initial=1) == used.max(initial=0) or not len(used):
        raise SeparationError("the outcome is the same in every row: there is nothing to explain")
