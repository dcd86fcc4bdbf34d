"""What assessors write into a screening sheet: labels over an item, answers, grades of evidence, their roles."""

from analysis.simulate.exports.facility_layouts import WORDS_ENGLISH, Layout

SCREENING = Layout(
    "screening_2016",
    "facility-screening-2016.xlsx",
    ("Screening",),
    ("Screening of residential care facilities 2016", "Restricted. One row a facility; blank: not assessed"),
    (
        *(("number", "No."), ("province", "Province"), ("commune_code", "Commune code")),
        *(("name_latin", "Facility name"), ("name_km", "Khmer name"), ("facility_type", "Facility type")),
        *(("observed_on", "Date of assessment"), ("_assessor", "Name of assessor")),
    ),
    WORDS_ENGLISH,
    "mapping",
)
ROLE_LABEL = "Role of assessor"
ITEM_LABELS = ("{item_id} {item}", "{item_id}. {item}", "{item_id} - {item}")
PARTS = (("Answer", "Evidence"), ("Response", "Evidence grade"), ("ចម្លើយ", "ភស្តុតាង"))

ENGLISH = {
    **{"yes": "Yes", "no": "No", "unknown": "Unknown", "not_assessed": None},
    **{"document": "Document", "observed": "Observed", "reported_multiple": "Several reports"},
    "reported_single": "One report",
}
KHMER = {
    **{"yes": "មាន", "no": "គ្មាន", "unknown": "មិនដឹង", "not_assessed": None},
    **{"document": "ឯកសារ", "observed": "បានឃើញផ្ទាល់", "reported_multiple": "រាយការណ៍ច្រើន"},
    "reported_single": "រាយការណ៍តែមួយ",
}
OTHER = {
    **{"yes": "Y", "no": "n", "unknown": "DK", "not_assessed": "n/a"},
    **{"document": "documents", "observed": "seen", "reported_multiple": "reported by several"},
    "reported_single": "reported by one",
}
OTHER_UNKNOWN = "?"
ROLES = {
    **{"inspector": "Inspector", "social_worker": "Social worker", "police": "Police"},
    **{"ngo_investigator": "NGO investigator", "other": "Other"},
}
ODD_ANSWER, ODD_GRADE, ODD_ROLE = "see report", "hearsay of the village", "Driver"
