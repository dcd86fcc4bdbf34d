"""District facility draws: facilities in a district in each of the linkages drawn, for the round of the driver models.

Every draw makes its own panel of the round, so that a facility taken for two, or two for one, moves the counts.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features import facility_panel
from analysis.features.district_facilities import TYPES
from analysis.study import Study

TABLE = Table(
    one_row_is="a district in one plausible linkage, by which facilities are counted",
    key=("draw", "district_code", "facility_types"),
    columns={
        "draw": Column("Int64", "number of the linkage", ge=1),
        "district_code": Column("str", "four-digit code of today", matches=r"^\d{4}$"),
        "facility_types": Column("str", "residential care institutions only, or all", isin=tuple(TYPES)),
        "n_facilities": Column("Int64", "facilities", unit="facilities", ge=0),
    },
)


def build(
    facility_link_draws: pd.DataFrame,
    facility_list_rows: pd.DataFrame,
    areas: pd.DataFrame,
    provinces: pd.DataFrame,
    districts: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every district in every draw; facilities whose district is not known are in none."""
    counts = []
    for draw, links in facility_link_draws.groupby("draw"):
        panel = facility_panel.build(facility_list_rows, links, areas, provinces, study)
        of_round = panel[panel["round_id"] == study.driver_effects.round_id]
        counts += [_counted(of_round, types, districts).assign(draw=draw) for types in TYPES]
    return pd.concat(counts, ignore_index=True) if counts else pd.DataFrame(columns=list(TABLE.columns))


def _counted(facilities: pd.DataFrame, types: str, districts: pd.DataFrame) -> pd.DataFrame:
    kept = facilities if TYPES[types] is None else facilities[facilities["facility_type"].isin(TYPES[types])]
    n = kept["district_code"].value_counts().reindex(districts["district_code"], fill_value=0)
    return n.rename("n_facilities").reset_index().assign(facility_types=types)
