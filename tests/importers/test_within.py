"""An impossible value becomes missing and is reported; it stops nothing, and possible ones stay."""

import datetime as dt
from types import SimpleNamespace

import polars as pl
import pytest

from analysis.importers.within import possible


@pytest.fixture
def noted():
    """A ledger that remembers what it was told."""
    lines = []

    def note_rows(rows, table, column, check, action):
        lines.append((table, column, check, action, rows["at"].to_list()))

    return SimpleNamespace(note_rows=note_rows, lines=lines)


def test_numbers_outside_their_bounds_become_missing_and_are_reported(noted):
    rows = pl.DataFrame(
        {"at": [1, 2, 3, 4], "household_size": [0, 4, 40, None], "monthly_income": [-1.0, 0.0, 9.5, None]}
    )
    kept = possible(rows, "households", noted)
    assert kept["household_size"].to_list() == [None, 4, None, None]
    assert kept["monthly_income"].to_list() == [None, 0.0, 9.5, None]
    assert noted.lines == [
        ("households", "household_size", "out_of_range", "unknown", [1, 3]),
        ("households", "monthly_income", "out_of_range", "unknown", [1]),
    ]


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_a_province_that_does_not_exist_becomes_missing(noted, dtype):
    rows = pl.DataFrame(
        {"at": [1, 2, 3], "province_code": ["25", "99", None]}, schema_overrides={"province_code": dtype}
    )
    assert possible(rows, "case_records", noted)["province_code"].to_list() == ["25", None, None]
    assert [line[4] for line in noted.lines] == [[2]]


def test_dates_of_other_centuries_become_missing(noted):
    days = [dt.date(1, 1, 1), dt.date(2020, 5, 6), dt.date(2150, 1, 1), None]
    rows = pl.DataFrame({"at": [1, 2, 3, 4], "birth_date": days})
    assert possible(rows, "case_records", noted)["birth_date"].to_list() == [None, days[1], None, None]


def test_keys_are_ours_and_stay(noted):
    rows = pl.DataFrame({"at": [1, 2, 3], "worker_key": [7, 7, None]}, schema_overrides={"worker_key": pl.UInt64})
    assert possible(rows, "case_records", noted).equals(rows)
    assert noted.lines == []


def test_possible_values_stay_as_they_are(noted):
    rows = pl.DataFrame({"at": [1, 2], "age_years": [0, 120], "sex": ["female", "unknown"]})
    assert possible(rows, "household_members", noted).equals(rows)
    assert possible(rows.clear(), "household_members", noted).equals(rows.clear())
    assert noted.lines == []
