"""Facility list rows: one row a facility as one list names it. Names stand in data/restricted."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a facility in one list",
    key=("row_id",),
    columns={
        "row_id": Column("str", "HMAC of the file's digest, its sheet and the row", matches=r"^[0-9a-f]{16}$"),
        "list_id": Column("str", "which list: its year and who made it"),
        "province_code": Column("str", "province", matches=allowed.PROVINCE_CODE, nullable=True),
        "district_code": Column("str", "district", matches=r"^[0-9]{4}$", nullable=True),
        "commune_code": Column("str", "commune", matches=r"^[0-9]{6}$", nullable=True),
        "facility_type": Column("str", "type, the mapping's five and other", isin=allowed.FACILITY_TYPE),
        "operator_type": Column("str", "who runs it", isin=allowed.OPERATOR_TYPE),
        "opened_year": Column("Int64", "year it opened", unit="year", ge=1979, le=2100, nullable=True),
        "observed_on": Column("datetime64[us]", "day it was visited", nullable=True),
        "registration_status": Column("str", "registered with whom", isin=allowed.REGISTRATION_STATUS),
        "mou_status": Column("str", "agreement with the ministry", isin=allowed.MOU_STATUS),
        "inspected_ever": Column("boolean", "has ever been inspected; missing is unknown", nullable=True),
        "last_inspection_on": Column("datetime64[us]", "last inspection", nullable=True),
        "authorised_sd119": Column("boolean", "authorised under Sub-decree 119; missing is unknown", nullable=True),
        "residents_u18_f": Column("Int64", "girls living there", unit="children", ge=0, nullable=True),
        "residents_u18_m": Column("Int64", "boys living there", unit="children", ge=0, nullable=True),
        "residents_u18": Column(
            "Int64",
            "children living there; missing where only the parts are given",
            unit="children",
            ge=0,
            nullable=True,
        ),
        "residents_18plus": Column("Int64", "adults living there as residents", unit="persons", ge=0, nullable=True),
        "residents_age_0_3": Column("Int64", "residents aged 0 to 3", unit="children", ge=0, nullable=True),
        "residents_age_4_12": Column("Int64", "residents aged 4 to 12", unit="children", ge=0, nullable=True),
        "residents_age_13_17": Column("Int64", "residents aged 13 to 17", unit="children", ge=0, nullable=True),
        "residents_parent_alive": Column(
            "Int64", "residents with a living parent", unit="children", ge=0, nullable=True
        ),
        "residents_disability": Column("Int64", "residents with a disability", unit="children", ge=0, nullable=True),
        "admissions_12m": Column("Int64", "admitted in 12 months", unit="children", ge=0, nullable=True),
        "exits_family_12m": Column("Int64", "left to a family in 12 months", unit="children", ge=0, nullable=True),
        "exits_other_12m": Column("Int64", "left elsewhere in 12 months", unit="children", ge=0, nullable=True),
        "deaths_12m": Column("Int64", "died in 12 months", unit="children", ge=0, nullable=True),
        "n_family_contact": Column("Int64", "with family contact in 3 months", unit="children", ge=0, nullable=True),
        "n_care_plan": Column("Int64", "with a care plan", unit="children", ge=0, nullable=True),
        "n_entry_assessed": Column("Int64", "assessed at entry", unit="children", ge=0, nullable=True),
        "n_placement_reviewed": Column("Int64", "placement reviewed in 3 months", unit="children", ge=0, nullable=True),
        "n_local_school": Column("Int64", "in a local school", unit="children", ge=0, nullable=True),
        "staff_total": Column("Int64", "staff", unit="persons", ge=0, nullable=True),
        "staff_qualified": Column("Int64", "qualified staff", unit="persons", ge=0, nullable=True),
        "hosts_visitors": Column("boolean", "hosts visitors or volunteers; missing is unknown", nullable=True),
        "main_funding": Column("str", "main source of money", isin=allowed.MAIN_FUNDING),
        "sample_stratum": Column("str", "stratum of the commune where the list is a sample", nullable=True),
        "sample_weight": Column(
            "Float64", "communes this one stands for where the list is a sample", gt=0, nullable=True
        ),
    },
)
