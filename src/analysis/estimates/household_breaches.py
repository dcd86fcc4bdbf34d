"""Household breaches: what the homes of children did not meet, item by item, before they came and at each follow-up.

Estimand: of the children in whose home an item was answered at a check, the share with a breach; and, of all to whom it
applies, the share of whom it is not known. Intervals over agencies. Children who are checked a third time are not all
who were checked a first: that shares fall from check to check may be homes that improve, or children who are no longer
visited. Of all items together it is the share of whom a breach was found: at least so many, as items without an answer
count as none. ASSUME: answers are as found, not as hoped for.
"""

from collections.abc import Iterator

import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.features.checked_homes import BEFORE
from analysis.imported import allowed
from analysis.models.cluster_ratio import share_interval
from analysis.study import Study

BREACH, NOT_KNOWN, APART = "breach", "not known", "siblings apart"
ANY, ANY_URGENT, SIBLINGS, ALL, UNKNOWN = "any item", "any urgent item", "siblings_together", "all", "unknown"
NOTES = {
    BREACH: "of the children with an answer, those whose home does not meet it; of several items, children of whom a "
    "breach was found, at least so many; interval over agencies",
    NOT_KNOWN: "of the children to whom the item applies, those without an answer; a count, no interval",
    APART: "of the children who once lived apart from brothers or sisters, by the reason last recorded; no interval",
}

TABLE = estimate_table(
    one_row_is="a share of children, for an item or reason, at one check",
    extra={
        "n_hits": Column("Int64", "children of whom it holds", unit="children", ge=0),
        "n_agencies": Column("Int64", "agencies behind it", unit="agencies", ge=0),
    },
)


def build(checked_homes: pd.DataFrame, household_items: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return breaches by item and check, and why siblings live apart; no row where nothing was checked."""
    if checked_homes.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    last = checked_homes[checked_homes["child_key"].notna()].sort_values(["checked_on", "check_id"])
    last = last.drop_duplicates(["child_key", "visit", "item"], keep="last")
    confidence = study.intervals.confidence
    rows: list[dict] = []
    for visit in (BEFORE, *study.household_checks.follow_ups):
        own = last[last["visit"] == visit]
        for item in household_items["item"]:
            rows += _of_item(own[own["item"] == item], item, visit, confidence)
        for name, items in ((ANY, own), (ANY_URGENT, own[own["is_urgent"]])):
            rows += _of_item(_any_of(items), name, visit, confidence)
    return pd.DataFrame([*rows, *_why_apart(last)]).reindex(columns=list(TABLE.columns))


def _of_item(checks: pd.DataFrame, item: str, visit: str, confidence: float) -> Iterator[dict]:
    """Yield the share with a breach and the share not known, of one item at one check."""
    applying = checks[checks["applies"]]
    answered = applying[applying["is_breach"].notna()]
    named = {"term": item, "level": visit, "scale": "share"}
    hits = answered["is_breach"].astype("bool")
    yield named | _share(BREACH, hits, answered["agency"]) | _interval(hits, answered["agency"], confidence)
    yield named | _share(NOT_KNOWN, applying["is_breach"].isna(), applying["agency"])


def _share(outcome: str, holds: pd.Series, agencies: pd.Series) -> dict:
    n, n_hits = len(holds), int(holds.sum())
    estimate = n_hits / n if n else None
    return {"outcome": outcome, "estimate": estimate, "n": n, "n_hits": n_hits, "n_agencies": agencies.nunique()} | {
        "note": NOTES[outcome]
    }


def _interval(holds: pd.Series, agencies: pd.Series, confidence: float) -> dict:
    if not len(holds):
        return {"ci_low": None, "ci_high": None}
    by_agency = holds.groupby(agencies).agg(["sum", "size"])
    low, high = share_interval(by_agency["sum"], by_agency["size"], confidence)
    return {"ci_low": low, "ci_high": high}


def _any_of(items: pd.DataFrame) -> pd.DataFrame:
    """Return a row a child who was checked, with whether a breach was found: what is not known is not counted."""
    own = items[items["applies"]].assign(is_found=lambda rows: rows["is_breach"].fillna(False).astype("bool"))
    found = own.groupby("child_key").agg(agency=("agency", "last"), is_breach=("is_found", "any"))
    return found.assign(applies=True, is_breach=found["is_breach"].astype("boolean"))


def _why_apart(checks: pd.DataFrame) -> Iterator[dict]:
    """Yield the share of each reason among children who at some check lived apart from brothers or sisters."""
    apart = checks[(checks["item"] == SIBLINGS) & checks["is_breach"].fillna(False)]
    last = apart.sort_values(["checked_on", "check_id"]).drop_duplicates("child_key", keep="last")
    reasons = last["reason"].astype("str").fillna(UNKNOWN)
    for reason in allowed.REASON_APART:
        yield _share(APART, reasons.eq(reason), last["agency"]) | {"term": reason, "level": ALL, "scale": "reason"}
