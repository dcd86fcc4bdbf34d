"""Tables as read from one file: canonical columns, the system's own ids still raw, and where each row stood.

Importers fill them; ``keys`` turns the ids into keys and ``linked`` joins files. A ``*_ref`` is an id that is unique
across files, with its namespace: ``slug:cif-12``, ``case_id:0f3c...``, ``family:cif/77``. ``row`` is the line a person
sees in the file: the row number of a sheet or CSV (the header included), or the number of a JSON record from 1.
Pieces of a long file may have the domains and scores of an assessment in lists, as ``score_lists`` has them.
"""

import polars as pl

from analysis.importers import register_schemas
from analysis.importers.row_types import COUNT, DATE, NUMBER, PLACE, TEXT, YES_NO

IDS = dict.fromkeys(("slug", "global_id", "case_uuid", "mosvy_number"), TEXT)

CASE_RECORDS = {  # a case-management record: a child and one episode of its case
    **PLACE,
    "case_ref": TEXT,
    "episode": COUNT,  # 1, 2, ... in the order of time
    **IDS,
    "agency": TEXT,  # the agency's short name, lower case
    "worker": TEXT,
    "household_ref": TEXT,
    "birth_date": DATE,  # becomes a month and an age
    "age_recorded": COUNT,  # used only where there is no birth date
    **dict.fromkeys(("sex", "dob_quality", "orphan_status"), TEXT),
    **dict.fromkeys(("disability", "birth_registered", "ever_in_rcf", "ever_in_gov_care"), YES_NO),
    **dict.fromkeys(("programme", "referral_source"), TEXT),
    **dict.fromkeys(("referred_on", "accepted_on"), DATE),
    **dict.fromkeys(("province_code", "status", "risk_level", "separation_reason", "harm_history"), TEXT),
    "closed_on": DATE,
    **dict.fromkeys(("closure_circumstance", "closure_reason"), TEXT),
    "use_allowed": TEXT,  # yes, no, unknown
}
ASSESSMENTS = {
    **PLACE,
    **dict.fromkeys(("case_ref", "assessment_ref", "instrument", "instrument_version"), TEXT),
    "assessed_on": DATE,
    "completed": YES_NO,
    "domain_code": TEXT,
    "score": COUNT,
}
PLACEMENTS = {
    **PLACE,
    **dict.fromkeys(("case_ref", "placement_ref"), TEXT),
    **dict.fromkeys(("start_on", "end_on"), DATE),
    **dict.fromkeys(("care_type", "formality", "facility_name", "entry_event"), TEXT),
    "prepared": YES_NO,
    "end_reason": TEXT,
}
FOLLOW_UPS = {
    **PLACE,
    **dict.fromkeys(("case_ref", "followup_ref"), TEXT),
    **dict.fromkeys(("due_on", "done_on"), DATE),
    "mode": TEXT,
    **dict.fromkeys(("child_seen", "crit_health", "crit_education", "crit_food"), YES_NO),
    **dict.fromkeys(("crit_relationship", "crit_violence"), YES_NO),
    "criteria_final": TEXT,
    "closure_recommended": YES_NO,
}
SUPPORT = {
    **PLACE,
    **dict.fromkeys(("case_ref", "support_ref", "service_group", "service_code"), TEXT),
    **dict.fromkeys(("start_on", "end_on"), DATE),
    "decision": TEXT,
    "amount": NUMBER,
    **dict.fromkeys(("amount_unit", "cost_category"), TEXT),
}
REFERRALS = {
    **PLACE,
    **dict.fromkeys(("case_ref", "referral_ref"), TEXT),
    "referred_on": DATE,
    **dict.fromkeys(("direction", "service_group", "service_code", "decision", "risk_level"), TEXT),
}
HOUSEHOLDS = {
    **PLACE,
    **dict.fromkeys(("household_ref", "agency", "province_code", "id_poor"), TEXT),
    **dict.fromkeys(("household_size", "n_children", "n_adults"), COUNT),
    "monthly_income": NUMBER,
    "income_currency": TEXT,
    "dependable_income": YES_NO,
    **dict.fromkeys(("caregiver_relation", "caregiver_sex", "caregiver_age_band"), TEXT),
    **dict.fromkeys(("migration", "violence_in_home", "substance_use", "illness_or_disability"), YES_NO),
    "vulnerability_class": TEXT,
    **dict.fromkeys(("school_distance_km", "school_cost_usd"), NUMBER),
    **dict.fromkeys(("survey_stratum", "survey_cluster"), TEXT),
    "survey_weight": NUMBER,
    "use_allowed": TEXT,  # asked in surveys; in case systems the case decides
}
HOUSEHOLD_MEMBERS = {
    **PLACE,
    **dict.fromkeys(("household_ref", "member_ref", "relation", "sex"), TEXT),
    "age_years": COUNT,
    **dict.fromkeys(("is_caregiver", "is_alive", "in_school", "disability"), YES_NO),
    **dict.fromkeys(("mother_alive", "father_alive"), YES_NO),
    "living_place": TEXT,
    **dict.fromkeys(("placed_12m", "ever_in_rcf", "placed_before_12m"), YES_NO),
}
FACILITY_LIST_ROWS = {
    **PLACE,
    **dict.fromkeys(("list_id", "name_latin", "name_km", "operator_name"), TEXT),  # the names go to data/restricted
    **dict.fromkeys(("province_code", "district_code", "commune_code", "facility_type", "operator_type"), TEXT),
    "opened_year": COUNT,
    "observed_on": DATE,
    **dict.fromkeys(("registration_status", "mou_status"), TEXT),
    "inspected_ever": YES_NO,
    "last_inspection_on": DATE,
    "authorised_sd119": YES_NO,
    **dict.fromkeys(("residents_u18_f", "residents_u18_m", "residents_u18", "residents_18plus"), COUNT),
    **dict.fromkeys(("residents_age_0_3", "residents_age_4_12", "residents_age_13_17"), COUNT),
    **dict.fromkeys(("residents_parent_alive", "residents_disability", "admissions_12m"), COUNT),
    **dict.fromkeys(("exits_family_12m", "exits_other_12m", "deaths_12m", "n_family_contact"), COUNT),
    **dict.fromkeys(("n_care_plan", "n_entry_assessed", "n_placement_reviewed", "n_local_school"), COUNT),
    **dict.fromkeys(("staff_total", "staff_qualified"), COUNT),
    "hosts_visitors": YES_NO,
    **dict.fromkeys(("main_funding", "sample_stratum"), TEXT),
    "sample_weight": NUMBER,
}
SCREENING_ANSWERS = {  # of the facility in the same row of the same sheet
    **PLACE,
    **dict.fromkeys(("item_id", "response", "evidence_grade", "level", "assessor_role"), TEXT),
}
SURVEY_CHILDREN = {  # a child under 18 in the recode of a household survey
    **PLACE,
    **dict.fromkeys(("child_ref", "cluster_ref", "survey_id", "survey_stratum"), TEXT),
    "survey_weight": NUMBER,
    **dict.fromkeys(("province_code", "area", "sex"), TEXT),
    "age_years": COUNT,
    **dict.fromkeys(("living_arrangement", "orphan_status"), TEXT),
    "is_fostered": YES_NO,
    **dict.fromkeys(("relation", "wealth", "covers"), TEXT),
}
SCHEMAS = {
    "case_records": CASE_RECORDS,
    "assessments": ASSESSMENTS,
    "placements": PLACEMENTS,
    "follow_ups": FOLLOW_UPS,
    "support": SUPPORT,
    "referrals": REFERRALS,
    "households": HOUSEHOLDS,
    "household_members": HOUSEHOLD_MEMBERS,
    "facility_list_rows": FACILITY_LIST_ROWS,
    "screening_answers": SCREENING_ANSWERS,
    "survey_children": SURVEY_CHILDREN,
    **register_schemas.SCHEMAS,
}
FINDINGS = {  # one line a place in a file; counts and places, never content
    **PLACE,  # row is missing where the finding is about a whole sheet or column
    "table": TEXT,  # the table as read
    "column": TEXT,  # its column, or ""
    "check": TEXT,  # T01 to T32, or a name of ``checks.csv``
    "action": TEXT,  # undone: right now; unknown: became missing; kept: reported; rejected: row set aside
    "n": COUNT,  # cells concerned
}


def filled(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return ``frame`` with exactly the columns of ``table`` as read, those it lacks missing, typed; lists stay lists.

    Raises ``polars.exceptions.SchemaError`` for a column the table does not have.
    """
    schema = SCHEMAS[table]
    foreign = [column for column in frame.columns if column not in schema]
    if foreign:
        raise pl.exceptions.SchemaError(f"{table} as read has no columns {', '.join(foreign)}")
    return frame.select(
        pl.col(name)
        if isinstance(frame.schema.get(name), pl.List)
        else (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
