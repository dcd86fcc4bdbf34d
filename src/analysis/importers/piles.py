"""Rows of a table in any number: held in memory while they are few, on disk beyond, and given back by ranges of a key.

What does not fit is put in the order of its key and written, a run after the other; a range is a slice of each run. So
no more is in memory than a range, however many rows there are. Keys are spread evenly, as those of ``keys`` are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import polars as pl

ROWS_HELD = 2**21  # of one table: 130 MB of members of households, a GB while they are put into words and checked
N_STEPS = 2**12  # what is on disk can be read from each of so many keys on
ROWS_READ_AT_ONCE = 2**16  # of a run, the least that can be
ADDED = "_added"
NUMBERS = count()


@dataclass(frozen=True)
class _Run:
    """Rows on disk in the order of their key; ``starts`` is where each step of keys begins, and how many there are.

    ``n_before`` rows had been added before.
    """

    file: Path
    starts: np.ndarray
    n_before: int

    def between(self, first: int, end: int) -> pl.DataFrame:
        """Return the rows whose keys lie in the steps from ``first`` to before ``end``."""
        begin = int(self.starts[first])
        rows = pl.scan_parquet(self.file).slice(begin, int(self.starts[end]) - begin).collect()
        return rows.with_columns(pl.col(ADDED) + self.n_before)


class Pile:
    """The rows of one table, added as they come and taken once.

    ``key`` is a column of 64-bit keys, missing in some rows perhaps. ``order`` are columns in the order of which the
    rows of a range are given back, those that are equal in it as they were added.
    """

    def __init__(self, scratch: Callable[[], Path], key: str, order: Sequence[str] = (), rows_held: int = 0) -> None:
        """Start with no rows; ``scratch`` makes the folder of the runs."""
        self.n_rows = self._n_held = 0
        self._scratch, self._key, self._order, self._rows_held = scratch, key, order, rows_held or ROWS_HELD
        self._held: list[pl.DataFrame] = []
        self._runs: list[_Run] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Add ``rows``, with the same columns as all others."""
        if self._held and self._n_held + rows.height > self._rows_held:
            self._put_away()
        self._held.append(rows)
        self._n_held += rows.height
        self.n_rows += rows.height

    def join(self, other: "Pile") -> None:
        """Add all rows of ``other``, which is left without any."""
        if other._runs and self._held:
            self._put_away()  # in their order
        self._runs += [replace(run, n_before=run.n_before + self.n_rows) for run in other._runs]
        self.n_rows += other.n_rows - other._n_held
        for rows in other._held:
            self.add(rows)
        other._runs.clear()  # whose files are ours now
        other.forget()

    def forget(self) -> None:
        """Forget all rows."""
        for run in self._runs:
            run.file.unlink()
        self._held.clear()
        self._runs.clear()
        self.n_rows = self._n_held = 0

    def taken(self) -> Iterator[pl.DataFrame]:
        """Yield all rows in ranges of their key, the lowest first and rows with the same key in one, and forget them.

        Of a pile to which anything was added, even no rows, there is at least one range.
        """
        if self.n_rows <= self._rows_held:
            if self._held:
                yield self._whole()  # and nothing of it is held here while it is worked on
            return
        self._put_away()
        n_ranges = min(-(-self.n_rows // self._rows_held), N_STEPS)
        for first, end in pairwise(np.linspace(0, N_STEPS, n_ranges + 1).astype(int)):
            yield self._between(first, end)
        self.forget()

    def _whole(self) -> pl.DataFrame:
        rows, n_added = pl.concat(self._held), sum(frame.height > 0 for frame in self._held)
        self.forget()
        return rows.sort(self._order, maintain_order=True) if self._order and n_added > 1 else rows

    def _between(self, first: int, end: int) -> pl.DataFrame:
        rows = pl.concat(run.between(first, end) for run in self._runs)
        return rows.sort(*self._order, ADDED).drop(ADDED)

    def _put_away(self) -> None:
        rows = pl.concat(self._held).with_row_index(ADDED).with_columns(pl.col(ADDED).cast(pl.UInt64))
        rows = rows.sort(self._key, maintain_order=True)
        n_before, self._n_held = self.n_rows - self._n_held, 0
        self._held.clear()
        steps = rows.select(pl.col(self._key).fill_null(0) // (2**64 // N_STEPS)).to_series().to_numpy()
        file = self._scratch() / f"{next(NUMBERS)}.parquet"
        content = BytesIO()  # polars has an error of its own for a full disk, which says no number
        rows.write_parquet(content, compression="lz4", statistics=False, row_group_size=ROWS_READ_AT_ONCE)
        file.write_bytes(content.getbuffer())
        self._runs.append(_Run(file, np.searchsorted(steps, np.arange(N_STEPS + 1)), n_before))
