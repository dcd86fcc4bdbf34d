"""District codes: what a four-digit district code means in three official code lists."""

import pandas as pd

from analysis.contract import Column, Table

COMPARISONS = ("same place", "another place", "new after 2018", "retired")

TABLE = Table(
    one_row_is="a district code",
    key=("district_code",),
    columns={
        "district_code": Column("str", "four-digit code", matches=r"^\d{4}$"),
        "district_mef_2025": Column("str", "name, Ministry of Economy and Finance 2025", nullable=True),
        "district_ncdd_2026": Column("str", "name, NCDD 2026", nullable=True),
        "district_ocha_2018": Column("str", "name, OCHA 2018; missing if younger", nullable=True),
        "district_km_mef_2025": Column("str", "Khmer name, Ministry of Economy and Finance", nullable=True),
        "district_km_ncdd_2026": Column("str", "Khmer name, NCDD", nullable=True),
        "unit": Column("str", "kind of district", isin=("Srok", "Krong", "Khan"), nullable=True),
        "comparison": Column("str", "whether the lists mean the same place", isin=COMPARISONS),
    },
)


def build(district_code_crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Return the comparison of the lists as it is."""
    return district_code_crosswalk
