"""Codes that stand for the sheets of a file in tables: a sheet's name is anybody's words, and may be a child's."""

from collections.abc import Iterable

import polars as pl


def listed(lines: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return one row a sheet named in ``lines`` (``file_code``, ``sheet``) with its code. A restricted list."""
    named = pl.concat([frame.select("file_code", "sheet").unique() for frame in lines])
    sheets = named.filter(pl.col("sheet") != "").unique().sort("file_code", "sheet")
    number = pl.int_range(1, pl.len() + 1).over("file_code").cast(pl.String).str.zfill(2)
    return sheets.select("file_code", ("S" + number).alias("sheet_code"), "sheet")


def coded(lines: pl.DataFrame, sheets: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` with the code of each sheet in place of its name; a file that has none keeps none."""
    joined = lines.join(sheets, on=["file_code", "sheet"], how="left", maintain_order="left", validate="m:1")
    return joined.with_columns(sheet=pl.col("sheet_code")).drop("sheet_code")
