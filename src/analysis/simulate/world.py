"""World: the truth of one block of the simulated country, one pandas frame a kind of thing.

Ids here are plain (``household_id``, ``child_id``, ``case_no``); what a system would store (slug, ULID, UUID) stands
beside them. Categories use the words of ``imported.allowed``; dates are ``datetime64``; yes-or-no is ``bool``.
"""

from dataclasses import dataclass, fields

import pandas as pd

COLUMNS = {
    "communes": (
        *("commune_code", "district_code", "province_code", "name_en", "name_km", "is_urban", "poverty_share"),
        *("n_children", "n_households"),  # under 18 in 2011; households in the block
    ),
    "facilities": (  # as they truly were in 2015; counts named as in facility_list_rows
        *("facility_no", "facility_type", "province_code", "district_code", "commune_code", "name_latin", "name_km"),
        *("operator_name", "operator_type", "opened_year", "registration_status", "mou_status", "inspected_ever"),
        *("last_inspection_on", "authorised_sd119", "residents_u18_f", "residents_u18_m", "residents_18plus"),
        *("residents_age_0_3", "residents_age_4_12", "residents_age_13_17", "residents_parent_alive"),
        *("residents_disability", "admissions_12m", "exits_family_12m", "exits_other_12m", "deaths_12m"),
        *("n_family_contact", "n_care_plan", "n_entry_assessed", "n_placement_reviewed", "n_local_school"),
        *("staff_total", "staff_qualified", "hosts_visitors", "main_funding"),
        *("on_inspection_2014", "on_mapping_2015", "on_informants_2015", "closed_in_wave_2023"),
    ),
    "list_rows": (  # which facility stands where in which list, and what was counted then
        *("list_id", "list_row", "facility_no", "observed_on", "residents_u18_f", "residents_u18_m"),
        *("residents_18plus", "sample_stratum", "sample_weight"),
    ),
    "screenings": ("facility_no", "assessed_on", "assessor_role"),  # the facilities that a team assessed, in order
    "screening_answers": ("facility_no", "item_id", "is_true", "response", "evidence_grade"),
    "survey_households": (
        *("household_id", "stratum", "cluster", "weight", "commune_code", "province_code", "interviewed_on"),
        *("consent", "id_poor", "household_size", "n_children", "n_adults", "monthly_income", "income_currency"),
        *("dependable_income", "caregiver_relation", "caregiver_sex", "caregiver_age", "migration"),
        *("violence_in_home", "substance_use", "illness_or_disability", "school_distance_km", "school_cost_usd"),
        "placement_propensity",  # true probability that a child of it was placed in 12 months
    ),
    "survey_members": (
        *("household_id", "member_no", "relation", "sex", "age_years", "is_caregiver", "is_alive", "in_school"),
        *("disability", "mother_alive", "father_alive", "living_place", "placed_12m", "ever_in_rcf"),
        "placed_before_12m",
    ),
    "agencies": ("agency", "system", "province_code", "effect"),  # system: oscar, primero or both
    "workers": ("worker_id", "agency"),
    "case_households": (
        *("household_id", "agency", "family_no", "province_code", "id_poor", "household_size", "n_children"),
        *("n_adults", "monthly_income", "income_currency", "dependable_income", "caregiver_relation"),
        *("caregiver_sex", "caregiver_age", "migration", "violence_in_home", "substance_use"),
        *("illness_or_disability", "vulnerability_class", "family_type"),  # family_type: a care_type
    ),
    "case_members": ("household_id", "member_no", "relation", "sex", "age_years", "is_caregiver", "is_alive"),
    "children": (
        *("child_id", "household_id", "sex", "birth_date", "orphan_status", "disability", "birth_registered"),
        *("ever_in_rcf", "ever_in_gov_care", "village_code", "facility_no", "global_id", "mosvy_number"),
    ),
    "cases": (  # one row an episode; the slug is the same in all episodes of a child in an agency
        *("case_no", "child_id", "agency", "episode", "worker_id", "in_oscar", "in_primero", "slug", "case_uuid"),
        *("consent", "programme", "referral_source", "referred_on", "accepted_on", "status", "risk_level"),
        *("risk_assessed_on", "separation_reason", "harm_history", "closed_on", "closure_circumstance"),
        *("closure_reason", "is_abrupt", "closure_event_id", "need", "externally_supported"),
    ),
    "assessments": (
        *("case_no", "assessment_no", "instrument", "assessed_on", "created_on", "completed", "domain_code", "score"),
    ),
    "care_plans": ("case_no", "plan_no", "plan_on"),
    "placements": (
        *("case_no", "child_id", "spell_no", "start_on", "end_on", "care_type", "formality", "facility_no"),
        *("entry_event", "prepared", "end_reason"),
    ),
    "follow_ups": (
        *("case_no", "followup_no", "due_on", "done_on", "mode", "child_seen", "crit_health", "crit_education"),
        *("crit_food", "crit_relationship", "crit_violence", "criteria_final", "closure_recommended"),
    ),
    "support": (
        *("case_no", "support_no", "service_group", "service_code", "start_on", "end_on", "decision", "amount_usd"),
        "cost_category",
    ),
    "referrals": (
        *("case_no", "referral_no", "referred_on", "direction", "service_group", "service_code", "decision"),
        "risk_level",
    ),
    "returns": (  # the true spell at home of each reunification, whatever any system recorded
        *("case_no", "child_id", "agency", "sibling_group", "return_on", "is_planned", "had_package", "end_on"),
        *("end_state", "observed_until", "need", "package_propensity"),
    ),
    "preventions": (  # accepted cases of the programme of prevention; separated_on is true whether recorded or not
        *("case_no", "child_id", "need", "accepted_on", "separated_on", "care_type", "closed_on", "is_recorded"),
    ),
    "closure_events": (  # true counts; left_blank names, joined by |, what nobody wrote down
        *("event_no", "agency", "facility_no", "province_code", "closed_on", "closure_mode", "n_children_present"),
        *("n_children_identified", "n_children_traced", "n_children_assessed", "n_children_enrolled"),
        *("n_children_in_school", "n_high", "n_medium", "n_low", "left_blank"),
    ),
    "ledgers": ("agency", "kept_from", "spending_ratio"),  # kept_from is missing where an agency keeps none
    "cost_items": (  # what was bought, once, at its true price
        *("item_no", "case_no", "agency", "risk_level", "phase", "spent_on", "cost_category", "amount_usd"),
        *("externally_supported", "how_told"),
    ),
    "cost_lines": (  # what a funder tells of an item, with what nobody wrote down missing
        *("line_no", "item_no", "case_no", "agency", "spent_on", "cost_category", "amount", "currency", "funder_no"),
        *("paid", "covered_share", "externally_supported", "receipt_no"),
    ),
    "exchange_rates": ("currency", "valid_from", "per_usd"),
    "trainings": (
        *("training_no", "agency", "person", "worker_id", "is_named", "is_case_worker", "province_code", "course"),
        *("completed_on", "status"),
    ),
    "household_checks": (  # one row a visit and item; is_met is true whatever the answer
        *("check_no", "case_no", "checked_on", "occasion", "years", "item", "applies", "is_met", "answer", "reason"),
    ),
    "plan_goals": (  # takes_days: until it would be reached if nothing else ended it
        *("goal_no", "case_no", "area", "set_on", "due_on", "completed_on", "status", "given_days", "takes_days"),
        "left_blank",
    ),
    "commune_years": (  # rates per 100,000 children: untreated is without the programme, rate_ratio its true effect
        *("commune_code", "year", "province_code", "n_children", "n_entries", "n_families_supported", "started_year"),
        *("untreated_per_100k_children", "rate_ratio", "is_entries_blank", "is_families_blank"),
    ),
    "partner_evidence": (
        *("evidence_no", "partner", "keeps_case_system", "criterion", "answer", "evidence", "dated_on", "expires_on"),
        "reviewer_role",
    ),
}


@dataclass(frozen=True)
class World:
    """The frames of one block, by name; raises ``ValueError`` if one lacks a column or has another."""

    communes: pd.DataFrame
    facilities: pd.DataFrame
    list_rows: pd.DataFrame
    screenings: pd.DataFrame
    screening_answers: pd.DataFrame
    survey_households: pd.DataFrame
    survey_members: pd.DataFrame
    agencies: pd.DataFrame
    workers: pd.DataFrame
    case_households: pd.DataFrame
    case_members: pd.DataFrame
    children: pd.DataFrame
    cases: pd.DataFrame
    assessments: pd.DataFrame
    care_plans: pd.DataFrame
    placements: pd.DataFrame
    follow_ups: pd.DataFrame
    support: pd.DataFrame
    referrals: pd.DataFrame
    returns: pd.DataFrame
    preventions: pd.DataFrame
    closure_events: pd.DataFrame
    ledgers: pd.DataFrame
    cost_items: pd.DataFrame
    cost_lines: pd.DataFrame
    exchange_rates: pd.DataFrame
    trainings: pd.DataFrame
    household_checks: pd.DataFrame
    plan_goals: pd.DataFrame
    commune_years: pd.DataFrame
    partner_evidence: pd.DataFrame

    def __post_init__(self) -> None:
        for field in fields(self):
            found, expected = set(getattr(self, field.name).columns), set(COLUMNS[field.name])
            if found != expected:
                raise ValueError(
                    f"{field.name}: missing {expected - found or 'none'}, foreign {found - expected or 'none'}"
                )
