"""Rows that are set aside: a header repeated among the data, no id, an id that stands twice, nobody's row."""

import polars as pl

from analysis.importers import labels
from analysis.importers.findings import Findings
from analysis.importers.oscar.sheets import Sheet


def kept(
    sheet: Sheet, table: str, findings: Findings, *, key: str = "id", of: pl.Series | None = None, once: str = ""
) -> pl.DataFrame:
    """Return the rows that stay, and account for all: each other row is reported once, with its reason.

    ``key`` holds the id; ``of``: the ids of the clients a row must belong to; ``once``: a column without repeats.
    """
    checks = [
        pl.when(_is_header(sheet, key)).then(pl.lit("header_repeated")),
        pl.when(pl.col(key).is_null()).then(pl.lit("no_id")),
    ]
    if of is not None:
        checks.append(pl.when(~pl.col(key).is_in(of.implode())).then(pl.lit("orphan_row")))
    if once:
        checks.append(pl.when(~pl.col(once).is_first_distinct()).then(pl.lit("duplicate_row")))
    rows = sheet.rows.with_columns(pl.coalesce(checks).alias("reason"))
    for reason in rows["reason"].drop_nulls().unique().sort():
        findings.rows(rows, pl.col("reason") == reason, table=table, check=reason, action="rejected")
    staying = rows.filter(pl.col("reason").is_null()).drop("reason")
    findings.sheet(sheet.grid.sheet, table=table, rows_in=rows.height, rows_out=staying.height)
    return staying


def _is_header(sheet: Sheet, key: str) -> pl.Expr:
    """Return where the id is the label of its own column."""
    known = labels.aliases(sheet.system).filter(pl.col("field") == key)["label"].to_list()
    written = {label for label in sheet.grid.header if labels.normalised(label) in set(map(labels.normalised, known))}
    return pl.col(key).is_in(list(written))
