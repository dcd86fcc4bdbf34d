"""Sheets that fill no table: care plans, custom forms, tracking forms, users, and what nobody knows.

Their rows are counted and set aside as a whole; nothing in them is read but the id of the client.
"""

import polars as pl

from analysis.importers import reading
from analysis.importers.findings import Findings
from analysis.importers.oscar.sheets import Sheet
from analysis.importers.reading import Grid

NO_TABLE = ""
LONGEST_TAB = 31  # letters; Excel cuts the names of forms there (T32)


def set_aside(sheet: Sheet, findings: Findings) -> None:
    """Count the rows of a sheet of a known kind, and report what is odd about it."""
    name, n_rows = sheet.grid.sheet, sheet.rows.height
    findings.sheet(name, table=NO_TABLE, rows_in=n_rows, rows_out=n_rows)
    if sheet.has("count"):
        findings.whole(name, table=NO_TABLE, check="T04", n=sheet.rows["count"].null_count())
    if sheet.kind == "care_plans" and sheet.has("created_on"):  # headed "completed", holds the day of entry
        findings.whole(name, table=NO_TABLE, check="T03", n=sheet.rows["created_on"].count())
    if sheet.kind in ("custom_forms", "trackings") and len(name) == LONGEST_TAB:
        findings.whole(name, table=NO_TABLE, check="T32")


def set_aside_unknown(grid: Grid, findings: Findings) -> None:
    """Report every row of a sheet of no known kind: it was not used."""
    rows = reading.read(grid, {"first": next(at for at, label in enumerate(grid.header) if label)})
    findings.sheet(grid.sheet, table=NO_TABLE, rows_in=rows.height, rows_out=rows.height)
    findings.rows(rows.select("sheet", "row"), pl.lit(True), table=NO_TABLE, check="sheet_not_used", action="kept")
