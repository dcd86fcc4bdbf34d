"""Cells repeat: a costly reading is done once for each different text, and looked up for all others."""

from collections.abc import Callable

import polars as pl

Reading = Callable[[pl.Expr], pl.Expr]
WORTH_A_LOOK_UP = 0.5  # share of different texts up to which looking up is faster than reading all


def read_once(text: pl.Expr, reading: Reading, dtype: type[pl.DataType]) -> pl.Expr:
    """Return ``reading(text)`` of type ``dtype``, computed for each different text only; a missing text is missing."""

    def read(cells: pl.Series) -> pl.Series:
        written = cells.drop_nulls().unique().rename("text")
        if written.len() > cells.len() * WORTH_A_LOOK_UP:
            return _read_all(cells.rename("text"), reading, dtype)
        values = _read_all(written, reading, dtype)
        return cells.replace_strict(written, values, default=None, return_dtype=dtype)

    return text.map_batches(read, return_dtype=dtype)


def _read_all(texts: pl.Series, reading: Reading, dtype: type[pl.DataType]) -> pl.Series:
    return texts.to_frame().select(reading(pl.col("text")).cast(dtype)).to_series()
