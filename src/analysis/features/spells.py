"""Spells: one row a return of a child to its family, from the day it went home to the last day known of it.

Restricted: rows are children, and it never leaves. A child known in two systems has one spell a return. The rules and
their reasons stand in ``study.toml`` under ``spells``; returns that can tell nothing are counted in
``spell_rejections``.
"""

import pandas as pd

from analysis.contract import DAY, Column, Table
from analysis.features import _spell_account as account
from analysis.features._spell_ends import STATES, TOLD_BY
from analysis.features._spell_stays import UNKNOWN
from analysis.imported import allowed
from analysis.study import Study

KEY = r"^[0-9a-f]{16}$"
KINDS = ("planned", "abrupt", "unknown")

TABLE = Table(
    one_row_is="a return of a child to its family",
    key=("spell_id",),
    columns={
        "spell_id": Column("str", "placement_id of the stay at home that it began with", matches=KEY),
        "child_key": Column("str", "the child", matches=KEY),
        "case_id": Column("str", "the case it was recorded in, in the system believed first", matches=KEY),
        "source_system": Column("str", "the system believed first that recorded it", isin=allowed.SOURCE_SYSTEM),
        "n_systems": Column("Int64", "systems that recorded it", ge=1),
        "return_no": Column("Int64", "1 for the first return on record of the child, and so on", ge=1),
        "is_repeat": Column("boolean", "an earlier return of the child is on record and has ended"),
        "returned_on": Column(DAY, "day the child went home"),
        "entered_on": Column(DAY, "day from which the child is under observation: not before acceptance"),
        "ended_on": Column(DAY, "last day known"),
        "entry_days": Column("Int64", "from the return to the start of observation", unit="days", ge=0),
        "days": Column("Int64", "from the return to the last day known", unit="days", gt=0),
        "state": Column("str", "what the last day known brought", isin=STATES),
        "told_by": Column("str", "what tells the state", isin=TOLD_BY),
        "last_home_days": Column(
            "Int64",
            "from the return to the last contact before the end at which the child was at home; missing if none was",
            unit="days",
            ge=0,
            nullable=True,
        ),
        "noticed_late": Column(
            "boolean", "the end bears the day of a contact; missing where no contact is recorded", nullable=True
        ),
        "return_kind": Column("str", "prepared or not", isin=KINDS),
        "sex": Column("str", "sex", isin=allowed.SEX),
        "age_years": Column("Int64", "completed years at the return", unit="years", ge=0, le=17, nullable=True),
        "age_band": Column("str", "band of the age at the return; unknown without a month of birth"),
        "province_code": Column("str", "province of the case; not dated", matches=allowed.PROVINCE_CODE, nullable=True),
        "risk_level": Column(
            "str", "risk as the worker recorded it; not dated, so that it may be of later days", isin=allowed.RISK_LEVEL
        ),
        "risk_level_from": Column(
            "str",
            "own_case, or another_case of the child where its own has none: a system that keeps one level a child "
            "gives it to the latest case",
            isin=("own_case", "another_case", "unknown"),
        ),
        "low_domains_before": Column(
            "Int64", "domains scored low in the last assessment around the return", ge=0, nullable=True
        ),
        "orphan_status": Column("str", "which parents live; not dated", isin=allowed.ORPHAN_STATUS),
        "disability": Column("boolean", "has a disability; not dated; missing is unknown", nullable=True),
        "reason_poverty": Column(
            "boolean", "poverty is among the reasons for separation; missing is unknown", nullable=True
        ),
        "reason_education": Column(
            "boolean", "access to education or services is among the reasons; missing is unknown", nullable=True
        ),
        "reason_violence": Column("boolean", "violence is among the reasons; missing is unknown", nullable=True),
        "n_reasons": Column("Int64", "reasons for separation recorded; missing where none is", ge=1, nullable=True),
        "left_care_type": Column("str", "care the child came from", isin=allowed.CARE_TYPE),
        "facility_type": Column(
            "str", "type of the facility it came from, where lists tell it of the name", isin=allowed.FACILITY_TYPE
        ),
        "months_in_care": Column(
            "Float64", "of unbroken care before; missing where its start is unknown", unit="months", ge=0, nullable=True
        ),
        "household_key": Column("str", "the household", matches=KEY, nullable=True),
        "sibling_group": Column("str", "children of a household who went home within days; a child alone is its own"),
        "agency": Column("str", "the agency as a code"),
        "worker_key": Column("str", "the case worker", matches=KEY, nullable=True),
    },
)


def build(
    placements: pd.DataFrame,
    cases: pd.DataFrame,
    children: pd.DataFrame,
    follow_ups: pd.DataFrame,
    assessments: pd.DataFrame,
    case_facility_types: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return the returns that were under observation for at least a day."""
    found = account.returns_found(placements, cases, children, follow_ups, assessments, study)
    types = case_facility_types[["facility_id", "facility_type"]].rename(columns={"facility_id": "left_facility_id"})
    typed = found[found["rejected"] == ""].merge(types, on="left_facility_id", how="left", validate="m:1")
    return typed.assign(facility_type=typed["facility_type"].fillna(UNKNOWN))[list(TABLE.columns)]
