"""Support ledger: one row a line of a ledger of support as one funder told it, from the imported cost lines.

Restricted: rows are of children. Nothing is left out here: the same item may stand in several lines, and an amount
may be in any currency. ``features/cost_items`` has each item once, in US dollars.
"""

import pandas as pd

from analysis.contract import DAY, Column, Table
from analysis.imported import allowed

KEY = r"^[0-9a-f]{16}$"
SAME = (
    "cost_line_id",
    "case_id",
    "child_key",
    "spent_on",
    "cost_category",
    "amount",
    "currency",
    "is_externally_supported",
)

TABLE = Table(
    one_row_is="a line of a ledger of support",
    key=("cost_line_id",),
    columns={
        "cost_line_id": Column("str", "the line", matches=KEY),
        "agency": Column("str", "the agency that wrote it, as a code", nullable=True),
        "case_id": Column("str", "the case; missing for what is spent on no single case", matches=KEY, nullable=True),
        "child_key": Column("str", "the child; missing as the case", matches=KEY, nullable=True),
        "spent_on": Column(DAY, "day it was spent", nullable=True),
        "cost_category": Column("str", "what was paid for", isin=allowed.COST_CATEGORY),
        "amount": Column("Float64", "price of the whole item, in the currency", ge=0, nullable=True),
        "currency": Column("str", "currency of the amount", isin=allowed.CURRENCY),
        "funder": Column("str", "who paid, as a key", matches=KEY, nullable=True),
        "receipt": Column("str", "the receipt, as a key", matches=KEY, nullable=True),
        "funded_share": Column(
            "Float64",
            "part of the item that this funder paid; 1 if in whole, missing if in a part not told",
            unit="share",
            ge=0,
            le=1,
            nullable=True,
        ),
        "is_externally_supported": Column(
            "boolean", "the case is supported by a funder outside the agency; missing is unknown", nullable=True
        ),
    },
)


def build(cost_lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines in the words of the study; a share that is told counts for more than the word whole."""
    is_whole = cost_lines["covered_share"].isna() & (cost_lines["paid"] == "whole")
    return cost_lines[list(SAME)].assign(
        agency=cost_lines["org_code"],
        funder=cost_lines["funder_key"],
        receipt=cost_lines["receipt_key"],
        funded_share=cost_lines["covered_share"].mask(is_whole, 1.0),
    )[list(TABLE.columns)]
