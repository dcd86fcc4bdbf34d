"""Tables that do not leave at all: undeclared numbers, and columns or words that could lead to a child."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import country
from analysis.contract import Table
from analysis.disclosure.cells import kinds_of
from analysis.disclosure.reasons import DisclosureError
from analysis.kinds import Count
from analysis.study import Study

ESTIMATE = ("estimate", "ci_low", "ci_high")


def check(numbers: pd.DataFrame, table: Table, name: str, origin: str, rules: Study) -> None:
    """Raise ``DisclosureError`` with everything for which the numbers of the table ``name`` may not leave."""
    if table.release is None:
        raise DisclosureError(
            f"the numbers of {name!r} descend from {origin} data, and their table does not say what they are made of "
            "(release=Release(...)); they stay in data/processed"
        )
    faults = [
        *_undeclared(numbers, table),
        *_unfounded(numbers, table),
        *_named(numbers, rules),
        *_worded(numbers, rules),
        *_placed(numbers, table),
        *_unnamed_totals(numbers, table),
        *_dated(numbers, rules),
    ]
    if faults:
        raise DisclosureError(
            f"the numbers of {name!r} descend from {origin} data and may not leave:\n  - " + "\n  - ".join(faults)
        )


def _undeclared(numbers: pd.DataFrame, table: Table) -> Iterator[str]:
    release = table.release
    if "withheld" not in numbers:
        yield "there is no column 'withheld' for the reasons"
    kinds, has_scale = set(release.kinds), "scale" in numbers
    if unknown := sorted(set(numbers["scale"] if has_scale else [""]) - kinds):
        yield f"no kind of number is declared for the scale {', '.join(map(repr, unknown))}"
    columns = numbers.select_dtypes("number").columns.difference(list(ESTIMATE))
    for column in columns.difference(list(release.named)):
        yield f"column {column!r} holds numbers of which the table does not say what they are"
    is_told = {column: numbers[column].notna().to_numpy() for column in columns.intersection(list(release.named))}
    for scale, kind in release.kinds.items():
        is_own = numbers["scale"].eq(scale).to_numpy("bool") if has_scale else np.full(len(numbers), True)
        for column in sorted(set(is_told) - {*kind.named, *release.not_published}):
            if not is_told[column][is_own].any():
                continue
            yield (
                f"column {column!r} holds numbers in rows of the scale {scale!r}, whose {type(kind).__name__} does not "
                f"name it, so that no rule protects them there; leave it missing in these rows, or let the kind name it"
            )


def _unfounded(numbers: pd.DataFrame, table: Table) -> Iterator[str]:
    """Say which estimates and intervals lack the counts that the rules need."""
    kind_of = kinds_of(numbers, table.release)
    is_told = numbers[numbers.columns.intersection(list(ESTIMATE))].notna().any(axis=1)
    for kind in dict.fromkeys(table.release.kinds.values()):
        rows, counts = numbers[(kind_of == kind) & is_told], list(kind.counts.values())
        if absent := sorted(set(kind.named) - set(rows.columns)):
            yield f"the columns {', '.join(absent)} that the table names are not there"
        elif rows[counts].isna().any(axis=None):
            yield f"estimates stand without the counts they rest on ({', '.join(counts)})"
        if isinstance(kind, Count) and {"ci_low", "ci_high"} <= set(rows.columns) and rows["ci_low"].notna().any():
            yield "a count has an interval; declare an Estimate"


def _named(numbers: pd.DataFrame, rules: Study) -> Iterator[str]:
    for column in numbers.columns:
        if any(re.search(pattern, column) for pattern in rules.never_columns):
            yield f"column {column!r}: rows of single children, workers, facilities or small places never leave"


def _worded(numbers: pd.DataFrame, rules: Study) -> Iterator[str]:
    """Say which texts look like a key, a day, a phone number, an address or coordinates; never which text."""
    for column in numbers.columns:
        if not pd.api.types.is_string_dtype(numbers[column]):
            continue
        texts = "\n".join(numbers[column].dropna().unique())
        for what, pattern in rules.never_texts.items():
            if re.search(pattern, texts, re.MULTILINE):
                yield f"column {column!r} holds {what.replace('_', ' ')}"


def _placed(numbers: pd.DataFrame, table: Table) -> Iterator[str]:
    place = table.release.place
    if place and numbers[place].dropna().str.fullmatch(r"[0-9]{3,}").any():
        yield f"column {place!r} holds districts, communes or villages; {country.PROVINCES} or groups of them may leave"


def _unnamed_totals(numbers: pd.DataFrame, table: Table) -> Iterator[str]:
    """Say which columns hold a total beside its parts, of which the gate is not told."""
    for column in [name for name in table.key if name not in table.release.totals and name in numbers]:
        others = [name for name in table.key if name not in (column, "scale") and name in numbers]
        is_all = numbers[column].astype("str").eq("all")
        if others and is_all.any():
            block = numbers.groupby(others, sort=False, dropna=False).ngroup()
            is_beside = block.isin(block[is_all]) & ~is_all
        else:
            is_beside = is_all.any() & ~is_all
        if is_beside.any():
            yield f"column {column!r} holds 'all' beside its parts; name it in the table's totals"


def _dated(numbers: pd.DataFrame, rules: Study) -> Iterator[str]:
    for column in numbers.select_dtypes("datetime").columns:
        if (numbers[column].dropna().dt.day != 1).any():
            yield f"column {column!r} holds days; months may leave, written as their first day"
    for column in numbers.columns:
        is_age = re.search(r"(^|_)age(_|$)", column) and pd.api.types.is_string_dtype(numbers[column])
        if is_age and set(numbers[column].dropna()) - {*rules.age_bands, "all", "unknown"}:
            yield f"column {column!r} holds other ages than the bands of study.toml ({', '.join(rules.age_bands)})"
