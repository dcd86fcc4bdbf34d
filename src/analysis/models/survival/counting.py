"""Who is under observation when, and what ends it: rows of entry, exit and cause, counted at the times of events.

A row is under observation on (entry, exit]: it enters after ``entry`` (delayed entry, left truncation) and is still at
risk at its ``exit``. ``cause`` 0 ends observation without an event (censored), 1 to K are the competing events.
All estimators of this package that take causes count with these functions, so that ties and entries mean the same.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


class ObservationError(ValueError):
    """Rows that describe no observation: an exit not after the entry, a time below 0, an unknown cause."""


@dataclass(frozen=True, eq=False)
class Observed:
    """Checked rows: ``entry``, ``exit`` and ``weights`` (n,) float, ``cause`` (n,) int from 0 to ``n_causes``."""

    entry: np.ndarray
    exit: np.ndarray
    cause: np.ndarray
    weights: np.ndarray
    n_causes: int

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.exit)

    def only(self, is_kept: np.ndarray) -> "Observed":
        """Return some of the rows."""
        times = self.entry[is_kept], self.exit[is_kept]
        return Observed(*times, self.cause[is_kept], self.weights[is_kept], self.n_causes)


@dataclass(frozen=True, eq=False)
class Counts:
    """Weighted counts at the distinct times of events ``times`` (M,); leading axes, if any, are groups or replicates.

    ``at_risk`` (..., M): under observation just before the time; ``events`` (..., K, M): events at the time by cause.
    """

    times: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray

    @property
    def hazards(self) -> np.ndarray:
        """Share (..., K, M) of those at risk who have the event of each cause, 0 where nobody is at risk."""
        at_risk = self.at_risk[..., None, :]
        return np.divide(self.events, at_risk, out=np.zeros_like(self.events), where=at_risk > 0)

    def free_before(self) -> np.ndarray:
        """Return the Kaplan-Meier share (..., M) without any event just before each time."""
        after = np.cumprod(np.maximum(1 - self.hazards.sum(axis=-2), 0), axis=-1)
        return np.concatenate([np.ones_like(after[..., :1]), after[..., :-1]], axis=-1)

    def increments(self) -> np.ndarray:
        """Return what each time adds (..., K, M) to the cumulative incidence of each cause (Aalen-Johansen)."""
        return self.free_before()[..., None, :] * self.hazards


def observed(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    weights: ArrayLike | None = None,
) -> Observed:
    """Return checked rows. Times in any unit, the same throughout; ``cause`` 0 (censored) to ``n_causes``.

    ``weights`` above 0, 1 without. Raises ``ObservationError`` for no rows, missing or negative times, an exit not
    after its entry, a cause that is not 0 to ``n_causes``, weights that are missing or not above 0.
    """
    begin, end, codes = (np.asarray(values, dtype="float64").ravel() for values in (entry, exit, cause))
    begin = np.broadcast_to(begin, end.shape) if begin.size == 1 else begin
    weight = np.ones(end.size) if weights is None else np.asarray(weights, dtype="float64").ravel()
    if end.size == 0 or not begin.size == end.size == codes.size == weight.size:
        raise ObservationError("entry, exit, cause and weights must have one value a row, and at least one row")
    _refuse(
        ~(np.isfinite(begin) & np.isfinite(end)), "a time is missing or endless: leave such rows out and count them"
    )
    _refuse(begin < 0, "the entry is before time 0: times are counted from the start, 0 or later")
    _refuse(end <= begin, "the exit is not after the entry: a row is observed from its entry to a later exit")
    known = np.isin(codes, np.arange(n_causes + 1))
    _refuse(~known, f"the cause is not a whole number from 0 (censored) to {n_causes}")
    _refuse(~((weight > 0) & np.isfinite(weight)), "the weight is missing or not above 0")
    return Observed(begin, end, codes.astype("int64"), weight, int(n_causes))


def times_of_events(rows: Observed, horizon: float = np.inf) -> np.ndarray:
    """Return the distinct times (M,) of events of any cause, up to the ``horizon``."""
    return np.unique(rows.exit[(rows.cause > 0) & (rows.exit <= horizon)])


def count_events(rows: Observed, times: np.ndarray) -> Counts:
    """Return the weighted counts of ``rows`` at the ``times`` (M,), which hold all times of events up to the last."""
    size = len(times)
    first, stop = positions(rows, times)
    joined = np.bincount(first, rows.weights, minlength=size + 1) - np.bincount(stop, rows.weights, minlength=size + 1)
    is_event = (rows.cause > 0) & (rows.exit <= (times[-1] if size else -np.inf))
    cell = (rows.cause[is_event] - 1) * size + stop[is_event] - 1
    events = np.bincount(cell, rows.weights[is_event], minlength=rows.n_causes * size)
    events = events.astype("float64").reshape(rows.n_causes, size)  # bincount of nothing counts in whole numbers
    return Counts(times, np.cumsum(joined)[:size].astype("float64"), events)


def positions(rows: Observed, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the range [first, stop) of positions in ``times`` (M,) at which each row is at risk."""
    return np.searchsorted(times, rows.entry, side="right"), np.searchsorted(times, rows.exit, side="right")


def coded(labels: ArrayLike, n_rows: int, of_what: str) -> tuple[np.ndarray, np.ndarray]:
    """Return codes (n,) from 0 and the sorted labels; raises ``ObservationError`` for missing labels."""
    values = np.asarray(labels)
    if values.shape != (n_rows,) or pd.isna(values).any():
        raise ObservationError(f"every row needs one {of_what}; give rows without one a label of their own")
    return pd.factorize(values, sort=True)


def _refuse(is_bad: np.ndarray, why: str) -> None:
    if is_bad.any():
        raise ObservationError(f"{why} (rows: {int(is_bad.sum())}, the first at position {int(np.argmax(is_bad))})")
