"""The regression with an effect of each unit and each period, and what its one coefficient is made of.

Estimand: the coefficient of being under the programme. It is a weighted sum of the effects in started units and
periods, and where effects grow or differ some weights are below 0: units that started early serve as controls for
those that start later, though they are under the programme too. So it can lie outside the range of all effects.
``weights`` says how much, ``comparisons`` of whom with whom it consists. It stands beside ``group_time``, not instead.
Of outcomes the regression is least squares with the panel's weights; ``two_way_rate_ratio`` is Poisson's.
References: de Chaisemartin and D'Haultfoeuille (2020) AER 110:2964-2996 (weights below 0); Goodman-Bacon (2021)
J Econometrics 225:254-277 (comparisons).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats

from analysis.models.counts import tail_of
from analysis.models.staggered.panel import Panel, PanelError

NEVER, LATER, EARLIER, ALWAYS = "never started", "started later", "started earlier", "started before the first period"


class Comparison(NamedTuple):
    """Change in units that started in ``cohort`` less that in ``with_cohort``, which ``compared`` names."""

    cohort: float
    with_cohort: float
    compared: str
    weight: float
    estimate: float


@dataclass(frozen=True, eq=False)
class TwoWay:
    """``estimate``, its ``standard_error`` over clusters; ``weights`` (N, T) of the effects it sums up, 0 if untreated.

    ``n_left_out``: units with a gap, which the regression cannot use here.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: float
    weights: np.ndarray
    n_left_out: int

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return both ends of the interval of the estimate."""
        half = stats.t.isf(tail_of(confidence), self.degrees_of_freedom) * self.standard_error
        return self.estimate - half, self.estimate + half

    @property
    def negative_share(self) -> float:
        """Sum of the weights below 0, as a share of the sum of all without their signs."""
        return float(-self.weights[self.weights < 0].sum() / np.abs(self.weights).sum())


def two_way(panel: Panel) -> TwoWay:
    """Return the regression of units without gaps. Raises ``PanelError`` where programme and effects are collinear."""
    whole = complete(panel)
    apart, weights = _residual_treatment(whole), whole.weights[:, None]
    spread = (weights * apart * whole.is_treated).sum()
    if not spread > 1e-9 * weights.sum():
        raise PanelError("whether a unit is under the programme follows from the unit and the period alone")
    estimate = float((weights * apart * whole.outcomes).sum() / spread)
    left = _within(whole.outcomes - estimate * whole.is_treated, whole.weights)
    sums = np.bincount(whole.clusters, weights=(weights * apart * left).sum(axis=1) / spread)
    m = len(sums)
    error = float(np.sqrt(m / (m - 1) * (sums**2).sum())) if m > 1 else np.nan
    of_effects = np.where(whole.is_treated, weights * apart / spread, 0.0)
    return TwoWay(estimate, error, float(m - 1), of_effects, len(panel.starts) - len(whole.starts))


def comparisons(panel: Panel) -> list[Comparison]:
    """Return the differences of changes between two groups each, whose weighted sum is the coefficient of ``two_way``.

    Weights add up to 1. A group compared with one that had ``started earlier`` is measured by what changes in units
    that are under the programme all along.
    """
    whole = complete(panel)
    at = np.where(whole.starts > whole.times[-1], np.inf, np.maximum(whole.starts, whole.times[0]))
    groups = np.unique(at)
    means = {
        group: np.average(whole.outcomes[at == group], axis=0, weights=whole.weights[at == group]) for group in groups
    }
    sizes = {group: whole.weights[at == group].sum() / whole.weights.sum() for group in groups}
    found = [
        made
        for first, early in enumerate(groups)
        for late in groups[first + 1 :]
        for made in _pair(early, late, means, sizes, whole.times)
    ]
    total = sum(made.weight for made in found)
    return [made._replace(weight=made.weight / total) for made in found]


def complete(panel: Panel) -> Panel:
    """Return the units observed in every period; raises ``PanelError`` where there are fewer than two."""
    rows = np.isfinite(panel.outcomes).all(axis=1)
    if rows.sum() < 2:
        raise PanelError("fewer than two units are observed in every period")
    return panel.kept(rows)


def _pair(
    early: float, late: float, means: dict[float, np.ndarray], sizes: dict[float, float], times: np.ndarray
) -> list[Comparison]:
    """Return the one or two comparisons between a group and one that started later or never, weights up to a factor."""
    under = [float((times >= group).mean()) for group in (early, late)]
    both = sizes[early] + sizes[late]
    spread = both**2 * sizes[early] / both * sizes[late] / both
    if np.isinf(late):
        weight = spread * under[0] * (1 - under[0])
        named = [(early, late, NEVER, weight, times >= times[0])]
    else:
        kind = ALWAYS if under[0] == 1 else EARLIER
        named = [
            (early, late, LATER, spread * (1 - under[0]) * (under[0] - under[1]), times < late),
            (late, early, kind, spread * under[1] * (under[0] - under[1]), times >= early),
        ]
    return [
        Comparison(own, other, compared, weight, _difference(means[own], means[other], own, times, window))
        for own, other, compared, weight, window in named
        if weight > 0
    ]


def _difference(own: np.ndarray, other: np.ndarray, start: float, times: np.ndarray, window: np.ndarray) -> float:
    gap = own - other
    after = times >= start
    return float(gap[window & after].mean() - gap[window & ~after].mean())


def _residual_treatment(panel: Panel) -> np.ndarray:
    return _within(panel.is_treated.astype("float64"), panel.weights)


def _within(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return what unit and period effects leave of ``table`` (N, T) without gaps; weights are of units."""
    by_period = np.average(table, axis=0, weights=weights)
    return table - table.mean(axis=1, keepdims=True) - by_period + by_period.mean()
