"""Facility pairs: two rows of facility lists that may be one facility, with how probable that is.

Names are compared, not kept: a pair holds how far they agree, as a level. Pairs less probable than the floor of
``study.toml`` are left out. What a person ruled is not in here, so that it can be held against these probabilities.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, Table
from analysis.features._linkage import ROW_ID, settings_of
from analysis.models import linkage
from analysis.study import Study

COMPARED = {
    "name_level": "how far the names agree; 0 is unknown",
    "place_level": "how far the places agree; 0 is unknown",
    "operator_level": "how far the operators' names agree; 0 is unknown",
    "type_level": "whether the types agree; 0 is unknown",
    "year_level": "how far the years of opening agree; 0 is unknown",
}

TABLE = Table(
    one_row_is="two rows of facility lists that may be one facility",
    key=("row_id_a", "row_id_b"),
    columns={
        "row_id_a": Column("str", "the smaller row_id of the two", matches=ROW_ID),
        "row_id_b": Column("str", "the larger row_id", matches=ROW_ID),
        "list_a": Column("str", "list of row_id_a"),
        "list_b": Column("str", "list of row_id_b; the same one where it may name a facility twice"),
        "weight": Column("Float64", "evidence that they are one facility", unit="log2 of a likelihood ratio"),
        "probability": Column("Float64", "probability that they are one facility", unit="share", ge=0, le=1),
        **{level: Column("Int64", meaning, ge=0) for level, meaning in COMPARED.items()},
        "decision": Column("str", "what the probabilities alone decide", isin=("link", "review", "no")),
    },
)


def build(
    facility_list_rows: pd.DataFrame, facility_names: pd.DataFrame, study: Study, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the pairs of rows that may be one facility."""
    rows = facility_list_rows.merge(facility_names, on="row_id", how="left", validate="1:1")
    return linkage.link(rows, settings_of(study), rng).pairs
