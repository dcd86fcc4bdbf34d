"""Covariates of a return: what was known of the child, its family and its care when it went home."""

import pandas as pd

from analysis.features._spell_stays import UNKNOWN
from analysis.study import Study

DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_YEAR = 12
PLANNED, ABRUPT = "planned", "abrupt"


def return_kinds(spells: pd.DataFrame, study: Study) -> pd.Series:
    """Return planned, abrupt or unknown.

    Abrupt: at home before the agency heard of the child, entered as unplanned, or home because the facility closed
    without a plan made before. Planned: entered as a reunification, after a planned end of care, or with a plan.
    """
    rules = study.spells
    unannounced = spells["returned_on"] <= spells["referred_on"]
    unplanned = spells["entry_event"].isin(rules.unplanned_entries)
    prepared = spells["prepared"].astype("boolean").fillna(False).astype(bool)
    closed_down = spells["care_end_reason"].isin(rules.unplanned_ends_of_care) & ~prepared
    entered = spells["entry_event"].isin(rules.return_entries)
    planned = entered | spells["care_end_reason"].isin(rules.planned_ends) | prepared
    kind = pd.Series(UNKNOWN, index=spells.index, dtype="str").mask(planned, PLANNED)
    return kind.mask(unannounced | unplanned | closed_down, ABRUPT)


def ages(birth_month: pd.Series, returned_on: pd.Series, study: Study) -> pd.Series:
    """Return completed years at the return, from the month of birth and the day of it that is taken for all."""
    born = pd.to_datetime(birth_month, format="%Y-%m")
    months = (returned_on.dt.year - born.dt.year) * MONTHS_PER_YEAR + returned_on.dt.month - born.dt.month
    months -= (returned_on.dt.day < study.spells.birthday_in_month).astype(int)
    return (months // MONTHS_PER_YEAR).astype("Int64").where(lambda age: age >= 0)


def age_bands(age: pd.Series, study: Study) -> pd.Series:
    """Return the band of study.toml that each age is in; unknown where it is in none."""
    band = pd.Series(UNKNOWN, index=age.index, dtype="str")
    for name in study.disclosure.age_bands:
        low, high = map(int, name.split("-"))
        band = band.mask(age.between(low, high).fillna(False), name)
    return band


def reasons(linked: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return for each stay whether its cases name a reason for separation, and how many reasons they name.

    No where a system that has a word for it recorded others; unknown where none recorded any.
    """
    listed = linked.assign(word=linked["separation_reason"].str.split("|")).explode("word")
    recorded = listed[listed["word"] != UNKNOWN]
    found = {"n_reasons": recorded.groupby("stay")["word"].nunique()}
    for reason, words in study.spells.reasons.items():
        named = recorded["word"].isin(words).groupby(recorded["stay"]).any()
        asked = recorded.loc[recorded["source_system"].isin(study.spells.reason_systems[reason]), "stay"].unique()
        found[f"reason_{reason}"] = named.astype("boolean").where(named | named.index.isin(asked))
    return pd.DataFrame(found)


def low_domains(spells: pd.DataFrame, linked: pd.DataFrame, assessments: pd.DataFrame, study: Study) -> pd.Series:
    """Return by ``spell_id`` the domains scored low in the last completed Child Status Index around the return."""
    rules = study.spells
    scored = assessments[
        (assessments["instrument"] == "csi12") & assessments["completed"] & assessments["score"].notna()
    ]
    is_low = (scored["score"] <= rules.low_score).astype(int)
    each = scored.assign(is_low=is_low).groupby(["case_id", "assessment_id", "assessed_on"], as_index=False)
    counted = each.agg(n_low=("is_low", "sum"), n_scored=("is_low", "size")).query("n_scored >= @rules.least_domains")
    of_spell = linked[["stay", "case_id"]].merge(counted, on="case_id", validate="m:m")
    dated = spells[["spell_id", "stay", "returned_on"]].merge(of_spell, on="stay", validate="1:m")
    latest = dated["returned_on"] + pd.Timedelta(days=rules.assessed_within_days)
    known = dated[dated["assessed_on"] <= latest].sort_values(["assessed_on", "assessment_id"])
    return known.groupby("spell_id")["n_low"].last()


def sibling_groups(spells: pd.DataFrame, study: Study) -> pd.Series:
    """Return the sibling group of each return: children of a household who went home within days of each other."""
    ordered = spells.sort_values(["household_key", "returned_on", "spell_id"])
    apart = (ordered["returned_on"] - ordered.groupby("household_key")["returned_on"].shift()).dt.days
    group = (~(apart <= study.spells.sibling_days)).groupby(ordered["household_key"]).cumsum()
    named = ordered["household_key"] + "/" + group.astype("Int64").astype("str")
    return named.fillna("alone/" + ordered["spell_id"]).reindex(spells.index)


def months_in_care(spells: pd.DataFrame) -> pd.Series:
    """Return the months of unbroken care before the return; missing where its beginning is not recorded."""
    return ((spells["returned_on"] - spells["in_care_since"]).dt.days / DAYS_PER_MONTH).astype("Float64")
