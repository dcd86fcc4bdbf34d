"""A sheet that nobody knows: every line of it is accounted for, and none is taken for something else."""

from pathlib import Path

import pytest
import xlsxwriter

from analysis.importers import reading, unknown_sheets
from analysis.importers.findings import Findings


def accounted(folder: Path, *rows: tuple[object, ...]) -> tuple[list[tuple], list[tuple]]:
    """Return accounts and findings of a sheet of these rows."""
    file = folder / "notes.xlsx"
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Notes")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    findings = Findings(file)
    for grid in reading.grids(file):
        unknown_sheets.set_aside(grid, findings)
    findings.check_nothing_lost()
    return findings.accounts.rows(), findings.frame.rows()


@pytest.mark.parametrize(
    ("rows", "n_lines"),
    [
        ([("Item", "Cost"), ("Rice", 3), ("Fish", 4)], 3),
        ([("See the other sheet",)], 1),  # a header, or a line: it must be counted either way
        ([("",), ("", "Item"), ("", ""), ("Rice", ""), ("", 4)], 3),
    ],
)
def test_every_line_that_holds_anything_counts_and_no_other(tmp_path, rows, n_lines):
    accounts, findings = accounted(tmp_path, *rows)
    assert accounts == [("Notes", "", n_lines, n_lines, 0)]
    assert findings == [("Notes", None, "", "", "sheet_not_used", "kept", n_lines)]


def test_an_empty_sheet_has_nothing_to_account_for(tmp_path):
    assert accounted(tmp_path) == ([], [])
