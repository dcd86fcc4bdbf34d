import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage.coded import coded
from analysis.models.linkage.terms import log_adjustment, repeats


def rows_of(names, operators=None, communes=None):
    n = len(names)
    frame = {"row_id": [f"{i:03}" for i in range(n)], "list_id": ["x", "y"] * (n // 2), "name_latin": names}
    frame |= {"operator_name": operators or [None] * n, "commune_code": communes or [None] * n}
    return coded(pd.DataFrame(frame))


def adjustment(rows, a, b, repeat=None):
    repeat = np.zeros(len(rows)) if repeat is None else repeat
    return log_adjustment(rows, np.array([a]), np.array([b]), repeat)[0]


def test_a_rare_name_says_more_than_a_common_one():
    rows = rows_of(["Zuxa", "Zuxa"] + ["Bopha"] * 18)
    assert adjustment(rows, 0, 1) > 3
    assert abs(adjustment(rows, 2, 3)) < 0.1


def test_another_name_adds_nothing():
    rows = rows_of(["Zuxa", "Bopha", "Bopha", "Bopha"])
    assert adjustment(rows, 0, 1) == 0


def test_a_name_that_two_lists_have_of_one_facility_is_counted_once():
    rows = rows_of(["Dara"] * 4 + ["Bopha"] * 16)
    twice, once = np.zeros(20), np.zeros(20)
    twice[[1, 3]] = 1  # two facilities, each on both lists
    once[5::2] = 1  # eight facilities, each on both lists
    assert adjustment(rows, 0, 1, twice) > adjustment(rows, 0, 1)
    assert adjustment(rows, 0, 1, once) < adjustment(rows, 0, 1)


def test_operator_and_place_that_both_agree_are_one_term():
    operators = ["Sok Association"] * 4 + ["Dara Company"] * 8
    communes = ["010101", "010101", "020202", "020202", *["010101"] * 4, *["030303"] * 4]
    rows = rows_of([None] * 12, operators, communes)
    alone_there = adjustment(rows, 0, 1)
    with_others_there = adjustment(rows, 4, 5)
    assert alone_there > with_others_there


def test_a_row_is_a_repeat_if_an_earlier_one_is_its_facility():
    a, b, lists = np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0, 1, 1])
    found = repeats(a, b, np.array([0.5, 0.5, 0.5]), lists)
    assert found == pytest.approx([0, 0.5, 0.75])
    assert repeats(a[:1], b[:1], np.array([1.0]), lists)[1] == pytest.approx(1)
