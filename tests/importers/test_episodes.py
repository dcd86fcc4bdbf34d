"""A contact belongs to the episode that was running on its day."""

import datetime as dt

import polars as pl

from analysis.importers.episodes import with_case_id

EPISODES = pl.DataFrame(
    {
        "case": [1, 1, 1, 2, 3],
        "case_id": [11, 12, 13, 21, 31],
        "episode": [1, 2, 3, 1, 1],
        "starts_on": [dt.date(2020, 1, 1), dt.date(2021, 1, 1), None, dt.date(2022, 1, 1), None],
    }
)


def case_id(case: int, day: dt.date | None) -> int | None:
    rows = pl.DataFrame({"case": [case], "day": [day]}, schema_overrides={"day": pl.Date})
    return with_case_id(rows, EPISODES, pl.col("day"))["case_id"].item()


def test_the_latest_episode_that_had_begun():
    assert case_id(1, dt.date(2020, 6, 1)) == 11
    assert case_id(1, dt.date(2021, 1, 1)) == 12
    assert case_id(1, dt.date(2020, 12, 31)) == 11


def test_what_lies_before_all_belongs_to_the_first_and_what_has_no_date_to_the_last():
    assert case_id(1, dt.date(2019, 1, 1)) == 11
    assert case_id(1, None) == 13


def test_a_case_of_one_episode_needs_no_date():
    assert case_id(2, dt.date(2001, 1, 1)) == 21
    assert case_id(3, None) == 31


def test_a_row_without_a_case_gets_none():
    assert case_id(9, dt.date(2020, 6, 1)) is None


def test_no_row_is_lost_or_doubled():
    days = [dt.date(2020, 6, 1), None, dt.date(2021, 6, 1)] * 3
    rows = pl.DataFrame({"case": [1, 2, 3] * 3, "day": days, "n": range(9)})
    assert sorted(with_case_id(rows, EPISODES, pl.col("day"))["n"]) == list(range(9))
