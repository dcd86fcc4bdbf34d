"""Areas: one province in an area for which the mapping printed a total, from our rulings.

Single provinces are not listed: the name of a province is its own area.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province in an area",
    key=("area", "province_code"),
    columns={
        "area": Column(
            "str",
            "a group of provinces",
            isin=("cambodia", "priority5", "other20", "battambang_kandal_preah_sihanouk"),
        ),
        "province_code": PROVINCE_CODE,
        "definition": Column("str", "what the area is"),
    },
)


def build(areas_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the areas as they are."""
    return areas_ruled
