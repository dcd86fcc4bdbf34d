"""Incidence where events are noticed at visits: bounds from the earliest and latest time each can have happened.

An event was noticed at the end of its row's observation; it happened after the last contact that knew the child at
home and up to then. Taking the time of notice for the time of the event puts incidence too low early on; the middle
is a better guess, the bounds need no guess. Estimand: the cumulative incidence of ``incidence`` by time of happening.
An event that moves also changes who is at risk when others are censored or have events. Greatest at t: events of the
cause as late as they can be by t, so that they take up the weight of those censored before, all others as early as
can be; least: those of the cause that must be by t early, the rest after t, all others late. Without late entry no
times within the intervals lead outside. With it some can, where few are at risk early; all ways are tried, and what
a search found beyond was small (``docs/methods/incidence.md``).
ASSUME: (last known, noticed] holds the event; those who are censored were free of any end at their exit. That an event
still unnoticed at the end of observation is missing is not covered: end such rows at their last contact.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survival.counting import ObservationError, Observed, count_events, observed, times_of_events
from analysis.models.survival.incidence import Incidence, incidence
from analysis.models.survival.incidence_intervals import log_log_interval


@dataclass(frozen=True, eq=False)
class IntervalBounds:
    """``low`` and ``high`` (T, K): the least and greatest incidence; ``middle``: events in the middle of intervals.

    ``noticed``: events when they were noticed. ``n_wide`` (T, K): events whose interval holds the time, which are
    those that make the bounds differ there.
    """

    times: np.ndarray
    low: np.ndarray
    high: np.ndarray
    middle: Incidence
    noticed: Incidence
    n_wide: np.ndarray

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return ends (T, K) that hold chance too: log-log below ``low`` and above ``high``, errors of ``middle``."""
        errors, df, trials = self.middle.standard_errors, self.middle.df, self.middle.trials
        ends = [log_log_interval(bound, errors, confidence, df, trials) for bound in (self.low, self.high)]
        return ends[0][0], ends[1][1]


def interval_bounds(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    times: ArrayLike,
    last_known: ArrayLike,
    step: float = 1.0,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> IntervalBounds:
    """Return bounds of the incidence of each cause from ``last_known`` (n,): the last time known to be free of any end.

    Missing ``last_known`` (``nan``): nothing is known since the entry. Only rows with an event use it; an event whose
    day is known has its exit less ``step``. ``step``: the shortest time told apart (1 where times are days), by which
    the earliest time lies after ``last_known``, and after the entry. Other arguments as ``incidence``.
    Raises ``ObservationError`` for an event not after its ``last_known``, and as ``incidence`` does.
    """
    rows = observed(entry, exit, cause, n_causes, weights)
    earliest = _earliest(rows, np.asarray(last_known, dtype="float64"), step)
    noticed = incidence(rows.entry, rows.exit, rows.cause, n_causes, times, weights, clusters)
    middle = incidence(rows.entry, (earliest + rows.exit) / 2, rows.cause, n_causes, times, weights, clusters)
    found = np.array([[_reached(rows, earliest, k, at) for k in range(1, n_causes + 1)] for at in noticed.times])
    found[np.isnan(noticed.free)] = np.nan
    between = (earliest[:, None] <= noticed.times) & (noticed.times < rows.exit[:, None])
    wide = np.stack([(between & (rows.cause == k)[:, None]).sum(axis=0) for k in range(1, n_causes + 1)], axis=1)
    return IntervalBounds(noticed.times, found.min(axis=2), found.max(axis=2), middle, noticed, wide)


def _reached(rows: Observed, earliest: np.ndarray, k: int, at: float) -> list[float]:
    """Return the incidence of cause ``k`` at one time, in each way that its events and all others can be placed."""
    late_by_then = np.where(earliest <= at, np.minimum(rows.exit, np.maximum(earliest, at)), rows.exit)
    only_what_must = np.where(rows.exit <= at, earliest, rows.exit)
    ways = product((earliest, rows.exit, late_by_then, only_what_must), (earliest, rows.exit))
    ends = [np.where(rows.cause == k, own, others) for own, others in ways]
    moved = [Observed(rows.entry, end, rows.cause, rows.weights, rows.n_causes) for end in ends]
    return [count_events(some, times_of_events(some, at)).increments()[k - 1].sum() for some in moved]


def _earliest(rows: Observed, last_known: np.ndarray, step: float) -> np.ndarray:
    """Return the earliest end (n,) of each row: its exit without an event."""
    is_event = rows.cause > 0
    if last_known.shape != rows.exit.shape or not step > 0:
        raise ObservationError("last_known must have one value a row, and step must be above 0")
    if (is_event & (last_known >= rows.exit)).any():
        raise ObservationError("an event is not after the last time its row was known to be free of it")
    since = np.fmax(last_known, rows.entry)
    return np.where(is_event, np.minimum(since + step, rows.exit), rows.exit)
