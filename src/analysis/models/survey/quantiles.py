"""Quantiles of a population, with Woodruff's interval."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survey.design import Design, SurveyDesignError, as_numbers
from analysis.models.survey.linearised import as_columns
from analysis.models.survey.means import domain_rows, proportion


class Quantiles(NamedTuple):
    """Quantiles (k,) with the low and high end of their intervals (k,), in the unit of the values."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray


def quantile(
    values: ArrayLike, probabilities: ArrayLike, design: Design, confidence: float, domain: ArrayLike | None = None
) -> Quantiles:
    """Return the quantiles of ``values`` (n,) at ``probabilities`` (k,), with intervals.

    Estimand: the smallest value that a share of at least the probability does not exceed; a value that was observed.
    Woodruff: the interval of the share at or below the quantile (identity scale, t) is read back as values, so it
    need not be symmetric. An end whose share falls outside 0 to 1 does not exist: missing (``nan``).
    ASSUME: the distribution is smooth near the quantile. Heaped answers (100, 200 dollars) make the interval too long
    or leave it at one value. R's ``svyquantile(interval.type = "mean", qrule = "math")``.
    Raises ``SurveyDesignError`` for a missing value in the domain, ``ValueError`` for a probability outside (0, 1).
    Reference: Woodruff (1952) JASA 47:635-646.
    """
    shares = np.atleast_1d(np.asarray(probabilities, dtype="float64"))
    if not ((shares > 0) & (shares < 1)).all():
        raise ValueError("probabilities must lie between 0 and 1, and not be 0 or 1")
    is_in = domain_rows(domain, design)
    if np.shape(values) != (design.n,):
        raise SurveyDesignError(f"quantiles need one value for each of the {design.n} rows")
    amounts = as_columns(np.where(is_in, as_numbers(values), 0.0), design)[:, 0]
    ordered, cumulated = _distribution(amounts[is_in], design.weights[is_in])
    estimate = _values_at(shares, ordered, cumulated)
    low, high = proportion(amounts[:, None] <= estimate, design, is_in).interval(confidence)
    return Quantiles(estimate, _values_at(low, ordered, cumulated), _values_at(high, ordered, cumulated))


def _distribution(amounts: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(amounts, kind="stable")
    cumulated = np.cumsum(weights[order])
    return amounts[order], cumulated / cumulated[-1]


def _values_at(shares: np.ndarray, ordered: np.ndarray, cumulated: np.ndarray) -> np.ndarray:
    """Return the first of the ``ordered`` values at which the cumulated share is reached, missing outside 0 to 1."""
    at = np.searchsorted(cumulated, np.nan_to_num(shares) - 1e-12)
    return np.where((shares >= 0) & (shares <= 1), ordered[np.minimum(at, len(ordered) - 1)], np.nan)
