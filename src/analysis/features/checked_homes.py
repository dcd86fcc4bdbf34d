"""Checked homes: one row an item of a check of the home of a child, with which check it was and whether it is a breach.

Follow-ups are numbered by day within the case. An item that does not apply to the child is no breach and no sign of
none; "unknown" and what was not assessed leave open whether there is one. Restricted: rows are of children.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.imported.household_checks import TABLE as CHECKS
from analysis.study import Study

BEFORE, FOLLOW_UP, UNDATED = "before placement", "follow_up", "undated"
KEPT = ("check_id", "case_id", "child_key", "checked_on", "item", "answer", "reason")

TABLE = Table(
    one_row_is="an item of a check of the home of a child",
    key=("check_id",),
    columns={
        **{name: CHECKS.columns[name] for name in KEPT},
        "agency": Column("str", "the agency as a code, or unknown"),
        "visit": Column("str", "which check it was: before the placement, or the follow-ups in their order"),
        "is_urgent": Column("boolean", "whether a breach of the item asks for action at once"),
        "applies": Column("boolean", "whether the item applies to the child"),
        "is_breach": Column("boolean", "not met; missing where it is not known or does not apply", nullable=True),
    },
)


def build(
    household_checks: pd.DataFrame, household_items: pd.DataFrame, cases: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return every item checked; a check of no known case has the agency unknown."""
    known = household_checks.merge(household_items[["item", "is_urgent"]], on="item", how="left", validate="m:1").merge(
        cases[["case_id", "org_code"]], on="case_id", how="left", validate="m:1"
    )
    is_answered = known["answer"].isin(["met", "not_met"])
    is_breach = known["answer"].eq("not_met").astype("boolean").mask(~is_answered)
    return known.assign(
        agency=known["org_code"].astype("str").fillna("unknown"),
        visit=_visits(known, study.household_checks.follow_ups),
        applies=known["answer"].ne("does_not_apply").astype("boolean"),
        is_urgent=known["is_urgent"].fillna(False),
        is_breach=is_breach,
    )[list(TABLE.columns)]


def _visits(checks: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return which check each item belongs to; the last of ``names`` holds all further follow-ups."""
    days = checks["checked_on"].where(checks["occasion"] == FOLLOW_UP)
    place = days.groupby(checks["case_id"], dropna=False).rank(method="dense")
    named = place.clip(upper=len(names)).map(dict(enumerate(names, start=1)))
    return named.astype("str").fillna(UNDATED).mask(checks["occasion"].eq("before_placement"), BEFORE)
