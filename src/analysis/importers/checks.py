"""The checks by name: what each one means, what the reader does about it and what a data officer can do."""

from functools import cache
from pathlib import Path

import polars as pl

from analysis import country

TABLE = Path(__file__).with_name("checks.csv")


@cache
def checks() -> pl.DataFrame:
    """Return one row a check: check, title, reader_does, officer_can; a province by the country's word for it."""
    in_words = pl.exclude("check").str.replace_all(r"\bprovince\b", country.PROVINCE)
    return pl.read_csv(TABLE, infer_schema=False).with_columns(in_words)


def title(check: str) -> str:
    """Return what a check means in one line."""
    return _titles()[check]


@cache
def _titles() -> dict[str, str]:
    return dict(checks().select("check", "title").iter_rows())
