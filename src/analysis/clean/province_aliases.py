"""Province aliases: a spelling of a province's name, from the list this project keeps."""

import pandas as pd

from analysis import country
from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a spelling of a province's name",
    key=("alias",),
    columns={
        "alias": Column("str", "the spelling"),
        "normalised": Column("str", "its letters alone, as places.normalised gives them"),
        "script": Column("str", "script by ISO 15924", isin=country.SCRIPTS),
        "province_code": PROVINCE_CODE,
    },
)


def build(province_aliases_printed: pd.DataFrame) -> pd.DataFrame:
    """Return the list of spellings as it is."""
    return province_aliases_printed
