"""Care trend: institutions and their children in one year on one basis of counting, and what changed.

From printed counts. Only counts of one segment may be joined: the step of 2014 to 2015 is largely a change of
counting, since the ministry had known 139 of the 267 institutions that the mapping found in the same five provinces.
"""

from typing import Any

import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

OUTCOMES = {
    "n_facilities": "n_rcis",
    "n_facilities_known": "n_rcis",
    "facilities_decline": "n_rcis",
    "n_children": "n_children_in_rcis",
    "n_children_under_18": "n_children_in_rcis",
    "n_children_known": "n_children_in_rcis",
    "children_decline": "n_children_in_rcis",
}
SCALES = {"n_rcis": "facilities", "n_children_in_rcis": "children"}
MAPPING_YEAR = 2015
COVERAGE = "list coverage 2014-15"
IN_FIVE = "_in_priority5"  # counts of five provinces must not stand in a series of the country

TABLE = estimate_table(
    one_row_is="a count of one year on one basis, a change since the mapping, or the coverage of the ministry's list",
    extra={
        "year": Column("Int64", "year it stands at", ge=2000),
        "basis": Column("str", "how it was counted"),
        "segment": Column("str", "only rows of one segment may be joined by a line"),
        "is_derived": Column("boolean", "whether we computed it from printed numbers"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)


def build(claims: pd.DataFrame, trend_segments: pd.DataFrame) -> pd.DataFrame:
    """Return the printed counts, those implied by printed declines, the changes and the list's coverage."""
    series = _attach_segments(claims, trend_segments)
    printed = series[~_is_decline(series)]
    declines = series[_is_decline(series)]
    rows = [
        _printed_counts(printed),
        _implied_counts(declines, printed),
        _changes_of_counts(printed),
        _printed_changes(declines),
        _coverage(printed),
    ]
    return pd.concat(rows).assign(ci_low=pd.NA, ci_high=pd.NA, n=pd.NA)[list(TABLE.columns)]


def _attach_segments(claims: pd.DataFrame, trend_segments: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of the series with year, basis and segment; a ruling on an unknown claim is an error."""
    series = trend_segments.merge(claims, on="claim_id", how="left", validate="1:1")
    unknown = series.loc[series["value"].isna() | ~series["indicator"].isin(list(OUTCOMES)), "claim_id"]
    if len(unknown):
        raise ValueError(
            f"data/raw/rulings/trend_segments_ruled.csv names {', '.join(unknown)}, which is no claim with a count or "
            "a decline; correct the name there or restore the claim in data/raw/published/claims_printed.csv"
        )
    outcome = series["indicator"].map(OUTCOMES)
    return series.assign(
        scale=outcome.map(SCALES), outcome=outcome.where(series["place"] == "cambodia", outcome + IN_FIVE)
    )


def _is_decline(series: pd.DataFrame) -> pd.Series:
    return series["indicator"].str.endswith("_decline")


def _printed_counts(printed: pd.DataFrame) -> pd.DataFrame:
    """Return the counts as they are printed."""
    note = printed["reason"] + ". " + (printed["note"] + ". ").fillna("") + "A count: no interval."
    return _rows(
        printed, estimate=printed["value"], term=printed["claim_id"], is_derived=printed["grade"] == "C", note=note
    )


def _implied_counts(declines: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the count that a printed decline since the mapping leaves of the mapping's count."""
    declines = declines.pipe(_attach_base, printed)
    left = [declines["base"] * (1 - (declines["value"] + step) / 100) for step in (0.5, 0, -0.5)]
    low, implied, high = (count.round() for count in left)
    note = [
        f"Derived: the mapping's {base:,.0f} less the printed {decline:.0f}%; as the percentage is rounded, from "
        f"{least:,.0f} to {most:,.0f}. The count itself is not in the text seen. No interval."
        for base, decline, least, most in zip(declines["base"], declines["value"], low, high, strict=True)
    ]
    return _rows(declines, estimate=implied, term=declines["claim_id"], is_derived=True, grade="C", note=note)


def _changes_of_counts(printed: pd.DataFrame) -> pd.DataFrame:
    """Return the changes since the mapping between two printed counts."""
    later = printed[printed["year"] > MAPPING_YEAR].pipe(_attach_base, printed)
    note = [
        f"Computed from {count:,.0f} after {base:,.0f}. No interval."
        for count, base in zip(later["value"], later["base"], strict=True)
    ]
    return _changes(later, estimate=later["value"] / later["base"] - 1, is_derived=True, grade="C", note=note)


def _printed_changes(declines: pd.DataFrame) -> pd.DataFrame:
    """Return the changes since the mapping that are printed in percent, without the count."""
    note = "As printed; the count behind it is not in the text seen. No interval."
    return _changes(declines, estimate=-declines["value"] / 100, is_derived=False, note=note)


def _coverage(printed: pd.DataFrame) -> pd.DataFrame:
    """Return what the ministry had known of what the mapping found in the same five provinces."""
    known = printed[(printed["segment"] == COVERAGE) & (printed["year"] < MAPPING_YEAR)]
    known = known.pipe(_attach_base, printed)
    note = [
        f"{count:,.0f} known in 2014 of {base:,.0f} found by the mapping; the coverage of the list if the mapping "
        "missed none and none opened or closed in between. No interval."
        for count, base in zip(known["value"], known["base"], strict=True)
    ]
    return _rows(
        known.assign(scale="share"),
        estimate=known["value"] / known["base"],
        term=known["outcome"],
        outcome="list_coverage_share",
        basis="known through inspection, of those found by the mapping",
        is_derived=True,
        grade="C",
        note=note,
    )


def _attach_base(rows: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Attach the mapping's count of the same outcome and segment; rows whose segment has none are left out."""
    base = printed.loc[printed["year"] == MAPPING_YEAR, ["outcome", "segment", "value"]]
    return rows.merge(base.rename(columns={"value": "base"}), on=["outcome", "segment"], validate="m:1")


def _changes(rows: pd.DataFrame, **values: Any) -> pd.DataFrame:
    changes = rows.assign(
        outcome=rows["outcome"] + "_change_share",
        scale="share",
        term=f"{MAPPING_YEAR} to " + rows["year"].astype("str"),
    )
    return _rows(changes, **values)


def _rows(rows: pd.DataFrame, **values: Any) -> pd.DataFrame:
    return rows.assign(level=rows["segment"], **values)
