"""Cells of a spreadsheet to frames of text. Only the columns asked for are ever read; the others never become values.

A ``Grid`` is one sheet (or one CSV) with its header. Rows keep the numbers that a person sees: of the sheet in Excel,
of the record in a CSV. Positions count from 0 at column A.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

import polars as pl

from analysis.importers import formats, separated, workbooks
from analysis.importers.faults import refused
from analysis.importers.tidying import SPACES, tidy

N_TOP = 15
N_ROWS_TO_A_HEADER = 100
N_ROWS_OF_EXCEL = 1 << 20


@dataclass(frozen=True)
class Grid:
    """One sheet of a file: the text of its header row, "" where blank, and on which row (from 1) the header stands."""

    file: Path
    sheet: str
    header: tuple[str, ...]
    header_row: int


def grids(file: Path) -> list[Grid]:
    """Return every sheet of ``file`` that holds anything, the first row that is not empty as header.

    Raises ``ExportError`` if the file is locked, damaged or no table.
    """
    kind = formats.kind(file)
    if kind == "json":
        raise refused(file, "expected a workbook or a CSV, found JSON", "Import it as a JSON export.")
    if kind in formats.STATISTICAL:
        raise refused(file, "expected a workbook or a CSV, found a file of a survey", "Import it as a recode.")
    state = file.stat()
    return list(_grids(file, kind, state.st_mtime_ns, state.st_size))


def with_header(grid: Grid, header_row: int, header: tuple[str, ...]) -> Grid:
    """Return ``grid`` with another header: the labels, and the last row (from 1) that belongs to it."""
    unlabelled = ("",) * (len(grid.header) - len(header))
    return replace(grid, header_row=header_row, header=(*map(tidied, header), *unlabelled))


def top(grid: Grid, n: int = N_TOP) -> list[list[str]]:
    """Return the first ``n`` rows of the sheet as text, to recognise its layout. Not to be kept."""
    rows = workbooks.top(grid.file, grid.sheet, n) if grid.sheet else separated.top(grid.file, n)
    return [[tidied(cell) for cell in row] for row in rows]


def read(grid: Grid, columns: Mapping[str, int]) -> pl.DataFrame:
    """Return the rows under the header: ``sheet``, ``row`` and one text column for each name and position.

    Text is trimmed, inner space single, NFC; an empty cell is missing. A row with nothing in any column of the sheet
    is left out; one that is filled only where nothing is read stays, with every column missing.
    """
    cells = _cells(grid, sorted(set(columns.values())))
    return _named(grid, cells, columns).filter(_is_filled(grid, cells))


def batches(
    grid: Grid, columns: Mapping[str, int], n_rows: int, answers: Mapping[str, tuple[Sequence[int], str]]
) -> Iterator[pl.DataFrame]:
    """Return what ``read`` returns of a CSV, ``n_rows`` rows at a time.

    ``answers`` are columns more: whether any cell at the positions matches the pattern. No such cell leaves.
    """
    matched = {position for positions, _ in answers.values() for position in positions}
    positions = sorted({*columns.values(), *matched})
    for rows in separated.batches(grid.file, grid.header_row, len(grid.header), positions, n_rows):
        cells = tidy(rows)
        answered = cells.select("row", **{name: _is_any(*asked) for name, asked in answers.items()})
        named = _named(grid, cells, columns).with_columns(answered.drop("row").get_columns())
        yield named.filter(_is_filled_in_batch(grid, cells))


def is_match(grid: Grid, positions: Sequence[int], pattern: str) -> pl.DataFrame:
    """Return ``row`` and ``is_match``: whether any of the cells there matches. Only the answers leave, never a cell."""
    cells = _cells(grid, sorted(set(positions)))
    return cells.select("row", is_match=_is_any(positions, pattern))


def tidied(text: str) -> str:
    """Return the text of one cell as ``read`` returns it, "" where it is empty."""
    return re.sub(SPACES, " ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=8)
def _grids(file: Path, kind: str, _changed: int, _size: int) -> tuple[Grid, ...]:
    """Return the grids of a file as it stands now; only headers are remembered."""
    names = workbooks.sheets(file) if kind == "workbook" else [""]
    return tuple(grid for name in names for grid in _first_grid(file, name))


def _first_grid(file: Path, name: str) -> list[Grid]:
    """Return the sheet with its first row that is not empty as header; nothing for an empty sheet."""
    rows = workbooks.top(file, name, N_ROWS_TO_A_HEADER) if name else separated.top(file, N_ROWS_TO_A_HEADER)
    if name and len(rows) == N_ROWS_TO_A_HEADER and not any(cell for row in rows for cell in row):
        rows = workbooks.top(file, name, N_ROWS_OF_EXCEL)
    headers = (Grid(file, name, tuple(map(tidied, cells)), row) for row, cells in enumerate(rows, start=1))
    return list(islice((grid for grid in headers if any(grid.header)), 1))


def _cells(grid: Grid, positions: list[int]) -> pl.DataFrame:
    """Return ``row`` and the columns at ``positions``, named by position, of all rows below the header."""
    if grid.sheet:
        rows = workbooks.rows(grid.file, grid.sheet, grid.header_row, positions)
    else:
        rows = separated.rows(grid.file, grid.header_row, len(grid.header), positions)
    return tidy(rows)


def _is_filled(grid: Grid, cells: pl.DataFrame) -> pl.Series:
    """Return which rows hold anything, in the columns that were read or, where some look empty, in any other."""
    filled = _any_filled(cells)
    if filled.all():
        return filled
    return filled | _any_filled(_cells(grid, list(range(len(grid.header)))))


def _is_filled_in_batch(grid: Grid, cells: pl.DataFrame) -> pl.Series:
    """Return ``_is_filled`` for some rows of a CSV; only those that look empty are read once more."""
    filled = _any_filled(cells)
    if filled.all():
        return filled
    every = list(range(len(grid.header)))
    whole = tidy(separated.some(grid.file, grid.header_row, len(every), every, cells.filter(~filled)["row"]))
    return filled | cells["row"].is_in(whole.filter(_any_filled(whole))["row"].implode())


def _named(grid: Grid, cells: pl.DataFrame, columns: Mapping[str, int]) -> pl.DataFrame:
    """Return ``sheet``, ``row`` and the ``columns`` by name."""
    named = (pl.col(_name(position)).alias(name) for name, position in columns.items())
    return cells.select(pl.lit(grid.sheet).alias("sheet"), pl.col("row"), *named)


def _is_any(positions: Sequence[int], pattern: str) -> pl.Expr:
    answers = [pl.col(_name(position)).str.contains(pattern).fill_null(False) for position in positions]
    return pl.any_horizontal(pl.lit(False), *answers)


def _any_filled(cells: pl.DataFrame) -> pl.Series:
    return cells.select(pl.any_horizontal(pl.exclude("row").is_not_null())).to_series()


def _name(position: int) -> str:
    return f"column_{position}"
