"""A date is read from every way it is written, and nothing else is taken for one."""

import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.importers import dates

REPEATABLE = settings(derandomize=True, database=None, deadline=None, max_examples=150)
KHMER_MONTHS = "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ".split()  # noqa: SIM905
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
WAYS = {
    "api": lambda day: day.isoformat(),
    "time": lambda day: f"{day.isoformat()}T16:52:00.000Z",
    "native": lambda day: f"{day.isoformat()} 00:00:00",
    "slashes": lambda day: f"{day:%Y/%m/%d}",
    "zone": lambda day: f"{day:%Y/%m/%d} 16:52:00 +0000",
    "long": lambda day: f"{day.day} {day:%B %Y}",
    "short": lambda day: f"{day:%d-%b-%Y}",
    "month_first": lambda day: f"{day:%B} {day.day}, {day.year}",
    "day_first": lambda day: f"{day:%d/%m/%Y}",
    "dots": lambda day: f"{day.day}.{day.month}.{day.year}",
    "khmer": lambda day: f"{day.day} {KHMER_MONTHS[day.month - 1]} {day.year}".translate(KHMER_DIGITS),
    "khmer_words": lambda day: f"ថ្ងៃទី{day.day} ខែ{KHMER_MONTHS[day.month - 1]} ឆ្នាំ{day.year}".translate(KHMER_DIGITS),
    "serial": lambda day: str((day - datetime.date(1899, 12, 30)).days),
}


def parsed(*texts: str | None, day_first: bool = True) -> list[datetime.date | None]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(dates.parsed_date(pl.col("text"), day_first)).to_series().to_list()


@pytest.mark.parametrize("way", WAYS)
@REPEATABLE
@given(day=st.dates(datetime.date(1930, 1, 1), datetime.date(2099, 12, 31)))
def test_t09_a_day_is_read_from_every_way_it_is_written(way: str, day: datetime.date) -> None:
    assert parsed(WAYS[way](day)) == [day]


@REPEATABLE
@given(text=st.text(alphabet="0123456789/-. :TZ,abceJunMay១២ខែ", max_size=24))
def test_any_text_is_a_date_or_missing_and_never_an_error(text: str) -> None:
    (day,) = parsed(text)
    assert day is None or 1 <= day.year <= 9999


@pytest.mark.parametrize(
    "text",
    ["", "2015", "x", "12 years 3 months", "11/6/08", "11 June 2008, 12 July 2009", "0999 123 456", "31/02/2020"],
)
def test_what_is_not_one_date_is_missing(text: str) -> None:
    assert parsed(text, None) == [None, None]


@pytest.mark.parametrize(
    ("text", "by_day", "by_month"),
    [
        ("11/06/2008", datetime.date(2008, 6, 11), datetime.date(2008, 11, 6)),
        ("13/06/2008", datetime.date(2008, 6, 13), datetime.date(2008, 6, 13)),
        ("06-13-2008 10:00", datetime.date(2008, 6, 13), datetime.date(2008, 6, 13)),
    ],
)
def test_the_order_of_day_and_month_matters_only_where_both_are_possible(text, by_day, by_month) -> None:
    assert parsed(text) == [by_day]
    assert parsed(text, day_first=False) == [by_month]


def test_t09_an_exchangeable_day_and_month_is_told() -> None:
    texts = pl.DataFrame({"text": ["11/06/2008", "11/11/2008", "13/06/2008", "11 June 2008", None]})

    assert texts.select(dates.is_ambiguous(pl.col("text"))).to_series().to_list() == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["11/06/2008", "13/06/2008"], True),
        (["11/06/2008", "06/13/2008"], False),
        (["11/06/2008", "2008-06-13"], None),
        (["13/06/2008", "06/13/2008"], None),
    ],
)
def test_t09_other_dates_of_a_column_settle_the_order(texts: list[str], order: bool | None) -> None:
    assert dates.is_day_first(pl.Series(texts)) is order


def test_t16_a_date_outside_the_calendar_is_told_from_other_words() -> None:
    texts = ["22012-01-01", "31 June 2008", "30/02/2011", "1800-06-25", "2011-05-06", "unknown", None]
    told = pl.DataFrame({"text": texts}).select(dates.is_impossible(pl.col("text"))).to_series().to_list()

    assert told == [True, True, True, False, False, False, False]
    assert parsed("22012-01-01", "1800-06-25") == [None, datetime.date(1800, 6, 25)]


def test_there_is_no_year_nought():
    cells = pl.DataFrame({"text": ["0000-01-01", "01/01/0000", "0001-01-01"]})
    assert cells.select(dates.parsed_date(pl.col("text")))["text"].dt.year().to_list() == [None, None, 1]


@pytest.mark.parametrize("text", ["2023-02-30", "2023-13-01", "2023-00-10", "0999-01-01", "1000-01-01", "2024-02-29"])
def test_a_date_as_machines_write_it_is_read_as_with_a_time_behind(text):
    plain, careful = pl.DataFrame({"day": [text, f"{text} 00:00"]}).select(dates.parsed_date(pl.col("day")))["day"]
    assert plain == careful
