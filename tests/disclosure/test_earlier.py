"""Two releases of the same table: a change of a few children is not told by their difference."""

import pandas as pd
import pytest

from analysis import disclosure
from analysis.contract import Table
from analysis.disclosure import earlier
from analysis.kinds import Count, Estimate, Release

CONTRACT = Table("a place", ("place",), {}, Release(kinds={"children": Count()}, totals={"place": "all"}))


def counts(*inner: int) -> pd.DataFrame:
    n = len(inner) + 1
    return pd.DataFrame(
        {
            "place": pd.array([*(f"0{i}" for i in range(1, n)), "all"], "str"),
            "scale": pd.array(["children"] * n, "str"),
            "estimate": pd.array([*inner, sum(inner)], "Float64"),
            "withheld": pd.array([None] * n, "str"),
        }
    )


def release(*inner: int, then: pd.DataFrame | None = None) -> disclosure.Released:
    return disclosure.publishable(counts(*inner), CONTRACT, "places", "records", then)


def test_a_count_that_changed_by_less_than_ten_stands_as_it_was_shown():
    then = release(52, 80, 100).cells
    now = release(58, 80, 110, then=then)
    assert now.numbers["estimate"].tolist() == [50, 80, 110, 240]


def test_the_exact_count_behind_a_number_that_stands_is_the_one_it_was_set_from():
    first = release(52, 80, 100).cells
    second = release(58, 80, 100, then=first).cells
    assert second["exact"].tolist() == first["exact"].tolist(), "or the number would never move, by steps of nine"
    third = release(62, 80, 100, then=second)
    assert third.numbers["estimate"].tolist() == [60, 80, 100, 240]


def test_a_count_that_was_withheld_stays_withheld_until_it_changed_by_ten():
    then = release(4, 80, 100).cells
    hidden = release(4, 80, 100).numbers["estimate"].isna()
    assert hidden.tolist() == [True, True, False, False]
    now = release(11, 80, 100, then=then)
    assert now.numbers["estimate"].isna().tolist() == [True, True, False, False]
    assert (now.log["rule"] == "withheld in an earlier release").sum() == 2
    later = release(30, 95, 100, then=then)
    assert later.numbers["estimate"].tolist() == [30, 95, 100, 225]


def test_what_was_shown_cannot_hide_a_cell_that_has_become_small():
    then = release(40, 60, 100, 200).cells
    now = release(3, 60, 100, 200, then=then)
    hidden = now.numbers["estimate"].isna()
    assert hidden.tolist() == [True, False, False, False, True], "the total has changed and can hide it"


def test_a_small_cell_that_nothing_can_hide_any_more_is_not_published():
    then = release(12, 60).cells
    with pytest.raises(disclosure.DisclosureError, match="released earlier give them away"):
        release(8, 60, then=then)


def test_the_cells_of_a_release_are_what_the_next_one_is_compared_with():
    cells = release(52, 80).cells
    assert tuple(cells.columns) == earlier.COLUMNS
    again = release(52, 80, then=pd.read_csv(pd.io.common.StringIO(cells.to_csv(index=False))))
    pd.testing.assert_frame_equal(again.numbers, release(52, 80).numbers)
    pd.testing.assert_frame_equal(again.cells, cells)


def test_a_count_that_moves_back_is_told_as_it_was_told_before():
    first = release(100, 200).cells
    second = release(113, 200, then=first).cells
    both = pd.concat([first.assign(release="one"), second.assign(release="two")])
    third = release(103, 200, then=both)
    assert third.numbers["estimate"].tolist() == [100, 200, 300], "103 beside 100 would tell of three children"


def test_a_file_of_another_version_is_refused():
    with pytest.raises(disclosure.DisclosureError, match="not in the form that this version writes"):
        release(100, 200, then=pd.DataFrame({"cell": ["a"], "published": [5]}))


def test_an_estimate_stands_as_long_as_the_count_it_rests_on():
    contract = Table("a place", ("place",), {}, Release(kinds={"children": Estimate()}))
    mean = counts(12).iloc[:1].assign(ci_low=pd.array([2.0], "Float64"), ci_high=pd.array([6.0], "Float64"))
    first = mean.assign(estimate=pd.array([4.17], "Float64"), n=pd.array([12], "Int64"))
    then = disclosure.publishable(first, contract, "means", "records").cells
    second = mean.assign(estimate=pd.array([4.31], "Float64"), n=pd.array([13], "Int64"), ci_high=6.5)
    now = disclosure.publishable(second, contract, "means", "records", then).numbers
    assert now[["estimate", "ci_low", "ci_high", "n"]].iloc[0].tolist() == [4.17, 2.0, 6.0, 10]
    third = second.assign(n=pd.array([22], "Int64"))
    later = disclosure.publishable(third, contract, "means", "records", then).numbers
    assert later[["estimate", "ci_high", "n"]].iloc[0].tolist() == [4.31, 6.5, 20]


def test_what_was_withheld_does_not_follow_from_what_is_shown_when_its_neighbour_has_grown():
    then = release(4, 80, 100).cells  # 4 and 80 withheld, 100 and the total shown
    now = release(40, 80, 100, then=then)
    shown = now.numbers["estimate"]
    assert shown.isna().tolist() != [False] * 4, "80 from now would give 4 away in the total of then"
    assert shown.isna().sum() >= 2
