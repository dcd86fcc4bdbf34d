"""What withholding a cell costs, and how wide its interval must be: the gate's question to the choice of cells."""

import numpy as np
import pandas as pd
import pytest
from small_problems import problem

from analysis import study as choices
from analysis.contract import Table
from analysis.disclosure import gate
from analysis.disclosure.cells import cells_of
from analysis.disclosure.earlier import standing
from analysis.disclosure.problem import Problem
from analysis.disclosure.secondary import withheld
from analysis.kinds import Count, Release


def decided(children: dict[str, int], least_rows: int = 10) -> Problem:
    """Return what is to be decided of towns and their total."""
    counts = [*children.values(), sum(children.values())]
    rows = pd.DataFrame({"place": pd.array([*children, "all"], "str"), "estimate": pd.array(counts, "Int64")})
    release = Release(kinds={"": Count()}, totals={"place": "all"}, harmless="made for this test")
    cells = cells_of(rows, Table("a place", ("place",), {}, release), "towns")
    rules = choices.load().disclosure.changed("least_rows", least_rows)
    exact = cells.frame["exact"].to_numpy("int64")
    then = standing(cells.frame, pd.Series([10] * len(exact)), None)
    return gate._problem(cells, exact // 5 * 5, exact < least_rows, then, rules)


def test_large_numbers_and_totals_cost_most():
    """1 + log(1 + count), and of a total the root of one and its parts times as much."""
    expected = [1.0, 1 + np.log(21), 1 + np.log(51), (1 + np.log(71)) * 2]
    assert decided({"01": 0, "02": 20, "03": 50}).weights == pytest.approx(expected)


@pytest.mark.parametrize("order", [["01", "02", "all"], ["all", "02", "01"]])
def test_of_two_numbers_of_one_size_the_total_stays(order):
    """2 rounds to 0, so that the other part and the total are both 50; either would hide it."""
    own = decided({"01": 2, "02": 50})
    at = np.array([["01", "02", "all"].index(name) for name in order])
    turned = problem(own.steps[at], own.relations.toarray()[:, at], must=own.must[at], weights=own.weights[at])
    assert {name for name, one in zip(order, withheld(turned), strict=True) if one} == {"01", "02"}


def test_a_least_number_between_two_steps_takes_the_larger():
    own = decided({"01": 2, "02": 50, "03": 100}, 12)
    assert own.width.tolist() == [3] * 4, "12 is more than two steps of 5"
    assert withheld(own).tolist() == [True, True, False, False]
