"""The pandas peer, second half: canonical tables from cleaned records, written as parquet."""

from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.pandas_cases import accepted, cleaned, keys, read, words

from analysis.imported import assessments as assessment_table
from analysis.imported import cases as case_table
from analysis.imported import children as child_table
from analysis.imported import households as household_table
from analysis.imported import placements as placement_table
from analysis.importers.primero.scores import DOMAINS, version

RATES = [f"{domain}_rate" for domains in DOMAINS.values() for domain in domains]
DAYS = "datetime64[us]"
CONTRACTS = {
    "cases": case_table.TABLE,
    "children": child_table.TABLE,
    "households": household_table.TABLE,
    "placements": placement_table.TABLE,
    "assessments": assessment_table.TABLE,
}


def make(file: Path, folder: Path, key: bytes, is_checked: bool) -> None:
    """Clean ``file`` and write its tables into ``folder``; ``is_checked``: as their contracts demand."""
    everyone = accepted(read(file, RATES), key)
    records = cleaned(everyone, key)
    records["closure_reason"] = words(records["closure_reason"], "closure_reason")
    children = _children(records)
    homes = records["household_key"].dropna()
    told = everyone[everyone["household_key"].isin(homes)].drop_duplicates("household_key")
    agencies = sorted(set(records["agency"].dropna()) | set(told["agency"].dropna()))
    codes = {agency: f"A{n:02d}" for n, agency in enumerate(agencies, start=1)}
    records["org_code"], told["org_code"] = records["agency"].map(codes), told["agency"].map(codes)
    tables = {
        "cases": _cases(records, children),
        "children": children.drop(columns="born"),
        "households": _households(told),
        "placements": _placements(records, key),
        "assessments": _assessments(records, key),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name in list(tables):
        table = tables.pop(name)
        if is_checked:
            table = CONTRACTS[name].validated(table, name)
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def _children(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a child: the first known value of its records, in the order of the file."""
    known = records.assign(
        sex=records["sex"].where(records["sex"] != "unknown"),
        quality_of_dated=records["dob_quality"].where(records["date_of_birth"].notna()),
    )
    by_child = known.groupby("child_key", sort=True)
    first = by_child[
        ["household_key", "sex", "disability", "birth_registered", "date_of_birth", "quality_of_dated", "dob_quality"]
    ].first()
    born = first["date_of_birth"]
    children = first.reset_index().assign(
        birth_month=born.dt.strftime("%Y-%m").to_numpy(),
        born=born.to_numpy(),
        dob_quality=first["quality_of_dated"].fillna(first["dob_quality"]).to_numpy(),
        sex=first["sex"].fillna("unknown").to_numpy(),
        orphan_status="unknown",
        ever_in_rcf=pd.NA,
        ever_in_gov_care=pd.NA,
        n_agencies=by_child["agency"].nunique().clip(lower=1).to_numpy(),
        n_systems=1,
    )
    return children[[*child_table.TABLE.columns, "born"]].astype(
        {"ever_in_rcf": "boolean", "ever_in_gov_care": "boolean"}
    )


def _cases(records: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    born = records["child_key"].map(children.set_index("child_key")["born"])
    referred = records["registration_date"]
    had_birthday = referred.dt.month * 100 + referred.dt.day >= born.dt.month * 100 + born.dt.day
    age = (referred.dt.year - born.dt.year - ~had_birthday).where(born.notna(), records["recorded_age"])
    is_closed = records["status"] == "closed"
    cases = records.assign(
        case_id=records["case_key"],
        source_system="primero",
        programme="unknown",
        referred_on=referred.astype(DAYS),
        accepted_on=pd.Series(pd.NaT, index=records.index, dtype=DAYS),
        age_at_referral_years=age.where(age.between(0, 30)).astype("Int64"),
        closed_on=records["date_closure"].astype(DAYS),
        closure_circumstance=np.where(is_closed, "unknown", None),
        closure_reason=records["closure_reason"].where(is_closed),
        use_allowed="yes",
    )
    return cases[list(case_table.TABLE.columns)].sort_values("case_id")


def _households(told: pd.DataFrame) -> pd.DataFrame:
    """Return one row a household, as the first record of it tells."""
    unknowns, numbers = ["id_poor", "income_currency", "vulnerability_class"], ["household_size", "n_children"]
    of_caregiver = ["caregiver_relation", "caregiver_sex", "caregiver_age_band"]
    households = told.assign(
        source_system="primero",
        household_size=pd.to_numeric(told["family_size"], errors="coerce").astype("Int64"),
        n_children=pd.to_numeric(told["number_children_in_charge"], errors="coerce").astype("Int64"),
        **dict.fromkeys((*unknowns, *of_caregiver), "unknown"),
    )
    contract = household_table.TABLE.columns
    kept = [*("household_key", "source_system", "org_code", "province_code"), *unknowns, *numbers, *of_caregiver]
    return households[kept].reindex(columns=list(contract)).sort_values("household_key")


def _placements(records: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Return a spell for each reintegration; a CSV has no subforms and so no other spells."""
    returned = records[records["date_of_reintegration"].notna()]
    start, plan = returned["date_of_reintegration"], returned["date_case_plan"]
    placements = pd.DataFrame(
        {
            "placement_id": keys(returned["ref"] + "/spell/1", key),
            "child_key": returned["child_key"],
            "case_id": returned["case_key"],
            "source_system": "primero",
            "start_on": start.astype(DAYS),
            "end_on": pd.Series(pd.NaT, index=returned.index, dtype=DAYS),
            **dict.fromkeys(("care_type", "setting", "formality"), "unknown"),
            "facility_id": None,
            "entry_event": "reunification",
            "prepared": (plan <= start).astype("boolean").where(plan.notna()),
            "end_reason": None,
        }
    )
    return placements.sort_values("placement_id")


def _assessments(records: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Return one row a domain of each rated record, both instruments."""
    long = pd.concat(_of_instrument(records, name, domains, key) for name, domains in DOMAINS.items())
    return long.sort_values(["assessment_id", "domain_code"])


def _of_instrument(records: pd.DataFrame, instrument: str, domains: tuple[str, ...], key: bytes) -> pd.DataFrame:
    columns = [f"{domain}_rate" for domain in domains]
    rated = records[records[columns].notna().any(axis=1)]
    scores = rated[columns].apply(pd.to_numeric, errors="coerce")
    wide = scores.where((scores >= 1) & (scores <= 4)).astype("Int64").set_axis(list(domains), axis=1)
    day = rated["assessment_requested_on"]
    ref = rated["ref"] + f"/{instrument}/" + day.dt.strftime("%Y-%m-%d").fillna("1")
    wide = wide.assign(
        assessment_id=keys(ref, key),
        case_id=rated["case_key"],
        source_system="primero",
        instrument=instrument,
        instrument_version=version(domains),
        assessed_on=day.astype(DAYS),
        completed=rated[columns].notna().all(axis=1),
    )
    of_record = ["assessment_id", "case_id", "source_system", "instrument", "instrument_version", "assessed_on"]
    return wide.melt([*of_record, "completed"], list(domains), var_name="domain_code", value_name="score")
