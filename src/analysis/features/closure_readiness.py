"""Closure readiness: one row a case with the government's ratings, how near its last rating is to the rule for closing.

Restricted: rows are children, and it never leaves. The rule is a total of 48 points. Systems carry the same form with
19 or with 22 items, so a total means another thing in each: here it is a share of the most that the items of a form
can have, and nothing compares totals of two forms. Beside it the project's proposal: no item below 2 but the exempt,
and twelve months at home. What a blank item leaves open is missing, never no.

ASSUME: the ratings of a child and of its family belong together if they bear one day.
"""

import pandas as pd

from analysis.contract import DAY, Column, Table
from analysis.imported import allowed
from analysis.study import Study

KEY = r"^[0-9a-f]{16}$"
DAYS_PER_MONTH = 365.25 / 12
AWAY = ("residential", "other", "boarding_school")  # states of a spell in which the child has left home
GOALS_MET = "goals_met"

TABLE = Table(
    one_row_is="a case with ratings of the government's form",
    key=("case_id", "form"),
    columns={
        "case_id": Column("str", "the case", matches=KEY),
        "form": Column("str", "which system's items of the form"),
        "child_key": Column("str", "the child", matches=KEY),
        "agency": Column("str", "the agency as a code; unknown where none is recorded"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "assessed_on": Column(DAY, "day of the last rating"),
        "n_items": Column("Int64", "items of the form", ge=1),
        "n_scored": Column("Int64", "of them scored", ge=0),
        "score_share": Column(
            "Float64", "points of the most there are; missing if an item is", unit="share", ge=0, le=1, nullable=True
        ),
        "rule_share": Column("Float64", "the rule's points of the most there are", unit="share", ge=0, le=1),
        "is_rule_met": Column("boolean", "the rule holds; missing where blank items leave it open", nullable=True),
        "has_no_weak_item": Column("boolean", "no item below 2 but the exempt; missing where left open", nullable=True),
        "months_home": Column(
            "Float64", "since the last return; missing without one, and of a child away", unit="months", nullable=True
        ),
        "is_long_home": Column("boolean", "long enough at home; missing without a return on record", nullable=True),
        "is_ready": Column("boolean", "all three hold; missing where left open", nullable=True),
        "is_closed": Column("boolean", "the case is closed"),
        "was_closed_with_goals_met": Column("boolean", "closed, and goals met is among the reasons"),
    },
)


def build(assessments: pd.DataFrame, cases: pd.DataFrame, spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the last rating of every case and form; no row where no system holds the form."""
    rules = study.closure_readiness
    return (
        assessments.pipe(_items, rules)
        .pipe(_last_rating)
        .pipe(_one_row_each, rules)
        .pipe(_attach_case, cases)
        .pipe(_attach_months_home, spells)
        .pipe(_with_readiness, rules)[list(TABLE.columns)]
    )


def _items(assessments: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return the dated scores of the forms, with the form of each."""
    form_of = {instrument: form for form, instruments in rules.forms.items() for instrument in instruments}
    items = assessments.assign(form=assessments["instrument"].map(form_of))
    return items[items["form"].notna() & items["assessed_on"].notna()]


def _last_rating(items: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of the last day on which a case was rated with a form."""
    last_day = items.groupby(["case_id", "form"])["assessed_on"].transform("max")
    return items[items["assessed_on"] == last_day]


def _one_row_each(items: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return one row a case and form, with its points and how many items are weak."""
    is_exempt = items["domain_code"].isin(rules.exempt_items)
    is_weak = (items["score"] < rules.item_at_least).fillna(False) & ~is_exempt
    is_exempt_blank = items["score"].isna() & is_exempt
    rows = items.assign(is_weak=is_weak, is_exempt_blank=is_exempt_blank).groupby(["case_id", "form"], as_index=False)
    return rows.agg(
        source_system=("source_system", "first"),
        assessed_on=("assessed_on", "first"),
        n_scored=("score", "count"),
        points=("score", "sum"),
        n_weak=("is_weak", "sum"),
        n_exempt_blank=("is_exempt_blank", "sum"),
    ).assign(n_items=lambda one: one["form"].map(dict(rules.n_items)).astype("Int64"))


def _attach_case(rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    of_case = cases[["case_id", "child_key"]].assign(
        agency=cases["org_code"].fillna("unknown"),
        is_closed=cases["status"].eq("closed"),
        was_closed_with_goals_met=cases["closure_reason"].fillna("").str.split("|").map(lambda told: GOALS_MET in told),
    )
    return rows.merge(of_case, on="case_id", validate="m:1")


def _attach_months_home(rows: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Add months since the last return before the rating, and whether the child had left home again by then."""
    returns = spells[["child_key", "returned_on", "ended_on", "state"]]
    every = rows[["case_id", "form", "child_key", "assessed_on"]].merge(returns, on="child_key", validate="m:m")
    before = every[every["returned_on"] <= every["assessed_on"]].sort_values("returned_on")
    last = before.drop_duplicates(["case_id", "form"], keep="last").drop(columns=["child_key", "assessed_on"])
    told = rows.merge(last, on=["case_id", "form"], how="left", validate="1:1")
    is_away = told["state"].isin(AWAY) & (told["ended_on"] <= told["assessed_on"])
    months = (told["assessed_on"] - told["returned_on"]).dt.days / DAYS_PER_MONTH
    return told.assign(months_home=months.astype("Float64").mask(is_away), is_away=is_away)


def _with_readiness(rows: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Add what each condition says: known only where no blank item could change it."""
    n_blank, most = rows["n_items"] - rows["n_scored"], rules.highest_score * rows["n_items"]
    at_least, at_most = rows["points"] + n_blank, rows["points"] + rules.highest_score * n_blank
    has_no_weak = _known(rows["n_weak"].eq(0) & (n_blank == rows["n_exempt_blank"]), rows["n_weak"].gt(0))
    is_long_home = (rows["months_home"] >= rules.least_months).mask(rows["is_away"], False)
    is_rule_met = _known(at_least >= rules.rule_points, at_most < rules.rule_points)
    return rows.assign(
        score_share=(rows["points"] / most).astype("Float64").mask(n_blank > 0),
        rule_share=rules.rule_points / most,
        is_rule_met=is_rule_met,
        has_no_weak_item=has_no_weak,
        is_long_home=is_long_home,
        is_ready=is_rule_met & has_no_weak & is_long_home,
    )


def _known(is_so: pd.Series, is_not: pd.Series) -> pd.Series:
    """Return yes, no, or missing where neither is certain."""
    return is_so.astype("boolean").mask(~is_so & ~is_not)
