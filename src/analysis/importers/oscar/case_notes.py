"""Case notes: a line is a contact, of which only the day and the kind are read, never what was written about it."""

import polars as pl

from analysis.importers import as_read, dated, values
from analysis.importers.findings import Findings
from analysis.importers.oscar import rejected
from analysis.importers.oscar.sheets import SYSTEM, Sheet

TABLE = "follow_ups"


def contacts(sheet: Sheet, clients: pl.Series, findings: Findings) -> pl.DataFrame:
    """Return the contacts of a sheet of case notes, without ``followup_ref``."""
    notes = rejected.kept(sheet, TABLE, findings, of=clients)
    values.note_unlisted(notes, "mode", "mode", SYSTEM, findings, TABLE)
    if sheet.has("count"):
        findings.whole(
            sheet.grid.sheet, table=TABLE, check="T04", column="case_ref", n=sheet.rows["count"].null_count()
        )
    return notes.select(
        "sheet",
        "row",
        pl.format("slug:{}", "id").alias("case_ref"),
        dated.dated(notes, "done_on", findings, TABLE, "done_on"),
        values.canonical(pl.col("mode"), "mode", SYSTEM).alias("mode")
        if sheet.has("mode")
        else pl.lit(None).alias("mode"),
    )


def with_refs(contacted: pl.DataFrame) -> pl.DataFrame:
    """Return follow-ups as read: ``contacted`` numbered within each case in the order of time."""
    return as_read.filled(numbered(contacted, "contact", "followup_ref", "done_on"), TABLE)


def numbered(rows: pl.DataFrame, word: str, ref: str, on: str) -> pl.DataFrame:
    """Return ``rows`` with the id ``ref``: the case, ``word`` and the row's number by the date ``on``, then the row."""
    order = rows.with_row_index("at").sort(["case_ref", on, "row"], nulls_last=True, maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("case_ref")
    return order.with_columns(pl.format("{}/{}/{}", "case_ref", pl.lit(word), number).alias(ref)).sort("at").drop("at")
