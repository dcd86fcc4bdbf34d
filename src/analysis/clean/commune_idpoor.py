"""Commune IDPoor: households the ministry identified as poor in a commune, from the IDPoor extract of about 2022."""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a commune in the codes of the IDPoor extract",
    key=("commune_code",),
    columns={
        "commune_code": Column("str", "six-digit code of the extract", matches=r"^\d{6}$"),
        "commune": Column("str", "name"),
        "province_code": PROVINCE_CODE,
        "n_households": Column("Int64", "all households", unit="households", gt=0),
        "n_poor_1_households": Column("Int64", "households of level 1, very poor", unit="households", ge=0),
        "n_poor_2_households": Column("Int64", "households of level 2, poor", unit="households", ge=0),
        "n_poor_people": Column("Int64", "people in households of levels 1 and 2", unit="people", ge=0),
    },
)


def build(commune_idpoor_2022: pd.DataFrame) -> pd.DataFrame:
    """Return the extract as it is."""
    return commune_idpoor_2022
