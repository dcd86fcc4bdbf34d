"""Provinces: a province with its code and its name in Latin letters, in Cambodia from the gazetteer of 2022."""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "province": Column("str", "official name in Latin letters"),
        "abbreviation": Column("str", "three letters", matches=r"^[A-Z]{3}$", nullable=True),
        "zone": Column("str", "agro-ecological zone", nullable=True),
        "is_in_24_province_data": Column(
            "boolean", "whether data from before 2014 have it as a province", nullable=True
        ),
    },
)


def build(province_codes: pd.DataFrame) -> pd.DataFrame:
    """Return the list of provinces as it is; what a country's list does not have is missing."""
    return province_codes.reindex(columns=list(TABLE.columns))
