"""Canonical tables held to their contracts, in polars: ten million rows take seconds. No value is ever shown."""

import importlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

import polars as pl

from analysis.contract import Column, ContractError, Table
from analysis.importers.keys import PATTERN

DTYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "str": pl.String,
    "Int64": pl.Int64,
    "Float64": pl.Float64,
    "boolean": pl.Boolean,
    "datetime64[us]": pl.Datetime("us"),
}


def contract_of(table: str) -> Table:
    """Return the contract of an imported table."""
    return importlib.import_module(f"analysis.imported.{table}").TABLE


def checked(frame: pl.DataFrame, table: Table, name: str, digits: Container[str] = ()) -> pl.DataFrame:
    """Return ``frame`` with exactly the columns of ``table``, typed and in the order of its key.

    ``digits``: columns of keys that ``keys.as_text`` wrote just now, whose 16 digits are not looked at once more.
    Raises ``ContractError`` with the number of rows behind each fault, and no value: it may be about a child.
    """
    typed = frame.select(pl.col(column).cast(DTYPES[c.dtype]) for column, c in table.columns.items())
    sure = {column for column, c in table.columns.items() if column in digits and c.matches == PATTERN}
    asked = {column: replace(c, matches=None) if column in sure else c for column, c in table.columns.items()}
    broken = [(fault, must) for column, c in asked.items() for fault, must in _faults(column, c)]
    counts = typed.select(fault.fill_null(value=False).sum().alias(str(n)) for n, (fault, _) in enumerate(broken))
    faults = [f"{n:,} rows: {must}" for n, (_, must) in zip(counts.row(0), broken, strict=True) if n]
    in_order = _is_increasing(typed, table.key)
    n_repeated = 0 if in_order else typed.height - typed.select(pl.struct(table.key).n_unique()).item()
    if n_repeated:
        faults.append(f"{n_repeated:,} rows: the key {', '.join(table.key)} must not stand twice")
    if faults:
        raise ContractError(
            f"table {name!r} (one row is {table.one_row_is}) breaks its contract:\n  - " + "\n  - ".join(faults)
        )
    return typed if in_order else typed.sort(table.key)


def _is_increasing(frame: pl.DataFrame, key: Sequence[str]) -> bool:
    """Return whether each row's ``key`` comes after that of the row before: then it is in order, and unique.

    What is missing comes first.
    """
    is_after = pl.lit(False)
    for name in reversed(key):
        value, before = pl.col(name), pl.col(name).shift(1)
        is_above = (value > before).fill_null(value=False) | (value.is_not_null() & before.is_null())
        is_after = is_above | (value.eq_missing(before) & is_after)
    return frame.select(is_after.slice(1).all(ignore_nulls=False)).item() is True


def _faults(name: str, column: Column) -> Iterator[tuple[pl.Expr, str]]:
    value = pl.col(name)
    if not column.nullable:
        yield value.is_null(), f"{name} must not be empty"
    for bound, breach, words in (
        (column.ge, value < column.ge if column.ge is not None else None, "at least"),
        (column.gt, value <= column.gt if column.gt is not None else None, "above"),
        (column.le, value > column.le if column.le is not None else None, "at most"),
    ):
        if breach is not None:
            yield breach, f"{name} must be {words} {bound}"
    if column.isin is not None:
        yield ~value.is_in(list(column.isin)), f"{name} must be one of {', '.join(map(str, column.isin))}"
    if column.matches is not None:
        yield ~value.str.contains(column.matches), f"{name} must match {column.matches}"
