"""Ledger periods: one row an agency that keeps a ledger of support, with the calendar months in which it kept it.

ASSUME: an agency that keeps a ledger wrote down all it spent on its cases from the month of the first line to that of
the last; a stretch of lines far from all others is a mistyped year.
"""

import pandas as pd

from analysis.features._days_covered import FROM, UNTIL
from analysis.study import Study

UNKNOWN = "unknown"


def ledger_periods(cost_items: pd.DataFrame, choices: Study) -> pd.DataFrame:
    """Return ``agency`` and the days ``from_on`` and ``until_on`` (not of it) of the stretch with most items."""
    dated = cost_items[cost_items["spent_on"].notna() & (cost_items["agency"] != UNKNOWN)]
    ordered = dated[["agency", "spent_on"]].sort_values(["agency", "spent_on"])
    apart = ordered.groupby("agency")["spent_on"].diff().dt.days
    stretch = (apart > choices.longest_gap_days).groupby(ordered["agency"]).cumsum().rename("stretch")
    found = ordered.groupby(["agency", stretch])["spent_on"].agg(["size", "min", "max"]).reset_index()
    longest = found.sort_values(["size", "min"], ascending=False).drop_duplicates("agency").sort_values("agency")
    first, last = longest["min"].dt.to_period("M"), longest["max"].dt.to_period("M") + 1
    days = {name: month.dt.to_timestamp().astype("datetime64[us]") for name, month in ((FROM, first), (UNTIL, last))}
    return longest[["agency"]].assign(**days).reset_index(drop=True)
