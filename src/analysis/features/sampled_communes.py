"""Sampled communes: a commune of the sample in which every facility was visited, with the children counted there.

Children are those who sleep in a facility at least four nights a week. Rows of the list carry the stratum and the
weight of their commune; a commune in which nothing was found has no row there, so that the list is complete only if
none was. Facilities visited without a number of children are counted apart: they are not taken to be empty.
"""

import pandas as pd

from analysis.contract import Column, ContractError, Table
from analysis.study import Study

TABLE = Table(
    one_row_is="a sampled commune",
    key=("commune_code",),
    columns={
        "commune_code": Column("str", "six-digit code", matches=r"^\d{6}$"),
        "district_code": Column("str", "four-digit code", matches=r"^\d{4}$"),
        "province_code": Column("str", "two-digit code", matches=r"^\d{2}$"),
        "sample_stratum": Column("str", "stratum"),
        "sample_weight": Column("Float64", "communes this one stands for", gt=0),
        "n_facilities": Column("Int64", "facilities visited", unit="facilities", ge=1),
        "n_facilities_uncounted": Column("Int64", "of these without a number of children", unit="facilities", ge=0),
        "n_children": Column("Int64", "under-18s of the others, four nights a week", unit="children", ge=0),
        "n_children_largest": Column("Int64", "those of the largest facility", unit="children", ge=0),
        "n_children_second": Column("Int64", "those of the second largest", unit="children", ge=0),
    },
)


def build(facility_list_rows: pd.DataFrame, facility_links: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the communes of the sample; none where the list of the sample was not imported."""
    rows = facility_list_rows[facility_list_rows["list_id"] == study.national_survey.sample_list]
    rows = rows[rows["commune_code"].notna() & rows["sample_weight"].notna() & rows["sample_stratum"].notna()]
    by_sex = rows["residents_u18_f"] + rows["residents_u18_m"]
    visited = rows.assign(n_children=by_sex.fillna(rows["residents_u18"])).merge(
        facility_links[["row_id", "facility_key"]], on="row_id", validate="1:1"
    )
    _check_one_weight(visited)
    facilities = (
        visited.sort_values(["n_children", "row_id"], ascending=[False, True], na_position="last")
        .drop_duplicates(["commune_code", "facility_key"])  # listed twice: the larger number
        .assign(is_uncounted=lambda kept: kept["n_children"].isna())
    )
    grouped = facilities.fillna({"n_children": 0}).groupby("commune_code")
    communes = grouped.agg(
        sample_stratum=("sample_stratum", "first"),
        sample_weight=("sample_weight", "first"),
        n_facilities=("facility_key", "size"),
        n_facilities_uncounted=("is_uncounted", "sum"),
        n_children=("n_children", "sum"),
        n_children_largest=("n_children", "max"),
    )
    second = grouped["n_children"].nth(1)
    of_second = second.groupby(facilities["commune_code"]).first()
    communes = communes.assign(n_children_second=of_second.reindex(communes.index).fillna(0)).reset_index()
    codes = communes["commune_code"].astype("str")
    return communes.assign(district_code=codes.str[:4], province_code=codes.str[:2])[list(TABLE.columns)]


def _check_one_weight(visited: pd.DataFrame) -> None:
    """Raise ``ContractError`` where rows of one commune differ in its stratum or weight."""
    told = visited[["commune_code", "sample_stratum", "sample_weight"]].drop_duplicates()
    twice = told.loc[told["commune_code"].duplicated(), "commune_code"].unique()
    if len(twice):
        raise ContractError(
            f"rows of the commune {', '.join(sorted(twice))} give it two strata or weights: every facility of a "
            "commune must carry the same; correct the list of the sample"
        )
