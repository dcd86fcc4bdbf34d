"""Province census 2008: people, children and urban share of the province that a present province belonged to in 2008.

The census of 2008 counts 24 provinces: Kampong Cham included what is Tboung Khmum since December 2013. These two
present provinces carry the same numbers, of the province of 2008, and say so.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

UNDER_15 = ("0-4", "5-9", "10-14")
AGED_15_TO_19 = "15-19"
SHARE_OF_15_TO_19_UNDER_18 = 3 / 5

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "province_code_2008": Column("str", "the province of 2008 it belonged to", matches=r"^\d{2}$"),
        "is_part_of_province_2008": Column("boolean", "whether that province was divided since"),
        "n_people_in_province_2008": Column("Int64", "people in the province of 2008", unit="people", gt=0),
        "n_children_in_province_2008": Column(
            "Int64", "under-18s in the province of 2008, derived", unit="children", gt=0
        ),
        "urban_share_of_province_2008": Column(
            "Float64", "people in urban areas of the province of 2008", unit="share", ge=0, le=1
        ),
    },
)


def build(district_migration: pd.DataFrame, province_age_sex: pd.DataFrame) -> pd.DataFrame:
    """Return the present provinces with the census of the province they belonged to."""
    return (
        district_migration[["province_code", "province_code_2008"]]
        .drop_duplicates()
        .assign(is_part_of_province_2008=lambda codes: codes.duplicated("province_code_2008", keep=False))
        .merge(_census(province_age_sex), on="province_code_2008", how="left", validate="m:1")
    )


def _census(province_age_sex: pd.DataFrame) -> pd.DataFrame:
    people = province_age_sex.groupby("province_code_2008")["n_people"].sum()
    is_urban = province_age_sex["residence"] == "urban"
    urban = province_age_sex[is_urban].groupby("province_code_2008")["n_people"].sum()
    return pd.DataFrame(
        {
            "n_people_in_province_2008": people,
            "n_children_in_province_2008": _under_18s(province_age_sex),
            "urban_share_of_province_2008": urban / people,
        }
    ).reset_index()


def _under_18s(province_age_sex: pd.DataFrame) -> pd.Series:
    """Return the under-18s of each province of 2008: those under 15 and three fifths of those aged 15 to 19.

    ASSUME: the five single years of age from 15 to 19 have equally many people.
    """
    by_age = province_age_sex.pivot_table("n_people", "province_code_2008", "age_group", aggfunc="sum")
    older = by_age[AGED_15_TO_19].astype("Float64") * SHARE_OF_15_TO_19_UNDER_18
    return (by_age[list(UNDER_15)].sum(axis=1) + older).round().astype("Int64")
