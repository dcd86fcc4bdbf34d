"""Assessment waves: one row an assessment, with the wave it belongs to, counted from the child's return or the case.

Restricted: rows are children, and it never leaves. Waves are those of Retrak: baseline, placement, and follow-up up to
6 months, 6 to 12 months, and later; of children who went home from their first return on record, of all others from
the acceptance of the case. A child counts once with each instrument: by the case in which it was assessed most often.
What is not counted stays as a row that says why.

ASSUME: a case without a day of acceptance began on the day of referral or registration. An assessment of which nobody
knows whether it was finished was, if no score is missing.
"""

import numpy as np
import pandas as pd

from analysis.contract import DAY, Column, Table
from analysis.imported import allowed
from analysis.study import Study

KEY = r"^[0-9a-f]{16}$"
RETURN, ACCEPTANCE = "return", "acceptance"
BASELINE, PLACEMENT = "baseline", "placement"
WAVES = (BASELINE, PLACEMENT, "fu_lt6m", "fu_6_12m", "fu_gt12m")
DRAFT, BLANKS, NO_DAY, NO_START, OTHER_CASE = (
    "draft",
    "not known to be finished, with blanks",
    "no day",
    "no day from which to count",
    "another case of the child has more",
)
WHY_NOT = (DRAFT, BLANKS, NO_DAY, NO_START, OTHER_CASE)
AWAY = ("residential", "other", "boarding_school")  # states of a spell in which the child has left home

TABLE = Table(
    one_row_is="an assessment of a child with one instrument",
    key=("assessment_id",),
    columns={
        "assessment_id": Column("str", "the assessment", matches=KEY),
        "case_id": Column("str", "the case", matches=KEY),
        "child_key": Column("str", "the child", matches=KEY),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "agency": Column("str", "the agency as a code; unknown where none is recorded"),
        "instrument": Column("str", "which set of domains", isin=allowed.INSTRUMENT),
        "assessed_on": Column(DAY, "day of the assessment", nullable=True),
        "n_domains": Column("Int64", "domains of the instrument", ge=1),
        "n_scored": Column("Int64", "of them scored", ge=0),
        "counted_from": Column("str", "what days are counted from", isin=(RETURN, ACCEPTANCE)),
        "days": Column("Int64", "from the return, or the acceptance; below 0 before", unit="days", nullable=True),
        "wave": Column("str", "the wave; missing where nothing says when it was", isin=WAVES, nullable=True),
        "is_after_end": Column("boolean", "the child had left home again by then"),
        "left_out": Column("str", "why it does not count; missing where it does", isin=WHY_NOT, nullable=True),
    },
)


def build(assessments: pd.DataFrame, cases: pd.DataFrame, spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every assessment with its wave, those that do not count included."""
    return (
        assessments.pipe(_one_row_each)
        .pipe(_attach_case, cases)
        .pipe(_attach_return, spells)
        .pipe(_with_days)
        .pipe(_with_wave, study.assessment_waves)
        .pipe(_with_reason)[list(TABLE.columns)]
    )


def _one_row_each(assessments: pd.DataFrame) -> pd.DataFrame:
    """Return one row an assessment, with how many of its domains are scored."""
    of_each = assessments.groupby("assessment_id").agg(n_domains=("domain_code", "size"), n_scored=("score", "count"))
    once = assessments.drop_duplicates("assessment_id").drop(columns=["domain_code", "score", "instrument_version"])
    return once.merge(of_each.reset_index(), on="assessment_id", validate="1:1")


def _attach_case(rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    of_case = cases[["case_id", "child_key"]].assign(
        agency=cases["org_code"].fillna("unknown"), began_on=cases["accepted_on"].fillna(cases["referred_on"])
    )
    return rows.merge(of_case, on="case_id", validate="m:1")


def _attach_return(rows: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Add the day of the child's first return on record, and from when on the child was away again."""
    first = spells.sort_values(["child_key", "return_no"]).drop_duplicates("child_key")
    away_on = first["ended_on"].where(first["state"].isin(AWAY))
    told = first[["child_key", "returned_on"]].assign(away_on=away_on)
    return rows.merge(told, on="child_key", how="left", validate="m:1")


def _with_days(rows: pd.DataFrame) -> pd.DataFrame:
    is_home = rows["returned_on"].notna()
    from_day = rows["returned_on"].where(is_home, rows["began_on"])
    return rows.assign(
        counted_from=np.where(is_home, RETURN, ACCEPTANCE),
        days=(rows["assessed_on"] - from_day).dt.days.astype("Int64"),
        is_after_end=(rows["assessed_on"] > rows["away_on"]).astype("boolean").fillna(False),
    )


def _with_wave(rows: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Add the wave: around a return there is a placement wave, after an acceptance a longer baseline."""
    days, is_return = rows["days"].astype("Float64"), rows["counted_from"] == RETURN
    around = rules.placement_within_days
    is_before = days < pd.Series(np.where(is_return, -around, rules.baseline_within_days + 1), rows.index)
    ends = [is_before, is_return & (days <= around), days <= rules.half_year_days, days <= rules.year_days]
    known = [end.fillna(False).astype(bool) for end in ends]
    return rows.assign(wave=pd.Series(np.select(known, WAVES[:-1], WAVES[-1]), rows.index).where(days.notna()))


def _with_reason(rows: pd.DataFrame) -> pd.DataFrame:
    """Add why an assessment does not count: as such, or because another case of the child has more that do."""
    reasons = {
        DRAFT: rows["completed"].eq(False),
        BLANKS: rows["completed"].isna() & (rows["n_scored"] < rows["n_domains"]),
        NO_DAY: rows["assessed_on"].isna(),
        NO_START: rows["days"].isna(),
    }
    own = pd.Series(None, rows.index, dtype="object")
    for reason, holds in reversed(reasons.items()):
        own = own.mask(holds.fillna(False).astype(bool), reason)
    is_elsewhere = own.isna() & (rows["case_id"] != _fullest_case(rows[own.isna()], rows))
    return rows.assign(left_out=own.mask(is_elsewhere, OTHER_CASE).astype("str"))


def _fullest_case(counted: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Return, for each of ``rows``, the case in which the child was assessed most often with the instrument."""
    by_case = counted.groupby(["child_key", "instrument", "case_id"], as_index=False).size()
    fullest = by_case.sort_values(["size", "case_id"], ascending=[False, True]).drop_duplicates(
        ["child_key", "instrument"]
    )
    chosen = fullest.rename(columns={"case_id": "chosen"})[["child_key", "instrument", "chosen"]]
    found = rows[["child_key", "instrument"]].merge(chosen, on=["child_key", "instrument"], how="left", validate="m:1")
    return pd.Series(found["chosen"].to_numpy(), rows.index)
