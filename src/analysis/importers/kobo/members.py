"""Household members as read: one row a person of the repeat group, linked on the submission and never on position."""

import polars as pl

from analysis.importers import fields, reading, values
from analysis.importers.findings import Findings
from analysis.importers.kobo import parents
from analysis.importers.kobo.parents import SYSTEM
from analysis.importers.labels import aliases
from analysis.importers.reading import Grid

TABLE = "household_members"
YES_OR_NO = (
    *("is_caregiver", "is_alive", "in_school", "disability", "mother_alive", "father_alive"),
    *("placed_12m", "ever_in_rcf", "placed_before_12m"),
)
CODES = ("relation", "sex", "living_place")


def accepted(grid: Grid, submissions: pl.DataFrame | None, findings: Findings) -> pl.DataFrame:
    """Return the rows whose submission is known and stands in the table for the first time, with ``household_ref``.

    ``submissions`` of the same workbook; a CSV looks for its parent table in the folder. Where there is none, only the
    whole import can tell which rows have no submission.
    """
    rows = _completed(reading.read(grid, parents.positions(grid, "members")))
    known = parents.beside(grid) if submissions is None else submissions
    judged = _without_parents(rows) if known is None else _with_parents(rows, known)
    for check, column in {
        "no_id": "household_ref",
        "orphan_row": "household_ref",
        "duplicate_row": "member_ref",
    }.items():
        where = pl.col("fault") == check
        findings.rows(judged, where, table=TABLE, check=check, action="rejected", column=column)
    kept = judged.filter(pl.col("fault").is_null())
    findings.sheet(grid.sheet, table=TABLE, rows_in=rows.height, rows_out=kept.height)
    return kept.with_columns(household_ref="kobo:" + pl.col("uuid"))


def worded(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the rows in our types and words, numbered within their household in the order of the file."""
    for field in CODES:
        values.note_unlisted(rows, field, field, SYSTEM, findings, TABLE)
    n = pl.int_range(1, pl.len() + 1).over("household_ref").cast(pl.String)
    return rows.select(
        *("sheet", "row", "household_ref"),
        *(values.canonical(pl.col(field), field, SYSTEM).alias(field) for field in CODES),
        *(fields.yes_no(pl.col(field)).alias(field) for field in YES_OR_NO),
        member_ref=pl.col("household_ref") + "/" + n,
        age_years=fields.whole_number(pl.col("age_years")),
    )


def _completed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``rows`` with every field of the repeat group, those the file lacks missing."""
    listed = aliases(SYSTEM).filter((pl.col("sheet_kind") == "members") & (pl.col("handling") == "read"))["field"]
    absent = [field for field in listed.unique(maintain_order=True) if field not in rows.columns]
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(field) for field in absent)


def _with_parents(rows: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """Attach the ``uuid`` of the parent and what is wrong with it, by the parent's index."""
    parents_once = submissions.unique("parent_index", keep="first", maintain_order=True)
    joined = rows.join(parents_once, on="parent_index", how="left", maintain_order="left")
    is_orphan = pl.col("parent_uuid").is_null()
    fault = pl.when(is_orphan).then(pl.lit("orphan_row")).when("is_repeated").then(pl.lit("duplicate_row"))
    return joined.with_columns(fault=fault, uuid=pl.coalesce("uuid", "parent_uuid"))


def _without_parents(rows: pl.DataFrame) -> pl.DataFrame:
    """Say which rows name no submission at all; whether the others' exists is not known here."""
    return rows.with_columns(fault=pl.when(pl.col("uuid").is_null()).then(pl.lit("no_id")))
