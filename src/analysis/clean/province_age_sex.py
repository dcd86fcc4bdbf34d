"""Province age and sex: people of one age group, sex and residence in a province, from the census of 2008."""

import pandas as pd

from analysis.columns import PROVINCE_CODE_2008
from analysis.contract import Column, Table

AGE_GROUPS = (*(f"{age}-{age + 4}" for age in range(0, 80, 5)), "80+")

TABLE = Table(
    one_row_is="an age group of one sex in the urban or rural part of a province of 2008",
    key=("province_code_2008", "age_group", "sex", "residence"),
    columns={
        "province_code_2008": PROVINCE_CODE_2008,
        "age_group": Column("str", "age in years", unit="years", isin=AGE_GROUPS),
        "sex": Column("str", "sex", isin=("female", "male")),
        "residence": Column("str", "urban or rural, definition of 2008", isin=("urban", "rural")),
        "n_people": Column("Int64", "people counted", unit="people", ge=0),
    },
)


def build(province_age_sex_2008: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of the census as they are."""
    return province_age_sex_2008
