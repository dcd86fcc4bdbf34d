"""Every finding has its place; every line of a sheet is kept or rejected."""

from pathlib import Path

import polars as pl
import pytest

from analysis.importers import as_read, checks
from analysis.importers.faults import ExportError
from analysis.importers.findings import Findings

SOURCES = Path(as_read.__file__).parent
ROWS = pl.DataFrame({"sheet": ["Clients"] * 3, "row": [2, 3, 5], "score": [1, 9, None]})


@pytest.fixture
def findings() -> Findings:
    return Findings(Path("part-0001/report.xlsx"))


def test_a_finding_about_rows_is_one_line_a_row(findings: Findings) -> None:
    findings.rows(
        ROWS, pl.col("score") > 4, table="assessments", check="score_out_of_range", action="unknown", column="score"
    )

    assert findings.frame.rows() == [("Clients", 3, "assessments", "score", "score_out_of_range", "unknown", 1)]
    assert findings.frame.schema == as_read.FINDINGS


def test_a_finding_about_a_sheet_has_no_row_and_none_is_made_of_no_cells(findings: Findings) -> None:
    findings.whole("Clients", table="assessments", check="T01", n=12)
    findings.whole("Clients", table="assessments", check="T06", n=0)

    assert findings.frame.rows() == [("Clients", None, "assessments", "", "T01", "undone", 12)]


def test_an_action_nobody_knows_is_refused(findings: Findings) -> None:
    with pytest.raises(ValueError, match="undone, unknown, kept, rejected, not 'dropped'"):
        findings.whole("Clients", table="assessments", check="T01", action="dropped")


def test_rows_kept_and_rejected_must_add_up(findings: Findings) -> None:
    findings.sheet("Clients", table="case_records", rows_in=3, rows_out=2)
    with pytest.raises(ExportError, match=r"report\.xlsx, sheet 'Clients': 3 rows were read for case_records, 2 kept"):
        findings.check_nothing_lost()

    for check in ("no_id", "duplicate_row"):  # two reasons, one line set aside
        findings.rows(ROWS, pl.col("row") == 5, table="case_records", check=check, action="rejected")
    findings.check_nothing_lost()
    assert findings.accounts.rows() == [("Clients", "case_records", 3, 2, 1)]


def test_unknown_codes_are_counted_as_written(findings: Findings) -> None:
    findings.unknown_code("sex", pl.Series(["F.", None, "F."]))
    findings.unknown_code("sex", pl.Series(["boy", "F."]))

    assert findings.unknown_codes.rows() == [("sex", "F.", 3), ("sex", "boy", 1)]


def test_every_check_that_an_importer_names_is_explained() -> None:
    named = [f"T{n:02d}" for n in range(1, 33)]
    for module in SOURCES.rglob("*.py"):
        named += pl.Series([module.read_text("utf-8")]).str.extract_all(r'check="\w+"').explode().drop_nulls().to_list()
    names = {name.removeprefix('check="').removesuffix('"') for name in named}

    assert names <= set(checks.checks()["check"])
    assert checks.checks()["check"].is_unique().all()
    assert checks.checks().null_count().sum_horizontal().item() == 0
    assert "13" not in checks.title("T13")
