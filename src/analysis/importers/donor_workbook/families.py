"""Families of all organisations: a line is a household of the one named beside it."""

import polars as pl

from analysis.importers import as_read, place_names, values
from analysis.importers.findings import Findings
from analysis.importers.oscar import rejected
from analysis.importers.oscar.sheets import Sheet

TABLE = "households"
SHORT_NAME = r"\(([^()]+)\)\s*$"  # "Full name (short)"


def households(sheet: Sheet, findings: Findings) -> pl.DataFrame:
    """Return the households of a sheet; a line whose organisation has no short name is set aside, having no id."""
    agency = pl.col("ngo").str.extract(SHORT_NAME).str.strip_chars().str.to_lowercase()
    rows = sheet.rows.with_columns(agency=agency, ref=pl.format("family:{}/{}", agency, "id"))
    keyed = Sheet(sheet.grid, sheet.system, sheet.kind, rows.with_columns(id=_key()), sheet.carried)
    families = rejected.kept(keyed, TABLE, findings, once="ref")
    values.note_unlisted(families, "id_poor", "id_poor", "oscar", findings, TABLE)
    provinces = place_names.province_codes(families["province"])
    unresolved = families.filter(provinces.is_null() & families["province"].is_not_null())
    findings.rows(unresolved, pl.lit(True), table=TABLE, check="unknown_code", action="unknown", column="province_code")
    told = families.select(
        *("sheet", "row", "agency", pl.col("ref").alias("household_ref")),
        values.canonical(pl.col("id_poor"), "id_poor", "oscar").alias("id_poor"),
        provinces.alias("province_code"),
    )
    return as_read.filled(told.drop([] if sheet.has("id_poor") else ["id_poor"]), TABLE)


def _key() -> pl.Expr:
    """Return the family's number where its organisation is known; the label of a repeated header as it stands."""
    is_label = pl.col("id") == "ID"
    return pl.when(pl.col("agency").is_not_null() | is_label).then("id")
