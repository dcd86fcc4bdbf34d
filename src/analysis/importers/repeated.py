"""Cells repeat: a costly reading is done once for each different text, and looked up for all others."""

from collections.abc import Callable, Sequence

import polars as pl

Reading = Callable[[pl.Expr], pl.Expr]
FEW = 1000  # cells, up to which looking up is slower than reading all
WORTH_A_LOOK_UP = 0.5  # share of different texts up to which it is faster in longer columns


def read_once(text: pl.Expr, reading: Reading, dtype: type[pl.DataType], *, after: Sequence[Reading] = ()) -> pl.Expr:
    """Return ``reading(text)`` of type ``dtype``, computed for each different text only; a missing text is missing.

    ``after``: what ``reading`` goes on from, one step after the other. A step is worked out once, where an expression
    would be worked out anew wherever it stands.
    """
    readings = (*after, reading)

    def read(cells: pl.Series) -> pl.Series:
        if cells.null_count() == cells.len():
            return pl.Series(cells.name, [None], dtype).new_from_index(0, cells.len())
        if cells.len() <= FEW:
            return _read_all(cells, readings, dtype)
        written = cells.drop_nulls().unique()
        if written.len() > cells.len() * WORTH_A_LOOK_UP:
            return _read_all(cells, readings, dtype)
        return cells.replace_strict(written, _read_all(written, readings, dtype), default=None, return_dtype=dtype)

    return text.map_batches(read, return_dtype=dtype)


def n_matching(cells: pl.Series, pattern: str) -> int:
    """Return how many of ``cells`` match ``pattern``; each different text is looked at once."""
    counted = cells.drop_nulls().alias("text").value_counts(name="n")
    return int(counted.filter(pl.col("text").str.contains(pattern))["n"].sum())


def _read_all(texts: pl.Series, readings: Sequence[Reading], dtype: type[pl.DataType]) -> pl.Series:
    cells = texts.alias("text").to_frame()
    for reading in readings:
        cells = cells.select(text=reading(pl.col("text")))
    return cells.to_series().cast(dtype)
