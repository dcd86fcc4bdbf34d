"""Mapping totals: a province in an area whose total of institutions or children the mapping of 2014-15 printed.

An area is a group of provinces or one province. A claim added for a single province enters by itself; areas that
contradict each other are for the model to report.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table
from analysis.places import UnknownPlace, resolve_provinces

OUTCOMES = {"n_facilities": "n_rcis", "n_children_under_18": "n_children_in_rcis"}

TABLE = Table(
    one_row_is="a province in an area whose total was printed",
    key=("outcome", "area", "claim_id", "province_code"),
    columns={
        "outcome": Column("str", "what was counted", isin=tuple(OUTCOMES.values())),
        "area": Column("str", "an area of the table areas, or the name of a province"),
        "province_code": PROVINCE_CODE,
        "total": Column("Int64", "the printed total of the whole area", ge=0),
        "claim_id": Column("str", "the claim that prints it"),
    },
)


def build(
    claims: pd.DataFrame, areas: pd.DataFrame, provinces: pd.DataFrame, province_aliases: pd.DataFrame
) -> pd.DataFrame:
    """Return the printed totals with the provinces of their areas."""
    return (
        claims.pipe(_keep_totals)
        .pipe(_attach_area, areas, provinces, province_aliases)
        .pipe(_attach_provinces, areas, provinces)
    )[list(TABLE.columns)]


def _keep_totals(claims: pd.DataFrame) -> pd.DataFrame:
    is_total = (
        (claims["topic"] == "mapping")
        & (claims["population"] == "residential care institution")
        & claims["indicator"].isin(list(OUTCOMES))
        & claims["value"].notna()
    )
    totals = claims.loc[is_total, ["claim_id", "place", "indicator", "value"]]
    return totals.assign(outcome=totals["indicator"].map(OUTCOMES)).rename(columns={"value": "total"})


def _attach_area(
    totals: pd.DataFrame, areas: pd.DataFrame, provinces: pd.DataFrame, province_aliases: pd.DataFrame
) -> pd.DataFrame:
    """Name the area of each total: an area as it is, any spelling of a province by its official name."""
    is_area = totals["place"].isin(areas["area"])
    places = totals.loc[~is_area, "place"]
    try:
        codes = resolve_provinces(places, province_aliases)
    except UnknownPlace as error:
        known = ", ".join(areas["area"].unique())
        raise UnknownPlace(
            f"data/raw/published/claims_printed.csv: the place of a claim is no area ({known}) and no province: {error}"
        ) from None
    names = codes.map(provinces.set_index("province_code")["province"])
    return totals.assign(area=totals["place"].where(is_area, names.reindex(totals.index)))


def _attach_provinces(totals: pd.DataFrame, areas: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    single = provinces[["province", "province_code"]].rename(columns={"province": "area"})
    members = pd.concat([areas[["area", "province_code"]], single])
    lists = members.groupby("area")["province_code"].agg(list).rename("province_code").reset_index()
    return totals.merge(lists, on="area", how="left", validate="m:1").explode("province_code")
