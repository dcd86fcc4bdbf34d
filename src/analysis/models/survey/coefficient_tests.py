"""Are several coefficients of a survey's regression nought? Wald's test, and the working likelihood ratio of Rao-Scott.

The likelihood is that of independent rows, which a survey's are not; its ratio is then a sum of weighted chi-squares,
whose weights (generalised design effects) tell how much the design spreads it. With few clusters or many coefficients
it keeps its level better than Wald's test, which inverts a covariance that few clusters tell.

References: Rao and Scott (1984) Annals of Statistics 12:46-60; Lumley and Scott (2014) Australian and New Zealand
Journal of Statistics 56:1-14; Kuonen (1999) Biometrika 86:929-935 (saddlepoint). Held to R's ``survey::regTermTest``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analysis.models.survey.regression import Fit

NEAR_MEAN = 1e-4  # of the saddlepoint: nearer to 0 its formula is 0 / 0
EDGE = 1 - 1e-5  # how far the search for the saddlepoint goes to where the cumulant function ends


@dataclass(frozen=True)
class WaldTest:
    """``f`` statistic, ``df1`` coefficients, ``df2`` degrees of freedom of the design, ``p_value``."""

    f: float
    df1: int
    df2: int
    p_value: float


@dataclass(frozen=True)
class WorkingLikelihoodRatioTest:
    """``statistic``: twice the log-likelihood ratio with weights scaled to mean 1; ``design_effects`` (q,): weights of
    its chi-squares; ``df2``: degrees of freedom of the design; ``p_value``."""

    statistic: float
    design_effects: tuple[float, ...]
    df2: int
    p_value: float


def wald_test(fit: Fit, which: Sequence[int]) -> WaldTest:
    """Return the test that the coefficients numbered ``which`` are all 0: b' V^-1 b / q against F(q, df of the fit).

    ``p_value`` is missing where no degree of freedom is left. Raises ``ValueError`` for numbers the fit does not have,
    and where the clusters leave the covariance of the coefficients singular.
    """
    tested = _tested(fit, which)
    covariance, scale = fit.covariance[np.ix_(tested, tested)], fit.standard_error[tested]
    if np.linalg.matrix_rank(covariance / np.outer(scale, scale), hermitian=True) < len(tested):
        raise ValueError(f"too few clusters to test {len(tested)} coefficients at once: test fewer, or their ratio")
    coefficients = fit.coefficients[tested]
    f = float(coefficients @ np.linalg.solve(covariance, coefficients)) / len(tested)
    df2 = fit.degrees_of_freedom
    return WaldTest(f, len(tested), df2, float(stats.f.sf(f, len(tested), df2)) if df2 > 0 else float("nan"))


def working_likelihood_ratio_test(fit: Fit, smaller: Fit, which: Sequence[int]) -> WorkingLikelihoodRatioTest:
    """Return the Rao-Scott test of ``smaller``, which is ``fit`` without the coefficients numbered ``which``.

    Saddlepoint of the sum of weighted chi-squares over a chi-square of the design's degrees of freedom, as R's
    ``regTermTest(method = "LRT")``. ``p_value`` is missing where no degree of freedom is left. Raises ``ValueError``
    if the fits are not of the same rows, or ``smaller`` has other columns left than ``which`` says.
    """
    tested = _tested(fit, which)
    if len(smaller.coefficients) != len(fit.coefficients) - len(tested) or smaller.family is not fit.family:
        raise ValueError(f"the smaller fit must be the same regression without {len(tested)} columns")
    if not np.array_equal(smaller.domain, fit.domain):
        raise ValueError("both fits must be of the same rows: give both the same domain")
    block = np.ix_(tested, tested)
    effects = np.linalg.eigvals(np.linalg.solve(np.linalg.inv(fit.information)[block], fit.covariance[block])).real
    scale = fit.n / fit.total_weight
    statistic = 2 * (fit.log_likelihood - smaller.log_likelihood) * scale
    effects = np.sort(effects * scale)[::-1]
    return WorkingLikelihoodRatioTest(
        statistic=statistic,
        design_effects=tuple(effects.tolist()),
        df2=fit.degrees_of_freedom,
        p_value=_weighted_f_tail(statistic, effects, fit.degrees_of_freedom),
    )


def _tested(fit: Fit, which: Sequence[int]) -> np.ndarray:
    tested, k = np.unique(np.asarray(which, dtype="int64")), len(fit.coefficients)
    if not len(tested) or tested[0] < 0 or tested[-1] >= k:
        raise ValueError(f"coefficients to test are numbered from 0 to {k - 1}; given: {list(which)}")
    return tested


def _weighted_f_tail(statistic: float, weights: np.ndarray, df2: int) -> float:
    """Return P(sum_j weights_j chi2_1 / (chi2_df2 / df2) > statistic)."""
    if df2 < 1:
        return float("nan")
    if not statistic > 0:
        return 1.0
    tail = _positive_tail(np.append(weights, np.full(df2, -statistic / df2)))
    if tail is not None:
        return tail
    df1 = weights.sum() ** 2 / (weights**2).sum()
    return float(stats.f.sf(statistic / weights.sum(), df1, df2))


def _positive_tail(weights: np.ndarray) -> float | None:
    """Return the saddlepoint's P(sum_j weights_j chi2_1 > 0) for weights of both signs; ``None`` at the mean."""
    scaled = weights / weights.max()
    ends = EDGE / (2 * scaled[scaled < 0].min()), EDGE / (2 * scaled.max())
    saddle = optimize.brentq(lambda t: (scaled / (1 - 2 * t * scaled)).sum(), *ends, xtol=1e-14)
    if abs(saddle) < NEAR_MEAN:
        return None
    distance = np.sign(saddle) * np.sqrt(np.log(1 - 2 * saddle * scaled).sum())
    spread = saddle * np.sqrt(2 * (scaled**2 / (1 - 2 * saddle * scaled) ** 2).sum())
    return float(stats.norm.sf(distance + np.log(spread / distance) / distance))
