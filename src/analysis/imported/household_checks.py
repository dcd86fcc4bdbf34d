"""Household checks: one row an item of a check of the household a child lives in or is to live in."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="an item of a check of a household",
    key=("check_id",),
    columns={
        "check_id": Column("str", "HMAC of case, day, occasion and item", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column("str", "the case", matches=r"^[0-9a-f]{16}$", nullable=True),
        "child_key": Column("str", "the child of the case", matches=r"^[0-9a-f]{16}$", nullable=True),
        "checked_on": Column("datetime64[us]", "day of the check", nullable=True),
        "occasion": Column("str", "before the child came, or at a follow-up", isin=allowed.OCCASION),
        "item": Column("str", "what was checked", isin=allowed.HOUSEHOLD_ITEM),
        "answer": Column(
            "str", "whether it is met; not_assessed where the cell is blank", isin=allowed.HOUSEHOLD_ANSWER
        ),
        "reason": Column(
            "str", "why siblings live apart; missing for other items", isin=allowed.REASON_APART, nullable=True
        ),
    },
)
