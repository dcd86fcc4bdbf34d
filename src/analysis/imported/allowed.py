"""Allowed values of the imported tables. "unknown" is a value of its own; a missing yes-or-no is unknown, never no."""

from analysis import country

SOURCE_SYSTEM = ("oscar", "donor_workbook", "primero", "kobo")
SEX = ("female", "male", "other", "unknown")
DOB_QUALITY = ("exact", "estimated", "year_only", "implausible", "missing")
ORPHAN_STATUS = ("both_alive", "mother_alive_only", "father_alive_only", "double_orphan", "unknown")
PROGRAMME = (
    *("prevention", "reintegration", "kinship", "foster", "emergency", "adoption", "independent_living"),
    *("other", "unknown"),
)
REFERRAL_SOURCE = (
    *("government", "ngo", "hospital", "police", "court", "family", "self", "community_authority", "hotline"),
    *("temporary_care", "other", "unknown"),
)
STATUS = ("referred", "accepted", "active", "closed", "transferred", "duplicate", "unknown")
RISK_LEVEL = ("high", "medium", "low", "no_action", "unknown")
SEPARATION_REASON = (  # joined by | in one cell
    *("abandoned", "child_changed_home", "child_independent", "child_on_street", "family_changed_home"),
    *("orphan_double", "orphan_father", "orphan_mother", "death_in_family", "poverty", "migration"),
    *("education_access", "services_access", "violence_abuse", "illness", "detention", "disaster", "conflict"),
    *("divorce_remarriage", "entrusted_care", "facility_recruitment", "other", "unknown"),
)
HARM_HISTORY = (  # joined by | in one cell
    *("neglect", "physical_abuse", "emotional_abuse", "sexual_abuse", "family_violence", "trafficking"),
    *("exploitation", "child_labour", "abandonment", "other", "unknown"),
)
CLOSURE_CIRCUMSTANCE = ("exited", "rejected", "unknown")
CLOSURE_REASON = (  # joined by | in one cell
    *("goals_met", "no_longer_eligible", "moved_in_country", "moved_abroad", "refused", "died", "missing"),
    *("ran_away", "transferred", "agency_capacity", "aged_out", "other", "unknown"),
)
USE_ALLOWED_IN = ("yes",)
INSTRUMENT = (
    *("csi12", "aht10", "mosvy_child", "mosvy_family", "primero_kh_child", "primero_kh_family", "risk", "custom"),
)
CARE_TYPE = (
    *("birth_both", "birth_mother", "birth_father", "step_parent", "kinship", "foster_emergency", "foster_long"),
    *("adoption", "independent", "child_headed", "rci", "transit", "group_home", "pagoda", "boarding"),
    *("unrelated_adult", "street", "other", "unknown"),
)
SETTING_OF_CARE_TYPE = {
    **dict.fromkeys(("birth_both", "birth_mother", "birth_father", "step_parent", "adoption"), "family"),
    **dict.fromkeys(("kinship", "foster_emergency", "foster_long"), "family_based_alternative"),
    **dict.fromkeys(("rci", "transit", "group_home", "pagoda", "boarding"), "residential"),
    **dict.fromkeys(("independent", "child_headed"), "independent"),
    "street": "none",
    **dict.fromkeys(("unrelated_adult", "other", "unknown"), "unknown"),
}
SETTING = ("family", "family_based_alternative", "residential", "independent", "none", "unknown")
FORMALITY = ("formal", "informal", "unknown")
ENTRY_EVENT = (
    *("initial", "reunification", "placement", "spontaneous_return", "closure_displacement", "re_separation"),
    "unknown",
)
END_REASON = (
    *("planned_move", "breakdown", "aged_out", "died", "moved", "lost_contact", "facility_closed", "adopted"),
    "unknown",
)
MODE = ("visit", "come_to_us", "remote", "third_party", "supervision", "other", "unknown")
SERVICE_GROUP = (
    *("social_work_case_work", "family_based_care", "drug_alcohol", "counselling", "financial_development"),
    *("disability_support", "medical_support", "legal_support", "mental_health_support", "training_education"),
    *("family_support", "anti_trafficking", "other", "unknown"),
)
DECISION = ("accepted", "rejected", "pending", "unknown")
DIRECTION = ("to", "from", "unknown")
PROVINCE_CODE = rf"^({'|'.join(country.PROVINCE_CODES)})$"  # what a code of a province matches
CURRENCY = (*country.CURRENCIES, "unknown")
COST_CATEGORY = (
    *("textbooks", "uniforms", "school_transport", "household", "health", "food_package", "cash", "livelihood"),
    *("psychosocial", "other", "unknown"),
)
ID_POOR = ("level_1", "level_2", "at_risk", "no", "unknown")
CAREGIVER_RELATION = (
    *("mother", "father", "grandparent", "aunt_uncle", "sibling", "step_parent", "other_relative", "non_relative"),
    *("child", "none", "unknown"),
)
CAREGIVER_AGE_BAND = ("<18", "18-29", "30-44", "45-59", "60+", "unknown")
VULNERABILITY_CLASS = ("low", "mild", "severe", "unknown")
FACILITY_TYPE = ("rci", "transit_emergency", "group_home", "pagoda_faith", "boarding_school", "other", "unknown")
OPERATOR_TYPE = ("government", "ngo_local", "ngo_international", "faith_based", "private", "unknown")
REGISTRATION_STATUS = ("mosvy", "other_government", "none", "unknown")
MOU_STATUS = ("valid", "expired", "none", "unknown")
MAIN_FUNDING = ("government", "overseas_donors", "local_donors", "fees", "self", "mixed", "unknown")
SCREENING_RESPONSE = ("yes", "no", "unknown", "not_assessed")
EVIDENCE_GRADE = ("document", "observed", "reported_multiple", "reported_single", "unknown")
SCREENING_LEVEL = ("facility", "child", "child_or_facility")
ASSESSOR_ROLE = ("inspector", "social_worker", "police", "ngo_investigator", "other", "unknown")
SURVEY_SYSTEM = ("dhs", "mics")
AREA = ("urban", "rural", "unknown")
LIVING_ARRANGEMENT = (  # the classes of the standard tables of household surveys
    *("both_parents", "mother_only_father_alive", "mother_only_father_dead", "father_only_mother_alive"),
    *("father_only_mother_dead", "neither_both_alive", "neither_father_alive", "neither_mother_alive"),
    *("neither_both_dead", "unknown"),
)
RELATION_TO_HEAD = (
    *("head", "spouse", "child", "child_in_law", "grandchild", "parent", "parent_in_law", "sibling", "sibling_in_law"),
    *("uncle_aunt", "niece_nephew", "other_relative", "adopted_foster_step", "non_relative", "unknown"),
)
WEALTH = ("poorest", "poorer", "middle", "richer", "richest", "unknown")  # fifths of the household population
LIVING_PLACE = ("home", "residential_care", "boarding_school", "relatives", "work", "other", "unknown")
CLOSURE_MODE = ("planned_transition", "sudden", "ordered", "unknown")
PAID = ("whole", "part", "unknown")
COURSE = ("social_work_basics", "case_management", "reintegration", "child_protection", "other", "unknown")
TRAINING_STATUS = ("completed", "ongoing", "left", "unknown")
OCCASION = ("before_placement", "follow_up", "unknown")
HOUSEHOLD_ITEM = (
    *("food", "shelter", "water_and_sanitation", "sleeping_place", "schooling", "health_care", "no_violence"),
    *("no_neglect", "no_exploitation", "consent_of_child", "consent_of_caregiver", "siblings_together"),
)
HOUSEHOLD_ANSWER = ("met", "not_met", "does_not_apply", "unknown", "not_assessed")
REASON_APART = ("best_interest", "capacity_of_family", "wish_of_child", "court", "other", "unknown")
GOAL_AREA = (
    *("schooling", "health", "caregiver_relationship", "protection", "psychosocial", "belonging", "livelihood"),
    *("other", "unknown"),
)
GOAL_STATUS = ("open", "completed", "dropped", "unknown")
PARTNER_CRITERION = (
    *("locally_led", "registered", "operates_no_residential_care", "safeguarding_policy", "data_quality"),
    "no_controversy",
)
PARTNER_ANSWER = ("yes", "no", "unknown")
PARTNER_EVIDENCE = ("document", "visit", "reference", "self_declared", "public_record", "unknown")
