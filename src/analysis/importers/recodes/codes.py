"""Coded answers of recodes in our words, by ``codes.csv``: each code must be a standard one, and labelled as such.

A code that is not in the table stops the import: the same digit may mean another thing in another country, and a
guess would be counted. ``label`` lists beginnings of words of which the file's own label must hold one.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from analysis.importers.faults import refused
from analysis.importers.recodes import files

TABLE = Path(__file__).with_name("codes.csv")
N_CODES_SHOWN = 12
YES_NO = {"yes": True, "no": False}


def check(rows: pl.DataFrame, fields: list[str], file: Path, system: str, names: Mapping[str, str]) -> None:
    """Raise ``ExportError`` if a coded field of ``rows`` holds a code that is not standard or is labelled otherwise."""
    for field in fields:
        used = set(rows[field].drop_nulls().unique().to_list())
        foreign = sorted(used - _words(system, field).keys())
        if foreign:
            listed = ", ".join(map(str, foreign[:N_CODES_SHOWN])) + ", ..." * (len(foreign) > N_CODES_SHOWN)
            raise refused(
                file,
                f"{names[field]} holds the codes {listed}, which the standard recode does not have",
                f"Look up what they mean, and add a line for each to {TABLE.name} of the recodes.",
            )
        _check_labels(used, field, file, system, names[field])


def worded(rows: pl.DataFrame, field: str, system: str) -> pl.Series:
    """Return the words of a coded field; a blank is "unknown"."""
    return _translated(rows, field, system).fill_null("unknown").alias(field)


def yes_no(rows: pl.DataFrame, field: str, system: str) -> pl.Series:
    """Return a coded field as yes or no; a blank and an unknown answer are missing."""
    return _translated(rows, field, system).replace_strict(YES_NO, default=None, return_dtype=pl.Boolean).alias(field)


def _translated(rows: pl.DataFrame, field: str, system: str) -> pl.Series:
    return rows[field].replace_strict(_words(system, field), default=None, return_dtype=pl.String)


def _check_labels(used: set[int], field: str, file: Path, system: str, name: str) -> None:
    expected = _labels(system, field)
    for code, label in files.value_labels(file, name).items():
        if code in used and not re.search(rf"\b(?:{expected[code]})", label.casefold()):
            raise refused(
                file,
                f"{name} = {code} is labelled otherwise than in the standard recode, where it means "
                f"{_words(system, field)[code].replace('_', ' ')}",
                "If the label says the same in other words, add them to the table of codes of the recodes; "
                "if not, this is no standard recode.",
            )


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(TABLE, schema_overrides={"code": pl.Int64})


@cache
def _words(system: str, field: str) -> dict[int, str]:
    return _by_code(system, field, "word")


@cache
def _labels(system: str, field: str) -> dict[int, str]:
    return _by_code(system, field, "label")


def _by_code(system: str, field: str, column: str) -> dict[int, str]:
    listed = _table().filter(system=system, field=field)
    return dict(listed.select("code", column).iter_rows())
