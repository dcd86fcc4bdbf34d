"""Referral funnel: what became of referrals between agencies, of cases referred, and of the goals of case plans.

Referrals by direction and group of services: accepted, rejected, pending, or not told. No system exports the day of an
answer, so days are told of cases only: from the referral of a case to its acceptance, its rejection a competing end;
and of pending referrals how many wait longer than they should. Goals of case plans by area: of those due by the last
day the register tells of, how many were completed in time. A goal not yet due is in no share, nor is one completed
early whose day has not come: those still open beside it could not have been late.

Shares are over rows, intervals over agencies. ASSUME: agencies are independent; what was answered or completed was
typed in. A completed goal without a day is in time or late: two rows give the bounds.
"""

import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _accepted_cases as acceptance
from analysis.estimates import _plan_goal_rows as goals
from analysis.estimates import _referral_rows as referral
from analysis.study import Study

ORDER = (*referral.OUTCOMES, *acceptance.OUTCOMES, *goals.OUTCOMES)

TABLE = estimate_table(
    one_row_is="an answer to referrals, a wait for one, or what became of goals of case plans, for a group",
    key=("outcome", "term", "level", "measure"),
    extra={
        "measure": Column("str", "of which rows it is told"),
        "position": Column("str", "place of the outcome, in two digits"),
        "n_hits": Column("Int64", "referrals, cases or goals of which it holds", ge=0, nullable=True),
        "n_agencies": Column("Int64", "agencies behind it", ge=0, nullable=True),
    },
)


def build(referrals: pd.DataFrame, cases: pd.DataFrame, plan_goals: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the answers, the waits and the goals of each group; no row without any record of the three."""
    if referrals.empty and cases.empty and plan_goals.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    choices, confidence = study.referral_funnel, study.intervals.confidence
    rows = [
        *referral.rows(referrals, cases, choices, confidence),
        *acceptance.rows(cases, choices, confidence),
        *goals.rows(plan_goals, cases, confidence),
    ]
    position = {outcome: f"{place:02d}" for place, outcome in enumerate(dict.fromkeys(ORDER))}
    told = pd.DataFrame(rows)
    return told.assign(position=told["outcome"].map(position)).reindex(columns=list(TABLE.columns))
