"""What a contract says of values that nobody expects: without an end, without a place, or made to drive a terminal."""

import pandas as pd
import pytest

from analysis.contract import LARGEST_WHOLE, N_SIGNS_SHOWN, Column, ContractError, Table

TABLE = Table(
    one_row_is="a district in a year",
    key=("district", "year"),
    columns={
        "district": Column("str", "name", nullable=True),
        "year": Column("Int64", "year", nullable=True),
        "share": Column("Float64", "share", nullable=True),
        "is_urban": Column("boolean", "urban", nullable=True),
    },
)


def rows(**cells: list[str | None]) -> pd.DataFrame:
    n = len(next(iter(cells.values())))
    text = {
        "district": [f"d{at}" for at in range(n)],
        "year": ["2020"] * n,
        **dict.fromkeys(("share", "is_urban"), [None] * n),
    }
    return pd.DataFrame(text | cells, dtype="str", index=pd.RangeIndex(2, n + 2, name="line"))


def faults(frame: pd.DataFrame) -> list[str]:
    """Return what is said of each fault."""
    with pytest.raises(ContractError) as caught:
        TABLE.validated(frame, "districts")
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:-1]]


@pytest.mark.parametrize(
    "value", ["inf", "-inf", "1e999", "nan", "NaN", "9" * 400, "0x10", "1,5", "1 200", "--1", "១២"]
)
def test_what_is_no_finite_number_is_named(value):
    said = repr(value) if len(value) < N_SIGNS_SHOWN else repr(value)[: N_SIGNS_SHOWN - 1] + "…"
    assert faults(rows(share=[value])) == [f"column 'share', line 2: {said} is not a number"]
    assert faults(rows(year=[value])) == [f"column 'year', line 2: {said} is not a whole number"]


def test_a_whole_number_that_would_be_stored_as_another_one_is_named():
    assert TABLE.validated(rows(year=[str(LARGEST_WHOLE)]), "districts")["year"].tolist() == [LARGEST_WHOLE]
    assert faults(rows(year=["1e19"])) == ["column 'year', line 2: '1e19' is not a whole number"]
    assert faults(rows(year=["-99999999999999999999"]))[0].endswith("is not a whole number")


@pytest.mark.parametrize("value", ["\x1b[2J", "a\nb", "\u202etxt", "\x07"])
def test_a_value_that_would_drive_a_terminal_is_shown_as_its_codes(value):
    (said,) = faults(rows(is_urban=[value]))
    assert said.isprintable()
    assert "is not yes or no" in said


def test_a_long_value_is_cut():
    (said,) = faults(rows(is_urban=["y" * 10_000]))
    assert len(said) < N_SIGNS_SHOWN + 60


def test_rows_that_share_a_key_of_which_a_part_is_missing_are_named():
    twice = rows(district=["a", None, None, "a"], year=["2020", "2020", "2020", None])
    assert faults(twice) == ["key ('district', 'year') = (nan, 2020) stands 2 times (lines 3, 4)"]


def test_each_key_that_stands_twice_is_named_once():
    twice = rows(district=["a", "b", "a", "b", "a"])
    assert faults(twice) == [
        "key ('district', 'year') = ('a', 2020) stands 3 times (lines 2, 4, 6)",
        "key ('district', 'year') = ('b', 2020) stands 2 times (lines 3, 5)",
    ]
