"""Small workbooks as OSCaR writes them, made cell by cell, and what the reader finds in them."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import xlwt

Rows = Sequence[Sequence[object]]
CLIENT = {  # a client about whom nothing is odd
    "ID": "ngo01-1",
    "Given Name (Latin)": "PRIVATE-given-00001",
    "Gender": "Female",
    "Status": "Active",
    "Date of Birth": "11 June 2008",
    "Initial Referral Date": "01 March 2020",
    "Current Province (English)": "Kandal",
    "Address - District/Khan (English)": "Ta Khmau",
    "NGO Accept Date": "05 March 2020",
    "NGO Exit Date": None,
}


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes sheets (tab: rows) to a workbook of a new name."""
    numbers = itertools.count()

    def write(sheets: dict[str, Rows], suffix: str = ".xlsx") -> Path:
        file = tmp_path / f"export-{next(numbers)}{suffix}"
        (_write_xls if suffix == ".xls" else _write_xlsx)(file, sheets)
        return file

    return write


@pytest.fixture
def clients() -> Callable[..., list[list[object]]]:
    """Return a function from clients (what differs from an ordinary one) to the rows of their sheet."""

    def rows(*differing: dict[str, object]) -> list[list[object]]:
        people = [{**CLIENT, "ID": f"ngo01-{n}", **one} for n, one in enumerate(differing or ({},), start=1)]
        header = list(dict.fromkeys(label for one in people for label in one))
        return [header, *([one.get(label) for label in header] for one in people)]

    return rows


@pytest.fixture
def found() -> Callable[..., list[tuple]]:
    """Return a function from findings and a check to its lines: sheet, row, table, column, action."""

    def lines(findings: pl.DataFrame, check: str) -> list[tuple]:
        return findings.filter(pl.col("check") == check).select("sheet", "row", "table", "column", "action").rows()

    return lines


def _write_xlsx(file: Path, sheets: dict[str, Rows]) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        for tab, rows in sheets.items():
            sheet = book.add_worksheet(tab)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell not in (None, ""):
                        sheet.write(row, column, cell)


def _write_xls(file: Path, sheets: dict[str, Rows]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for tab, rows in sheets.items():
        sheet = book.add_sheet(tab)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell not in (None, ""):
                    sheet.write(row, column, cell)
    book.save(str(file))
