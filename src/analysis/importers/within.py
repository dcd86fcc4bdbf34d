"""Values that a table cannot hold: a household of nobody, a person of 350 years, a province that does not exist.

Somebody typed them; one of them must not stop an import of a hundred thousand rows. Each becomes missing, and is
reported with its place. What a table can hold stands in its contract.
"""

from collections.abc import Iterator

import polars as pl

from analysis.contract import Column
from analysis.importers.checked import contract_of
from analysis.importers.ledger import Ledger

CONTRACT_OF = {"case_records": "cases"}  # of tables as read that become one of another name
NO_TABLE = ("partner_evidence",)  # becomes a restricted list
FIRST_YEAR, LAST_YEAR = 1900, 2099  # of any date: before, or later, only a wrong key was hit


def possible(rows: pl.DataFrame, table: str, ledger: Ledger) -> pl.DataFrame:
    """Return ``rows`` of a table as read with every impossible value missing; enter each in ``ledger``."""
    wrong = {name: is_wrong.fill_null(value=False) for name, is_wrong in _tests(rows, table)}
    if not wrong or rows.is_empty():
        return rows
    answers = rows.select("at", **wrong)
    found = [name for name in wrong if answers[name].any()]
    for name in found:
        ledger.note_rows(answers.filter(pl.col(name)), table, name, "out_of_range", "unknown")
    return rows.with_columns(pl.when(~answers[name]).then(pl.col(name)).alias(name) for name in found)


def _tests(rows: pl.DataFrame, table: str) -> Iterator[tuple[str, pl.Expr]]:
    """Return the columns that can hold an impossible value, and where they do."""
    columns = {} if table in NO_TABLE else contract_of(CONTRACT_OF.get(table, table)).columns
    for name, dtype in rows.schema.items():
        is_bounded = name in columns and columns[name].nullable and dtype != pl.UInt64  # keys are ours
        bounds = list(breaches(pl.col(name), columns[name])) if is_bounded else []
        if dtype == pl.Date:
            bounds.append(~pl.col(name).dt.year().is_between(FIRST_YEAR, LAST_YEAR))
        if bounds:
            yield name, pl.any_horizontal(bounds)


def breaches(value: pl.Expr, column: Column) -> Iterator[pl.Expr]:
    """Yield where a value is not one that its column can hold: below, above or written otherwise."""
    if column.ge is not None:
        yield value < column.ge
    if column.gt is not None:
        yield value <= column.gt
    if column.le is not None:
        yield value > column.le
    if column.matches is not None:
        yield ~value.cast(pl.String).str.contains(column.matches)
