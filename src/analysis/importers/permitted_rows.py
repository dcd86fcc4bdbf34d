"""Rows that go on: of permitted cases or households alone, from one file each, and each once. Others are set aside."""

from collections.abc import Iterable, Iterator

import polars as pl

from analysis.importers.ledger import Ledger
from analysis.importers.piles import Pile
from analysis.importers.settled import from_one_file


def of_permitted(
    rows: pl.DataFrame, table: str, of: str, allowed: pl.Series, known: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    """Return the rows whose key ``of`` is ``allowed``; set the others aside, and those whose key nobody knows."""
    if rows.is_empty():
        return rows
    is_allowed = rows[of].is_in(allowed.implode()).fill_null(value=False)
    others = rows.select("at", of).filter(~is_allowed)
    is_known = others[of].is_in(known.implode()).fill_null(value=False)
    ledger.set_aside(others.filter(is_known), table, "no_permission")
    ledger.set_aside(others.filter(~is_known), table, "orphan_row")
    return rows.filter(is_allowed)


def put_best(
    parts: Iterable[pl.DataFrame],
    pile: Pile,
    table: str,
    of: str,
    permitted: tuple[pl.Series, pl.Series],
    ledger: Ledger,
) -> None:
    """Put the permitted rows of the best file for each key ``of`` on ``pile``.

    ``parts`` are ranked, and rows with the same key ``of`` stand in one; ``permitted`` are the keys that are allowed
    and those that are known.
    """
    for rows in parts:
        best, others = from_one_file(of_permitted(rows, table, of, *permitted, ledger), of)
        ledger.set_aside(others, table, "told_elsewhere")
        pile.add(best)


def once_each(pile: Pile, table: str, key: str, ledger: Ledger) -> Iterator[pl.DataFrame]:
    """Yield the rows of ``pile`` with each ``key`` once, in ranges of it."""
    for rows in pile.taken():
        is_first = pl.col(key).is_first_distinct()
        ledger.set_aside(rows.filter(~is_first), table, "duplicate_row")
        first = rows.filter(is_first)
        ledger.note_kept(table, first)
        yield first


def first_of_each(rows: pl.DataFrame, table: str, key: str, ledger: Ledger) -> pl.DataFrame:
    """Return the ranked ``rows`` with each ``key`` once: the same survey in two files counts once; set others aside."""
    is_first = pl.col(key).is_first_distinct()
    ledger.set_aside(rows.filter(~is_first), table, "told_elsewhere")
    return rows.filter(is_first)
