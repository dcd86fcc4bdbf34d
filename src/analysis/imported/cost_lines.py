"""Cost lines: one row an item of the register of costs, as one funder or agency tells it."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a line of a register of costs",
    key=("cost_line_id",),
    columns={
        "cost_line_id": Column("str", "HMAC of the line's cells", matches=r"^[0-9a-f]{16}$"),
        "case_id": Column(
            "str", "the case; missing where the line names none", matches=r"^[0-9a-f]{16}$", nullable=True
        ),
        "child_key": Column(
            "str", "the child of the case; missing where the line names none", matches=r"^[0-9a-f]{16}$", nullable=True
        ),
        "org_code": Column(
            "str", "the agency that spent it, as a code; else that of the case", matches=r"^A[0-9]{2,}$", nullable=True
        ),
        "spent_on": Column("datetime64[us]", "day of the expense", nullable=True),
        "cost_category": Column("str", "what was paid for", isin=allowed.COST_CATEGORY),
        "amount": Column(
            "Float64", "price of the whole item in currency, also where several paid for it", ge=0, nullable=True
        ),
        "currency": Column("str", "currency of the amount", isin=allowed.CURRENCY),
        "funder_key": Column("str", "HMAC of the funder's name", matches=r"^[0-9a-f]{16}$", nullable=True),
        "paid": Column("str", "whether the funder paid the whole item or a part", isin=allowed.PAID),
        "covered_share": Column(
            "Float64", "share of the item that the funder paid", unit="share", ge=0, le=1, nullable=True
        ),
        "is_externally_supported": Column(
            "boolean", "the case is supported from outside the agency; missing is unknown", nullable=True
        ),
        "receipt_key": Column(
            "str",
            "HMAC of the receipt's number, which two agencies may both have: its lines may tell one item twice",
            matches=r"^[0-9a-f]{16}$",
            nullable=True,
        ),
    },
)
