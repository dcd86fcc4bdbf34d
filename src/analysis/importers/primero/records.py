"""JSON exports, versions 1 and 2, as forms: a record is a case, its subforms are lists inside it.

Version 1 has ``child_status`` where version 2 has ``status``, and its care arrangement stands flat in the record (T26).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from analysis.importers import json_reading, labels
from analysis.importers.findings import Findings
from analysis.importers.primero import trials
from analysis.importers.primero.forms import SYSTEM, TABLE_OF_KIND, Forms

SECTIONS = {
    "care_arrangements": "care_arrangements_section",
    "family": "family_details_section",
    "followup": "followup_subform_section",
    "reunification": "reunification_details_section",
    "services": "services_section",
}
FLAT = "care_arrangements"
STATUS_OF_VERSION_1 = "child_status"


def keys() -> set[str]:
    """Return the keys of a record that are read, those of subforms with a dot."""
    tops = [key for kind in ("case", "scores", FLAT) for key, _ in _keys_and_fields(kind)]
    inner = [f"{section}.{key}" for kind, section in SECTIONS.items() for key, _ in _keys_and_fields(kind)]
    return {*tops, *inner}


def read(file: Path, findings: Findings) -> Forms:
    """Return the forms of a JSON export; raise ``ExportError`` with line and column if it is not valid JSON (T29)."""
    records = json_reading.json_records(file, keys())
    numbers = list(range(1, len(records) + 1))
    subforms = {kind: _subforms(records, kind, section, findings) for kind, section in SECTIONS.items()}
    flat = _flat(records, set(subforms[FLAT]["key"]))
    _note_version(records, flat, findings)
    subforms[FLAT] = pl.concat([subforms[FLAT], flat])
    cases = _frame(records, numbers, "case", "").with_columns(pl.lit(False).alias(trials.IS_NAMED_SO))
    return Forms(cases, _frame(records, numbers, "scores", ""), subforms)


def _note_version(records: list[dict[str, Any]], flat: pl.DataFrame, findings: Findings) -> None:
    """Report what version 1 writes otherwise (T26), and numbers written as text (T20)."""
    n_old = sum(record[STATUS_OF_VERSION_1] is not None for record in records)
    findings.whole("", table="case_records", check="T26", column="status", n=n_old)
    findings.whole("", table="placements", check="T26", column="care_type", n=flat.height)
    rates = [key for key, _ in _keys_and_fields("scores") if key.endswith(("_rate", "_score"))]
    n_text = sum(isinstance(record[key], str) for record in records for key in rates)
    findings.whole("", table="assessments", check="T20", column="score", n=n_text)


def _keys_and_fields(kind: str) -> Iterator[tuple[str, str]]:
    """Return the machine names of a kind of form and the field each stands for: labels without a space or capital."""
    for sheet_kind, field, label, language, handling in labels.aliases(SYSTEM).iter_rows():
        is_machine_name = language == "en" and label == label.lower() and " " not in label
        if (sheet_kind, handling) == (kind, "read") and is_machine_name:
            yield label, field


def _frame(entries: list[dict[str, Any]], numbers: list[int], kind: str, sheet: str) -> pl.DataFrame:
    """Return one row an entry: ``sheet``, ``row``, ``key`` (of the record) and the fields of ``kind`` as text."""
    columns: dict[str, pl.Series] = {}
    for key, field in _keys_and_fields(kind):
        texts = pl.Series([_text(entry.get(key)) for entry in entries], dtype=pl.String)
        written = texts.str.normalize("NFC").str.strip_chars()
        filled = written.set(written == "", None)
        columns[field] = columns[field].fill_null(filled) if field in columns else filled
    places = pl.DataFrame({"row": numbers}, schema={"row": pl.Int64})
    keyed = places.select(pl.lit(sheet).alias("sheet"), "row", key=pl.col("row").cast(pl.String))
    return keyed.with_columns(**columns)


def _subforms(records: list[dict[str, Any]], kind: str, section: str, findings: Findings) -> pl.DataFrame:
    """Return one row an entry of the subform, in the order of the file; report records with an entry that is none."""
    entries = [
        (number, entry)
        for number, record in enumerate(records, start=1)
        for entry in _entries(record.get(section))
        if entry is not None
    ]
    _note_no_entries([number for number, entry in entries if not isinstance(entry, dict)], kind, section, findings)
    told = [(number, entry) for number, entry in entries if isinstance(entry, dict)]
    return _frame([entry for _, entry in told], [number for number, _ in told], kind, section)


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _note_no_entries(numbers: list[int], kind: str, section: str, findings: Findings) -> None:
    places = pl.DataFrame({"row": numbers}, schema={"row": pl.Int64}).unique(maintain_order=True)
    placed = places.with_columns(sheet=pl.lit(section))
    findings.rows(placed, pl.lit(True), table=TABLE_OF_KIND[kind], check="no_entry", action="unknown")


def _flat(records: list[dict[str, Any]], with_section: set[str]) -> pl.DataFrame:
    """Return the care arrangements that stand in the record itself, of records that have none as a subform."""
    flat = _frame(records, list(range(1, len(records) + 1)), FLAT, "")
    is_written = pl.col("care_arrangements_type").is_not_null() | pl.col("care_arrangement_started_date").is_not_null()
    return flat.filter(is_written & ~pl.col("key").is_in(sorted(with_section)))


def _text(value: Any) -> str | None:
    """Return a JSON value as the text that a CSV would hold; a list stays an array."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else None
    return None if value is None or isinstance(value, dict) else str(value)
