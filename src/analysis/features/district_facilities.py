"""District facilities: facilities and their residents in a district by one definition, a row for every district.

A definition says the round, whether of residential care institutions only or of all types, and whether children are
those the round reports or, where a list with the four-nights rule has the facility, those who sleep there four nights a
week. Such lists are of a sample of communes: elsewhere the reported number stands. Facilities without a number are
counted apart; those whose district is not known have a row of their own.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.study import Study

UNKNOWN = "unknown"
TYPES = {"rci": ("rci",), "all": None}  # None: whatever the type, unknown included
REPORTED, FOUR_NIGHTS = "reported", "four nights where known"
COUNTS = ["n_facilities", "n_children", "n_residents", "n_facilities_uncounted"]

TABLE = Table(
    one_row_is="a district, or all facilities without one, by one definition",
    key=("district_code", "round_id", "facility_types", "children_are"),
    columns={
        "district_code": Column("str", "four-digit code of today; unknown", matches=rf"^(\d{{4}}|{UNKNOWN})$"),
        "round_id": Column("str", "round of the lists"),
        "facility_types": Column("str", "residential care institutions only, or all", isin=tuple(TYPES)),
        "children_are": Column("str", "which number of children", isin=(REPORTED, FOUR_NIGHTS)),
        "n_facilities": Column("Int64", "facilities", unit="facilities", ge=0),
        "n_children": Column("Int64", "under-18s of the facilities with a number", unit="children", ge=0),
        "n_residents": Column(
            "Int64", "residents of any age of those with numbers of children and adults", unit="people", ge=0
        ),
        "n_facilities_uncounted": Column("Int64", "facilities without a number of children", unit="facilities", ge=0),
    },
)


def build(
    facility_panel: pd.DataFrame,
    facility_links: pd.DataFrame,
    facility_list_rows: pd.DataFrame,
    districts: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every district by every definition the lists allow; no row without a list."""
    if facility_panel.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    known = facility_panel["district_code"].isin(districts["district_code"])
    facilities = facility_panel.assign(district_code=facility_panel["district_code"].where(known, UNKNOWN))
    four_nights = _four_nights(facility_links, facility_list_rows, study.driver_effects.four_nights_makers)
    counted = [(REPORTED, facilities)]
    if len(four_nights):
        counted.append((FOUR_NIGHTS, _recounted(facilities, four_nights)))
    every = [*districts["district_code"], UNKNOWN]
    return pd.concat(
        [
            _summed(_of_types(of_round, types), every).assign(
                round_id=round_id, facility_types=types, children_are=children_are
            )
            for children_are, counted_facilities in counted
            for round_id, of_round in counted_facilities.groupby("round_id")
            for types in TYPES
        ]
    )


def _four_nights(links: pd.DataFrame, rows: pd.DataFrame, makers: tuple[str, ...]) -> pd.Series:
    """Return the under-18s by facility from the lists that ask for four nights a week; of two rows the larger."""
    columns = ["row_id", "residents_u18", "residents_u18_f", "residents_u18_m"]
    listed = links.merge(rows[columns], on="row_id", validate="1:1")
    listed = listed[listed["list_id"].str.startswith(makers)]
    by_sex = listed["residents_u18_f"] + listed["residents_u18_m"]
    return listed["residents_u18"].fillna(by_sex).groupby(listed["facility_key"]).max().dropna()


def _recounted(facilities: pd.DataFrame, four_nights: pd.Series) -> pd.DataFrame:
    counted = facilities["facility_key"].map(four_nights).astype("Int64")
    return facilities.assign(n_children=counted.fillna(facilities["n_children"]))


def _of_types(facilities: pd.DataFrame, types: str) -> pd.DataFrame:
    kept = TYPES[types]
    return facilities if kept is None else facilities[facilities["facility_type"].isin(kept)]


def _summed(facilities: pd.DataFrame, every: list[str]) -> pd.DataFrame:
    """Return sums by district over the facilities that have a number; what is missing is not taken as none."""
    has_number = facilities["n_children"].notna()
    of_each = pd.DataFrame(
        {
            "district_code": facilities["district_code"],
            "n_facilities": 1,
            "n_children": facilities["n_children"].fillna(0),
            "n_residents": (facilities["n_children"] + facilities["n_adults"]).fillna(0),
            "n_facilities_uncounted": (~has_number).astype("Int64"),
        }
    )
    return of_each.groupby("district_code")[COUNTS].sum().reindex(every, fill_value=0).reset_index()
