"""Excel workbooks written cell by cell, the same bytes each time: ``.xlsx`` and the legacy ``.xls``.

A sheet is rows of cells; an empty cell is ``None``. Rows may come from a generator, so a sheet need not fit in memory.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
import xlwt

Cell = str | int | float | bool | dt.date | None
CREATED = dt.datetime(2025, 1, 1)  # a fixed day, or the bytes would change with the clock


@dataclass(frozen=True)
class SheetOfRows:
    """One sheet: its tab, its rows from the top, ranges to merge and how a native date is shown.

    A range is (first row, first column, last row, last column) from 0; only its first cell may hold a value.
    """

    name: str
    rows: Iterable[Sequence[Cell]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    date_format: str = "dd/mm/yyyy"


def write_workbook(file: Path, sheets: Sequence[SheetOfRows]) -> None:
    """Write ``sheets`` to ``file``, as ``.xlsx`` or ``.xls`` by its suffix.

    Raises ``ValueError`` for another suffix, or for a tab longer than the 31 letters Excel allows.
    """
    long = [sheet.name for sheet in sheets if len(sheet.name) > 31]
    if long:
        raise ValueError(f"{file.name}: a tab holds 31 letters at most; cut {', '.join(long)}")
    writers = {".xlsx": _write_xlsx, ".xls": _write_xls}
    if file.suffix not in writers:
        raise ValueError(f"{file.name}: a workbook ends in .xlsx or .xls")
    file.parent.mkdir(parents=True, exist_ok=True)
    writers[file.suffix](file, sheets)


def _write_xlsx(file: Path, sheets: Sequence[SheetOfRows]) -> None:
    row_by_row = not any(sheet.merged for sheet in sheets)  # a range over several rows needs them all at hand
    with xlsxwriter.Workbook(file, {"constant_memory": row_by_row}) as book:
        book.set_properties({"created": CREATED})
        for sheet in sheets:
            _fill_xlsx(book.add_worksheet(sheet.name), sheet, book.add_format({"num_format": sheet.date_format}))


def _fill_xlsx(tab: xlsxwriter.worksheet.Worksheet, sheet: SheetOfRows, date: xlsxwriter.format.Format) -> None:
    first_cells = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
    for number, row in enumerate(sheet.rows):
        for position, cell in enumerate(row):
            if (number, position) in first_cells:
                tab.merge_range(number, position, *first_cells[number, position], cell)
            elif type(cell) is str:
                tab.write_string(number, position, cell)
            elif isinstance(cell, bool):
                tab.write_boolean(number, position, cell)
            elif isinstance(cell, dt.date):
                tab.write_datetime(number, position, cell, date)
            elif cell is not None:
                tab.write_number(number, position, cell)


def _write_xls(file: Path, sheets: Sequence[SheetOfRows]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for sheet in sheets:
        _fill_xls(book.add_sheet(sheet.name), sheet, xlwt.easyxf(num_format_str=sheet.date_format))
    book.save(str(file))


def _fill_xls(tab: xlwt.Worksheet, sheet: SheetOfRows, date: xlwt.XFStyle) -> None:
    for number, row in enumerate(sheet.rows):
        cells = tab.row(number)
        for position, cell in enumerate(row):
            if isinstance(cell, str):
                cells.set_cell_text(position, cell)
            elif isinstance(cell, bool):
                cells.set_cell_boolean(position, cell)
            elif isinstance(cell, dt.date):
                cells.set_cell_date(position, cell, date)
            elif cell is not None:
                cells.set_cell_number(position, cell)
    for top, left, bottom, right in sheet.merged:
        tab.merge(top, bottom, left, right)
