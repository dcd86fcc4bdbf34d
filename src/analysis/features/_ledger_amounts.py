"""Amounts of a ledger in US dollars, by the rate that held on the day; what cannot be told is missing and named."""

import numpy as np
import pandas as pd

USD, UNKNOWN, NOTHING = "USD", "unknown", "nothing"
NO_AMOUNT, NO_CURRENCY, NO_RATE = LACKS = ("n_no_amount", "n_no_currency", "n_no_rate")  # as lines are counted by it


def in_usd(lines: pd.DataFrame, exchange_rates: pd.DataFrame) -> pd.DataFrame:
    """Add ``amount_usd`` and ``lacks``: what it would take to tell it where it is missing, else nothing.

    The rate is the last that began to hold on the day or before. ASSUME: a rate holds until the next one begins. US
    dollars need none, so a line in them counts without a day.
    """
    per_usd = _rates_on_the_day(lines, exchange_rates).mask(lines["currency"] == USD, 1.0)
    is_not_there = (lines["amount"].isna(), lines["currency"] == UNKNOWN, per_usd.isna())
    lacks = np.select([flag.to_numpy("bool") for flag in is_not_there], LACKS, NOTHING)
    amount = (lines["amount"] / per_usd).mask(lacks != NOTHING)
    return lines.assign(amount_usd=amount, lacks=pd.Series(lacks, lines.index, dtype="str"))


def _rates_on_the_day(lines: pd.DataFrame, exchange_rates: pd.DataFrame) -> pd.Series:
    """Return the units per US dollar, missing before the first rate and for lines without a day."""
    dated = lines[["currency", "spent_on"]].reset_index(names="line").dropna(subset="spent_on").sort_values("spent_on")
    rates = exchange_rates[["currency", "valid_from", "per_usd"]].sort_values("valid_from")
    found = pd.merge_asof(dated, rates, left_on="spent_on", right_on="valid_from", by="currency")
    return found.set_index("line")["per_usd"].reindex(lines.index).astype("Float64")
