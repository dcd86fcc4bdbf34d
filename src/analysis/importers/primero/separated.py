"""CSV exports as forms: a row is a case, columns have machine names, no subforms.

Cells that begin with = + - @ | % carry an apostrophe in front (T28). Where a configuration keeps the care arrangement
flat in the record, as version 1 does, it is read from there.
"""

from collections.abc import Iterator

import polars as pl

from analysis.importers import codes, labels, reading
from analysis.importers.findings import Findings
from analysis.importers.primero import forms, trials
from analysis.importers.primero.forms import SYSTEM, Forms
from analysis.importers.reading import Grid

FLAT = "care_arrangements"
KINDS = ("case", "scores", FLAT)
FEW = 1000  # rows
APOSTROPHE = r"^'[=+\-@|%]"
COLUMN_OF_FIELD = {  # as read; cells of other columns never begin with such a sign
    "case_id": "case_ref",
    "family_id": "household_ref",
    "location_current": "province_code",
    "mosvy_number": "mosvy_number",
    "oscar_number": "global_id",
    "oscar_short_id": "slug",
    "owned_by": "worker",
}


def pieces(grid: Grid, findings: Findings, n_records: int) -> Iterator[Forms]:
    """Return the forms of a CSV export, ``n_records`` at a time; of one without records a piece without any."""
    positions = {kind: _positions(grid, kind) for kind in KINDS}
    columns = {str(place): place for of_kind in positions.values() for place in of_kind.values()}
    named = {trials.IS_NAMED_SO: (trials.positions_of_names(grid), trials.PATTERN)}
    is_empty = True
    for rows in reading.batches(grid, columns, n_records, named):
        yield _forms(rows, positions, findings)
        is_empty = False
    if is_empty:
        nothing = reading.read(grid, columns).with_columns(pl.lit(False).alias(trials.IS_NAMED_SO))
        yield _forms(nothing, positions, findings)


def has_long_ids(grid: Grid) -> bool:
    """Return whether any record has a long id; as a rule the first one has, and no more of the file is read."""
    place = _positions(grid, "case").get("case_id")
    if place is None:
        return False
    return any(rows["case_id"].is_not_null().any() for rows in reading.batches(grid, {"case_id": place}, FEW, {}))


def _forms(rows: pl.DataFrame, positions: dict[str, dict[str, int]], findings: Findings) -> Forms:
    keyed = rows.with_columns(key=pl.col("row").cast(pl.String))
    cases = _of_kind(keyed, positions, "case").with_columns(rows[trials.IS_NAMED_SO])
    escaped = _note_apostrophes(cases, findings)
    unescaped = cases.with_columns(codes.without_apostrophe(pl.col(field)) for field in escaped)
    subforms = {FLAT: _flat(_of_kind(keyed, positions, FLAT))}
    return Forms(unescaped, _of_kind(keyed, positions, "scores"), subforms)


def _positions(grid: Grid, kind: str) -> dict[str, int]:
    """Return where each field of ``kind`` stands; the first column where two carry it."""
    return {field: places[0] for field, places in labels.matched(grid, SYSTEM, kind).positions.items()}


def _of_kind(rows: pl.DataFrame, positions: dict[str, dict[str, int]], kind: str) -> pl.DataFrame:
    """Return one row a record with the fields of ``kind``."""
    renamed = (pl.col(str(place)).alias(field) for field, place in positions[kind].items())
    return forms.completed(rows.select("sheet", "row", *renamed, "key"), kind)


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the care arrangements that stand in the record itself."""
    is_written = pl.col("care_arrangements_type").is_not_null() | pl.col("care_arrangement_started_date").is_not_null()
    return rows.filter(is_written)


def _note_apostrophes(cases: pl.DataFrame, findings: Findings) -> list[str]:
    """Report how many cells begin with an apostrophe and a sign; return the fields that have any."""
    quoted = {field: cases[field].filter(cases[field].str.starts_with("'")) for field in COLUMN_OF_FIELD}
    counts = {field: int(cells.str.contains(APOSTROPHE).sum()) for field, cells in quoted.items()}
    for field, n in counts.items():
        findings.whole("", table="case_records", check="T28", column=COLUMN_OF_FIELD[field], n=n)
    return [field for field, n in counts.items() if n]
