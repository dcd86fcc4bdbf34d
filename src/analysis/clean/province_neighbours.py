"""Province neighbours: one pair of provinces and whether they share a border, from our rulings.

Outlines are optional for users, so neighbours are ruled by hand. A border is one on land in the boundaries of 2014,
of any length; provinces that face each other across the Tonle Sap, or meet in a corner, stand here as no neighbours.
Pairs that are not listed are far apart.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="two provinces that share a border, or that do not although they may seem to",
    key=("province_code", "neighbour_code"),
    columns={
        "province_code": PROVINCE_CODE,
        "neighbour_code": Column("str", "two-digit code of the other province, the larger", matches=r"^\d{2}$"),
        "is_neighbour": Column("boolean", "whether they share a border on land"),
        "reason": Column("str", "why"),
    },
)


def build(province_neighbours_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings on pairs as they are."""
    return province_neighbours_ruled
