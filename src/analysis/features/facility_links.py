"""Facility links: which rows of facility lists are one facility, by their probabilities and by what a person ruled.

A facility's key is the smallest ``row_id`` of its rows; it may change when one of its lists is exported anew.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features._linkage import ROW_ID, check_rows_are_known, settings_of
from analysis.models import linkage
from analysis.study import Study

TABLE = Table(
    one_row_is="a row of a facility list, with the facility it is taken for",
    key=("row_id",),
    columns={
        "row_id": Column("str", "the row", matches=ROW_ID),
        "list_id": Column("str", "its list"),
        "facility_key": Column("str", "the smallest row_id of the facility's rows", matches=ROW_ID),
        "probability": Column(
            "Float64",
            "of the link that holds the row to its facility: its most probable pair there; missing if it is alone, or "
            "held by a ruling only",
            unit="share",
            ge=0,
            le=1,
            nullable=True,
        ),
        "is_ruled": Column("boolean", "whether a person ruled on a pair with this row"),
        "n_lists": Column("Int64", "lists that name the facility", unit="lists", ge=1),
    },
)


def build(
    facility_pairs: pd.DataFrame, facility_list_rows: pd.DataFrame, facility_matches: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return every row of every list with its facility."""
    rows = facility_list_rows[["row_id", "list_id"]]
    check_rows_are_known(facility_matches, rows["row_id"])
    keys = linkage.clusters(
        facility_pairs, rows["row_id"], rows["list_id"], facility_matches, settings_of(study)
    ).astype("str")
    ruled = pd.concat([facility_matches["row_id_a"], facility_matches["row_id_b"]])
    links = rows.assign(
        facility_key=rows["row_id"].map(keys),
        probability=rows["row_id"].map(_probability_of_holding(facility_pairs, keys)),
        is_ruled=rows["row_id"].isin(ruled),
    )
    return links.assign(n_lists=links.groupby("facility_key")["list_id"].transform("nunique"))


def _probability_of_holding(pairs: pd.DataFrame, keys: pd.Series) -> pd.Series:
    """Return for each row the highest probability of its pairs inside its facility."""
    inside = pairs[pairs["row_id_a"].map(keys) == pairs["row_id_b"].map(keys)]
    ends = [inside[["probability"]].assign(row_id=inside[end]) for end in ("row_id_a", "row_id_b")]
    return pd.concat(ends).groupby("row_id")["probability"].max()
