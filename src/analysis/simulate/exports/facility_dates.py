"""Dates as people type them into a list, and what can be told from them afterwards."""

import datetime as dt

import numpy as np
import polars as pl

from analysis.simulate.exports.kobo_form import KHMER_DIGITS

KHMER_MONTHS = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ")
WAYS = {  # shares of the ways to type a date, by list
    "inspection": {"native": 0.5, "day_first": 0.35, "khmer": 0.15},
    "mapping": {"native": 0.6, "iso": 0.15, "words": 0.15, "day_first": 0.1},
    "informants": {"iso": 0.7, "words": 0.22, "day_first": 0.04, "month_first": 0.04},
    "estimation": {"native": 0.7, "words": 0.3},
}
SETTLED_FROM = 13  # a number that can be no month


def as_typed(dates: pl.Series, way: str, rng: np.random.Generator) -> list[dt.date | str | None]:
    """Return each date as typed: a real date of the sheet, or text."""
    shares = WAYS[way]
    ways = np.array(list(shares))[rng.choice(len(shares), len(dates), p=list(shares.values()))]
    texts = {
        "native": dates.to_list(),
        "iso": dates.dt.strftime("%Y-%m-%d").to_list(),
        "words": dates.dt.strftime("%-d %B %Y").to_list(),
        "day_first": dates.dt.strftime("%d/%m/%Y").to_list(),
        "month_first": dates.dt.strftime("%m/%d/%Y").to_list(),
        "khmer": [_in_khmer(date) for date in dates.to_list()],
    }
    return [texts[way][row] for row, way in enumerate(ways)]


def read_dates(dates: pl.Series, typed: list[dt.date | str | None]) -> tuple[pl.Series, pl.Series]:
    """Return the dates that can be told, and where day and month cannot: nothing in the column says which is first."""
    texts = pl.Series([text if isinstance(text, str) else None for text in typed], dtype=pl.String)
    parts = texts.str.extract_groups(r"^(?<first>\d\d)/(?<second>\d\d)/\d{4}$").struct.unnest().cast(pl.Int64)
    first, second = parts["first"], parts["second"]
    is_day_first = bool((first >= SETTLED_FROM).any()) and not bool((second >= SETTLED_FROM).any())
    is_month_first = bool((second >= SETTLED_FROM).any()) and not bool((first >= SETTLED_FROM).any())
    either = (first < SETTLED_FROM) & (second < SETTLED_FROM) & (first != second)
    ambiguous = either.fill_null(False) & (not (is_day_first or is_month_first))
    return pl.select(pl.when(~ambiguous).then(dates).alias(dates.name)).to_series(), ambiguous


def _in_khmer(date: dt.date | None) -> str | None:
    if date is None:
        return None
    text = f"{date.day} {KHMER_MONTHS[date.month - 1]} {date.year}"
    return text.translate(str.maketrans("".join(KHMER_DIGITS), "".join(KHMER_DIGITS.values())))
