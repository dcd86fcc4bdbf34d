"""IDPoor rounds: poor households in the rural villages of a province, rounds of 2010 and 2011.

All households are grade C: the poor ones divided by the printed share, village by village.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province in the round that covered it",
    key=("province_code", "year"),
    columns={
        "province_code": PROVINCE_CODE,
        "year": Column("Int64", "year of the round", unit="year", isin=(2010, 2011)),
        "n_villages": Column("Int64", "rural villages covered", unit="villages", gt=0),
        "n_households": Column("Int64", "all their households, derived", unit="households", gt=0),
        "n_poor_1_households": Column("Int64", "households of level 1, very poor", unit="households", ge=0),
        "n_poor_2_households": Column("Int64", "households of level 2, poor", unit="households", ge=0),
    },
)


def build(province_idpoor_rounds: pd.DataFrame) -> pd.DataFrame:
    """Return the rounds as they are."""
    return province_idpoor_rounds
