"""Canonical tables written as parquet: in the words of their contracts, and only if they keep them."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import polars as pl

from analysis.contract import Column, Table
from analysis.importers.checked import checked, contract_of
from analysis.importers.in_words import in_words
from analysis.importers.outputs import TableFile
from analysis.importers.score_lists import LISTS, one_row_a_score


class Tables:
    """The files of canonical tables, each written range by range; ``n_rows`` by table.

    Rows are checked where they are added, and written in a thread of its own while the next are made.
    """

    def __init__(self, folder: Path, origin: str) -> None:
        """Start with no file in ``folder``."""
        self.n_rows: Counter[str] = Counter()
        self._folder, self._origin = folder, origin
        self._files: dict[str, TableFile] = {}
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._waiting: Future[None] | None = None

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """Add ``rows``, whose keys come after those of all rows of ``table`` before; it has no others of these keys.

        Raises ``ContractError`` if they break the contract of the table, ``OSError`` where the disk is full.
        """
        self._write(table, _checked(rows, table))

    def add_scores(self, assessments: pl.DataFrame) -> None:
        """Add the scores of ``assessments``, which have them in lists, in the same way."""
        self._write("assessments", _checked_scores(assessments))

    def close(self) -> None:
        """Complete all files."""
        try:
            self._wait()
        finally:
            self._thread.shutdown()
            for file in self._files.values():
                file.close()

    def _write(self, table: str, frame: pl.DataFrame) -> None:
        if table not in self._files:
            self._files[table] = TableFile(self._folder / f"{table}.parquet", self._origin)
        self._wait()
        self._waiting = self._thread.submit(self._files[table].add, frame)
        self.n_rows[table] += frame.height

    def _wait(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.result()


def _checked(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return ``frame`` in words, in order and as its contract has it; numbers are sorted faster than their digits."""
    contract = contract_of(table)
    keys = _keys(frame, contract)
    ordered = frame.select(*contract.columns).sort(contract.key) if keys.issuperset(contract.key) else frame
    return checked(in_words(ordered, contract), contract, table, keys)


def _keys(frame: pl.DataFrame, contract: Table) -> set[str]:
    return {name for name in contract.columns if frame.schema[name] == pl.UInt64}


def _checked_scores(assessments: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of ``assessments`` below each other; what they share is put into words and checked once."""
    contract = contract_of("assessments")
    columns = contract.columns
    shared = replace(
        contract, key=("assessment_id",), columns={name: columns[name] for name in columns if name not in LISTS}
    )
    about = checked(in_words(assessments, shared), shared, "assessments", _keys(assessments, shared))
    number = {"nth": Column("Int64", "the assessment, in the order of their ids")}
    own = replace(contract, key=("nth", "domain_code"), columns={**number, **{name: columns[name] for name in LISTS}})
    numbered = assessments.select(*LISTS, nth=pl.int_range(pl.len()))
    scores = checked(one_row_a_score(in_words(numbered, own)), own, "assessments")
    long = about.select(pl.all().gather(scores["nth"])).with_columns(scores[name] for name in LISTS)
    return long.select(*columns)
