"""Tier changes: one row two assessments of a child that follow each other, with the recomputed tier at each.

Restricted: rows are children, and it never leaves. Both assessments are of one case and one instrument, finished,
dated and with a tier, counted among the waves of that child, and made before it had left home again. A row says where a
child stood at two times and nothing of the time between them: it may have changed tier and changed back.

ASSUME: a tier at an assessment is that of the child on that day; scores given by chance make changes that were none.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features.assessment_waves import TABLE as WAVED
from analysis.features.triage_tiers import TABLE as TIERED
from analysis.features.triage_tiers import UNKNOWN

TIERS = ("high", "medium", "low")
OF_WAVE = ("assessment_id", "wave", "days", "counted_from", "is_after_end", "left_out")
BY = ["case_id", "instrument"]

TABLE = Table(
    one_row_is="two assessments of a child with one instrument that follow each other",
    key=("assessment_id", "instrument"),
    columns={
        "assessment_id": Column("str", "the earlier assessment", matches=WAVED.columns["assessment_id"].matches),
        "instrument": TIERED.columns["instrument"],
        "case_id": TIERED.columns["case_id"],
        "child_key": TIERED.columns["child_key"],
        "agency": TIERED.columns["agency"],
        "counted_from": WAVED.columns["counted_from"],
        "wave": Column("str", "wave of the earlier assessment", isin=WAVED.columns["wave"].isin),
        "next_wave": Column("str", "wave of the later one", isin=WAVED.columns["wave"].isin),
        "days": Column("Int64", "from the return, or the acceptance, to the earlier one", unit="days"),
        "days_between": Column("Int64", "between the two", unit="days", ge=1),
        "tier": Column("str", "tier from the scores of the earlier one", isin=TIERS),
        "next_tier": Column("str", "tier from the scores of the later one", isin=TIERS),
    },
)


def build(triage_tiers: pd.DataFrame, assessment_waves: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of assessments that follow each other by at least a day."""
    return (
        triage_tiers.merge(assessment_waves[list(OF_WAVE)], on="assessment_id", validate="m:1")
        .pipe(_keep_counted)
        .pipe(_attach_next)[list(TABLE.columns)]
    )


def _keep_counted(assessed: pd.DataFrame) -> pd.DataFrame:
    is_counted = assessed["left_out"].isna() & ~assessed["is_after_end"]
    return assessed[is_counted & assessed["days"].notna() & (assessed["tier"] != UNKNOWN)]


def _attach_next(assessed: pd.DataFrame) -> pd.DataFrame:
    """Add the assessment that follows; of several on one day the last in order of their names stands."""
    in_order = assessed.sort_values([*BY, "days", "assessment_id"]).drop_duplicates([*BY, "days"], keep="last")
    following = in_order.groupby(BY)[["tier", "wave", "days"]].shift(-1)
    paired = in_order.assign(
        next_tier=following["tier"], next_wave=following["wave"], days_between=following["days"] - in_order["days"]
    )
    return paired.dropna(subset="next_tier")
