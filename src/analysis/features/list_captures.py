"""List captures: a facility, and which of the lists that are compared name it.

Place and type are those of the most trusted list that knows them. Lists of sampled communes are not compared.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features._facility_captures import LISTS, TYPE_GROUP, compared_rows, facilities_of
from analysis.features._province_groups import AREA
from analysis.imported import facility_list_rows as listed
from analysis.study import Study

_LISTED = listed.TABLE.columns

TABLE = Table(
    one_row_is="a facility on at least one of the lists compared",
    key=("facility_key",),
    columns={
        "facility_key": Column("str", "the smallest row_id of the facility's rows", matches=r"^[0-9a-f]{16}$"),
        "province_code": _LISTED["province_code"],
        "area": AREA,
        "facility_type": _LISTED["facility_type"],
        "type_group": TYPE_GROUP,
        "lists": LISTS,
        "n_lists": Column("Int64", "how many these are", unit="lists", ge=1),
    },
)


def build(
    facility_list_rows: pd.DataFrame,
    facility_links: pd.DataFrame,
    areas: pd.DataFrame,
    provinces: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every facility with the lists that name it, as rows are linked best."""
    rows = compared_rows(facility_list_rows, areas, provinces, study)
    linked = rows.merge(facility_links[["row_id", "facility_key"]], on="row_id", validate="1:1")
    return facilities_of(linked, ["facility_key"])[list(TABLE.columns)]
