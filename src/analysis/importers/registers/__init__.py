"""Registers of what no case system holds: closures, money, trainings, checks of households, goals, partners.

An agency keeps them itself, in a workbook with a sheet for each or as CSV: ``template`` makes an empty one.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, labels, reading, unknown_sheets
from analysis.importers.faults import refused
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.reading import Grid
from analysis.importers.registers import lines, references, sheets, worded
from analysis.importers.registers.sheets import SYSTEM

ROWS_IN_A_PIECE, WHOLE = 2**18, 2**40
CHECKS = "household_checks"

__all__ = ["SYSTEM", "columns", "likeness", "pieces", "read"]


def likeness(file: Path) -> float:
    """Return 1 if a sheet of ``file`` is headed as a register, else 0: by the labels of its headers alone."""
    if formats.kind(file) == "json":
        return 0.0
    return float(any(sheets.is_told(grid) for grid in reading.grids(file)))


def read(file: Path) -> Found:
    """Return the lines of every register in ``file``; raise ``ExportError`` if it cannot be read."""
    found = list(pieces(file, WHOLE))
    tables = {table for piece in found for table in piece.tables}
    joined = {table: pl.concat(p.tables[table] for p in found if table in p.tables) for table in sorted(tables)}
    return Found(SYSTEM, file, joined, found[-1].findings)


def pieces(file: Path, n_rows: int = ROWS_IN_A_PIECE) -> Iterator[Found]:
    """Return what ``file`` holds a piece at a time, so that a CSV of millions of lines fits into memory.

    All pieces share the findings, which are complete with the last.
    """
    findings = Findings(file)
    kinds = {grid: sheets.kind_of(grid) for grid in reading.grids(file)}
    if not any(kinds.values()):
        raise refused(file, "no sheet has the header of a register", "Write it as the template for registers has it.")
    for grid in (grid for grid, kind in kinds.items() if not kind):
        unknown_sheets.set_aside(grid, findings)
    for grid, table in kinds.items():
        for rows in sheets.rows_of(grid, table, n_rows) if table else ():
            yield Found(SYSTEM, file, {table: _lines(rows, grid, table, findings)}, findings)


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return the tab of each register in ``file`` and which of its columns are read, left out and not known."""
    kinds = [(grid, sheets.kind_of(grid)) for grid in reading.grids(file)]
    return [(grid.sheet, labels.matched(grid, SYSTEM, kind)) for grid, kind in kinds if kind]


def _lines(rows: pl.DataFrame, grid: Grid, table: str, findings: Findings) -> pl.DataFrame:
    """Return the lines of a register that stay, in our types and words, and account for the others."""
    written = lines.written(rows, grid, table, findings)
    told = worded.worded(written, table, findings)
    complete = lines.complete(told, table, findings)
    findings.sheet(grid.sheet, table=table, rows_in=rows.height, rows_out=complete.height)
    told_apart = references.with_line(worded.one_row_an_item(complete) if table == CHECKS else complete, table)
    return as_read.filled(told_apart, table)
