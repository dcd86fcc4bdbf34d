"""List capture draws: how many facilities are named by which lists, in each plausible linkage of the lists.

Two rows that are taken for one facility or for two change how often the lists agree, and with it what they miss.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features._facility_captures import LISTS, TYPE_GROUP, compared_rows, facilities_of
from analysis.features._province_groups import AREA
from analysis.study import Study

TABLE = Table(
    one_row_is="the facilities of one area and type that the same lists name, in one plausible linkage",
    key=("draw", "area", "type_group", "lists"),
    columns={
        "draw": Column("Int64", "number of the linkage", ge=1),
        "area": AREA,
        "type_group": TYPE_GROUP,
        "lists": LISTS,
        "n_facilities": Column("Int64", "facilities", unit="facilities", ge=1),
    },
)


def build(
    facility_list_rows: pd.DataFrame,
    facility_link_draws: pd.DataFrame,
    areas: pd.DataFrame,
    provinces: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return the numbers of facilities by area, type and lists, in every linkage drawn."""
    rows = compared_rows(facility_list_rows, areas, provinces, study)
    ordered = rows.assign(place=range(len(rows)))
    linked = ordered.merge(facility_link_draws, on="row_id", validate="1:m").sort_values(["draw", "place"])
    facilities = facilities_of(linked, ["draw", "facility_key"])
    return facilities.groupby(list(TABLE.key)).size().rename("n_facilities").reset_index()
