"""An import on its way from what was read to canonical tables: a table is taken in ranges, and its places are told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from analysis.importers.ledger import Ledger
from analysis.importers.piles import Pile
from analysis.importers.settled import RANKED, ranked
from analysis.importers.within import possible
from analysis.importers.written import Tables


@dataclass(frozen=True)
class Assembly:
    """Tables as ``read``, the ``ledger`` of their rows, and the ``tables`` that are written.

    ``systems`` stand in the order in which they are believed; ``scratch`` makes the folder of what is long.
    """

    read: Mapping[str, Pile]
    ledger: Ledger
    systems: tuple[str, ...]
    tables: Tables
    scratch: Callable[[], Path]

    def ranges(self, table: str) -> Iterator[pl.DataFrame]:
        """Return the rows of a table as read in ranges of its key, ranked, without impossible values."""
        return map(partial(self.ready, table), self.read[table].taken())  # holds none of them

    def whole(self, table: str) -> pl.DataFrame:
        """Return all rows of a table as read, ranked, without impossible values."""
        return self.ready(table, pl.concat(self.read[table].taken()))

    def pile(self, key: str) -> Pile:
        """Return an empty pile for ranked rows by ``key``."""
        return Pile(self.scratch, key, RANKED)

    def ready(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows as read ranked, without impossible values, which are entered."""
        self.ledger.note_read(table, rows)
        return possible(ranked(rows, self.ledger.places, self.systems), table, self.ledger)
