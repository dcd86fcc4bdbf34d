"""Dates of a column of cells: read, or missing with a finding that says why."""

import polars as pl

from analysis import study
from analysis.importers import dates
from analysis.importers.findings import Findings

LATEST_YEAR = study.load().importing.latest_year
ANY_YEAR = 9999
SEVERAL = r"\s*(?:\||,)\s*"  # between the dates of one cell
ONE_BEFORE_ITS_DATE = r"^[^:|,]*[^:|,\d] : "  # "Kinship care : 11 June 2008", the stream before its date


def dated(
    rows: pl.DataFrame, column: str, findings: Findings, table: str, name: str, *, latest: int = LATEST_YEAR
) -> pl.Series:
    """Return the date of each cell of ``column``, and report as ``name`` what cannot be read, or lies after ``latest``.

    Day and month that can be exchanged are settled by the other cells of the column, else missing (T09).
    """
    read = _read(rows, column, latest)
    _report(read, findings, table, name)
    return read["date"].alias(name)


def all_dated(rows: pl.DataFrame, column: str, findings: Findings, table: str, name: str) -> pl.DataFrame:
    """Return ``row`` and ``date`` of every date in cells that may hold several, in the order of time, each once."""
    read = _read(_one_a_line(rows, column), column, LATEST_YEAR)
    _report(read.unique(["sheet", "row", "check"], maintain_order=True), findings, table, name)
    return read.select("row", "date").drop_nulls().unique().sort("row", "date")


def n_dates(column: str) -> pl.Expr:
    """Return how many dates stand in each cell of ``column``, 0 in an empty one (T05)."""
    return pl.col(column).str.replace(ONE_BEFORE_ITS_DATE, "").str.count_matches(SEVERAL).add(1).fill_null(0)


def _one_a_line(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    filled = rows.select("sheet", "row", column).drop_nulls(column)
    single = pl.col(column).str.replace(ONE_BEFORE_ITS_DATE, "").str.replace_all(SEVERAL, "|").str.split("|")
    return filled.with_columns(single).explode(column).filter(pl.col(column) != "")


def _read(rows: pl.DataFrame, column: str, latest: int) -> pl.DataFrame:
    """Return ``sheet``, ``row``, ``date`` and the ``check`` that a cell failed, missing where it failed none."""
    text = pl.col(column)
    order = dates.is_day_first(rows[column])
    is_open = dates.is_ambiguous(text) if order is None else pl.lit(False)
    read = rows.select(
        "sheet", "row", text, date=dates.parsed_date(text, day_first=order is not False), is_open=is_open
    )
    late = pl.col("date").dt.year() > latest
    check = (
        pl.when("is_open").then(pl.lit("T09")).when(late).then(pl.lit("future_date"))
        .when(text.is_not_null() & pl.col("date").is_null()).then(pl.lit("unreadable_date"))
    )  # fmt: skip
    checked = read.select("sheet", "row", "date", check.alias("check"))
    return checked.with_columns(pl.when(pl.col("check").is_null()).then("date"))


def _report(read: pl.DataFrame, findings: Findings, table: str, name: str) -> None:
    for check in read["check"].drop_nulls().unique().sort():
        findings.rows(read, pl.col("check") == check, table=table, check=check, action="unknown", column=name)
