"""Province poverty: the modelled poverty share of a province in a year, 2004 to 2012, from ADB 2014.

A model on commune data, not a survey: 0.1% for Phnom Penh in 2012 is not credible.
"""

import pandas as pd

from analysis import units
from analysis.columns import PROVINCE_CODE_2008
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province of 2008 in a year",
    key=("province_code_2008", "year"),
    columns={
        "province_code_2008": PROVINCE_CODE_2008,
        "year": Column("Int64", "year", unit="year", ge=2004, le=2012),
        "poverty_share": Column("Float64", "people below the poverty line", unit="share", ge=0, le=1),
    },
)


def build(province_poverty_2004_2012: pd.DataFrame) -> pd.DataFrame:
    """Return the printed table with shares of 0 to 1 for its percentages."""
    return units.with_shares(province_poverty_2004_2012)
