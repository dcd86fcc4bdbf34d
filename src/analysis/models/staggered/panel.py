"""A panel: one number of every unit in every period, and the period in which each unit started, if it did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

NEVER = np.inf


class PanelError(ValueError):
    """What was given is no panel of units that started one after the other."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Outcomes (N, T) of N units at ``times`` (T,), ``nan`` where not observed.

    ``starts`` (N,): period from which a unit is under the programme, for good; ``NEVER`` where it never is.
    ``weights`` (N,): what a unit counts for, the same in all periods (children, for a rate of children).
    ``clusters`` (N,): codes of what is independent of each other.
    """

    outcomes: np.ndarray
    times: np.ndarray
    starts: np.ndarray
    weights: np.ndarray
    clusters: np.ndarray

    @property
    def cohorts(self) -> np.ndarray:
        """Starts at which some unit started within the panel and after its first period, in order."""
        found = np.unique(self.starts)
        return found[(found > self.times[0]) & (found <= self.times[-1])]

    @property
    def is_treated(self) -> np.ndarray:
        """Whether (N, T) a unit is under the programme in a period."""
        return self.times >= self.starts[:, None]

    def kept(self, rows: np.ndarray) -> "Panel":
        """Return the panel of the units ``rows`` (N,) of bool."""
        clusters = np.unique(self.clusters[rows], return_inverse=True)[1]
        return Panel(self.outcomes[rows], self.times, self.starts[rows], self.weights[rows], clusters)


def panel(
    outcomes: ArrayLike,
    times: ArrayLike,
    starts: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Panel:
    """Return the checked panel; every unit is its own cluster and counts the same unless told otherwise.

    ``starts``: missing (``nan``) or infinite where a unit never started. Raises ``PanelError`` for shapes that do not
    fit, periods that do not follow each other one by one, weights that are not above 0, and missing clusters.
    """
    table, at = np.asarray(outcomes, dtype="float64"), np.asarray(times, dtype="float64")
    if table.ndim != 2 or table.shape[1] != len(at) or len(at) < 2:
        raise PanelError(
            f"outcomes {table.shape} must have a row for each unit and a column for each of 2 or more times"
        )
    if not np.allclose(np.diff(at), 1):
        raise PanelError("times must follow each other one by one, in order: give the years between a column of nan")
    n = len(table)
    start, weight = _of_units(starts, n, "starts"), _of_units(np.ones(n) if weights is None else weights, n, "weights")
    if not ((weight > 0) & np.isfinite(weight)).all():
        raise PanelError("weights must be numbers above 0: leave units out that count for nothing")
    return Panel(table, at, np.where(np.isnan(start), NEVER, start), weight, _codes(clusters, n))


def panel_of_rates(
    counts: ArrayLike,
    exposures: ArrayLike,
    times: ArrayLike,
    starts: ArrayLike,
    clusters: ArrayLike | None = None,
) -> Panel:
    """Return the panel of rates ``counts`` / ``exposures`` (N, T), each unit weighted by its mean exposure.

    A rate is missing where either is, or where nobody is exposed; units without any rate are refused.
    ASSUME: the programme does not change how many are exposed. Raises ``PanelError`` as ``panel``, and for counts or
    exposures below 0.
    """
    events, exposed = np.asarray(counts, dtype="float64"), np.asarray(exposures, dtype="float64")
    if events.shape != exposed.shape:
        raise PanelError(f"counts {events.shape} and exposures {exposed.shape} must be of one shape")
    if (events < 0).any() or (exposed < 0).any():
        raise PanelError("counts and exposures must be 0 or more")
    known = np.isfinite(events) & (exposed > 0)
    if not known.any(axis=1).all():
        raise PanelError("a unit has no rate in any period: leave it out and say so")
    rates = np.divide(events, exposed, out=np.full(events.shape, np.nan), where=known)
    weights = np.where(known, exposed, 0.0).sum(axis=1) / known.sum(axis=1)
    return panel(rates, times, starts, weights, clusters)


def _of_units(values: ArrayLike, n: int, what: str) -> np.ndarray:
    found = np.asarray(values, dtype="float64")
    if found.shape != (n,):
        raise PanelError(f"{what} have the shape {found.shape}; give one to each of {n} units")
    return found


def _codes(clusters: ArrayLike | None, n: int) -> np.ndarray:
    if clusters is None:
        return np.arange(n)
    labels = np.asarray(clusters)
    if labels.shape != (n,) or any(label is None or label != label for label in labels):
        raise PanelError(f"give a cluster to each of {n} units, none of them missing")
    return np.unique(labels, return_inverse=True)[1]
