"""Partner criteria: one question that is asked about an organisation before and while it is a partner."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a criterion of partners",
    key=("criterion",),
    columns={
        "criterion": Column("str", "short name of the criterion", matches=r"^[a-z_]{3,40}$"),
        "asks": Column("str", "what is asked"),
        "is_needed": Column("boolean", "whether an organisation without it is no partner"),
        "evidence_accepted": Column(
            "str", "kinds of evidence that count, joined by |", matches=r"^[a-z_]+(\|[a-z_]+)*$"
        ),
        "valid_months": Column(
            "Int64", "months after which evidence without a day of expiry has expired", ge=1, le=120
        ),
        "is_told": Column("boolean", "whether the answer may stand outside the restricted register"),
        "basis": Column("str", "where the criterion comes from"),
    },
)


def build(partner_criteria_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the criteria as they are listed."""
    return partner_criteria_ruled
