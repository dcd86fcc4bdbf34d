"""Which cells hide a small one: relations, needs, intervals and completed choices, worked by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from small_problems import problem

from analysis.contract import Table
from analysis.disclosure import cells as cells_module
from analysis.disclosure import reasons
from analysis.disclosure.attack import Attack, differences
from analysis.disclosure.cells import cells_of, hits_and_wholes, summed, sums
from analysis.disclosure.completion import completed
from analysis.disclosure.earlier import COLUMNS, standing
from analysis.disclosure.problem import joined
from analysis.disclosure.secondary import _needs, withheld
from analysis.kinds import Count, Release, Share


def places(**columns: list) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    texts = dict.fromkeys(set(columns) & {"place", "tier"}, "str")
    return frame.astype({**dict.fromkeys(set(columns) - set(texts), "Int64"), **texts})


def test_relations_are_those_of_groups_and_totals():
    rows = places(place=["01", "02", "03", "north", "all"], estimate=[10, 20, 40, 30, 70])
    release = Release(kinds={"": Count()}, totals={"place": "all"}, within={"01": "north", "02": "north"})
    cells = cells_of(rows, Table("a place", ("place",), {}, release), "towns")
    assert cells.frame["cell"].tolist() == [
        *(f"towns|n|place={name}" for name in ("01", "02", "03", "north")),
        "towns|n|",
    ]
    assert {(tuple(parts.tolist()), total) for parts, total in sums(cells.relations)} == {((0, 1), 3), ((2, 3), 4)}
    assert summed(cells, np.array([5, 10, 15, 0, 0]), "towns").tolist() == [5, 10, 15, 15, 30]


def test_shares_that_divide_a_whole_have_it_as_their_sum_and_hits_stay_below_it():
    rows = places(tier=["high", "low", "high", "low"], place=["01", "01", "02", "02"], n_hits=[10, 30, 20, 40])
    rows = rows.assign(n=pd.array([40, 40, 60, 60], "Int64"), estimate=0.5)
    table = Table("a tier", ("place", "tier"), {}, Release(kinds={"": Share(parts="tier")}, population="children"))
    cells = cells_of(rows, table, "tiers")
    names = cells.frame["cell"].tolist()
    assert names == [
        *(f"children|hits|place={place}|tier={tier}" for place in ("01", "02") for tier in ("high", "low")),
        *("children|n|place=01|", "children|n|place=02|"),
    ]
    assert {(tuple(parts.tolist()), total) for parts, total in sums(cells.relations)} == {((0, 1), 4), ((2, 3), 5)}
    assert hits_and_wholes(cells).tolist() == [[0, 4], [1, 4], [2, 5], [3, 5]]
    assert cells.positions().tolist() == [0, 1, 2, 3, 4, 4, 5, 5]


def test_a_table_without_totals_has_no_relation():
    table = Table("a place", ("place",), {}, Release(kinds={"": Count()}))
    cells = cells_of(places(place=["01", "02"], estimate=[10, 20]), table, "towns")
    assert cells.relations.shape == (0, 2)
    assert sums(cells.relations) == []


def test_three_wrong_totals_are_named_and_not_the_fourth():
    names = [f"{at:02d}" for at in range(1, 5)]
    rows = places(
        place=[*names, *names, *names],
        tier=["high"] * 4 + ["low"] * 4 + ["all"] * 4,
        estimate=[10] * 8 + [21] * 4,
    )
    table = Table("a cell", ("place", "tier"), {}, Release(kinds={"": Count()}, totals={"tier": "all"}))
    with pytest.raises(reasons.DisclosureError, match="4 totals are not") as found:
        cells_of(rows, table, "cells")
    assert str(found.value).count("cells|n|place=") == cells_module.N_SHOWN


def test_what_each_cell_of_a_sum_needs_of_the_others():
    """1 + 20 = 21: the first falls by 1 of 2 and lacks 1; the second could fall alone, but another must give way."""
    needs = _needs(sparse.csr_array(np.array([[1.0, 1, -1]])), np.array([1, 20, 21]), np.array([2, 2, 2]))
    assert needs.toarray().tolist() == [[-1, 2, 2], [1, -1, 1], [2, 2, -2]]


def test_a_cell_is_hidden_by_the_cheapest_that_can_hide_it():
    assert withheld(problem([1, 20, 21], [[1, 1, -1]], weights=[1, 2, 3])).tolist() == [True, True, False]
    dear = problem([1, 20, 21], [[1, 1, -1]], weights=[1, 9, 5])
    assert withheld(dear).tolist() == [True, False, True]
    known = problem([1, 20, 30, 51], [[1, 1, 1, -1]], must_not=[False, True, False, False], weights=[1, 1, 2, 3])
    assert withheld(known).tolist() == [True, False, True, False]


def test_two_nearly_empty_cells_do_not_hide_each_other():
    own = problem([0, 1, 30, 31], [[1, 1, 1, -1]], weights=[1, 1, 2, 3])
    assert withheld(own).tolist() == [True, False, True, False]
    both = problem([0, 1, 30, 31], [[1, 1, 1, -1]], must=[True, True, False, False])
    assert withheld(both).sum() == 3


def test_nothing_is_withheld_where_nothing_must_be_or_nothing_adds_up():
    nothing = problem([4, 5, 9], [[1, 1, -1]], must=[False] * 3)
    assert not withheld(nothing).any()
    assert withheld(problem([1, 5], [])).tolist() == [True, False]


def test_a_cell_that_no_other_may_hide_stays():
    with pytest.raises(reasons.DisclosureError, match="give them away"):
        withheld(problem([1, 20, 21], [[1, 1, -1]], must_not=[False, True, True]))
    with pytest.raises(reasons.DisclosureError, match="give them away"):
        completed(problem([1, 20, 21], [[1, 1, -1]], must_not=[False, True, True]), np.array([True, False, False]))


@pytest.mark.parametrize(
    ("steps", "chosen", "cut"),
    [
        ([1, 20, 21], [True, True, False], []),
        ([1, 20, 21], [True, False, True], []),
        ([1, 20, 21], [True, False, False], [0]),
        ([1, 0, 1], [True, True, False], [0, 1]),  # together one step: neither moves by two
        ([2, 0, 2], [True, True, False], []),
        ([0, 0, 0], [True, False, True], []),  # both rise
    ],
)
def test_the_intervals_of_a_sum(steps, chosen, cut):
    own = problem(steps, [[1, 1, -1]])
    found = list(Attack(own, np.array(chosen)).cuts())
    assert [cell for cell, _, _ in found] == cut
    for cell, gains, room in found:
        assert gains[np.array(chosen)].sum() + room < own.width[cell], "the choice made is ruled out"
        assert gains.sum() + room >= own.width[cell], "and not every one"


def test_a_cell_that_shares_no_sum_adds_nothing_to_an_interval():
    own = problem([1, 20, 21, 50], [[1, 1, -1, 0]])
    ((cell, gains, _),) = Attack(own, own.must).cuts()
    assert (cell, gains[3]) == (0, 0)
    assert (gains[1:3] > 0).all(), "and both that share it do"


def test_a_part_does_not_rise_above_its_whole():
    """Hits 3 of 4, in steps, the whole shown: hits rise by 1 and fall by 3; where the whole is 3 they only fall."""
    own = problem([3, 4, 7], [[1, 1, -1]], below=[[0, 1]])
    assert list(Attack(own, np.array([True, True, False])).cuts()) == []
    tight = problem([1, 1, 2], [[1, 1, -1]], below=[[0, 1]])
    assert [cell for cell, _, _ in Attack(tight, np.array([True, True, False])).cuts()] == [0, 1]
    pairs = differences(np.array([[0, 2], [1, 2]]), 3).toarray()
    assert pairs.tolist() == [[1, 0, -1], [0, 1, -1]]


def test_a_choice_is_completed_by_the_cheapest_and_spares_what_it_can():
    own = problem([1, 20, 30, 51], [[1, 1, 1, -1]], weights=[1, 2, 3, 4])
    assert completed(own, np.array([True, False, False, False])).tolist() == [True, True, False, False]
    assert completed(own, np.array([True, True, True, True])).tolist() == [True, True, False, False]
    dearest = problem([1, 20, 30, 51], [[1, 1, 1, -1]], weights=[9, 2, 3, 4])
    assert completed(dearest, np.array([True] * 4)).tolist() == [True, True, False, False], "what must be stays"
    known = problem([1, 20, 30, 51], [[1, 1, 1, -1]], weights=[1, 2, 3, 4], must_not=[False, True, False, False])
    assert completed(known, np.array([True, False, False, False])).tolist() == [True, False, True, False]


def test_a_choice_is_completed_through_two_sums():
    """a + b = t and a + c = u: hiding a takes one cell of each."""
    own = problem([1, 20, 30, 21, 31], [[1, 1, 0, -1, 0], [1, 0, 1, 0, -1]], weights=[1, 2, 2, 5, 5])
    assert completed(own, own.must).tolist() == [True, True, True, False, False]
    assert withheld(own).tolist() == [True, True, True, False, False]


def test_a_choice_is_completed_downwards_where_nothing_can_rise():
    """The part may not rise above its whole, which is known; it falls, and another rises."""
    own = problem(
        [4, 4, 20, 24], [[1, 0, 1, -1]], below=[[0, 1]], must_not=[False, True, False, False], weights=[1, 1, 2, 9]
    )
    assert completed(own, own.must).tolist() == [True, False, True, False]


def released_before(**columns: list) -> pd.DataFrame:
    plain = {"unit": "children", "estimate": None, "ci_low": None, "ci_high": None}
    frame = pd.DataFrame(plain | columns, index=range(len(columns["cell"])))
    return frame[[*COLUMNS, *(frame.columns.difference(list(COLUMNS)))]]


def test_cells_of_then_that_have_changed_are_cells_of_their_own():
    """a grew from 1 to 8 steps beside b and their total: of then a is withheld and b, standing, is the same cell."""
    now = problem([8, 20, 28], [[1, 1, -1]], must=[False] * 3)
    frame = pd.DataFrame({"cell": ["a", "b", "t"], "exact": [40, 100, 140]})
    then = released_before(
        cell=["a", "b", "t"], exact=[4, 100, 104], rounded=[5, 100, 105], is_shown=[False, False, True]
    )
    stands = standing(frame, pd.Series([10] * 3), then)
    assert stands.is_near.tolist() == [False, True, False]
    assert stands.is_kept_back.tolist() == [False, True, False]
    both = joined(now, frame["cell"], stands, then, 5)
    assert both.steps.tolist() == [8, 20, 28, 1, 21]
    assert both.must.tolist() == [False, False, False, True, False]
    assert both.must_not.tolist() == [False, False, False, False, True]
    assert both.relations.toarray().tolist() == [[1, 1, -1, 0, 0], [0, 1, 0, 1, -1]]
    assert both.width.tolist() == [2] * 5
    assert withheld(both)[1], "b of now would give a of then away"


def test_a_pair_of_then_is_kept_where_one_of_it_has_changed():
    now = problem([8, 20, 28], [[1, 1, -1]], below=[[0, 1], [1, 2]])
    frame = pd.DataFrame({"cell": ["a", "b", "t"], "exact": [40, 100, 140]})
    then = released_before(cell=["a", "b"], exact=[4, 100], rounded=[5, 100], is_shown=[False, True])
    both = joined(now, frame["cell"], standing(frame, pd.Series([10] * 3), then), then, 5)
    assert both.steps.tolist() == [8, 20, 28, 1], "the total was not there then"
    assert both.below.tolist() == [[0, 1], [1, 2], [3, 1]]
    assert both.relations.shape == (1, 4), "and so no sum of then is known"
    grown = released_before(cell=["a", "b"], exact=[40, 4], rounded=[40, 5], is_shown=[True, False])
    other = joined(now, frame["cell"], standing(frame, pd.Series([10] * 3), grown), grown, 5)
    assert other.below.tolist() == [[0, 1], [1, 2], [0, 3]], "the first cell stands, the second is another"
    total = released_before(
        cell=["a", "b", "t"], exact=[40, 100, 4], rounded=[40, 100, 5], is_shown=[True, True, False]
    )
    third = joined(now, frame["cell"], standing(frame, pd.Series([10] * 3), total), total, 5)
    assert third.below.tolist() == [[0, 1], [1, 2], [1, 3]], "a pair that stands is there once"


def test_of_several_releases_the_nearest_count_speaks():
    frame = pd.DataFrame({"cell": ["a", "b"], "exact": [52, 9]})
    then = released_before(
        cell=["a", "a", "a"],
        exact=[43, 50, 61],
        rounded=[45, 50, 60],
        is_shown=[True, True, True],
        release=["one", "two", "three"],
    )
    stands = standing(frame, pd.Series([10, 10]), then)
    assert stands.is_held.tolist() == [True, False]
    assert stands.or_else("rounded", np.array([1, 2])).tolist() == [50, 2]
    far = standing(frame.assign(exact=[71, 9]), pd.Series([10, 10]), then)
    assert not far.is_near.any(), "ten is no small change"
