"""Primero cases as JSON of version 2: a list of ``{id, ..., data: {...}}`` with subforms as lists within."""

from pathlib import Path

import polars as pl

from analysis.simulate.exports import primero_fields as fields
from analysis.simulate.exports.primero_file import SUBFORMS, PrimeroFile

TEXT_SCORES = ("family_relations_rate", "legal_documents_rate", "community_rate")  # some fields are text boxes
BOOLEANS = {"true": True, "false": False}
LEFT_OUT = ("key", "sheet", "row", "is_orphan", "entry_event")


def text_scores() -> dict[tuple[str, str, str], pl.Expr]:
    """Return which records hold a score as text, by table, column and check."""
    return {("assessments", "score", "T20"): pl.any_horizontal(pl.col(TEXT_SCORES).is_not_null())}


def write_version_2(path: Path, file: PrimeroFile) -> None:
    """Write ``file`` to ``path``."""
    cases = fields.with_all_fields(file.cases)
    names = [name for form in fields.FIELDS.values() for name in form]
    values = cases.with_columns(
        pl.col("consent_reporting").replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean),
        fields.birth_text(pl.col("date_of_birth"), "%Y-%m-%d"),
        fields.double_encoded(pl.col("protection_concerns")),
        pl.col("location_current").cast(pl.Int64),
        pl.col(TEXT_SCORES).cast(pl.String),
    )
    records = with_subforms(values, file, SUBFORMS).select(
        pl.col("case_id").alias("id"),
        pl.col("status"),
        pl.struct(*names, *(subform for subform, _ in SUBFORMS.values())).alias("data"),
    )
    write_records(path, records)


def with_subforms(
    cases: pl.DataFrame, file: PrimeroFile, subforms: dict[str, tuple[str, str]], *texts: pl.Expr
) -> pl.DataFrame:
    """Add each subform as a list of records, columns rewritten by ``texts``; a repeated case has them again."""
    for frame, (subform, _) in subforms.items():
        rows = fields.with_personal(getattr(file, frame), frame)
        columns = [name for name in rows.columns if name not in LEFT_OUT]
        nested = rows.with_columns(*texts).group_by("key", maintain_order=True).agg(pl.struct(columns).alias(subform))
        cases = cases.join(nested, on="key", how="left", maintain_order="left")
    return cases


def write_records(path: Path, records: pl.DataFrame) -> None:
    """Write records one a line as a JSON list, dates as ISO text."""
    lines = records.write_ndjson().rstrip("\n").split("\n")
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")
