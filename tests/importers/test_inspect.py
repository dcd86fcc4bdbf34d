"""What a file is, in counts and labels; no cell is told."""

import datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from analysis.importers import as_read, inspect, labels
from analysis.importers.faults import refused
from analysis.importers.findings import Findings, Found

TABLE = """sheet_kind,field,label,language,handling
visits,id,Visit ID,en,read
visits,day,Day of visit,en,read
visits,name,Given Name,en,personal
pupils,id,Pupil,en,read
"""


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A system that finds two cases, one with a wrong date, in any file."""
    (tmp_path / "clinic.csv").write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(labels, "TABLES", tmp_path)
    (tmp_path / "export.csv").write_text("Visit ID,Day of visit,Given Name,Shoe size\n1,x,PRIVATE,41\n", "utf-8")

    def read(file: Path) -> Found:
        days = [datetime.date(2020, 1, 2), datetime.date(2021, 3, 4), None]
        rows = pl.DataFrame({"sheet": "", "row": [2, 3, 4], "referred_on": days, "birth_date": days[::-1]})
        findings = Findings(file)
        findings.rows(rows, pl.col("row") > 2, table="case_records", check="T16", action="unknown")
        findings.sheet("", table="case_records", rows_in=3, rows_out=3)
        return Found("clinic", file, {"case_records": as_read.filled(rows, "case_records")}, findings)

    module = SimpleNamespace(SYSTEM="clinic", read=read, file=tmp_path / "export.csv")
    monkeypatch.setattr(inspect, "detect", lambda file: (module, 0.9))
    return module


def test_a_file_is_described_by_system_columns_tables_dates_and_checks(clinic: SimpleNamespace) -> None:
    assert inspect.describe([clinic.file]).splitlines() == [
        "export.csv: clinic (90% of what it always writes is there)",
        "  columns: 2 read, 1 personal (never read), 1 not known",
        "    not known: Shoe size",
        "  case records: 3 rows",
        "    referred_on: 2020-01-02 to 2021-03-04, 1 missing",
        "  check T16, unknown, 2 cells or rows: "
        "The birth date cannot be right: before 1900, after the record, or not in the calendar",
    ]


def test_a_file_without_faults_says_so(clinic: SimpleNamespace) -> None:
    clinic.read = lambda file: Found("clinic", file, {}, Findings(file))

    assert inspect.describe([clinic.file]).endswith("  checks: none fails")


def test_a_file_that_cannot_be_read_does_not_stop_the_others(clinic: SimpleNamespace, monkeypatch) -> None:
    def detect(file: Path) -> tuple:
        if file.name == "locked.xlsx":
            raise refused(file, "the workbook is locked with a password", "Unlock it.")
        return clinic, 0.9

    monkeypatch.setattr(inspect, "detect", detect)
    first, second = inspect.describe([clinic.file.with_name("locked.xlsx"), clinic.file]).split("\n\n")

    assert first == "NOT READ: locked.xlsx: the workbook is locked with a password. Unlock it."
    assert second.startswith("export.csv: clinic")


def test_rows_that_vanish_are_told(clinic: SimpleNamespace) -> None:
    def read(file: Path) -> Found:
        findings = Findings(file)
        findings.sheet("", table="case_records", rows_in=3, rows_out=2)
        return Found("clinic", file, {}, findings)

    clinic.read = read
    assert "NOT READ: export.csv: 3 rows were read for case_records, 2 kept" in inspect.describe([clinic.file])
