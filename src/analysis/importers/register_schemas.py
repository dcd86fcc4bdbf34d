"""Lines of registers as read: canonical columns, references still raw. One schema a table of ``registers``.

``line_ref`` is what makes a line the same line in another file.
"""

from analysis.importers.row_types import COUNT, DATE, NUMBER, PLACE, TEXT, YES_NO

OF_A_CASE = {"case_ref": TEXT, "case_short": COUNT}  # the second where a case is named by a short id of Primero
CLOSURE_EVENTS = {
    **PLACE,
    **dict.fromkeys(("line_ref", "agency", "facility_name", "province_code"), TEXT),
    "closed_on": DATE,
    "closure_mode": TEXT,
    **dict.fromkeys(("n_children_present", "n_children_identified", "n_children_traced"), COUNT),
    **dict.fromkeys(("n_children_assessed", "n_children_enrolled", "n_children_in_school"), COUNT),
    **dict.fromkeys(("n_high", "n_medium", "n_low"), COUNT),
}
COST_LINES = {
    **PLACE,
    **OF_A_CASE,
    **dict.fromkeys(("line_ref", "agency"), TEXT),
    "spent_on": DATE,
    "cost_category": TEXT,
    "amount": NUMBER,
    **dict.fromkeys(("currency", "funder", "funder_ref", "paid"), TEXT),  # the funder's name goes to data/restricted
    "covered_share": NUMBER,
    "is_externally_supported": YES_NO,
    "receipt_ref": TEXT,
}
EXCHANGE_RATES = {**PLACE, "line_ref": TEXT, "currency": TEXT, "valid_from": DATE, "per_usd": NUMBER}
TRAININGS = {
    **PLACE,
    **dict.fromkeys(("line_ref", "agency", "worker_ref", "province_code", "course"), TEXT),
    "completed_on": DATE,
    "status": TEXT,
}
HOUSEHOLD_CHECKS = {
    **PLACE,
    **OF_A_CASE,
    "line_ref": TEXT,
    "checked_on": DATE,
    **dict.fromkeys(("occasion", "item", "answer", "reason"), TEXT),
}
PLAN_GOALS = {
    **PLACE,
    **OF_A_CASE,
    **dict.fromkeys(("line_ref", "area"), TEXT),
    **dict.fromkeys(("set_on", "due_on", "completed_on"), DATE),
    "status": TEXT,
}
COMMUNE_YEARS = {
    **PLACE,
    **dict.fromkeys(("line_ref", "commune_code", "province_code"), TEXT),
    **dict.fromkeys(("year", "n_children", "n_entries", "n_families_supported", "started_year"), COUNT),
}
PARTNER_EVIDENCE = {  # becomes a restricted list, no table
    **PLACE,
    **dict.fromkeys(("line_ref", "agency", "org_name", "criterion", "answer", "evidence"), TEXT),
    **dict.fromkeys(("dated_on", "expires_on"), DATE),
    "reviewer_role": TEXT,
}
SCHEMAS = {
    "closure_events": CLOSURE_EVENTS,
    "cost_lines": COST_LINES,
    "exchange_rates": EXCHANGE_RATES,
    "trainings": TRAININGS,
    "household_checks": HOUSEHOLD_CHECKS,
    "plan_goals": PLAN_GOALS,
    "commune_years": COMMUNE_YEARS,
    "partner_evidence": PARTNER_EVIDENCE,
}
OF_CASES = tuple(table for table, schema in SCHEMAS.items() if OF_A_CASE.keys() <= schema.keys())
