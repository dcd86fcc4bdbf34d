"""Exports of the sizes that benchmarks need: simulated ones laid out again and again under fresh ids.

A copy keeps everything that makes a file hard to read, faults too. Its ids are its own, and the dates of Primero are
moved, so that cells do not repeat more often than they would in records.
"""

from itertools import chain
from pathlib import Path

import fastexcel
import polars as pl

from analysis.simulate.exports.workbook import SheetOfRows, write_workbook

CLIENTS = (  # columns that an agency chooses for its sheet of clients; those of persons are never read
    *("ID", "Given Name (Latin)", "Family Name (Latin)", "Given Name (Khmer)", "Gender", "Status", "Date of Birth"),
    *("Phone Number", "Initial Referral Date", "Referral Source Category", "Current Province (English)"),
    *("Address - District/Khan (English)", "Has the client lived in an orphanage", "Has Disability?"),
    *("Birth Certificate", "NGO Accept Date", "NGO Exit Date", "Exit Circumstance", "Reason For Exit"),
    *("Program Streams", "Type of Service", "Family ID", "Level of Risk", "Reason for Family Separation"),
    *("History of Harm", "Consent for anonymous reporting"),
)
CLIENTS_NOT_READ = ("Given Name (Latin)", "Family Name (Latin)", "Given Name (Khmer)", "Phone Number")
SHEET = "Worksheet1"
SCORES = "CSI Assessment"
CLIENTS_TO_A_SCORED_ONE = 5
DAYS_MOVED = 365
SPAN = 1_000_000  # more than the numbers of any one copy


def primero_csv(simulated: Path, file: Path, n: int) -> None:
    """Write ``n`` records of Primero to ``file``, from the simulated CSV."""
    records = pl.read_csv(simulated / "primero-cases.csv", infer_schema=False)
    moved = _copies(records, n).with_columns(
        _of_copy("case_id"),
        pl.format("{}{}", pl.col("oscar_number").str.slice(0, 14), _number(12)).alias("oscar_number"),
        _renumbered("oscar_short_id", "-"),
        pl.format("{}-{}", "mosvy_number", "copy").alias("mosvy_number"),
        _renumbered("family_id", "/"),
        *(_moved(name) for name in records.columns if name.startswith(("date_", "registration_", "assessment_req"))),
    )
    moved.with_columns(id="case_id").select(records.columns).write_csv(file)


def oscar_workbook(simulated: Path, file: Path, n: int) -> None:
    """Write a workbook of OSCaR with ``n`` clients, and scores of some, to ``file``."""
    books = [fastexcel.read_excel(path) for path in sorted(simulated.glob("client_report-*.xlsx"))]
    own = [book for book in books if set(CLIENTS) <= set(_text(book, book.sheet_names[0]).columns)]
    clients = pl.concat([_text(book, book.sheet_names[0]).select(CLIENTS) for book in own])
    lines = pl.concat([_text(book, SCORES) for book in own], how="vertical")
    scored = lines.unique("Client ID", maintain_order=True)
    copied = _copies(clients, n).with_columns(_renumbered("ID", "-"), _renumbered("Family ID", ""))
    n_scored = n // CLIENTS_TO_A_SCORED_ONE
    of_copies = _copies(scored, n_scored).with_columns(_renumbered("Client ID", "-"))
    write_workbook(file, [_sheet(SHEET, copied), _sheet(SCORES, of_copies)])


def _copies(rows: pl.DataFrame, n: int) -> pl.DataFrame:
    """Return ``n`` rows: ``rows`` again and again, with the number of the ``copy``."""
    many = pl.concat([rows] * -(-n // rows.height)).head(n)
    return many.with_columns(copy=pl.int_range(n) // rows.height)


def _number(width: int) -> pl.Expr:
    return pl.col("copy").cast(pl.String).str.zfill(width)


def _of_copy(name: str) -> pl.Expr:
    """Return uuids that differ from copy to copy."""
    return pl.format("{}{}", _number(8), pl.col(name).str.slice(8)).alias(name)


def _renumbered(name: str, before: str) -> pl.Expr:
    """Return ids with the number at their end moved into a range of the copy's own."""
    stem = pl.col(name).str.extract(rf"^(.*{before})\d+$")
    number = pl.col(name).str.extract(r"(\d+)$").cast(pl.Int64) + pl.col("copy") * SPAN
    return pl.coalesce(pl.format("{}{}", stem, number), name).alias(name)


def _moved(name: str) -> pl.Expr:
    """Return days of the calendar earlier by the copy's own number of days; a first of January stays one."""
    day = pl.col(name).str.to_date("%Y-%m-%d", strict=False)
    is_movable = day.is_between(pl.date(1990, 1, 1), pl.date(2100, 1, 1)) & ~pl.col(name).str.ends_with("-01-01")
    earlier = (day - pl.duration(days=pl.col("copy") * 7 % DAYS_MOVED)).dt.to_string("%Y-%m-%d")
    return pl.when(is_movable.fill_null(value=False)).then(earlier).otherwise(name).alias(name)


def _text(book: fastexcel.ExcelReader, sheet: str) -> pl.DataFrame:
    return book.load_sheet(sheet, dtypes="string").to_polars()


def _sheet(name: str, copies: pl.DataFrame) -> SheetOfRows:
    """Return a sheet for the simulator's writer; a column without a name keeps none."""
    cells = copies.drop("copy")
    header = ["" if label.startswith("__UNNAMED__") else label for label in cells.columns]
    return SheetOfRows(name, chain([header], cells.iter_rows()))
