"""A table in the words of its contract: keys as digits, gaps said as gaps."""

import polars as pl

from analysis.contract import Table
from analysis.importers.keys import as_text

OPEN_WORDS = {"separation_reason", "harm_history", "service_code", "instrument_version"}  # no closed list of values


def in_words(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return ``frame`` with the columns of ``table``: keys as digits, words as text, "unknown" for gaps."""
    return frame.select(_in_words(frame, name, table) for name in table.columns)


def _in_words(frame: pl.DataFrame, name: str, table: Table) -> pl.Expr | pl.Series:
    column = table.columns[name]
    if frame.schema[name] == pl.UInt64 and column.dtype == "str":
        return as_text(frame[name])
    if column.dtype != "str":
        return pl.col(name)
    may_be_unknown = not column.nullable and (name in OPEN_WORDS or "unknown" in (column.isin or ()))
    if isinstance(frame.schema[name], pl.List):
        return pl.col(name).cast(pl.List(pl.String))
    text = pl.col(name).cast(pl.String)
    if column.nullable:
        return pl.when(text != "").then(text).alias(name)
    return text.fill_null("unknown") if may_be_unknown else text
