"""Tourism provinces: one province and whether the ministry's table of 2014 names it as a destination."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": Column("str", "two-digit code, 25 provinces", matches=r"^\d{2}$"),
        "is_tourism_destination": Column("boolean", "whether it, or the coastal areas it lies in, is named"),
        "reason": Column("str", "why"),
    },
)


def build(tourism_provinces_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings on provinces as they are."""
    return tourism_provinces_ruled
