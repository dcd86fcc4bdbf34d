"""Trend segments: one claim of the series of institutions and children, and what it may be joined with."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a claim of the series",
    key=("claim_id",),
    columns={
        "claim_id": Column("str", "the claim"),
        "year": Column("Int64", "year it stands at", ge=2000),
        "basis": Column("str", "how it was counted"),
        "segment": Column("str", "only claims of one segment are joined"),
        "reason": Column("str", "why"),
    },
)


def build(trend_segments_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings on the series as they are."""
    return trend_segments_ruled
