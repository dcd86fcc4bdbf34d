"""What is odd about a sheet of clients though its rows stay: reported, never corrected by guessing."""

import polars as pl

from analysis.importers import dated, fields
from analysis.importers.findings import Findings
from analysis.importers.oscar import episodes, sheets
from analysis.importers.oscar.sheets import Sheet

TABLE = "case_records"
DATES_OF_EXITS = ("accepted_on", "exited_on", "enrolled_on", "left_on")
EVERY = pl.lit(True)


def report(sheet: Sheet, clients: pl.DataFrame, records: pl.DataFrame, findings: Findings) -> None:
    """Report what was found on whole columns, and the rows that stay though something is odd about them."""
    _report_columns(sheet, clients, findings)
    several = pl.any_horizontal(dated.n_dates(column) > 1 for column in DATES_OF_EXITS)
    findings.rows(clients, several, table=TABLE, check="T05", action="kept")
    circumstance = episodes.words("exit_circumstance", "closure_circumstance")
    is_rejected = circumstance.list.contains("rejected")
    findings.rows(clients, is_rejected, table=TABLE, check="T14", action="kept", column="closure_circumstance")
    test_records = sheet.rows.filter(sheets.is_test_record(sheet))["row"]
    tested = clients.filter(pl.col("row").is_in(test_records.implode()))
    findings.rows(tested, EVERY, table=TABLE, check="T30", action="kept")
    _report_order(records, findings)


def _report_columns(sheet: Sheet, clients: pl.DataFrame, findings: Findings) -> None:
    name = sheet.grid.sheet
    n_no = clients.select((~fields.yes_no(pl.col("has_disability"))).sum()).item()
    findings.whole(name, table=TABLE, check="T08", column="age_recorded", n=clients["age"].count())
    findings.whole(name, table=TABLE, check="T11", action="unknown", column="disability", n=n_no)
    findings.whole(name, table=TABLE, check="T10", n=int(sheets.is_khmer(sheet)))


def _report_order(records: pl.DataFrame, findings: Findings) -> None:
    """Report the lines with an episode that was closed before it began."""
    closed = pl.col("closed_on")
    early = records.filter((closed < pl.col("accepted_on")) | (closed < pl.col("referred_on")))
    lines = early.unique("row", maintain_order=True)
    findings.rows(lines, EVERY, table=TABLE, check="date_order", action="kept", column="closed_on")
