"""Province children: people and under-18s of a province, from the census of 2008 and the registration of 2011.

The registration of 2011 undercounts Phnom Penh, and 10 of its 1,621 communes are blank. The boundary between Phnom
Penh and Kandal moved between the two years.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "n_people_2008": Column("Int64", "people counted in 2008, boundary of 2008", unit="people", gt=0),
        "n_people_2011": Column("Int64", "people registered in 2011", unit="people", gt=0),
        "n_children_2011": Column("Int64", "under-18s registered in 2011", unit="children", gt=0),
        "n_children_2008": Column(
            "Int64",
            "under-18s in 2008: 0-14 and 3/5 of 15-19; missing where the province was divided since",
            unit="children",
            gt=0,
            nullable=True,
        ),
    },
)


def build(
    provinces: pd.DataFrame,
    district_migration: pd.DataFrame,
    commune_children: pd.DataFrame,
    province_census_2008: pd.DataFrame,
) -> pd.DataFrame:
    """Return the children of each province on both denominators."""
    return (
        provinces[["province_code"]]
        .merge(_people_2008(district_migration), on="province_code", how="left", validate="1:1")
        .merge(_registered_2011(commune_children), on="province_code", how="left", validate="1:1")
        .merge(_children_2008(province_census_2008), on="province_code", how="left", validate="1:1")
    )


def _people_2008(district_migration: pd.DataFrame) -> pd.DataFrame:
    people = district_migration.groupby("province_code", as_index=False)["n_people"].sum()
    return people.rename(columns={"n_people": "n_people_2008"})


def _registered_2011(commune_children: pd.DataFrame) -> pd.DataFrame:
    """Return sums over the communes that have data: a blank commune adds nothing."""
    sums = commune_children.groupby("province_code")[["n_people", "n_adults"]].sum()
    return pd.DataFrame(
        {"n_people_2011": sums["n_people"], "n_children_2011": sums["n_people"] - sums["n_adults"]}
    ).reset_index()


def _children_2008(province_census_2008: pd.DataFrame) -> pd.DataFrame:
    is_whole = ~province_census_2008["is_part_of_province_2008"]
    return pd.DataFrame(
        {
            "province_code": province_census_2008["province_code"],
            "n_children_2008": province_census_2008["n_children_in_province_2008"].where(is_whole),
        }
    )
