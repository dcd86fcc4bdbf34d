"""Primero cases as CSV: machine names, no subforms, lists as Ruby prints them, an apostrophe before formulas."""

from pathlib import Path

import polars as pl

from analysis.simulate.exports import primero_fields as fields
from analysis.simulate.exports.primero_file import PrimeroFile

FORMULA = r"^([=+\-@|%])"


def guarded() -> dict[tuple[str, str, str], pl.Expr]:
    """Return which records hold an id behind an apostrophe, by table, column and check."""
    return {("case_records", "household_ref", "T28"): pl.col("family_id").str.contains(FORMULA)}


def write_csv(path: Path, file: PrimeroFile) -> None:
    """Write ``file`` to ``path``."""
    cases = fields.with_all_fields(file.cases).with_columns(
        fields.birth_text(pl.col("date_of_birth"), "%Y-%m-%d"),
        inspected(fields.double_encoded(pl.col("protection_concerns"))).alias("protection_concerns"),
        inspected(pl.col("separation_cause")).alias("separation_cause"),
    )
    names = [name for form in fields.FIELDS.values() for name in form]
    cells = cases.select(pl.col("case_id").alias("id"), *names).with_columns(pl.all().cast(pl.String))
    cells.with_columns(pl.all().str.replace(FORMULA, "'${1}")).write_csv(path)


def inspected(codes: pl.Expr) -> pl.Expr:
    """Return lists of text as Ruby's ``inspect`` prints them: ``["a", "b"]``, quotes within escaped."""
    quoted = codes.list.eval(pl.lit('"') + pl.element().str.replace_all('"', '\\"', literal=True) + pl.lit('"'))
    return pl.lit("[") + quoted.list.join(", ") + pl.lit("]")
