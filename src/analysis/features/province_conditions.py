"""Province conditions: poverty, town, movement, school and tourism of a province, one number of each kind.

Years differ by column: 2008 (urban share, migration), 2011 (migrants abroad), 2013 (school), 2021-22 (multidimensional
poverty), about 2022 (IDPoor). School attendance is left out: the survey overlaps the school closures of 2021.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a province",
    key=("province_code",),
    columns={
        "province_code": PROVINCE_CODE,
        "idpoor_share": Column("Float64", "IDPoor households of all, about 2022", unit="share", ge=0, le=1),
        "mpi": Column("Float64", "multidimensional poverty index, 2021-22", unit="index", ge=0, le=1),
        "urban_share": Column("Float64", "people in urban areas, 2008", unit="share", ge=0, le=1),
        "net_migration_per_1k": Column(
            "Float64", "lifetime migrants in minus out by district, 2008", unit="per 1,000 people"
        ),
        "migrants_abroad_share": Column(
            "Float64", "adults abroad as a share of adults registered, 2011", unit="share", ge=0, le=1
        ),
        "school_distance_km": Column("Float64", "median village to an upper secondary school, 2013", unit="km", ge=0),
        "is_tourism_destination": Column("boolean", "whether tourists go there, by our ruling"),
        "is_urban_share_of_24": Column("boolean", "whether the urban share is of the undivided province of 2008"),
    },
)


def build(
    provinces: pd.DataFrame,
    commune_idpoor: pd.DataFrame,
    province_mpi: pd.DataFrame,
    province_census_2008: pd.DataFrame,
    district_migration: pd.DataFrame,
    commune_children: pd.DataFrame,
    school_distance: pd.DataFrame,
    tourism_provinces: pd.DataFrame,
) -> pd.DataFrame:
    """Return the conditions of the 25 provinces side by side."""
    conditions = provinces[["province_code"]]
    for one in (
        _idpoor(commune_idpoor),
        province_mpi[["province_code", "mpi"]],
        _urban(province_census_2008),
        _net_migration(district_migration),
        _migrants_abroad(commune_children),
        _school(school_distance),
        tourism_provinces[["province_code", "is_tourism_destination"]],
    ):
        conditions = conditions.merge(one, on="province_code", how="left", validate="1:1")
    return conditions


def _idpoor(commune_idpoor: pd.DataFrame) -> pd.DataFrame:
    columns = ["n_poor_1_households", "n_poor_2_households", "n_households"]
    sums = commune_idpoor.groupby("province_code")[columns].sum()
    poor = sums["n_poor_1_households"] + sums["n_poor_2_households"]
    return (poor / sums["n_households"]).rename("idpoor_share").reset_index()


def _urban(province_census_2008: pd.DataFrame) -> pd.DataFrame:
    return province_census_2008[["province_code", "urban_share_of_province_2008", "is_part_of_province_2008"]].rename(
        columns={
            "urban_share_of_province_2008": "urban_share",
            "is_part_of_province_2008": "is_urban_share_of_24",
        }
    )


def _net_migration(district_migration: pd.DataFrame) -> pd.DataFrame:
    """Return in minus out per 1,000 people; moves inside a province stand in both and cancel."""
    sums = district_migration.groupby("province_code")[["n_in_migrants", "n_out_migrants", "n_people"]].sum()
    net = sums["n_in_migrants"] - sums["n_out_migrants"]
    return (1000 * net / sums["n_people"]).rename("net_migration_per_1k").reset_index()


def _migrants_abroad(commune_children: pd.DataFrame) -> pd.DataFrame:
    sums = commune_children.groupby("province_code")[["n_migrants_abroad_adults", "n_adults"]].sum()
    share = sums["n_migrants_abroad_adults"] / sums["n_adults"]
    return share.rename("migrants_abroad_share").reset_index()


def _school(school_distance: pd.DataFrame) -> pd.DataFrame:
    distances = school_distance[["province_code", "median_distance_km"]]
    return distances.rename(columns={"median_distance_km": "school_distance_km"})
