"""Commune children: people, adults and migrants abroad of a commune, from the Commune Database 2011.

Registration, not a census: it undercounts Phnom Penh. Under-18s are derived in ``features`` and ``estimates``.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a commune of 2011",
    key=("commune_code",),
    columns={
        "commune_code": Column("str", "six-digit code of 2011", matches=r"^\d{6}$"),
        "commune": Column("str", "name; missing where the source is blank", nullable=True),
        "district_code": Column("str", "four-digit code of 2011", matches=r"^\d{4}$"),
        "district": Column("str", "name; missing where the source is blank", nullable=True),
        "province_code": PROVINCE_CODE,
        "n_families": Column("Int64", "families registered", unit="families", ge=0, nullable=True),
        "n_people": Column("Int64", "people registered", unit="people", ge=0, nullable=True),
        "n_adults": Column("Int64", "people of 18 and over registered", unit="people", ge=0, nullable=True),
        "n_migrants_abroad_adults": Column(
            "Int64", "people of 18 and over who live abroad", unit="people", ge=0, nullable=True
        ),
    },
)


def build(commune_children_2011: pd.DataFrame) -> pd.DataFrame:
    """Return the register of communes as it is."""
    return commune_children_2011
