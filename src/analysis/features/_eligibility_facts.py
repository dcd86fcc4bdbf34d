"""What rules of eligibility may ask of a case: facts as recorded on the day of its referral, unknown where silent."""

import pandas as pd

from analysis.imported import allowed
from analysis.study import Study

UNKNOWN = "unknown"
IN_CARE, AT_RISK, EITHER, NEITHER = "in_care", "at_risk", "in_care_or_at_risk", "neither"
CHILD, ADULT = "under_18", "adult"
FACTS = {  # what a rule may ask for: what it is, and its answers
    "orphan_status": ("which parents live, as recorded", allowed.ORPHAN_STATUS),
    "situation": (
        "in residential care at the referral, at risk of it, or neither",
        (IN_CARE, AT_RISK, EITHER, NEITHER, UNKNOWN),
    ),
    "age_group": ("under 18 at the referral or older", (CHILD, ADULT, UNKNOWN)),
}


def facts_of(cases: pd.DataFrame, children: pd.DataFrame, placements: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the cases with the facts of ``FACTS``."""
    choices = study.eligibility
    known = cases.merge(children[["child_key", "orphan_status"]], on="child_key", how="left", validate="m:1")
    return known.assign(
        orphan_status=known["orphan_status"].fillna(UNKNOWN),
        age_group=_age_group(known["age_at_referral_years"], choices.adult_years),
        situation=_situation(known, placements, study),
    )


def _age_group(years: pd.Series, adult_years: int) -> pd.Series:
    group = pd.Series(UNKNOWN, years.index, dtype="str")
    return group.mask(years.lt(adult_years).fillna(False), CHILD).mask(years.ge(adult_years).fillna(False), ADULT)


def _situation(cases: pd.DataFrame, placements: pd.DataFrame, study: Study) -> pd.Series:
    """Return where the child was at the referral.

    A child of whom no stay is recorded may be in care; if it is at risk by the worker's tier it is one or the other.
    """
    at_referral = _stays_at_referral(cases, placements, study)
    is_in_care = cases["case_id"].map(at_referral).eq(True).fillna(False)
    is_traced = cases["child_key"].isin(placements["child_key"])
    is_at_risk = cases["risk_level"].isin(study.eligibility.levels_at_risk) | cases["programme"].eq("prevention")
    is_safe = cases["risk_level"].isin(study.eligibility.levels_not_at_risk)
    situation = pd.Series(UNKNOWN, cases.index, dtype="str").mask(is_traced & is_safe, NEITHER)
    situation = situation.mask(is_at_risk & ~is_traced, EITHER).mask(is_at_risk & is_traced, AT_RISK)
    return situation.mask(cases["programme"].eq("prevention"), AT_RISK).mask(is_in_care, IN_CARE)


def _stays_at_referral(cases: pd.DataFrame, placements: pd.DataFrame, study: Study) -> pd.Series:
    """Return by case, where a stay of the child ran on the day of the referral, whether one was residential care."""
    stays = cases[["case_id", "child_key", "referred_on"]].merge(
        placements[["child_key", "start_on", "end_on", "care_type"]], on="child_key", validate="m:m"
    )
    ran = (stays["start_on"] <= stays["referred_on"]) & ~(stays["end_on"] <= stays["referred_on"])
    is_care = stays["care_type"].isin([*study.spells.residential_care, *study.spells.boarding_care])
    return is_care[ran].groupby(stays["case_id"]).any()
