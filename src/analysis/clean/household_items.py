"""Household items: one question of the checklist by which the home of a child is looked at.

The wording is ours where a source states the duty but no question; whoever has a checklist puts its rows in the place.
"""

import pandas as pd

from analysis.contract import Column, Table

CONCERNS = ("schooling", "health", "caregiver_relationship", "protection", "psychosocial", "belonging")

TABLE = Table(
    one_row_is="a question of the checklist of a host family",
    key=("item",),
    columns={
        "item": Column("str", "short name of the question", matches=r"^[a-z_]{3,40}$"),
        "asks": Column("str", "what is asked"),
        "concerns": Column("str", "part of a child's life that it concerns", isin=CONCERNS),
        "is_urgent": Column("boolean", "whether a no asks for action at once"),
        "basis": Column("str", "where the question comes from"),
    },
)


def build(household_items_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the questions as they are listed."""
    return household_items_ruled
