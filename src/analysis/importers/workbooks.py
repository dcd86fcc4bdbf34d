"""Sheets of .xlsx and .xls through one reader, rows numbered as Excel shows them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from analysis.importers import formats
from analysis.importers.faults import ExportError, refused

N_COLUMNS = 16_384  # of a sheet; a damaged file may claim more
PASSWORD = ("password", "encrypt")
STDERR = 2  # the file that a process writes its errors to, whoever writes
PANIC = "PanicException"  # how the reader, written in Rust, gives up; no Exception, and not to be imported


def sheets(file: Path) -> list[str]:
    """Return the names of the sheets, hidden ones too."""
    return list(_reader(file).sheet_names)


def top(file: Path, sheet: str, n: int) -> list[list[str]]:
    """Return the first ``n`` rows from row 1 and column A on, "" for an empty cell."""
    loaded = _load(file, sheet, n_rows=n)
    columns = loaded.available_columns()
    blank = [""] * columns[0].absolute_index if columns else []
    return [blank + [cell or "" for cell in row] for row in loaded.to_polars().rows()]


def rows(file: Path, sheet: str, header_row: int, positions: list[int]) -> pl.DataFrame:
    """Return ``row`` and ``column_<position>`` as text for each of ``positions``, for all rows below the header."""
    names = {position: f"column_{position}" for position in positions}
    try:
        loaded = _load(file, sheet, skip_rows=header_row, use_columns=lambda column: column.absolute_index in names)
    except fastexcel.InvalidParametersError:  # more rows to skip than there are
        return pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(names.values(), pl.String)})
    numbers = pl.DataFrame({"row": range(header_row + 1, header_row + 1 + loaded.height)}, schema={"row": pl.Int64})
    present = [names[column.absolute_index] for column in loaded.selected_columns]
    cells = loaded.to_polars().get_columns()
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in names.values() if name not in present]
    named = [column.alias(name) for column, name in zip(cells, present, strict=True)]
    return numbers.with_columns(*named, *absent)


def _load(file: Path, sheet: str, **choice: Any) -> fastexcel.ExcelSheet:
    """Return a sheet as text from row 1 on; leading and inner empty rows count."""
    choice = {"skip_rows": 0, **choice}
    with _one_message(file, sheet):
        loaded = _reader(file).load_sheet(sheet, header_row=None, dtypes="string", **choice)
        if loaded.width > N_COLUMNS:
            raise _damaged(file, sheet, "")
        return loaded


def _reader(file: Path) -> fastexcel.ExcelReader:
    state = file.stat()
    return _opened(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _opened(file: Path, _changed: int, _size: int) -> fastexcel.ExcelReader:
    """Return the reader of a file as it stands now."""
    with _one_message(file):
        return fastexcel.read_excel(file)


@contextmanager
def _one_message(file: Path, sheet: str = "") -> Iterator[None]:
    """Turn whatever the reader says about a damaged workbook into one ``ExportError`` without content."""
    try:
        with _silent():
            yield
    except (fastexcel.InvalidParametersError, ExportError):
        raise
    except fastexcel.FastExcelError as error:
        raise _damaged(file, sheet, str(error)) from None
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _damaged(file, sheet, "") from None


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what the reader prints by itself when it gives up from the user: the error says it."""
    sys.stderr.flush()
    kept, nowhere = os.dup(STDERR), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    try:
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)


def _damaged(file: Path, sheet: str, reason: str) -> ExportError:
    if any(word in reason.lower() for word in PASSWORD):
        return refused(file, "the workbook is locked with a password", formats.UNLOCK)
    return refused(file, "the workbook is damaged", "Open and save it in Excel, then try again.", sheet)
