"""Prevention cohort: one row a child whose family was supported before any separation, until what became known of it.

Follow-up runs from acceptance in a prevention programme to the child's first stay away from its family, or its 18th
birthday, the closing of the case, or the end of the data. Of several such cases of a child the first counts; cases of
one referral in two systems are one. The rules are those of returns (``study.toml``, ``spells``): which care is
residential, which absences are visits, what a closing tells, and that a child closed without a word is lost from its
last contact on. Restricted: rows are children, and it never leaves. Rows that can tell nothing say why.

ASSUME: a child of a prevention programme lives with its family unless a stay elsewhere is on record.
"""

import numpy as np
import pandas as pd

from analysis.contract import DAY, Column, Table
from analysis.features import _prevention_ends as ends
from analysis.features import _spell_cases as cases_of
from analysis.features import _spell_covariates as covariates
from analysis.features._spell_ends import birthdays
from analysis.imported import allowed
from analysis.study import Study

KEY = r"^[0-9a-f]{16}$"
UNKNOWN = "unknown"
REJECTED = ("referral_rejected", "no_start", "after_18", "separated_before", "ended_before_observation")

TABLE = Table(
    one_row_is="a child whose family was supported before any separation",
    key=("case_id",),
    columns={
        "case_id": Column("str", "the child's first case of a prevention programme", matches=KEY),
        "child_key": Column("str", "the child", matches=KEY),
        "household_key": Column("str", "the household", matches=KEY, nullable=True),
        "agency": Column("str", "the agency as a code, or unknown"),
        "sex": Column("str", "sex", isin=allowed.SEX),
        "age_band": Column("str", "band of the age at the start; unknown without a month of birth"),
        "risk_level": Column("str", "risk as the worker recorded it; not dated", isin=allowed.RISK_LEVEL),
        "entered_on": Column(DAY, "day of acceptance, or some days after registration", nullable=True),
        "ended_on": Column(DAY, "last day known", nullable=True),
        "days": Column(
            "Int64", "from the start to the last day known; missing where rejected", unit="days", ge=1, nullable=True
        ),
        "state": Column("str", "what the last day known brought", isin=ends.STATES),
        "rejected": Column("str", "why the row can tell nothing; used where it can", isin=("used", *REJECTED)),
    },
)
OF_CHILD = ("child_key", "household_key", "sex", "birth_month")


def build(
    cases: pd.DataFrame,
    placements: pd.DataFrame,
    children: pd.DataFrame,
    follow_ups: pd.DataFrame,
    assessments: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return the children of prevention programmes, each with what ended its follow-up."""
    dated = cases_of.with_readable_closing(cases_of.with_data_end(cases, placements, follow_ups, assessments, study))
    first = _first_cases(dated, study)
    linked = cases_of.of_stays(first, dated, study)
    told = cases_of.told(linked, study).drop(columns="case_id")
    supported = (
        first.merge(told.reset_index(), on="stay", validate="1:1")
        .merge(children[list(OF_CHILD)], on="child_key", how="left", validate="1:1")
        .pipe(_with_start, study)
        .pipe(ends.ended, placements, linked, follow_ups, study)
        .pipe(_with_rejected)
    )
    age = covariates.ages(supported["birth_month"], supported["entered_on"], study)
    return supported.assign(
        age_band=covariates.age_bands(age, study),
        agency=supported["org_code"].fillna(UNKNOWN),
        risk_level=supported["risk_level"].fillna(UNKNOWN),
        sex=supported["sex"].fillna(UNKNOWN),
        days=supported["days"].astype("Int64").where(supported["rejected"] == "used"),
    )[list(TABLE.columns)]


def _first_cases(cases: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return ``stay`` (a number), child and case of each child's first case of a prevention programme."""
    own = cases_of.ranked(cases[cases["programme"] == "prevention"], study)
    began = own["accepted_on"].fillna(own["referred_on"])
    ordered = own.assign(began=began).sort_values(["child_key", "began", "rank", "case_id"], kind="stable")
    first = ordered.drop_duplicates("child_key")[["child_key", "case_id"]]
    return first.assign(stay=np.arange(1, len(first) + 1))


def _with_start(supported: pd.DataFrame, study: Study) -> pd.DataFrame:
    registered = supported["referred_on"] + pd.Timedelta(days=study.spells.acceptance_days)
    born = birthdays(supported["birth_month"], study)
    return supported.assign(entered_on=supported["accepted_on"].fillna(registered), turns_18=born["turns_18"])


def _with_rejected(supported: pd.DataFrame) -> pd.DataFrame:
    """Add the first reason of ``REJECTED`` that holds."""
    holds = (
        supported["closure_circumstance"] == "rejected",
        supported["entered_on"].isna(),
        supported["entered_on"] >= supported["turns_18"],
        supported["is_away"],
        ~(supported["days"] > 0),
    )
    return supported.assign(rejected=np.select([held.to_numpy("bool") for held in holds], REJECTED, "used"))
