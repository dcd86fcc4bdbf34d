"""Facility types: number and share of facilities of one type in Cambodia, in five provinces and in the other twenty.

From the mapping of 2014-15, which visited every facility it found and asked its staff which of five types it is.
"""

import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

TYPES = (
    "residential care institution",
    "boarding school",
    "group home",
    "pagoda or other faith-based facility",
    "transit home or temporary emergency accommodation",
)
AREAS = ("cambodia", "priority5", "other20")

TABLE = estimate_table(
    one_row_is="a type of facility in an area, as a number or as a share",
    extra={
        "claim_id": Column("str", "the claim that prints the number"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

NOTE = "Every facility found was counted, by the type its staff named: no sampling, so no interval."
DERIVED = NOTE + " The number is derived as Cambodia minus the five provinces."


def build(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities of each type and area and their share of the area's facilities."""
    counts = claims.pipe(_keep_types).pipe(_attach_totals)
    numbers = counts.assign(outcome="n_facilities", scale="facilities", estimate=counts["value"])
    shares = counts.assign(outcome="facility_share", scale="share", estimate=counts["value"] / counts["n"])
    return pd.concat([numbers, shares]).assign(ci_low=pd.NA, ci_high=pd.NA)[list(TABLE.columns)]


def _keep_types(claims: pd.DataFrame) -> pd.DataFrame:
    is_count = (claims["topic"] == "mapping") & (claims["indicator"] == "n_facilities")
    counts = claims[is_count & claims["population"].isin(TYPES) & claims["place"].isin(AREAS)]
    return counts.rename(columns={"population": "term", "place": "level"}).assign(
        note=(counts["grade"] == "C").map({True: DERIVED, False: NOTE})
    )


def _attach_totals(counts: pd.DataFrame) -> pd.DataFrame:
    """Attach the facilities of all five types; an area with a type missing or double has no total."""
    n_types = counts.groupby("level")["term"].agg(["size", "nunique"])
    faulty = n_types[(n_types != len(TYPES)).any(axis=1)].index
    if len(faulty):
        raise ValueError(
            f"claims_printed must have each of the five facility types once for {', '.join(faulty)}; "
            "correct data/raw/published/claims_printed.csv"
        )
    return counts.assign(n=counts.groupby("level")["value"].transform("sum"))
