"""Literacy: the share of adults of a province who can read and write, from the census of 2008."""

import pandas as pd

from analysis import units
from analysis.columns import PROVINCE_CODE_2008
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province of 2008",
    key=("province_code_2008",),
    columns={
        "province_code_2008": PROVINCE_CODE_2008,
        "literacy_share": Column("Float64", "of people of 15 and over", unit="share", ge=0, le=1),
        "literacy_male_share": Column("Float64", "of men of 15 and over", unit="share", ge=0, le=1),
        "literacy_female_share": Column("Float64", "of women of 15 and over", unit="share", ge=0, le=1),
    },
)


def build(province_literacy_2008: pd.DataFrame) -> pd.DataFrame:
    """Return the printed table with shares of 0 to 1 for its percentages."""
    return units.with_shares(province_literacy_2008)
