"""Rubin's rules: one estimate and interval from the same analysis of several plausible versions of the data.

Estimand: that of the analysis. The variance is the mean of the variances within versions plus (1 + 1/m) times the
variance between the m estimates; degrees of freedom after Barnard and Rubin, never above those of the complete data.
ASSUME: versions are independent draws of what is not known, given what is; estimates are near normal on their scale.
If versions are drawn too alike, the interval is too short.

References: Rubin (1987) Multiple Imputation, ch. 3; Barnard and Rubin (1999) Biometrika 86:948-955. Held to numbers
worked out by hand in the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import tail_of


@dataclass(frozen=True)
class Pooled:
    """An estimate over versions, its ``variance``, ``df`` and the share of the variance that lies ``between`` them."""

    estimate: float
    variance: float
    between: float
    df: float

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the t interval. Raises ``ValueError`` for a confidence outside (0, 1)."""
        half_width = stats.t.isf(tail_of(confidence), self.df) * np.sqrt(self.variance)
        return self.estimate - half_width, self.estimate + half_width


def pooled(estimates: ArrayLike, variances: ArrayLike, df_complete: float = np.inf) -> Pooled:
    """Return one estimate from ``estimates`` (m,) with sampling ``variances`` (m,) of m versions of the data.

    ``df_complete``: degrees of freedom one version alone would have. Raises ``ValueError`` for fewer than two versions,
    shapes that differ, a missing estimate, or a variance not above 0.

    >>> found = pooled([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    >>> found.estimate, round(found.variance, 3)
    (2.0, 2.333)
    """
    estimates, variances = np.asarray(estimates, dtype="float64"), np.asarray(variances, dtype="float64")
    if estimates.ndim != 1 or estimates.shape != variances.shape or len(estimates) < 2:
        raise ValueError("two or more estimates are needed, each with its variance")
    if not (np.isfinite(estimates).all() and (variances > 0).all()):
        raise ValueError("no estimate may be missing, and every variance must be above 0")
    m = len(estimates)
    within, between = variances.mean(), (1 + 1 / m) * estimates.var(ddof=1)
    share = between / (within + between)
    with np.errstate(divide="ignore"):
        df_old = (m - 1) / np.float64(share) ** 2
    df_seen = (1 - share) * (
        df_complete * (df_complete + 1) / (df_complete + 3) if np.isfinite(df_complete) else df_complete
    )
    df = 1 / (1 / df_old + 1 / df_seen) if share > 0 else df_seen
    return Pooled(float(estimates.mean()), float(within + between), float(share), float(df))
