"""The pandas peer: a CSV of Primero cleaned to the canonical tables as one would write it with ``pandas.read_csv``.

Column by column, a cell that repeats is looked up and not worked out again. It makes the same tables and the same
keys as the import, and does less: no findings, no list of what was set aside, no conflicts, no contracts, and children
are told by the strongest of their ids alone. All of that is in its favour.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.importers.keys import digester
from analysis.importers.primero.cases import NO_HARM
from analysis.importers.values import TABLE as VALUES

GUARDED = ["case_id", "family_id", "oscar_number", "location_current", "owned_by"]
DATES = ["date_of_birth", "registration_date", "date_closure", "date_case_plan", "date_of_reintegration"]
CODES = {"sex": "sex", "status": "status", "risk_level": "risk_level", "referral_source": "source_of_referral"}
LOCAL = re.compile(r"_(?:\d{5,6}|[0-9a-f]{7})$")
LAST_DAY = pd.Timestamp(2026, 12, 31)
YES_NO = {"true": True, "false": False}
WRITTEN_LIKE_A_DAY = r"\d{4,6}-\d{1,2}-\d{1,2}"
OTHERS_READ = [
    *("owned_by_agency", "age", "estimated", "disability_type", "birth_certificate", "protection_concerns"),
    *("separation_cause", "closure_reason", "family_size", "number_children_in_charge", "consent_reporting"),
]


def read(file: Path, rates: list[str]) -> pd.DataFrame:
    """Return the columns that are needed, as text; ``rates``: those of the scores."""
    needed = [*GUARDED, *DATES, *CODES.values(), *OTHERS_READ, "assessment_requested_on", *rates]
    return pd.read_csv(file, usecols=needed, dtype="str")


def accepted(records: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Return the records with an id, each once, with their agency, province and the key of their household."""
    cases = records[records["case_id"].notna()].drop_duplicates("case_id")
    unguarded = cases[GUARDED].apply(lambda ids: ids.str.replace(r"^'([=+\-@|%])", r"\1", regex=True))
    cases = cases.assign(**unguarded)
    return cases.assign(
        agency=cases["owned_by_agency"].str.lower().str.removeprefix("agency-"),
        province_code=_provinces(cases["location_current"]),
        household_key=keys("primero_family:" + cases["family_id"], key),
    )


def cleaned(records: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Return one row a permitted record with keys, codes in our words, and dates that can be."""
    cases = records[records["consent_reporting"] == "true"].reset_index(drop=True)
    written_birth = cases["date_of_birth"]
    days = cases[[*DATES, "assessment_requested_on"]].apply(pd.to_datetime, format="%Y-%m-%d", errors="coerce")
    cases = cases.assign(**days)
    for name, column in CODES.items():
        cases[name] = words(cases[column], name)
    cases["separation_reason"] = _lists(cases["separation_cause"], "separation_reason")
    cases["harm_history"] = _lists(cases["protection_concerns"], "harm_history", frozenset(NO_HARM))
    cases["ref"] = "case_id:" + cases["case_id"]
    return _judged(cases, written_birth).assign(
        case_key=keys(cases["ref"] + "/1", key),
        child_key=keys("global_id:" + cases["oscar_number"], key),
        worker_key=keys("worker:" + cases["agency"] + "/" + cases["owned_by"], key),
        disability=cases["disability_type"].notna().replace(False, None).astype("boolean"),
        birth_registered=cases["birth_certificate"].map(YES_NO).astype("boolean"),
    )


def keys(ids: pd.Series, key: bytes) -> pd.Series:
    """Return the key of each id as 16 hex digits, worked out once for each different one."""
    digest = digester(key)
    return ids.map({text: digest(text).hex() for text in ids.dropna().unique()})


def words(codes: pd.Series, field: str) -> pd.Series:
    """Return codes in our words; "unknown" where they are missing or in no list."""
    known = listed(field)
    distinct = codes.dropna().unique()
    ours = {code: known.get(code.lower(), known.get(LOCAL.sub("", code.lower()))) for code in distinct}
    return codes.map(ours).fillna("unknown")


def _lists(cells: pd.Series, field: str, but: frozenset[str] = frozenset()) -> pd.Series:
    """Return arrays as Ruby prints them as words joined by |; "unknown" for those without a known one."""
    known = listed(field)

    def joined(cell: str) -> str | None:
        codes = [LOCAL.sub("", code.lower()) for code in re.findall(r"\w+", cell)]
        ours = {known.get(code) for code in codes if code not in but} - {None, "unknown"}
        return "|".join(sorted(ours)) or None

    distinct = cells.dropna().unique()
    return cells.map({cell: joined(cell) for cell in distinct}).fillna("unknown")


def listed(field: str) -> dict[str, str]:
    """Return our word for each code of ``field``, in small letters, with and without what a place added to it."""
    listed = pd.read_csv(VALUES, dtype="str").query("canonical_field == @field and system == 'primero'").dropna()
    codes = listed["source_value"].str.lower()
    return dict(zip(codes.str.replace(LOCAL, "", regex=True), listed["canonical_value"], strict=True)) | dict(
        zip(codes, listed["canonical_value"], strict=True)
    )


def _provinces(places: pd.Series) -> pd.Series:
    """Return the province of codes of villages that lost their leading zero."""
    codes = places.where(places.str.fullmatch(r"[0-9]{1,8}").fillna(value=False))
    padded = codes.where(codes.str.len() % 2 == 0, "0" + codes)
    province = padded.str.slice(0, 2)
    return province.where(pd.to_numeric(province).between(1, 25))


def _judged(cases: pd.DataFrame, written_birth: pd.Series) -> pd.DataFrame:
    """Return ``cases`` without what cannot be, with ages and how far each birth date can be trusted."""
    born, referred = cases["date_of_birth"], cases["registration_date"]
    is_shaped = written_birth.str.fullmatch(WRITTEN_LIKE_A_DAY).fillna(value=False)
    is_wrong = (is_shaped & born.isna()) | (born.dt.year < 1900) | (born > referred.fillna(LAST_DAY))
    is_new_year = (born.dt.month == 1) & (born.dt.day == 1)
    quality = np.select(
        [is_wrong, born.isna(), cases["estimated"] == "true", is_new_year],
        ["implausible", "missing", "estimated", "year_only"],
        "exact",
    )
    from_oscar = cases["oscar_number"].notna()
    recorded = pd.to_numeric(cases["age"], errors="coerce")
    closed = cases["date_closure"]
    return cases.assign(
        date_of_birth=born.where(~is_wrong),
        dob_quality=quality,
        recorded_age=recorded.where(~((recorded == 0) & from_oscar)),
        risk_level=cases["risk_level"].where(~((cases["risk_level"] == "no_action") & from_oscar), "unknown"),
        registration_date=referred.where(~(referred > LAST_DAY)),
        date_closure=closed.where(~(closed > LAST_DAY)),
    )
