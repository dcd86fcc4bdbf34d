"""Sheets of known kinds that fill no table: care plans, custom forms, tracking forms, users.

Their rows are counted and set aside as a whole; nothing in them is read but the id of the client.
"""

from analysis.importers.findings import Findings
from analysis.importers.oscar.sheets import Sheet
from analysis.importers.unknown_sheets import NO_TABLE

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
