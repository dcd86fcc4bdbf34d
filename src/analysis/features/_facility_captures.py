"""What list captures and their draws share: rows of the lists that are compared, and the facilities they make."""

import pandas as pd

from analysis.contract import Column
from analysis.features._province_groups import UNKNOWN, area_of
from analysis.study import Study

RCI, OTHER = "rci", "other"
TYPE_GROUP = Column("str", "residential care institution, or any other type or one not told", isin=(RCI, OTHER))
LISTS = Column("str", "lists that name it, in the order of study.toml, separated by spaces")


def compared_rows(
    facility_list_rows: pd.DataFrame, areas: pd.DataFrame, provinces: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return row_id, list_id, place and type of the rows of the lists compared, the most trusted first.

    What a list does not know is missing; ``named_type`` also where it is "other". Lists that are no list of everything
    are left out: being absent from the sample of a study says nothing.
    """
    trust = {name: place for place, name in enumerate(study.list_coverage.lists)}
    rows = facility_list_rows[facility_list_rows["list_id"].isin(list(trust))]
    types = rows["facility_type"].mask(rows["facility_type"] == UNKNOWN)
    return (
        rows.assign(
            trust=rows["list_id"].map(trust),
            area=rows["province_code"].map(area_of(areas, provinces)).astype("str"),
            facility_type=types,
            named_type=types.mask(types == OTHER),
        )
        .sort_values(["trust", "row_id"])
        .reset_index(drop=True)[["row_id", "list_id", "province_code", "area", "facility_type", "named_type"]]
    )


def facilities_of(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the facilities of ``rows`` (keyed ``by``), with what the most trusted list that knows it says."""
    facilities = rows.groupby(by, as_index=False).agg(
        province_code=("province_code", "first"),
        area=("area", "first"),
        named_type=("named_type", "first"),
        any_type=("facility_type", "first"),
    )
    named = rows.drop_duplicates([*by, "list_id"]).groupby(by)["list_id"]
    lists = named.agg([" ".join, "size"]).set_axis(["lists", "n_lists"], axis=1).reset_index()
    types = facilities["named_type"].fillna(facilities["any_type"]).fillna(UNKNOWN)
    known = facilities.assign(
        area=facilities["area"].fillna(UNKNOWN),
        facility_type=types,
        type_group=(types == RCI).map({True: RCI, False: OTHER}).astype("str"),
    )
    return known.merge(lists, on=by, validate="1:1")
