"""Does the spread of the counts fit the model, and does the number of zeros?

References: Dean (1992) JASA 87:451-457 (score test of extra-Poisson variation); McCullagh and Nelder (1989)
Generalized Linear Models, 4.5 (Pearson's statistic); Davison and Hinkley (1997) Bootstrap Methods, 4.2 (p-values of
simulated tests).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.mixed_counts.fit import Fit

CONFIDENCE = 95  # per cent of the simulated numbers of zeros that lie in the range that is returned


@dataclass(frozen=True)
class DispersionCheck:
    """``pearson_ratio``: Pearson's statistic with the variance of Poisson counts, over its degrees of freedom; 1 is
    Poisson, 5 means five times the variance. ``own_ratio``: the same with the variance of the fit itself; far from 1
    its standard errors are wrong. ``score``: Dean's statistic, standard normal for Poisson counts; ``p_value``:
    one-sided, small if counts vary more than Poisson counts around the fit's means."""

    pearson_ratio: float
    own_ratio: float
    score: float
    p_value: float


@dataclass(frozen=True)
class ZeroCheck:
    """Zeros ``observed``, their mean in simulated counts ``expected``, the 95 % range of simulated numbers ``low`` to
    ``high``, and the two-sided ``p_value``: small if the model makes too few or too many zeros."""

    observed: int
    expected: float
    low: float
    high: float
    p_value: float


def check_dispersion(fit: Fit, y: ArrayLike) -> DispersionCheck:
    """Return how far counts ``y`` (n,) vary around the fit's means, groups' effects included, and a test of Poisson.

    With group effects the test is approximate, since these have used up variation.
    Raises ``ValueError`` for another number of counts than the fit's.
    """
    y, mean = _counts_of(fit, y), fit.fitted
    df = fit.n - len(fit.coefficients)
    squares = (y - mean) ** 2
    score = float((squares - y).sum() / np.sqrt(2 * (mean**2).sum()))
    return DispersionCheck(
        pearson_ratio=float((squares / mean).sum() / df),
        own_ratio=float((squares / (mean + mean**2 / fit.theta)).sum() / df),
        score=score,
        p_value=float(stats.norm.sf(score)),
    )


def check_zeros(fit: Fit, y: ArrayLike, rng: np.random.Generator, n_simulations: int = 1000) -> ZeroCheck:
    """Return the number of zeros in ``y`` (n,) beside that in counts simulated from the fit, groups drawn anew.

    The parameters are taken as known, which makes the range a little too narrow. Raises ``ValueError`` for another
    number of counts than the fit's.
    """
    y = _counts_of(fit, y)
    simulated = np.array([_zeros_of_simulated(fit, rng) for _ in range(n_simulations)])
    observed = int((y == 0).sum())
    tails = [(1 + (simulated <= observed).sum()), (1 + (simulated >= observed).sum())]
    low, high = np.percentile(simulated, [50 - CONFIDENCE / 2, 50 + CONFIDENCE / 2])
    p_value = min(1.0, 2 * float(min(tails)) / (n_simulations + 1))
    return ZeroCheck(observed, float(simulated.mean()), float(low), float(high), p_value)


def _zeros_of_simulated(fit: Fit, rng: np.random.Generator) -> int:
    mean = fit.fitted_at_zero_effect
    if fit.sd_group > 0:
        mean = mean * np.exp(fit.sd_group * rng.standard_normal(fit.n_groups))[fit.codes]
    log_zero = -mean if np.isinf(fit.theta) else -fit.theta * np.log1p(mean / fit.theta)
    return int((rng.random(fit.n) < np.exp(log_zero)).sum())


def _counts_of(fit: Fit, y: ArrayLike) -> np.ndarray:
    counts = np.asarray(y, dtype="float64")
    if counts.shape != (fit.n,):
        raise ValueError(f"the fit is of {fit.n} counts, not of {counts.size}")
    return counts
