"""Words: numbers, intervals and lists are said as a reader would say them, and what is missing is said to be."""

import pandas as pd
import pytest

from analysis import words


def row(estimate, low, high):
    return pd.Series({"estimate": estimate, "ci_low": low, "ci_high": high}, dtype="Float64")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row(679.3, 573.3, 804.9), "679 (95% interval 573 to 805)"),
        (row(0.3975, pd.NA, 26.005), "0.40 (95% interval below 26)"),
        (row(9.834, 0.7939, pd.NA), "9.8 (95% interval above 0.79)"),
        (row(16579, pd.NA, pd.NA), "16,579 (no interval)"),
        (row(pd.NA, pd.NA, pd.NA), "not known"),
    ],
)
def test_an_interval_is_said_with_the_ends_it_has(given, said):
    assert words.with_interval(given, 0.95) == said


def test_the_confidence_that_was_asked_for_is_said():
    assert words.with_interval(row(2.0, 1.0, 4.0), 0.8) == "2.0 (80% interval 1.0 to 4.0)"


@pytest.mark.parametrize(("share", "said"), [(0.38, "38%"), (0.057, "5.7%"), (0.004, "0.40%"), (0, "0%")])
def test_a_share_is_said_in_percent(share, said):
    assert words.percent(share) == said


def test_what_is_missing_is_not_zero():
    assert words.percent(pd.NA) == words.number(pd.NA) == "not known"
    assert words.number(0) == "0"


def test_a_count_is_said_in_full_and_a_measurement_rounded():
    assert (words.number(9), words.number(16579), words.number(9.04), words.number(293.03)) == (
        "9",
        "16,579",
        "9.0",
        "293",
    )


@pytest.mark.parametrize(
    ("names", "said"), [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_is_said_as_in_a_sentence(names, said):
    assert words.listed(names) == said


def test_a_readable_table_has_printed_numbers_and_a_dash_where_nothing_is_known():
    frame = pd.DataFrame({"place": ["Kep", None], 2015: [9, None], "is_poor": [True, False]}).convert_dtypes()
    shown = words.readable(frame.rename_axis("row").rename_axis("what", axis="columns"))
    assert shown.to_numpy().tolist() == [["Kep", "9", "yes"], ["–", "–", "no"]]
    assert list(shown.columns) == ["place", 2015, "is_poor"]
    assert (shown.index.name, shown.columns.name) == ("row", "what")
    assert frame[2015].tolist() == [9, pd.NA], "the table itself stays as it is"
