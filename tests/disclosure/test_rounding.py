"""Rounding: to the base, outwards, to significant digits; worked by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure.rounding import outwards, significant, step_of, to_base


def test_counts_go_to_the_nearest_multiple():
    assert to_base(np.array([0, 2, 3, 7, 8, 12, 13, 98]), 5).tolist() == [0, 0, 5, 5, 10, 10, 15, 100]
    assert to_base(np.array([1, 2, 4, 5]), 3).tolist() == [0, 3, 3, 6]
    assert to_base(np.array([1, 2, 4, 5]), 3).dtype == "int64", "what is counted is whole"


def test_ends_move_outwards_and_multiples_stay():
    low, high = pd.Series([0.442, 0.3, -0.12]), pd.Series([0.637, 0.3, -0.11])
    step = pd.Series([0.05, 0.1, 0.05])
    assert 0.3 / 0.1 < 3, "arithmetic alone would move it"
    found = outwards(low, high, step)
    assert found[0].tolist() == pytest.approx([0.4, 0.3, -0.15])
    assert found[1].tolist() == pytest.approx([0.65, 0.3, -0.1])
    assert outwards(pd.Series([0.7]), pd.Series([0.6 + 0.1]), pd.Series([0.1]))[1].tolist() == pytest.approx([0.7])


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.00123456789, 6, 0.00123457),
        (-1.23456789, 6, -1.23457),
        (123456.789, 6, 123457),
        (1234567.6, 6, 1234568),
        (0.123456, 3, 0.123),
        (45.678, 3, 45.7),
        (4567.8, 3, 4568),
        (0.0, 3, 0),
    ],
)
def test_numbers_keep_significant_digits_and_whole_ones_stay_whole(value, digits, expected):
    found = significant(pd.Series([value, None], index=[7, 3], name="told", dtype="Float64"), digits)
    assert found[7] == expected
    assert pd.isna(found[3])
    assert (found.name, str(found.dtype)) == ("told", "Float64")


def test_six_digits_are_kept_where_none_are_asked_for():
    assert significant(pd.Series([0.12345678])).tolist() == [0.123457]


@pytest.mark.parametrize(("value", "expected"), [(0.123456, 0.001), (-45.6, 0.1), (4560.0, 10), (0.0, 0.001)])
def test_a_step_is_the_unit_of_the_last_digit(value, expected):
    found = step_of(pd.Series([value], index=[4], name="told", dtype="Float64"), 3)
    assert found[4] == pytest.approx(expected)
    assert found.name == "told"
