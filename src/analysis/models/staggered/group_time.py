"""Group-time effects: of each group that started together, in each period, what was observed and what would have been.

Estimand of a cell (g, t): the mean outcome in period t of the units that started in g, weighted by ``Panel.weights``,
and the mean that they would have had without the programme. The second is not seen; it is told from controls C,

    additive trends       E = Y_g(base) + Y_C(t) - Y_C(base)     (ATT(g, t) of Callaway and Sant'Anna is Y_g(t) - E)
    proportional trends   E = Y_g(base) * Y_C(t) / Y_C(base)     (that of a Poisson regression with cohort-time effects)

where C are units that never started, or besides those that had not started by t, and base is the last period before g
(``last``) or the mean of all before it (``all``: more exact, and trends must then be parallel in all of them).
ASSUME: without the programme groups and controls would have moved in parallel, on the scale that ``trends`` names
(given covariates, if there are any); nobody changes before the start, but for ``anticipation`` periods; a unit's
start changes nothing in other units; who has started stays in. Only units seen in all periods of a cell are in it.
Uncertainty: the influence of each unit on O and E; spread within an arm is that of independent clusters, m / (m - 1)
times its square. An arm of one cluster shows no spread: its influences, and every error they enter, are missing.
Weights are taken as known: effects are those in the units that started, not in units like them.
References: Callaway and Sant'Anna (2021) J Econometrics 225:200-230; Sant'Anna and Zhao (2020) J Econometrics
219:101-122 (regression, doubly robust); Wooldridge (2023) Econometrics Journal 26:C31-C66 (proportional trends).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.staggered.adjusted import DOUBLY_ROBUST, REGRESSION, adjusted_effect
from analysis.models.staggered.arms import Arm, arm_mean
from analysis.models.staggered.panel import Panel, PanelError

NEVER_STARTED, NOT_YET_STARTED = "never started", "not yet started"
ADDITIVE, PROPORTIONAL = "additive", "proportional"
LAST, ALL = "last", "all"
CHOICES = {
    "controls": (NEVER_STARTED, NOT_YET_STARTED),
    "trends": (ADDITIVE, PROPORTIONAL),
    "base": (LAST, ALL),
    "method": (REGRESSION, DOUBLY_ROBUST),
}


@dataclass(frozen=True, eq=False)
class GroupTime:
    """Cells (C,): ``cohorts`` and ``times``; means ``observed`` and ``expected`` without the programme.

    ``influence_observed``, ``influence_expected`` (N, C): what each unit adds to them, to first order.
    ``weights`` (C,): of the cell's started units, ``n_started`` of them beside ``n_controls``. ``clusters`` and
    ``starts`` (N,) are those of the units. Periods before a cohort's start are cells too.
    """

    cohorts: np.ndarray
    times: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    influence_observed: np.ndarray
    influence_expected: np.ndarray
    weights: np.ndarray
    n_started: np.ndarray
    n_controls: np.ndarray
    clusters: np.ndarray
    starts: np.ndarray

    @property
    def since(self) -> np.ndarray:
        """Periods (C,) since the start: 0 is the first under the programme, -1 the last before it."""
        return self.times - self.cohorts


def group_time(
    panel: Panel,
    *,
    controls: str = NOT_YET_STARTED,
    trends: str = ADDITIVE,
    base: str = LAST,
    anticipation: int = 0,
    covariates: ArrayLike | None = None,
    method: str = DOUBLY_ROBUST,
) -> GroupTime:
    """Return all cells that have a base, somebody who started and somebody to compare with.

    ``covariates`` (N, k), known before any start: trends are then parallel among units alike in them, by outcome
    ``regression`` or the ``doubly robust`` mean of both models; of additive trends only.
    Raises ``PanelError`` for another choice, for covariates with proportional trends, with gaps or of another shape,
    and where there is no cell at all; ``NotEstimableError`` or ``SeparationError`` where covariates tell who started.

    >>> from analysis.models.staggered.panel import panel
    >>> towns = panel([[1, 4], [2, 5], [1, 2], [2, 3]], times=[1, 2], starts=[2, 2, None, None])
    >>> cells = group_time(towns)
    >>> cells.observed.tolist(), cells.expected.tolist()  # before and after: others gained 1, these 3
    ([1.5, 4.5], [1.5, 2.5])
    """
    chosen = {"controls": controls, "trends": trends, "base": base, "method": method}
    columns = _checked(panel, chosen, anticipation, covariates)
    cells = [
        cell
        for cohort in panel.cohorts
        for time in panel.times
        if (cell := _cell(panel, cohort, time, chosen, anticipation, columns)) is not None
    ]
    if not cells:
        raise PanelError("no group that started has a period before it and somebody to compare with")
    stacked = (np.array(values) for values in zip(*cells, strict=True))
    cohorts, times, observed, expected, to_observed, to_expected, weights, n_started, n_controls = stacked
    influences = np.ascontiguousarray(to_observed.T), np.ascontiguousarray(to_expected.T)
    of_cells = cohorts, times, observed, expected, *influences, weights, n_started, n_controls
    return GroupTime(*of_cells, panel.clusters, panel.starts)


def _cell(
    panel: Panel, cohort: float, time: float, chosen: dict[str, str], anticipation: int, columns: np.ndarray | None
) -> tuple[object, ...] | None:
    """Return the cell's numbers in the order of ``GroupTime``; ``None`` where it has no base or nobody in an arm."""
    last = cohort - 1 - anticipation
    bases = panel.times <= last if chosen["base"] == ALL else panel.times == last
    if not bases.any():
        return None
    now, before = panel.outcomes[:, panel.times == time][:, 0], panel.outcomes[:, bases].mean(axis=1)
    is_seen = np.isfinite(now) & np.isfinite(before)
    started = is_seen & (panel.starts == cohort)
    compared = is_seen & (panel.starts > (max(time, last) + anticipation)) & (panel.starts != cohort)
    if chosen["controls"] == NEVER_STARTED:
        compared &= np.isinf(panel.starts)
    if not (started.any() and compared.any()):
        return None
    observed = arm_mean(now, started, panel.weights, panel.clusters)
    if columns is not None:
        change = np.where(is_seen, now - before, 0.0)
        effect = adjusted_effect(change, started, compared, panel, columns, chosen["method"])
        expected = Arm(observed.mean - effect.mean, observed.influence - effect.influence)
    else:
        expected = _expected(now, before, started, compared, panel, chosen["trends"])
    sizes = panel.weights[started].sum(), started.sum(), compared.sum()
    return cohort, time, observed.mean, expected.mean, observed.influence, expected.influence, *sizes


def _expected(
    now: np.ndarray, before: np.ndarray, started: np.ndarray, compared: np.ndarray, panel: Panel, trends: str
) -> Arm:
    """Return what the started would have had if they had moved as those they are compared with."""
    of = panel.weights, panel.clusters
    own, then, since = (
        arm_mean(before, started, *of),
        arm_mean(before, compared, *of),
        arm_mean(now, compared, *of),
    )
    if trends == ADDITIVE:
        return Arm(own.mean + since.mean - then.mean, own.influence + since.influence - then.influence)
    if not then.mean > 0:
        return Arm(np.nan, np.full(len(now), np.nan))
    growth = since.mean / then.mean
    moved = (since.influence - growth * then.influence) / then.mean
    return Arm(own.mean * growth, own.influence * growth + own.mean * moved)


def _checked(
    panel: Panel, chosen: dict[str, str], anticipation: int, covariates: ArrayLike | None
) -> np.ndarray | None:
    for name, value in chosen.items():
        if value not in CHOICES[name]:
            raise PanelError(f"{name} must be one of {', '.join(CHOICES[name])}; it is {value!r}")
    if anticipation < 0:
        raise PanelError("anticipation is a number of periods before the start, 0 or more")
    if covariates is None:
        return None
    if chosen["trends"] != ADDITIVE:
        raise PanelError("covariates are for additive trends: give none with proportional ones")
    columns = np.asarray(covariates, dtype="float64")
    if columns.ndim != 2 or len(columns) != len(panel.outcomes) or not np.isfinite(columns).all():
        raise PanelError(f"covariates {columns.shape} must have a row for each unit, with no gaps")
    return columns
