"""Tourism destinations: visits to a destination in a month of 2014, as the press quotes the Ministry of Tourism."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a destination in a month",
    key=("month", "destination"),
    columns={
        "month": Column("str", "month, YYYY-MM", matches=r"^2014-\d{2}$"),
        "destination": Column("str", "destination as printed; four together are the country"),
        "n_visits": Column("Int64", "visits", unit="visits", ge=0),
    },
)


def build(tourism_destinations_2014: pd.DataFrame) -> pd.DataFrame:
    """Return the visits as they are."""
    return tourism_destinations_2014
