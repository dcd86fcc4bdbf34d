"""Survey children: one row a child under 18 who usually lives in a household of a DHS or MICS survey."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a child under 18 in a household of a survey",
    key=("child_id",),
    columns={
        "child_id": Column("str", "HMAC of the survey, the household and the line in it", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the programme of the survey", isin=allowed.SURVEY_SYSTEM),
        "survey_id": Column("str", "the survey: programme, country and phase if told, first year of fieldwork"),
        "survey_stratum": Column("str", "stratum of the sample; before the colon the variable that holds it"),
        "survey_cluster": Column("str", "HMAC of the survey and its first-stage cluster", matches=r"^[0-9a-f]{16}$"),
        "survey_weight": Column("Float64", "relative weight of the household: adds up to the sample", gt=0),
        "province_code": Column(
            "str",
            "province, where the region of the survey is one",
            matches=allowed.PROVINCE_CODE,
            nullable=True,
        ),
        "area": Column("str", "town or country", isin=allowed.AREA),
        "sex": Column("str", "sex", isin=allowed.SEX),
        "age_years": Column("Int64", "age", unit="years", ge=0, le=17),
        "living_arrangement": Column(
            "str", "with which parents it lives, and which are alive", isin=allowed.LIVING_ARRANGEMENT
        ),
        "orphan_status": Column("str", "which parents are alive", isin=allowed.ORPHAN_STATUS),
        "is_fostered": Column(
            "boolean", "lives with neither parent, whether these are alive or not; missing is unknown", nullable=True
        ),
        "relation": Column("str", "relation to the head of the household", isin=allowed.RELATION_TO_HEAD),
        "wealth": Column("str", "fifth of the household population by wealth", isin=allowed.WEALTH),
        "covers": Column("str", "whom numbers from this row cover: households, never facilities", isin=("household",)),
    },
)
