"""School distance: how far villages of a province are from an upper secondary school, from the inventory of 2013."""

import pandas as pd

from analysis import units
from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "n_villages": Column("Int64", "villages measured", unit="villages", gt=0),
        "median_distance_km": Column(
            "Float64", "median straight distance of a village to the nearest school", unit="km", ge=0
        ),
        "over_5km_share": Column("Float64", "villages more than 5 km away", unit="share", ge=0, le=1),
    },
)


def build(province_education: pd.DataFrame) -> pd.DataFrame:
    """Return the printed table in kilometres and shares."""
    return (
        province_education.pipe(units.with_shares)
        .assign(median_distance_km=units.scaled(province_education["median_m_to_upper_secondary"], 1000))
        .drop(columns="median_m_to_upper_secondary")
        .rename(columns={"villages_over_5km_share": "over_5km_share"})
    )
