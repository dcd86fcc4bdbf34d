"""Case facility types: of what type the facilities are that case records name, told by facility lists.

A case record names a facility in words. It is the facility of a list only where the words are the same, apart from
case and punctuation, and rows of that name are of one type; no likeness is guessed here. No name leaves this step.

ASSUME: facilities of one name are of the type that the lists give it; a list may be years older than the placement.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.imported.facility_list_rows import TABLE as LIST_ROWS
from analysis.imported.placements import TABLE as PLACEMENTS

UNKNOWN = "unknown"
NOT_LETTERS = r"[^0-9a-z\u1780-\u17ff]+"  # of names: small Latin letters, digits and Khmer stay

TABLE = Table(
    one_row_is="a facility that case records name",
    key=("facility_id",),
    columns={
        "facility_id": Column("str", "the facility as a code", matches=PLACEMENTS.columns["facility_id"].matches),
        "facility_type": Column(
            "str",
            "its type in the lists; unknown where no list has the name, or with several types",
            isin=LIST_ROWS.columns["facility_type"].isin,
        ),
        "n_list_rows": Column("Int64", "rows of lists with its name and a type", unit="rows", ge=0),
    },
)


def build(
    case_facilities: pd.DataFrame, facility_names: pd.DataFrame, facility_list_rows: pd.DataFrame
) -> pd.DataFrame:
    """Return the facilities of case records with the type that the lists tell of their name."""
    types = facility_list_rows.set_index("row_id")["facility_type"]
    named = facility_names.melt("row_id", ["name_latin", "name_km"], value_name="name").dropna(subset="name")
    typed = named.assign(name=_compared(named["name"]), facility_type=named["row_id"].map(types))
    by_name = typed[(typed["facility_type"] != UNKNOWN) & (typed["name"] != "")].groupby("name")["facility_type"]
    told = pd.DataFrame({"type": by_name.first(), "n_types": by_name.nunique(), "n_rows": by_name.size()})
    found = told.reindex(_compared(case_facilities["facility_name"])).set_axis(case_facilities.index)
    return case_facilities[["facility_id"]].assign(
        facility_type=found["type"].where(found["n_types"] == 1, UNKNOWN),
        n_list_rows=found["n_rows"].fillna(0).astype("Int64"),
    )


def _compared(names: pd.Series) -> pd.Series:
    """Return names as they are compared: small letters, one blank for all that is no letter or digit."""
    return names.str.normalize("NFC").str.lower().str.replace(NOT_LETTERS, " ", regex=True).str.strip()
