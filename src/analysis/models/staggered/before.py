"""Did groups move apart before they started? Tests of effects that should be 0, and what a drift would explain.

``Effects`` of periods before the start (``effects_by_time``) are 0 if trends are parallel and nobody changes early.
A test that finds nothing does not prove it: ``seen_drift`` says which drift it would have found, and ``less_drift``
what is left of effects if the drift before the start had gone on after it. The drift is the least-squares line through
the effects before the start, the base period among them, so that it does not hang on which period is the base.
References: Roth (2022) AER: Insights 4:305-322 (power of such tests); Dobkin et al. (2018) AER 108:308-352 (drift).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.staggered.effects import Effects


@dataclass(frozen=True)
class BeforeTest:
    """p-values that effects before the start are all 0: ``p_largest`` of the largest |t|, ``p_all`` of all together.

    ``n_effects`` that could be told apart; ``p_all`` is missing where there are as many as degrees of freedom.
    """

    p_largest: float
    p_all: float
    n_effects: int


def parallel_before(before: Effects, rng: np.random.Generator) -> BeforeTest:
    """Return the tests of the effects ``before`` the start; periods without an error (a base) are left out.

    All together: Wald's statistic as Hotelling's T^2, with the smallest degrees of freedom of the effects.
    Raises ``ValueError`` where no effect before the start has an error.
    """
    error = before.standard_error
    told = before.kept(np.isfinite(error) & (error > 1e-12))
    if not len(told.labels):
        raise ValueError("no effect before the start has an error: nothing can be tested")
    largest = np.abs(told.estimates / told.standard_error).max()
    p_largest = float((told.largest_t(rng) >= largest).mean())
    statistic, rank = _wald(told)
    df = float(told.degrees_of_freedom.min())
    left = df - rank + 1
    p_all = float(stats.f.sf(statistic * left / (df * rank), rank, left)) if left > 0 else np.nan
    return BeforeTest(p_largest, p_all, rank)


def drift_before(before: Effects) -> Effects:
    """Return the slope, per period, of the line through the effects ``before`` the start (two periods or more)."""
    return _combined(before, _line(before)[1:], np.zeros(1))


def less_drift(effects: Effects, before: Effects, at: ArrayLike) -> Effects:
    """Return ``effects`` less the line through those ``before`` the start, drawn on to ``at`` (L,) periods since it.

    Of an effect over several periods ``at`` is their mean. ASSUME: the drift would have gone on as a straight line.
    """
    mean, slope = _line(before)
    since = np.atleast_1d(np.asarray(at, dtype="float64"))
    weights = mean + (since - before.labels.mean())[:, None] * slope
    line = _combined(before, weights, effects.labels)
    told = (effects.observed, effects.expected, effects.n_cohorts, effects.clusters, effects.starts)
    return Effects(effects.labels, effects.estimates - line.estimates, effects.influence - line.influence, *told)


def seen_drift(drift: Effects, confidence: float, power: float) -> float:
    """Return the drift per period that a test of ``drift`` at 1 - ``confidence`` finds with the chance ``power``."""
    df = drift.degrees_of_freedom[0]
    reach = stats.t.isf(tail_of(confidence), df) + stats.t.isf(1 - power, df)
    return float(reach * drift.standard_error[0])


def _line(before: Effects) -> np.ndarray:
    """Return the weights (2, P) of the effects before the start in their mean and in their slope."""
    apart = before.labels - before.labels.mean()
    if len(apart) < 2:
        raise ValueError("a drift needs effects of two periods before the start or more")
    return np.vstack([np.full(len(apart), 1 / len(apart)), apart / (apart**2).sum()])


def _combined(effects: Effects, weights: np.ndarray, labels: np.ndarray) -> Effects:
    nothing = np.full(len(weights), np.nan)
    n_cohorts = np.full(len(weights), effects.n_cohorts.max())
    told = (nothing, nothing, n_cohorts, effects.clusters, effects.starts)
    return Effects(labels, weights @ effects.estimates, effects.influence @ weights.T, *told)


def _wald(effects: Effects) -> tuple[float, int]:
    """Return Wald's statistic and its rank; directions that the base makes 0 in every sample do not count."""
    error = effects.standard_error
    values, axes = np.linalg.eigh(effects.covariance / np.outer(error, error))
    kept = values > 1e-9 * values.max()
    turned = (effects.estimates / error) @ axes[:, kept]
    return float((turned**2 / values[kept]).sum()), int(kept.sum())
