"""Printed units into ours: percent to share (0 to 1), metres to kilometres.

A printed number that cannot be read stays as it is, so that the table's contract reports it with its line.
"""

import pandas as pd


def with_shares(printed: pd.DataFrame) -> pd.DataFrame:
    """Return ``printed`` with each percent column (``_pct``) as a share of the same place (``_share``)."""
    percents = [column for column in printed.columns if "_pct" in column]
    return printed.assign(**{column: scaled(printed[column], 100) for column in percents}).rename(
        columns={column: column.replace("_pct", "_share") for column in percents}
    )


def scaled(printed: pd.Series, divisor: float) -> pd.Series:
    """Return the printed numbers divided by ``divisor``; text that is no number is returned as it is."""
    numbers = pd.to_numeric(printed, errors="coerce")
    return (numbers / divisor).astype("object").where(numbers.notna(), printed)
