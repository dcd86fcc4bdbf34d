"""Printed tables through the gate, and through the eyes of whoever has only the print."""

import pandas as pd
from attacker import Knowledge

from analysis import disclosure
from analysis.contract import Table
from analysis.kinds import Kind, Release

ALL = "all"


def publish(rows: pd.DataFrame, kind: Kind, totals: dict[str, str]) -> pd.DataFrame:
    """Return what the gate publishes of printed counts."""
    numbers = {*kind.counts.values(), *kind.not_published, "estimate"}
    key = tuple(column for column in rows if column not in numbers)
    counts = {column: "Float64" if column == "estimate" else "Int64" for column in kind.counts.values()}
    rows = rows if "estimate" in rows else rows.assign(estimate=rows["n_hits"] / rows["n"])
    made = rows.assign(withheld=None).astype({**dict.fromkeys([*key, "withheld"], "str"), **counts})
    table = Table(one_row_is="a printed cell", key=key, columns={}, release=Release(kinds={"": kind}, totals=totals))
    return disclosure.publishable(made, table, "printed", "records").numbers


def column_of(values: dict[str, int]) -> pd.DataFrame:
    """Return a table of one column."""
    return pd.DataFrame({"term": list(values), "estimate": list(values.values())})


def shown(published: pd.DataFrame) -> dict[str, int | None]:
    """Return what is published of such a table; None is withheld."""
    return {row.term: None if pd.isna(row.estimate) else int(row.estimate) for row in published.itertuples()}


def unrounded(parts: dict[str, int | None], total: int) -> Knowledge:
    """Return what a table of exact counts tells, some of them (None) withheld, with its total."""
    known = Knowledge(base=1, shown={ALL: total}, withheld={*parts, ALL})
    known.shown |= {name: count for name, count in parts.items() if count is not None}
    known.add({**dict.fromkeys(parts, 1), ALL: -1})
    return known
