"""Sheets of no known kind, such as somebody's notes: their lines are counted, nothing in them is read."""

from analysis.importers import reading
from analysis.importers.findings import Findings
from analysis.importers.reading import Grid

NO_TABLE = ""


def set_aside(grid: Grid, findings: Findings) -> None:
    """Account for every line of a sheet that was not used, its first too: nobody knows that it is a header."""
    below = reading.read(grid, {"first": next(at for at, label in enumerate(grid.header) if label)})
    n_lines = 1 + below.height
    findings.sheet(grid.sheet, table=NO_TABLE, rows_in=n_lines, rows_out=n_lines)
    findings.whole(grid.sheet, table=NO_TABLE, check="sheet_not_used", action="kept", n=n_lines)
