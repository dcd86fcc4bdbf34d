"""What a Primero export holds, whatever its shape: the forms of each case as text, with the place where each stood."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from analysis.importers import labels, multi_values

SYSTEM = "primero"
SUBFORMS = ("care_arrangements", "family", "followup", "reunification", "services")
MANY_JOINED_BY = " ||| "
TABLE_OF_KIND = {
    "care_arrangements": "placements",
    "case": "case_records",
    "family": "household_members",
    "followup": "follow_ups",
    "reunification": "placements",
    "services": "support",
}


@dataclass(frozen=True)
class Forms:
    """The forms of one file, all text: ``cases`` one row a record, ``scores`` its rates, ``subforms`` by kind.

    Rates stand row by row as the cases do. Each frame has ``sheet``, ``row`` and the ``key`` that ties a form to its
    record. Kinds of subform that this shape of export cannot carry are not in ``subforms``. ``has_own_lines``:
    subforms are lines of a tab of their own.
    """

    cases: pl.DataFrame
    scores: pl.DataFrame
    subforms: dict[str, pl.DataFrame]
    has_own_lines: bool = False


@cache
def fields_of(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind of form that are read."""
    listed = labels.aliases(SYSTEM).filter((pl.col("sheet_kind") == kind) & (pl.col("handling") == "read"))
    return tuple(listed["field"].unique(maintain_order=True))


def completed(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return ``frame`` with every field of ``kind``, those the file lacks missing."""
    absent = [pl.lit(None, dtype=pl.String).alias(field) for field in fields_of(kind) if field not in frame.columns]
    return frame.with_columns(absent)


def many(text: pl.Expr) -> pl.Expr:
    """Return the values of a cell as a list: an array as Ruby prints it, or labels joined by " ||| "."""
    is_array = text.str.starts_with("[")
    joined = multi_values.split_values(pl.when(~is_array).then(text), MANY_JOINED_BY)
    return pl.coalesce(multi_values.ruby_array(pl.when(is_array).then(text)), joined)


def number_of(group: pl.Expr) -> pl.Expr:
    """Return the number of each row within its ``group``, from 1; rows of a group stand together."""
    place = pl.int_range(pl.len())
    start = pl.when((group != group.shift(1)).fill_null(value=True)).then(place).forward_fill()
    return place - start + 1
