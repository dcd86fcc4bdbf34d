"""Primero cases as JSON of version 1: flat, other names, yes and no as text, dates with slashes."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports import primero_fields as fields
from analysis.simulate.exports.primero_file import SUBFORMS, PrimeroFile
from analysis.simulate.exports.primero_json import TEXT_SCORES, with_subforms, write_records

FLAT = (*("care_arrangements_type", "care_arrangement_started_date", "care_agency_name", "type_of_authority"),)
NESTED = {frame: names for frame, names in SUBFORMS.items() if frame != "arrangements"}
DATE, TIME = "%Y/%m/%d", "%Y/%m/%d 16:52:00 +0000"


def as_version_1(file: PrimeroFile) -> PrimeroFile:
    """Return ``file`` with the latest care arrangement alone, at the place of its record."""
    latest = file.arrangements.unique("key", keep="last", maintain_order=True).with_columns(
        pl.lit("").alias("sheet"),
        pl.lit(None, dtype=pl.String).alias("child_caregiver_reason_change"),
        pl.col("care_arrangements_type").replace(codes.VERSION_1_ARRANGEMENT),
    )
    return replace(file, arrangements=latest)


def other_names(file: PrimeroFile) -> dict[tuple[str, str, str], pl.Expr]:
    """Return what version 1 calls or keeps otherwise, by table, column and check."""
    arranged = pl.col("key").is_in(file.arrangements["key"].implode())
    return {
        ("case_records", "status", "T26"): pl.col("status").is_not_null(),
        ("placements", "care_type", "T26"): arranged,
    }


def write_version_1(path: Path, file: PrimeroFile) -> None:
    """Write ``file`` to ``path``."""
    flat = file.arrangements.select("key", *FLAT)
    cases = fields.with_all_fields(file.cases).join(flat, on="key", how="left", maintain_order="left")
    names = [name for form in fields.FIELDS.values() for name in form if name != "status"]
    texts = (pl.selectors.date().dt.strftime(DATE), pl.selectors.boolean().cast(pl.String))
    values = with_subforms(cases, file, NESTED, *texts).with_columns(
        pl.selectors.boolean().cast(pl.String),
        fields.birth_text(pl.col("date_of_birth"), DATE),
        fields.double_encoded(pl.col("protection_concerns")),
        pl.col("created_at").dt.strftime(TIME),
        pl.col(TEXT_SCORES).cast(pl.String),
        pl.col("status").alias("child_status"),
        pl.col("case_id").str.replace_all("-", "").alias("_id"),
    )
    dated = values.with_columns(pl.selectors.date().dt.strftime(DATE))
    write_records(
        path, dated.select("_id", "child_status", *names, *FLAT, *(subform for subform, _ in NESTED.values()))
    )
