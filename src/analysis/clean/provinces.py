"""Provinces: one of the 25 provinces with the official code and English name, from the gazetteer of 2022."""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "province": Column("str", "official name in English letters"),
        "abbreviation": Column("str", "three letters", matches=r"^[A-Z]{3}$"),
        "zone": Column("str", "agro-ecological zone"),
        "is_in_24_province_data": Column("boolean", "whether data from before 2014 have it as a province"),
    },
)


def build(province_codes: pd.DataFrame) -> pd.DataFrame:
    """Return the list of provinces as it is."""
    return province_codes
