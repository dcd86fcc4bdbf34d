"""Estimates of several completed data sets pooled into one: Rubin's rules, degrees of freedom of Barnard and Rubin.

Estimand: that of the analysis of each completed data set. ASSUME: imputations are proper draws from the distribution of
the missing answers given the observed ones, and the analysis would be valid had nobody left an answer blank.

References: Rubin (1987) Multiple Imputation for Nonresponse in Surveys; Barnard and Rubin (1999) Biometrika
86:948-955; Li, Raghunathan and Rubin (1991) JASA 86:1065-1073; Reiter (2007) Biometrika 94:502-508.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

LEAST_LAMBDA = 1e-4  # as R's mice: below it the degrees of freedom of the imputations are without a practical end
SCALES: dict[str, tuple[Callable, Callable, Callable]] = {
    "identity": (lambda estimate: estimate, np.ones_like, lambda end: end),
    "log": (np.log, np.reciprocal, np.exp),
    "logit": (special.logit, lambda share: 1 / (share * (1 - share)), special.expit),
}


@dataclass(frozen=True, eq=False)
class Pooled:
    """Pooled estimates of k quantities from ``m`` imputations.

    ``estimate`` (k,), ``covariance`` (k, k) within plus between imputations; ``within``, ``between`` (k, k) its parts,
    the second without its factor 1 + 1/m; ``degrees_of_freedom`` (k,) after Barnard and Rubin; ``fraction_missing``
    (k,) the share of information about each quantity that is lost with the blank answers; ``relative_increase`` (k,)
    of the variance through them.
    """

    estimate: np.ndarray
    covariance: np.ndarray
    within: np.ndarray
    between: np.ndarray
    degrees_of_freedom: np.ndarray
    fraction_missing: np.ndarray
    relative_increase: np.ndarray
    complete_df: float
    m: int

    @property
    def standard_error(self) -> np.ndarray:
        """Return the standard errors (k,)."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, confidence: float, scale: str = "identity") -> tuple[np.ndarray, np.ndarray]:
        """Return the ends (k,) of intervals by Student's t, on the ``scale`` identity, log or logit of the estimates.

        Ends are given in the unit of the estimates. Raises ``ValueError`` for another scale.
        """
        if scale not in SCALES:
            raise ValueError(f"the scale {scale!r} is not known; choose one of {', '.join(SCALES)}")
        to, slope, back = SCALES[scale]
        reach = stats.t.isf((1 - confidence) / 2, self.degrees_of_freedom) * self.standard_error * slope(self.estimate)
        return back(to(self.estimate) - reach), back(to(self.estimate) + reach)


def pooled(estimates: ArrayLike, covariances: ArrayLike, complete_df: float = np.inf) -> Pooled:
    """Return the pooled estimates of ``estimates`` (m, k) with ``covariances`` (m, k, k).

    One quantity may be given as (m,) and its variances as (m,). ``complete_df`` are the degrees of freedom the analysis
    had with no answer missing: of a survey those of its design, never the number of rows, or the intervals are those
    of a simple random sample. Equal to R's ``mice::pool.scalar``; ``mitools::MIcombine`` leaves 1 + 1/m out of one
    factor of its degrees of freedom, so that with finite ``complete_df`` its are a little larger. Raises
    ``ValueError`` for fewer than two imputations, shapes that do not fit, missing numbers, ``complete_df`` not above 0.

    >>> found = pooled([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], complete_df=20)
    >>> found.estimate.tolist(), found.standard_error.round(3).tolist(), found.degrees_of_freedom.round(1).tolist()
    ([2.0], [1.528], [3.4])
    """
    each, variances = _checked(estimates, covariances, complete_df)
    m = len(each)
    within, between = variances.mean(axis=0), np.atleast_2d(np.cov(each, rowvar=False))
    covariance = within + (1 + 1 / m) * between
    relative_increase = (1 + 1 / m) * np.diag(between) / np.diag(within)
    share = (1 + 1 / m) * np.diag(between) / np.diag(covariance)
    df = _degrees_of_freedom(np.maximum(share, LEAST_LAMBDA), m, complete_df)
    return Pooled(
        estimate=each.mean(axis=0),
        covariance=covariance,
        within=within,
        between=between,
        degrees_of_freedom=df,
        fraction_missing=(relative_increase + 2 / (df + 3)) / (relative_increase + 1),
        relative_increase=relative_increase,
        complete_df=complete_df,
        m=m,
    )


def joint_test(of: Pooled, which: ArrayLike) -> tuple[float, float, float, float]:
    """Return F, its two degrees of freedom and the p-value of the hypothesis that the quantities ``which`` are all 0.

    ``which``: their numbers (q,), or one value.
    Li, Raghunathan and Rubin's D1, which takes the share of information lost for the same in all of them; with finite
    ``complete_df`` the second degrees of freedom are Reiter's, as R's ``mitml::testConstraints`` has them. Of a single
    quantity they are those of its interval. Raises ``ValueError`` with too few imputations for them (4 or fewer in
    number of quantities times m - 1).
    """
    which = np.atleast_1d(np.asarray(which))
    estimate = of.estimate[which]
    within, between = (matrix[np.ix_(which, which)] for matrix in (of.within, of.between))
    k = len(estimate)
    increase = (1 + 1 / of.m) * np.trace(np.linalg.solve(within, between)) / k
    statistic = float(estimate @ np.linalg.solve(within, estimate) / (k * (1 + increase)))
    if k == 1:
        df = float(of.degrees_of_freedom[which[0]])
    else:
        df = _joint_degrees_of_freedom(k, of.m, max(increase, LEAST_LAMBDA), of.complete_df)
    return statistic, float(k), df, float(stats.f.sf(statistic, k, df))


def _degrees_of_freedom(share: np.ndarray, m: int, complete_df: float) -> np.ndarray:
    """Return Barnard and Rubin's degrees of freedom; ``share`` of the variance is due to the imputations."""
    of_imputations = (m - 1) / share**2
    if np.isinf(complete_df):
        return of_imputations
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    return of_imputations * observed / (of_imputations + observed)


def _joint_degrees_of_freedom(k: int, m: int, increase: float, complete_df: float) -> float:
    """Return the second degrees of freedom of D1: Reiter's (2007, formula 10), without end to ``complete_df`` Li's."""
    t = k * (m - 1)
    if t <= 4:
        raise ValueError(f"a joint test of {k} quantities needs more than {m} imputations; draw more")
    if np.isinf(complete_df):
        return 4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2
    a = increase * t / (t - 2)
    complete = (complete_df + 1) / (complete_df + 3) * complete_df
    by_2, by_4 = complete - 2 * (1 + a), complete - 4 * (1 + a)
    of_imputations = (
        a**2 * by_2 / ((1 + a) ** 2 * by_4)
        + 8 * a**2 * by_2 / ((1 + a) * by_4**2)
        + 4 * a**2 / ((1 + a) * by_4)
        + 4 * a**2 / (by_4 * by_2)
        + 16 * a**2 * by_2 / by_4**3
        + 8 * a**2 / by_4**2
    )
    return 4 + 1 / (1 / by_4 + of_imputations / (t - 4))


def _checked(estimates: ArrayLike, covariances: ArrayLike, complete_df: float) -> tuple[np.ndarray, np.ndarray]:
    each, variances = np.asarray(estimates, dtype="float64"), np.asarray(covariances, dtype="float64")
    if each.ndim == 1:
        each, variances = each[:, None], variances.reshape(-1, 1, 1)
    m, k = each.shape
    if m < 2:
        raise ValueError("pooling needs two imputations at least: one does not show how far imputations differ")
    if variances.shape != (m, k, k):
        raise ValueError(f"estimates {each.shape} need covariances {(m, k, k)}, not {variances.shape}")
    if not (np.isfinite(each).all() and np.isfinite(variances).all()):
        raise ValueError("an estimate or a covariance is missing; fit every completed data set, or say why not")
    if not complete_df > 0:
        raise ValueError(f"the degrees of freedom of the complete data must be above 0, not {complete_df}")
    return each, variances
