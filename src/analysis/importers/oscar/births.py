"""Birth dates and how far each can be trusted (T16)."""

import polars as pl

from analysis.importers import dated, dates
from analysis.importers.findings import Findings

EARLIEST_YEAR = 1900
COLUMN = "birth_date"


def births(clients: pl.DataFrame, findings: Findings, table: str) -> pl.DataFrame:
    """Return ``birth_date`` and ``dob_quality``; a date nobody of a case can be born on is missing and implausible.

    Impossible are a year of five digits, before 1900 or to come, and a birth after ``referred_on``, where it is there.
    """
    text = clients.with_columns(is_impossible=dates.is_impossible(pl.col(COLUMN)))
    readable = text.with_columns(pl.when(~pl.col("is_impossible")).then(COLUMN).alias(COLUMN))
    born = readable.select("sheet", "row", "referred_on", "is_impossible", date=_read(readable, findings, table))
    year = pl.col("date").dt.year()
    after = (pl.col("date") > pl.col("referred_on")).fill_null(False)
    refuted = pl.col("is_impossible") | (~year.is_between(EARLIEST_YEAR, dated.LATEST_YEAR)).fill_null(False) | after
    findings.rows(born, refuted, table=table, check="T16", action="unknown", column=COLUMN)
    settled = born.select(pl.when(~refuted).then("date").alias(COLUMN), refuted.alias("is_refuted"))
    return settled.select(COLUMN, _quality().alias("dob_quality"))


def _read(readable: pl.DataFrame, findings: Findings, table: str) -> pl.Series:
    return dated.dated(readable, COLUMN, findings, table, COLUMN, latest=dated.ANY_YEAR)


def _quality() -> pl.Expr:
    date = pl.col(COLUMN)
    is_first_of_january = (date.dt.month() == 1) & (date.dt.day() == 1)  # entered where only the year was known
    return (
        pl.when("is_refuted").then(pl.lit("implausible")).when(date.is_null()).then(pl.lit("missing"))
        .when(is_first_of_january).then(pl.lit("year_only")).otherwise(pl.lit("exact"))
    )  # fmt: skip
