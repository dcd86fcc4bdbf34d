"""Households: one row a household in one system of one agency."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a household",
    key=("household_key",),
    columns={
        "household_key": Column("str", "HMAC of the household's id", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "org_code": Column(
            "str", "the agency as a code; who it is stands in data/restricted", matches=r"^A[0-9]{2,}$", nullable=True
        ),
        "province_code": Column("str", "province", matches=allowed.PROVINCE_CODE, nullable=True),
        "id_poor": Column("str", "class in the national poverty identification", isin=allowed.ID_POOR),
        "household_size": Column("Int64", "persons", unit="persons", ge=1, le=30, nullable=True),
        "n_children": Column("Int64", "children", unit="children", ge=0, le=20, nullable=True),
        "n_adults": Column("Int64", "adults", unit="adults", ge=0, le=20, nullable=True),
        "monthly_income": Column("Float64", "monthly income in income_currency", ge=0, nullable=True),
        "income_currency": Column(
            "str", f"{' or '.join(allowed.CURRENCY[:-1])} where it can be known", isin=allowed.CURRENCY
        ),
        "dependable_income": Column("boolean", "has a dependable income; missing is unknown", nullable=True),
        "caregiver_relation": Column("str", "who cares for the child", isin=allowed.CAREGIVER_RELATION),
        "caregiver_sex": Column("str", "sex of the caregiver", isin=allowed.SEX),
        "caregiver_age_band": Column("str", "age of the caregiver in years", isin=allowed.CAREGIVER_AGE_BAND),
        "migration": Column(
            "boolean",
            "a parent has migrated, or the family is affected by migration; missing is unknown",
            nullable=True,
        ),
        "violence_in_home": Column("boolean", "violence in the home; missing is unknown", nullable=True),
        "substance_use": Column("boolean", "harmful use of alcohol or drugs; missing is unknown", nullable=True),
        "illness_or_disability": Column(
            "boolean", "a carer is ill or has a disability; missing is unknown", nullable=True
        ),
        "vulnerability_class": Column("str", "class of the vulnerability index", isin=allowed.VULNERABILITY_CLASS),
        "school_distance_km": Column(
            "Float64", "distance to the nearest lower secondary school", unit="km", ge=0, nullable=True
        ),
        "school_cost_usd": Column(
            "Float64", "cost of schooling of one child in a year", unit="USD", ge=0, nullable=True
        ),
        "survey_stratum": Column("str", "stratum of the survey; missing outside surveys", nullable=True),
        "survey_cluster": Column("str", "cluster of the survey; missing outside surveys", nullable=True),
        "survey_weight": Column(
            "Float64", "households this one stands for; missing outside surveys", gt=0, nullable=True
        ),
    },
)
