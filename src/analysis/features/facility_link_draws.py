"""Facility link draws: the same rows linked again and again, as their probabilities allow.

What is estimated from facilities is estimated in each draw; how far the draws differ is what linking leaves unsure.
What a person ruled holds in every draw.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, Table
from analysis.features._linkage import ROW_ID, check_rows_are_known, settings_of
from analysis.models import linkage
from analysis.study import Study

TABLE = Table(
    one_row_is="a row of a facility list in one plausible linkage",
    key=("draw", "row_id"),
    columns={
        "draw": Column("Int64", "number of the linkage", ge=1),
        "row_id": Column("str", "the row", matches=ROW_ID),
        "facility_key": Column("str", "the smallest row_id of the facility's rows in this linkage", matches=ROW_ID),
    },
)


def build(
    facility_pairs: pd.DataFrame,
    facility_list_rows: pd.DataFrame,
    facility_matches: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return every row of every list with its facility, in each of the linkages drawn."""
    rows = facility_list_rows[["row_id", "list_id"]]
    check_rows_are_known(facility_matches, rows["row_id"])
    return linkage.draws(
        facility_pairs,
        rows["row_id"],
        rows["list_id"],
        facility_matches,
        study.linkage.n_draws,
        settings_of(study),
        rng,
    )
