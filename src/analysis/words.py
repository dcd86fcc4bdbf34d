"""Words: how a number, an interval and a list are said in a sentence. Pure: values in, text out."""

from collections.abc import Iterable
from numbers import Integral

import pandas as pd

from analysis.charts import in_print

NOT_KNOWN = "not known"


def percent(share: float) -> str:
    """Return a share of 0 to 1 in percent, with one decimal below ten: 0.38 is ``38%``."""
    return NOT_KNOWN if pd.isna(share) else f"{in_print(100 * share)}%"


def number(value: float) -> str:
    """Return a number as it is printed, a whole number in full, or ``not known``."""
    if pd.isna(value):
        return NOT_KNOWN
    return f"{value:,}" if isinstance(value, Integral) else in_print(value)


def with_interval(row: pd.Series, confidence: float) -> str:
    """Return ``estimate`` with ``ci_low`` and ``ci_high``: ``679 (95% interval 573 to 805)``.

    An end that is missing is said to be open; an estimate without any interval says so.
    """
    if pd.isna(row["estimate"]):
        return NOT_KNOWN
    low, high = row["ci_low"], row["ci_high"]
    if pd.isna(low) and pd.isna(high):
        return f"{in_print(row['estimate'])} (no interval)"
    ends = (
        f"below {in_print(high)}"
        if pd.isna(low)
        else f"above {in_print(low)}"
        if pd.isna(high)
        else f"{in_print(low)} to {in_print(high)}"
    )
    return f"{in_print(row['estimate'])} ({percent(confidence)} interval {ends})"


def listed(names: Iterable[str]) -> str:
    """Return names as in a sentence: ``a, b and c``, or ``none``."""
    *first, last = [*names] or ["none"]
    return f"{', '.join(first)} and {last}" if first else last


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` as text: numbers as they are printed, yes and no, an en dash where nothing is known."""
    return frame.apply(_printed)


def _printed(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values.dtype):
        said = values.map({True: "yes", False: "no"}, na_action="ignore")
    elif pd.api.types.is_numeric_dtype(values.dtype):
        said = values.map(number, na_action="ignore")
    else:
        said = values
    return said.astype("object").where(values.notna(), "–")
