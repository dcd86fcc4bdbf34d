"""Rulings: one judgement about claims: which is used, which is not, why, by whom and when."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a judgement about claims",
    key=("ruling_id",),
    columns={
        "ruling_id": Column("str", "name of the ruling", matches=r"^[a-z0-9-]+$"),
        "question": Column("str", "what had to be decided"),
        "used_claim": Column("str", "claim_ids used, separated by spaces; missing if none wins", nullable=True),
        "not_used_claims": Column("str", "claim_ids not used, or standing side by side", nullable=True),
        "reason": Column("str", "why"),
        "decided_by": Column("str", "who decided"),
        "decided_on": Column("str", "the day, as year-month-day", matches=r"^\d{4}-\d{2}-\d{2}$"),
    },
)


def build(rulings_made: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings as they are."""
    return rulings_made
