"""Codes of Primero's select boxes: the word of ours each one says, and the label its workbook prints instead.

Codes that end in five digits are options that Cambodia added to the forms.
"""

import polars as pl

SEX = {"female": "female", "male": "male", "other": "other"}
STATUS = {"open": "active", "closed": "closed", "transferred": "transferred", "duplicate": "duplicate"}
RISK_LEVEL = {"high": "high", "medium": "medium", "low": "low", "no_action": "no_action"}
SOURCE_OF_REFERRAL = {
    "government_20710": "government",
    "ngo_20712": "ngo",
    "hospital_20713": "hospital",
    "police_20714": "police",
    "court_20715": "court",
    "family_20716": "family",
    "self_20717": "self",
    "community_authority_20718": "community_authority",
    "hotline_20719": "hotline",
    "temporary_care_20720": "temporary_care",
    "other": "other",
}
SEPARATION_CAUSE = {
    "conflict": "conflict",
    "death": "death_in_family",
    "family_abuse_violence_exploitation": "violence_abuse",
    "lack_of_access_to_services_support": "services_access",
    "caafag": "conflict",
    "sickness_of_family_member": "illness",
    "entrusted_into_the_care_of_an_individual": "entrusted_care",
    "arrest_and_detention": "detention",
    "abandonment": "abandoned",
    "population_movement": "migration",
    "migration": "migration",
    "poverty": "poverty",
    "natural_disaster": "disaster",
    "divorce_remarriage": "divorce_remarriage",
    "other_please_specify": "other",
}
SEPARATION_CAUSE_OF = {  # the code a worker would tick for each word of ours
    **{word: code for code, word in reversed(SEPARATION_CAUSE.items())},
    "migration": "migration",
    **dict.fromkeys(("orphan_double", "orphan_father", "orphan_mother"), "death"),
    **dict.fromkeys(
        ("child_changed_home", "child_independent", "child_on_street", "family_changed_home"), "other_please_specify"
    ),
    **dict.fromkeys(("education_access", "facility_recruitment"), "other_please_specify"),
}
HARM = {  # protection concerns that are harms
    "sexually_exploited": "exploitation",
    "trafficked_child_47822": "trafficking",
    "word_forms_of_child_labor": "child_labour",
    "neglect_47819": "neglect",
    "physical_abuse_47827": "physical_abuse",
    "emotional_abuse_47824": "emotional_abuse",
    "sexual_abuse_47826": "sexual_abuse",
    "family_violence_47821": "family_violence",
    "abandonment_47825": "abandonment",
    "other": "other",
}
NO_HARM = ("living_with_vulnerable_person", "migrant", "serious_health_issue", "street_child", "disabled")
CLOSURE_REASON = {
    "death_of_child": "died",
    "formal_closing": "goals_met",
    "not_seen_during_verification": "missing",
    "repatriated": "moved_abroad",
    "transferred": "transferred",
    "other": "other",
}
CARE_ARRANGEMENT = {
    "parent_s": "birth_both",
    "step_parent": "step_parent",
    "kinship_care_extended_family": "kinship",
    "foster_care": "foster_long",
    "residential_care": "rci",
    "residential_care_center": "rci",
    "independent_living": "independent",
    "child_headed_household": "child_headed",
    "unrelated_adult": "unrelated_adult",
    "stays_with_unrelated_caregiver": "unrelated_adult",
    "no_care_arrangement": "unknown",
    "other": "other",
}
CARE_ARRANGEMENT_OF = {  # the code for each of our words: Primero tells fewer kinds apart
    **{word: code for code, word in reversed(CARE_ARRANGEMENT.items())},
    **dict.fromkeys(("birth_both", "birth_mother", "birth_father"), "parent_s"),
    **dict.fromkeys(("foster_emergency", "foster_long"), "foster_care"),
    **dict.fromkeys(("rci", "transit", "group_home", "pagoda", "boarding"), "residential_care"),
    **{"adoption": "other", "street": "no_care_arrangement"},
}
VERSION_1_ARRANGEMENT = {
    "unrelated_adult": "stays_with_unrelated_caregiver",
    "residential_care": "residential_care_center",
}
REASON_OF_CHANGE = {  # said beside the new arrangement, why the one before ended
    "relationship_breakdown": "breakdown",
    "planned_move_61204": "planned_move",
    "facility_closed_61207": "facility_closed",
    "moved_61209": "moved",
    "lost_contact_61211": "lost_contact",
    "adopted_61213": "adopted",
    "other": "unknown",
}
RELATION = {
    "mother": "mother",
    "father": "father",
    "aunt": "aunt_uncle",
    "uncle": "aunt_uncle",
    "grandmother": "grandparent",
    "grandfather": "grandparent",
    "brother": "sibling",
    "sister": "sibling",
    "other_family": "other_relative",
    "other_nonfamily": "non_relative",
}
RELATION_OF = {  # by relation and sex
    **{("grandparent", "female"): "grandmother", ("grandparent", "male"): "grandfather"},
    **{("aunt_uncle", "female"): "aunt", ("aunt_uncle", "male"): "uncle"},
    **{("sibling", "female"): "sister", ("sibling", "male"): "brother"},
    **{(relation, sex): "other_family" for relation in ("step_parent", "other_relative") for sex in ("female", "male")},
    **{("non_relative", sex): "other_nonfamily" for sex in ("female", "male")},
}
ALIVE = {"alive": True, "dead": False}
AUTHORITY = {"formal": "formal", "informal": "informal"}
COST_CATEGORIES = (
    *("textbooks", "uniforms", "school_transport", "household", "health", "food_package", "cash", "livelihood"),
    *("psychosocial", "other"),
)
DECISION = {"accepted_340953": "accepted", "rejected_936484": "rejected", "pending_310366": "pending"}
RESPONSE_TO, RESPONSE_FROM = "referral_to_oscar", "referral_from_oscar"
RESPONSE_BY_PARTNER, RESPONSE_OWN = "service_being_provided_by_oscar_partner_47618", "service_provision"
NO_TARGET = ("Not Specified", "Literacy Support")  # services of OSCaR that have no counterpart in Primero
AMBIGUOUS = tuple(  # the bridge files them here, whatever OSCaR had them under
    f"mental_health_support_{kind}"
    for kind in ("therapeutic_interventions", "therapeutic_training", "direct_medical_support")
)
CHILD_RATES = (
    *("physical_health", "mental_health", "safety_and_security", "food_shelter_and_clothes", "education"),
    *("family_relations", "social_relations", "legal_documents"),
)
FAMILY_RATES = (
    *("protection_care", "relations_between_child_caregiver", "physical_mental_health", "improve_situation"),
    *("livelihoods_income", "level_of_education", "resources", "assistance", "community", "children_help", "other"),
)
LABELS = {  # where the label is not the code itself in plain letters
    "caafag": "CAAFAG",
    "ngo": "NGO",
    "parent_s": "Parent(s)",
    "kinship_care_extended_family": "Kinship care / extended family",
    "other_please_specify": "Other, please specify",
    "other_family": "Other family",
    "other_nonfamily": "Other non-family",
    RESPONSE_TO: "Referral to OSCaR",
    RESPONSE_FROM: "Referral from OSCaR",
    "service_being_provided_by_oscar_partner": "Service being provided by OSCaR partner",
    "drug_alcohol": "Drug/Alcohol",
    "social_work_case_work": "Social work / Case work",
    "anti_trafficking": "Anti-trafficking",
    "word_forms_of_child_labor": "Worst forms of child labor",
}


def label(code: pl.Expr) -> pl.Expr:
    """Return the label that a workbook prints for each ``code``: no local digits, words apart, a capital first."""
    stem = code.str.replace(r"_(?:\d{5,6})$", "")
    plain = stem.str.replace_all("_", " ")
    return stem.replace_strict(LABELS, default=plain.str.head(1).str.to_uppercase() + plain.str.tail(-1))


def word(code: pl.Expr, words: dict) -> pl.Expr:
    """Return our word of each ``code`` by one of the tables above, missing where it has none."""
    kind = pl.Boolean if words is ALIVE else pl.String
    return code.replace_strict(words, default=None, return_dtype=kind)
