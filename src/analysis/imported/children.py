"""Children: one row a child, however many agencies and systems know it."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a child",
    key=("child_key",),
    columns={
        "child_key": Column("str", "HMAC of the child's shared id", matches=r"^[0-9a-f]{16}$"),
        "household_key": Column("str", "HMAC of the household's id", matches=r"^[0-9a-f]{16}$", nullable=True),
        "sex": Column("str", "sex as recorded", isin=allowed.SEX),
        "birth_month": Column("str", "month of birth", matches=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", nullable=True),
        "dob_quality": Column("str", "how far the birth date can be trusted", isin=allowed.DOB_QUALITY),
        "orphan_status": Column(
            "str", "which parents live; no tick of orphan is unknown, not both alive", isin=allowed.ORPHAN_STATUS
        ),
        "disability": Column("boolean", "has a disability; missing is unknown", nullable=True),
        "birth_registered": Column("boolean", "has a birth certificate; missing is unknown", nullable=True),
        "ever_in_rcf": Column("boolean", "has lived in a residential care facility; missing is unknown", nullable=True),
        "ever_in_gov_care": Column("boolean", "has lived in government care; missing is unknown", nullable=True),
        "n_agencies": Column("Int64", "agencies that hold a case of this child", unit="agencies", ge=1),
        "n_systems": Column("Int64", "systems that hold a case of this child", unit="systems", ge=1),
    },
)
