"""Tourist arrivals: international arrivals in a year, 2004 to 2023, as Wikipedia cites the Ministry of Tourism."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a year",
    key=("year",),
    columns={
        "year": Column("Int64", "year", unit="year", ge=2004),
        "n_arrivals": Column("Int64", "international arrivals", unit="arrivals", ge=0),
    },
)


def build(tourist_arrivals_printed: pd.DataFrame) -> pd.DataFrame:
    """Return the series as it is."""
    return tourist_arrivals_printed
