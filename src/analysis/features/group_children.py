"""Group children: under-18s of an area (a group of provinces, or one province) on each denominator we have.

The census of 2008 counts 24 provinces, so an area that holds one part of a province divided since (Kampong Cham or
Tboung Khmum alone) has no number on that denominator; an area that holds both parts is exact.
"""

import pandas as pd

from analysis.contract import Column, Table

DENOMINATORS = ("2011 registration", "2008 census")

TABLE = Table(
    one_row_is="an area on one denominator",
    key=("area", "denominator"),
    columns={
        "area": Column("str", "an area of the table areas, or the name of a province"),
        "denominator": Column("str", "which count of children", isin=DENOMINATORS),
        "n_children": Column(
            "Int64", "under-18s; missing where the count has no such area", unit="children", gt=0, nullable=True
        ),
    },
)


def build(
    areas: pd.DataFrame,
    provinces: pd.DataFrame,
    province_children: pd.DataFrame,
    province_census_2008: pd.DataFrame,
) -> pd.DataFrame:
    """Return the children of every area on both denominators."""
    members = pd.concat(
        [
            areas[["area", "province_code"]],
            provinces[["province", "province_code"]].rename(columns={"province": "area"}),
        ]
    )
    return pd.concat(
        [
            _registered_2011(members, province_children).assign(denominator="2011 registration"),
            _counted_2008(members, province_census_2008).assign(denominator="2008 census"),
        ]
    )


def _registered_2011(members: pd.DataFrame, province_children: pd.DataFrame) -> pd.DataFrame:
    registered = province_children[["province_code", "n_children_2011"]]
    joined = members.merge(registered, on="province_code", how="left", validate="m:1")
    return joined.groupby("area")["n_children_2011"].sum().rename("n_children").reset_index()


def _counted_2008(members: pd.DataFrame, province_census_2008: pd.DataFrame) -> pd.DataFrame:
    """Return the sum over provinces of 2008, missing for an area that holds only a part of one."""
    census = province_census_2008.assign(
        n_parts=province_census_2008.groupby("province_code_2008")["province_code"].transform("size")
    )
    joined = members.merge(census, on="province_code", how="left", validate="m:1")
    wholes = joined.groupby(["area", "province_code_2008"], as_index=False).agg(
        n_children=("n_children_in_province_2008", "first"),
        n_parts=("n_parts", "first"),
        n_parts_here=("province_code", "size"),
    )
    is_whole = wholes["n_parts_here"] == wholes["n_parts"]
    sums = wholes.groupby("area")["n_children"].sum()
    return sums.where(is_whole.groupby(wholes["area"]).all()).reset_index()
