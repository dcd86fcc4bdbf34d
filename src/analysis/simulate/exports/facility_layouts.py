"""How each of the four facility lists looks: file, sheets, titles, columns and the words in their cells."""

from dataclasses import dataclass

TYPES_ENGLISH = {
    "rci": "Residential care institution",
    "transit_emergency": "Transit home and temporary emergency care",
    "group_home": "Group home",
    "pagoda_faith": "Pagoda or other faith-based care",
    "boarding_school": "Boarding school",
}
TYPES_KHMER = {
    "rci": "មណ្ឌលថែទាំកុមារ",
    "transit_emergency": "ផ្ទះសំណាក់បណ្ដោះអាសន្ន",
    "group_home": "ផ្ទះជាក្រុម",
    "pagoda_faith": "វត្តអារាម និងទីសក្ការៈ",
    "boarding_school": "សាលាអន្តេវាសិក",
}
TYPES_AS_REPORTED = {
    "rci": "Orphanage",
    "transit_emergency": "Shelter",
    "group_home": "Group home",
    "pagoda_faith": "Pagoda or church home",
    "boarding_school": "Boarding school",
}
WORDS_ENGLISH = {
    "facility_type": TYPES_ENGLISH,
    "operator_type": {
        **{"government": "Government", "ngo_local": "Local NGO", "ngo_international": "International NGO"},
        **{"faith_based": "Faith-based", "private": "Private"},
    },
    "registration_status": {"mosvy": "MoSVY", "other_government": "Other ministry", "none": "Not registered"},
    "mou_status": {"valid": "Valid", "expired": "Expired", "none": "None"},
    "main_funding": {
        **{"government": "Government", "overseas_donors": "Overseas donors", "local_donors": "Local donors"},
        **{"fees": "Fees", "self": "Own income", "mixed": "Mixed"},
    },
}
WORDS_KHMER = {
    "facility_type": TYPES_KHMER,
    "operator_type": {
        **{"government": "រដ្ឋ", "ngo_local": "អង្គការក្នុងស្រុក", "ngo_international": "អង្គការអន្តរជាតិ"},
        **{"faith_based": "អង្គការសាសនា", "private": "បុគ្គល"},
    },
    "registration_status": {"mosvy": "ក្រសួង ស.អ.យ.", "other_government": "ក្រសួងផ្សេង", "none": "មិនបានចុះបញ្ជី"},
    "mou_status": {"valid": "មាន", "expired": "ផុតកំណត់", "none": "គ្មាន"},
}


@dataclass(frozen=True)
class Layout:
    """One list: a column is (field, label) or (field, label, group above it); personal fields start with "_"."""

    list_id: str
    file: str
    sheets: tuple[str, ...]
    titles: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    words: dict[str, dict[str, str]]
    dates: str  # key of its ways to write dates
    subtotal: str = "Sub-total {}"
    total: str = "Total"
    odd_type: str = "Day school"  # a type nobody has a code for
    is_khmer: bool = False

    @property
    def has_groups(self) -> bool:
        """Whether the header has two rows."""
        return any(len(column) > 2 for column in self.columns)


INSPECTION = Layout(
    "inspection_2014",
    "inspection-2014.xlsx",
    ("បញ្ជី ២០១៤",),
    ("បញ្ជីមណ្ឌលថែទាំកុមារដែលបានធ្វើអធិការកិច្ច ឆ្នាំ ២០១៤", "Inspection list 2014"),
    (
        *(("number", "ល.រ"), ("province", "រាជធានី-ខេត្ត"), ("district_code", "លេខកូដស្រុក")),
        *(("name_km", "ឈ្មោះមណ្ឌល"), ("name_latin", "ឈ្មោះជាអក្សរឡាតាំង"), ("operator_name", "អង្គការទទួលបន្ទុក")),
        *(("operator_type", "ប្រភេទអង្គការ"), ("facility_type", "ប្រភេទមណ្ឌល"), ("opened_year", "ឆ្នាំបង្កើត")),
        *(("registration_status", "ការចុះបញ្ជី"), ("mou_status", "អនុស្សរណៈយោគយល់គ្នា")),
        *(("last_inspection_on", "ថ្ងៃធ្វើអធិការកិច្ច"), ("residents_u18_f", "កុមារី"), ("residents_u18_m", "កុមារា")),
        *(("residents_u18", "កុមារសរុប"), ("residents_18plus", "អាយុ ១៨ ឆ្នាំឡើងទៅ")),
        *(("_director", "នាយកមណ្ឌល"), ("_telephone", "ទូរស័ព្ទ")),
    ),
    WORDS_KHMER,
    "inspection",
    "សរុបរង {}",
    "សរុប",
    "សាលាថ្ងៃ",
    True,
)
CHILDREN, AGES = "Children under 18", "Children by age"
LAST_YEAR, WITH, STAFF = "In the last 12 months", "Number of children", "Staff"
MAPPING = Layout(
    "mapping_2015",
    "mapping-2015.xlsx",
    ("Five provinces", "Twenty provinces"),
    ("Mapping of residential care facilities 2015", "All facilities visited"),
    (
        *(("number", "No."), ("province", "Province"), ("district_code", "District code")),
        *(("commune_code", "Commune code"), ("name_latin", "Name of facility"), ("name_km", "ឈ្មោះជាភាសាខ្មែរ")),
        *(("operator_name", "Operator"), ("operator_type", "Type of operator"), ("facility_type", "Type of facility")),
        *(("opened_year", "Year opened"), ("observed_on", "Date of visit"), ("registration_status", "Registered with")),
        *(("mou_status", "MoU with MoSVY"), ("inspected_ever", "Ever inspected")),
        *(("last_inspection_on", "Last inspection"), ("authorised_sd119", "Authorised under Sub-decree 119")),
        *(("residents_u18_f", "Girls", CHILDREN), ("residents_u18_m", "Boys", CHILDREN)),
        *(("residents_u18", "Total", CHILDREN), ("residents_18plus", "Residents 18 and over")),
        *(("residents_age_0_3", "0-3", AGES), ("residents_age_4_12", "4-12", AGES)),
        *(("residents_age_13_17", "13-17", AGES), ("residents_parent_alive", "With a living parent", WITH)),
        *(("residents_disability", "With a disability", WITH), ("n_family_contact", "In contact with family", WITH)),
        *(("n_care_plan", "With a care plan", WITH), ("n_entry_assessed", "Assessed at entry", WITH)),
        *(("n_placement_reviewed", "Placement reviewed", WITH), ("n_local_school", "In a local school", WITH)),
        *(("admissions_12m", "Admitted", LAST_YEAR), ("exits_family_12m", "Left to a family", LAST_YEAR)),
        *(("exits_other_12m", "Left elsewhere", LAST_YEAR), ("deaths_12m", "Died", LAST_YEAR)),
        *(("staff_total", "All", STAFF), ("staff_qualified", "Qualified", STAFF)),
        *(("hosts_visitors", "Hosts visitors"), ("main_funding", "Main funding")),
        *(("_director", "Director"), ("_telephone", "Telephone"), ("_gps", "GPS")),
    ),
    WORDS_ENGLISH,
    "mapping",
)
INFORMANTS = Layout(
    "key_informants_2015",
    "key-informants-2015.xlsx",
    ("Key informants",),
    ("Facilities named by key informants 2015",),
    (
        *(("number", "No."), ("province", "Province"), ("commune_code", "Commune code")),
        *(("name_latin", "Name as reported"), ("name_km", "Name in Khmer"), ("facility_type", "Kind of place")),
        *(("observed_on", "Date of report"), ("residents_u18_f", "Girls"), ("residents_u18_m", "Boys")),
        *(("residents_u18", "Children"), ("_informant", "Informant"), ("_telephone", "Telephone of informant")),
    ),
    {"facility_type": TYPES_AS_REPORTED},
    "informants",
    odd_type="Big house",
)
ESTIMATION = Layout(
    "estimation_2015",
    "estimation-sample-2015.xlsx",
    ("Sample",),
    ("National estimation study 2015", "Facilities of the sampled communes; children who sleep there 4 nights a week"),
    (
        *(("number", "No."), ("province", "Province"), ("commune_code", "Commune code"), ("sample_stratum", "Stratum")),
        *(("sample_weight", "Weight of commune"), ("name_latin", "Facility"), ("name_km", "Facility (Khmer)")),
        *(("facility_type", "Type"), ("observed_on", "Visited on"), ("mou_status", "MoU")),
        *(("residents_u18_f", "Girls 4 nights a week"), ("residents_u18_m", "Boys 4 nights a week")),
        *(("residents_u18", "Children 4 nights a week"), ("residents_18plus", "18 and over")),
        ("_director", "Director"),
    ),
    WORDS_ENGLISH,
    "estimation",
)
LAYOUTS = (INSPECTION, MAPPING, INFORMANTS, ESTIMATION)
