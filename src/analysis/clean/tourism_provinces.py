"""Tourism provinces: one province and whether the ministry's table of 2014 names it as a destination."""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "is_tourism_destination": Column("boolean", "whether it, or the coastal areas it lies in, is named"),
        "reason": Column("str", "why"),
    },
)


def build(tourism_provinces_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings on provinces as they are."""
    return tourism_provinces_ruled
