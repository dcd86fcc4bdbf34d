"""Rows of the decision curve, and how they are said."""

from typing import Any

import pandas as pd

ALL, BELOW, WITHHELD = "all", "below the threshold", "a withheld share"
MODEL, EVERYONE = "net benefit of the model", "net benefit of everyone"
MISSED, FLAGGED, REACHED, BY_GROUP = "missed", "flagged", "reached", "placed children"
GROUPS = {"sex": "", "age_band": "aged ", "disability": "", "area": ""}  # and what stands before a value of it
UNKNOWN = {"sex": "sex not told", "age_band": "age not told", "disability": "disability not told"}
SEXES = {"female": "girls", "male": "boys", "other": "of another sex"}


def curve_of(numbers: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the rows of one curve in the order of ``x``, their thresholds."""
    rows = numbers[numbers["outcome"] == outcome]
    ends = {end: rows[end].astype("float64") for end in ("estimate", "ci_low", "ci_high")}
    return rows.assign(**ends, x=rows["at"].astype("float64")).sort_values("x")


def groups_of(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return who is missed, all of them first, then by group; without groups that nobody is in."""
    rows = numbers[(numbers["outcome"] == BY_GROUP) & (numbers["level"] == BELOW)]
    order = {group: place for place, group in enumerate(GROUPS)}
    parts = rows[(rows["term"] != ALL) & (rows["estimate"].notna() | rows["withheld"].notna())]
    in_order = parts.assign(place=parts["group"].map(order)).sort_values(["place", "term"]).drop(columns="place")
    return pd.concat([rows[rows["term"] == ALL].head(1), in_order])


def at_the_threshold(numbers: pd.DataFrame) -> tuple[str, pd.Series, pd.Series]:
    """Return the threshold at which groups are compared, whom it misses and whom it flags."""
    line = numbers.loc[numbers["outcome"] == BY_GROUP, "at"].dropna().iloc[0]
    at = numbers[numbers["at"] == line].drop_duplicates("outcome").set_index("outcome")
    return line, at.loc[MISSED], at.loc[FLAGGED]


def name_of(row: Any) -> str:
    """Return how a group of children is called."""
    if row.term == ALL:
        return "all placed children"
    if row.term == "unknown":
        return UNKNOWN.get(row.group, "province not told")
    return GROUPS[row.group] + SEXES.get(row.term, row.term)


def in_percent(row: Any) -> str:
    """Return a share with its interval, or that it is withheld."""
    if pd.isna(row.estimate):
        return WITHHELD
    return f"{row.estimate:.0%} ({row.ci_low:.0%} to {row.ci_high:.0%})"


def share_of(row: Any) -> str:
    """Return a share alone, or that it is withheld."""
    return WITHHELD if pd.isna(row.estimate) else f"{row.estimate:.0%}"


def worth_of(row: Any) -> str:
    """Return a net benefit with its interval."""
    if pd.isna(row.estimate):
        return "withheld"
    return f"{row.estimate:.1f} ({row.ci_low:.1f} to {row.ci_high:.1f})".replace("-", "−")


def reach_of(reached: pd.DataFrame) -> str:
    """Return the share in chosen villages, by the children that these hold."""
    rows = reached.assign(x=reached.index.astype("float64")).sort_values("x")
    return "; ".join(f"{share_of(row)} where {row.Index}% of the children live" for row in rows.itertuples())
