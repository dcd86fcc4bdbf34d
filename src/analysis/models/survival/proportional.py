"""Do hazards stay proportional? Score tests of coefficients that change with time, and what to do if they do.

The test asks for the gain of a coefficient b + c g(t) over a constant one; g is the time, its log, or one less the
Kaplan-Meier curve before it, which gives every stretch with equally many events equal say. The remedy is a model whose
coefficients may differ before and after chosen days: ``split_at`` makes its rows, ``by_period`` its covariates.

References: Grambsch and Therneau (1994) Biometrika 81:515-526; Therneau and Grambsch (2000) section 6.2. Held to R's
``survival::cox.zph`` (3.5-3) in the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.at_risk import risk_sets
from analysis.models.survival.cox import CoxFit
from analysis.models.survival.cox_likelihood import excess_by_time, information

TRANSFORMS = ("km", "identity", "log")


@dataclass(frozen=True)
class ProportionalityTest:
    """``chi_square`` and ``p_value`` (k,) of each covariate, one degree of freedom each; of all at once ``all_*``."""

    chi_square: np.ndarray
    p_value: np.ndarray
    all_chi_square: float
    all_p_value: float


@dataclass(frozen=True, eq=False)
class Periods:
    """Rows cut at days: ``row`` they come from, ``entry``, ``exit``, ``event``, number of the ``period``; all (m,)."""

    row: np.ndarray
    entry: np.ndarray
    exit: np.ndarray
    event: np.ndarray
    period: np.ndarray


def proportionality_test(fit: CoxFit, entry: ArrayLike, exit_: ArrayLike, transform: str = "km") -> ProportionalityTest:
    """Return score tests that each coefficient of ``fit``, of rows in (``entry``, ``exit_``], is the same at all times.

    ``entry``, ``exit_`` (n,). ``transform`` of time: ``km``, ``identity`` or ``log``. The chi-squares take rows for
    independent: with clusters they are somewhat too large, so that a constant coefficient is given up rather too often
    than too rarely. ASSUME: the model is right but for what is tested. Raises ``ValueError`` for another transform,
    ``NotEstimableError`` where the events tell nothing of change in some covariate.
    """
    if transform not in TRANSFORMS:
        raise ValueError(f"transform {transform!r} is none of {', '.join(TRANSFORMS)}")
    of_time = _of_time(fit, np.asarray(entry, dtype="float64"), np.asarray(exit_, dtype="float64"), transform)
    of_time = of_time - np.average(of_time, weights=fit.rows.sets.n_tied)
    score = of_time @ excess_by_time(fit.rows, fit.sums)
    fixed, mixed, changing = (information(fit.rows, fit.sums, of_time**power) for power in (0, 1, 2))
    left = changing - mixed @ np.linalg.solve(fixed, mixed)  # information on change once the constants are fitted
    if np.linalg.matrix_rank(left, hermitian=True) < len(score):
        raise NotEstimableError("the events tell nothing of change in some covariate: test fewer covariates")
    each, every = score**2 / _own_information(fixed, mixed, changing), float(score @ np.linalg.solve(left, score))
    return ProportionalityTest(each, stats.chi2.sf(each, 1), every, float(stats.chi2.sf(every, len(score))))


def split_at(entry: ArrayLike, exit_: ArrayLike, event: ArrayLike, cuts: ArrayLike) -> Periods:
    """Return n rows, (n,) each, cut at days ``cuts`` (c,), by row and period; an event at a cut is of the earlier."""
    starts, ends = np.asarray(entry, dtype="float64"), np.asarray(exit_, dtype="float64")
    edges = np.concatenate([[-np.inf], np.sort(np.asarray(cuts, dtype="float64")), [np.inf]])
    low = np.maximum(starts[:, None], edges[:-1])
    high = np.minimum(ends[:, None], edges[1:])
    row, period = np.nonzero(low < high)
    is_last = high[row, period] == ends[row]
    return Periods(row, low[row, period], high[row, period], np.asarray(event).astype(bool)[row] & is_last, period)


def by_period(covariate: ArrayLike, periods: Periods, n_periods: int) -> np.ndarray:
    """Return a column a period, ``covariate`` (n,) of the uncut rows there and 0 elsewhere: (m, n_periods)."""
    values = np.asarray(covariate, dtype="float64")[periods.row]
    return values[:, None] * (periods.period[:, None] == np.arange(n_periods))


def _own_information(fixed: np.ndarray, mixed: np.ndarray, changing: np.ndarray) -> np.ndarray:
    """Return the information on change in each covariate, alone, once the constants are fitted (k,)."""
    return np.diag(changing) - np.einsum("jk,kj->j", mixed, np.linalg.solve(fixed, mixed))


def _of_time(fit: CoxFit, entry: np.ndarray, exit_: np.ndarray, transform: str) -> np.ndarray:
    """Return the transform of each event time; one less the Kaplan-Meier curve before it, of all strata together."""
    times = fit.rows.sets.time
    if transform != "km":
        return np.log(times) if transform == "log" else times
    event = np.zeros(len(exit_), bool)
    event[fit.rows.sets.event_rows] = True
    sets = risk_sets(np.broadcast_to(entry, exit_.shape), exit_, event)
    n_at_risk = sets.sums(np.ones(len(exit_)), np.ones((len(exit_), 1)))[:, 0]
    left = np.cumprod(1 - sets.n_tied / n_at_risk)
    return 1 - np.concatenate([[1.0], left[:-1]])[np.searchsorted(sets.time, times)]
