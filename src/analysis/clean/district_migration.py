"""District migration: people and lifetime migrants of a district, from the census of 2008."""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a district of 2008",
    key=("district_code_2008",),
    columns={
        "district_code_2008": Column("str", "four-digit code of 2008", matches=r"^\d{4}$"),
        "district": Column("str", "name; two names where the source joins two districts"),
        "province_code": PROVINCE_CODE,
        "province_code_2008": Column("str", "two-digit code, 24 provinces of 2008", matches=r"^\d{2}$"),
        "n_people": Column("Int64", "people counted", unit="people", ge=0),
        "area_km2": Column("Float64", "area", unit="km2", gt=0),
        "n_in_migrants": Column("Int64", "people here who lived elsewhere before", unit="people", ge=0),
        "n_out_migrants": Column("Int64", "people elsewhere who lived here before", unit="people", ge=0),
    },
)


def build(district_migration_2008: pd.DataFrame) -> pd.DataFrame:
    """Return the districts of the census as they are."""
    return district_migration_2008
