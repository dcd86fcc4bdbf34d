"""Who is at risk at which event: sums over all risk sets in one pass over the rows.

A row is under observation in (entry, exit]: at risk at an event time t of its stratum if entry < t <= exit. The K
distinct event times are numbered by stratum, then by time, so that every row is at risk at consecutive numbers
``start`` to ``stop`` - 1. A sum over the rows at risk is then a running sum, backwards in time, of what exits less
what enters: the work grows with the rows, not with rows times events.
Reference: Therneau and Grambsch (2000) Modeling Survival Data, ch. 3 (counting processes, delayed entry, strata).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

PART_ROWS = 2048  # that stay in the cache while they are worked on


@dataclass(frozen=True, eq=False)
class RiskSets:
    """``start``, ``stop`` (n,): numbers of the event times at which a row is at risk, as in a range.

    ``time``, ``stratum``, ``n_tied`` (K,): of each event time, with the events that are tied at it. ``event_rows``
    (E,): rows that end with an event, in the order of their event time; ``event_number`` (E,): its number.
    """

    start: np.ndarray
    stop: np.ndarray
    time: np.ndarray
    stratum: np.ndarray
    n_tied: np.ndarray
    event_rows: np.ndarray
    event_number: np.ndarray

    def sums(self, values: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return sum of values (n,) times columns (n, q) over the rows at risk at each event time (K, q)."""
        return backwards(self.flows(values) @ columns)[1:]

    def flows(self, values: np.ndarray) -> sparse.csc_array:
        """Return the matrix (K + 1, n) that adds ``values`` (n,) of rows where they leave, less those where they enter.

        Its backward running sum, but for the first line, is the sum over the rows at risk.
        """
        bins, pointers, signs = self._flow
        data = values if signs is None else signs * np.repeat(values, np.diff(pointers))
        return sparse.csc_array((data, bins, pointers), shape=(len(self.time) + 1, len(self.start)))

    def event_sums(self, values: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return sum of values (E,) times columns (E, q) over the rows with an event at each event time (K, q)."""
        return sums_by(self.event_number, len(self.time), columns, values)

    def between(self, steps: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """Return the sum of steps (K, ...) over the event times at which each row is at risk (n, ...).

        ``values`` (n,): numbers that the sums of steps (K, q) are multiplied by.
        """
        total = np.concatenate([np.zeros((1, *steps.shape[1:])), np.cumsum(steps, axis=0)])
        found, is_late = np.empty((len(self.stop), *steps.shape[1:])), self.start.any()
        for part in parts(len(found)):
            np.take(total, self.stop[part], axis=0, out=found[part])
            if is_late:
                found[part] -= total[self.start[part]]
            if values is not None:
                found[part] *= values[part, None]
        return found

    def between_by(self, codes: np.ndarray, n_codes: int, values: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Return values (n,) times ``between`` of steps (K, q), added up by codes (n,): (n_codes, q), no line a row."""
        total = np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])
        shape = (n_codes, len(total))
        until = sparse.coo_array((values, (codes, self.stop)), shape=shape).tocsr()
        before = sparse.coo_array((values, (codes, self.start)), shape=shape).tocsr()
        return (until - before) @ total

    def largest(self, values: np.ndarray) -> np.ndarray:
        """Return the largest of values (n,) of the rows at risk at each event time (K,).

        A row's range of event times is covered by two, overlapping, of a power of 2; the largest values of long ranges
        are handed down to their halves.
        """
        is_ever = self.stop > self.start
        start, stop, values = self.start[is_ever], self.stop[is_ever], values[is_ever]
        level = np.log2(stop - start).astype(int)
        largest = np.full((level.max() + 2, len(self.time)), -np.inf)
        np.maximum.at(largest, (level, start), values)
        np.maximum.at(largest, (level, stop - 2**level), values)
        for power in range(level.max(), 0, -1):
            half = 2 ** (power - 1)
            np.maximum(largest[power - 1], largest[power], out=largest[power - 1])
            np.maximum(largest[power - 1, half:], largest[power, :-half], out=largest[power - 1, half:])
        return largest[0]

    @cached_property
    def share_before(self) -> np.ndarray:
        """Share of the tied events that Efron takes off the risk set before each event (E,): 0, 1 / d, 2 / d ..."""
        first = np.cumsum(self.n_tied) - self.n_tied
        return (np.arange(len(self.event_rows)) - first[self.event_number]) / self.n_tied[self.event_number]

    @cached_property
    def _flow(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Return bins, column pointers and signs of ``flows``: a row leaves in bin ``stop`` and enters in ``start``."""
        is_ever = self.stop > self.start
        leaves = np.where(is_ever, self.stop, 0).astype("int32")  # bin 0 is never read
        enters = is_ever & (self.start > 0)
        pointers = np.concatenate([[0], np.cumsum(1 + enters)]).astype("int32")
        if not enters.any():
            return leaves, pointers, None
        bins, signs = np.empty(pointers[-1], dtype="int32"), np.ones(pointers[-1])
        bins[pointers[:-1]] = leaves
        bins[pointers[:-1][enters] + 1] = self.start[enters]
        signs[pointers[:-1][enters] + 1] = -1
        return bins, pointers, signs


def risk_sets(entry: np.ndarray, exit_: np.ndarray, event: np.ndarray, stratum: np.ndarray | None = None) -> RiskSets:
    """Return the risk sets of n rows in (entry, exit_], ``event`` (bool) at the end or not, ``stratum`` codes from 0.

    Times are tied if they are equal to the last digit: give whole days.
    """
    pooled = np.unique(exit_[event])
    after_exit, after_entry = (np.searchsorted(pooled, times, side="right") for times in (exit_, entry))
    if stratum is None:
        keys, start, stop = np.arange(len(pooled)), after_entry, after_exit
    else:  # a key for every event time of every stratum, in this order
        length = len(pooled) + 1
        keys = np.unique((stratum * length + after_exit)[event]) - 1
        start = np.searchsorted(keys, stratum * length + after_entry)
        stop = np.searchsorted(keys, stratum * length + after_exit)
    rows = np.flatnonzero(event)
    rows = rows[np.argsort(stop[rows], kind="stable")]
    return RiskSets(
        start=start,
        stop=stop,
        time=pooled[keys % (len(pooled) + 1)],
        stratum=keys // (len(pooled) + 1),
        n_tied=np.bincount(stop[rows] - 1, minlength=len(keys)),
        event_rows=rows,
        event_number=stop[rows] - 1,
    )


def sums_by(codes: np.ndarray, n_codes: int, columns: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
    """Return the sums of columns (n, q), times values (n,), by codes (n,) from 0 to n_codes - 1: (n_codes, q)."""
    data = np.ones(len(codes)) if values is None else values
    pointers = np.arange(len(codes) + 1, dtype="int32")
    return sparse.csc_array((data, codes.astype("int32"), pointers), shape=(n_codes, len(codes))) @ columns


def parts(n: int) -> Iterator[slice]:
    """Yield slices that cut n rows into parts that stay in the cache: large arrays in between cost more than sums."""
    return (slice(start, start + PART_ROWS) for start in range(0, n, PART_ROWS))


def backwards(steps: np.ndarray) -> np.ndarray:
    """Return the running sums of steps (K + 1, q) from the last line to the first."""
    return np.cumsum(steps[::-1], axis=0)[::-1]
