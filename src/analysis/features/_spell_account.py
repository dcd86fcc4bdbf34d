"""Every return found in the records, those that cannot be used with the reason."""

import numpy as np
import pandas as pd

from analysis.contract import ContractError
from analysis.features import _spell_cases as cases_of
from analysis.features import _spell_contacts as contacts_of
from analysis.features import _spell_covariates as covariates
from analysis.features import _spell_ends as ends
from analysis.features import _spell_returns, _spell_stays
from analysis.features._spell_stays import UNKNOWN
from analysis.study import Study

REJECTED = (
    *("referral_rejected", "ends_not_recorded", "after_18", "closed_before_return", "end_before_start"),
    "ended_before_observation",
)
OF_CHILD = ("child_key", "household_key", "sex", "birth_month", "orphan_status", "disability")


def returns_found(
    placements: pd.DataFrame,
    cases: pd.DataFrame,
    children: pd.DataFrame,
    follow_ups: pd.DataFrame,
    assessments: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return one row a return with the columns of ``spells`` and ``rejected``, the reason not to use it or empty.

    Raises ``ContractError`` if placements name cases or children that are not there.
    """
    for key, known in (("case_id", cases), ("child_key", children)):
        _check_are_known(placements[key], known[key])
    rows = _spell_stays.numbered(placements, study)
    dated = cases_of.with_data_end(cases, placements, follow_ups, assessments, study)
    linked = cases_of.of_stays(rows, cases_of.with_readable_closing(dated), study)
    told = cases_of.told(linked, study)
    found = _spell_returns.returns(_spell_stays.stays(rows, study), told, study)
    spells = (
        found[found["is_return"]]
        .merge(told.reset_index(), on="stay", validate="1:1")
        .merge(children[list(OF_CHILD)], on="child_key", validate="m:1")
        .assign(spell_id=lambda spells: spells["placement_id"])
        .pipe(_with_days, linked, follow_ups, study)
        .pipe(_with_covariates, linked, assessments, study)
        .pipe(_with_risk, cases_of.risk_of_child(cases, study))
    )
    n_systems = rows.groupby("stay")["source_system"].nunique()
    return spells.assign(n_systems=spells["stay"].map(n_systems)).pipe(_with_number).pipe(_with_rejected)


def _check_are_known(named: pd.Series, known: pd.Series) -> None:
    n_strange = int((~named.isin(known)).sum())
    if n_strange:
        raise ContractError(
            f"{n_strange} placements have a {named.name} that no imported record has: the tables are of different "
            "imports; run make import"
        )


def _with_days(spells: pd.DataFrame, linked: pd.DataFrame, follow_ups: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add when observation began and ended, in which state, and the last contact at home before."""
    contacts = contacts_of.of_spells(spells, linked, follow_ups)
    at_home = contacts_of.of_spells(spells, linked, contacts_of.knowing(follow_ups, study))
    last = contacts_of.last_before(at_home, spells.set_index("spell_id")["left_on"])
    known = spells.assign(
        closing=ends.closing_state(spells["closure_reason"], study),
        last_home_on=contacts_of.told_of(spells, last),
        **ends.birthdays(spells["birth_month"], study),
    )
    known = ends.ended(known, study)
    ended_on = known.set_index("spell_id")["ended_on"]
    last_home_on = contacts_of.told_of(known, contacts_of.last_before(at_home, ended_on))
    return known.assign(
        last_home_days=(last_home_on - known["returned_on"]).dt.days.astype("Int64"),
        noticed_late=contacts_of.told_of(known, contacts_of.is_day_of_contact(contacts, ended_on)).astype("boolean"),
        entered_on=_entered(known, study),
    )


def _entered(spells: pd.DataFrame, study: Study) -> pd.Series:
    """Return when observation began: at the return or at acceptance, without it some days after registration."""
    registered = spells["referred_on"] + pd.Timedelta(days=study.spells.acceptance_days)
    accepted = spells["accepted_on"].fillna(registered)
    return spells["returned_on"].where(~(accepted > spells["returned_on"]), accepted)


def _with_covariates(
    spells: pd.DataFrame, linked: pd.DataFrame, assessments: pd.DataFrame, study: Study
) -> pd.DataFrame:
    age = covariates.ages(spells["birth_month"], spells["returned_on"], study)
    low = covariates.low_domains(spells, linked, assessments, study)
    return spells.merge(covariates.reasons(linked, study).reset_index(), on="stay", how="left", validate="1:1").assign(
        return_kind=covariates.return_kinds(spells, study),
        age_years=age,
        age_band=covariates.age_bands(age, study),
        low_domains_before=spells["spell_id"].map(low).astype("Int64"),
        left_care_type=spells["left_care_type"].fillna(UNKNOWN),
        months_in_care=covariates.months_in_care(spells),
        sibling_group=covariates.sibling_groups(spells, study),
        agency=spells["org_code"].fillna(UNKNOWN),
    )


def _with_risk(spells: pd.DataFrame, of_child: pd.Series) -> pd.DataFrame:
    """Fill risk levels that the cases of a return do not have from another case of the child, and say so.

    ASSUME: the level of another case stands for that of the return. Left unknown, a system that keeps one level a child
    would lack it for those referred again, who are those whose return failed.
    """
    other = of_child.reindex(spells["child_key"]).set_axis(spells.index)
    told = spells["risk_level"].fillna(other)
    source = np.select([spells["risk_level"].notna(), told.notna()], ["own_case", "another_case"], UNKNOWN)
    return spells.assign(risk_level=told.fillna(UNKNOWN), risk_level_from=source)


def _with_number(spells: pd.DataFrame) -> pd.DataFrame:
    """Add the number of each return of its child, and days from the return."""
    ordered = spells.sort_values(["child_key", "returned_on", "spell_id"])
    number = ordered.groupby("child_key").cumcount() + 1
    return ordered.assign(
        return_no=number,
        is_repeat=number > 1,
        entry_days=(ordered["entered_on"] - ordered["returned_on"]).dt.days,
        days=(ordered["ended_on"] - ordered["returned_on"]).dt.days,
    )


def _with_rejected(spells: pd.DataFrame) -> pd.DataFrame:
    """Add why a return cannot be used; the first reason of ``REJECTED`` that holds."""
    following = spells.groupby("child_key", sort=False)["returned_on"].shift(-1)
    holds = (
        spells["closure_circumstance"] == "rejected",
        spells["may_be_latest"],
        spells["returned_on"] >= spells["turns_18"],
        spells["closed_on"] <= spells["returned_on"],
        spells["mistyped"] & (spells["left_on"].isna() | (spells["left_on"] > following)),
        spells["days"] <= spells["entry_days"],
    )
    return spells.assign(rejected=np.select(holds, REJECTED, ""))
