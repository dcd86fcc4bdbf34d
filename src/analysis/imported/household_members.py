"""Household members: one row a person of a household."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a person of a household",
    key=("member_id",),
    columns={
        "member_id": Column("str", "HMAC of the household and the person's order in it", matches=r"^[0-9a-f]{16}$"),
        "household_key": Column("str", "the household", matches=r"^[0-9a-f]{16}$"),
        "source_system": Column("str", "the system the row was read from", isin=allowed.SOURCE_SYSTEM),
        "relation": Column("str", "relation to the child", isin=allowed.CAREGIVER_RELATION),
        "sex": Column("str", "sex", isin=allowed.SEX),
        "age_years": Column("Int64", "age", unit="years", ge=0, le=120, nullable=True),
        "is_caregiver": Column("boolean", "cares for the child; missing is unknown", nullable=True),
        "is_alive": Column("boolean", "is alive; missing is unknown", nullable=True),
        "in_school": Column("boolean", "goes to school; missing is unknown", nullable=True),
        "disability": Column("boolean", "has a disability; missing is unknown", nullable=True),
        "mother_alive": Column("boolean", "mother is alive; missing is unknown", nullable=True),
        "father_alive": Column("boolean", "father is alive; missing is unknown", nullable=True),
        "living_place": Column("str", "where a child of the household sleeps", isin=allowed.LIVING_PLACE),
        "placed_12m": Column(
            "boolean", "moved into residential care in the last 12 months; missing is unknown", nullable=True
        ),
        "placed_before_12m": Column(
            "boolean",
            "lived in a residential care facility before the last 12 months; missing is unknown",
            nullable=True,
        ),
        "ever_in_rcf": Column("boolean", "has lived in a residential care facility; missing is unknown", nullable=True),
    },
)
