"""Patterns of rows are those of numpy's unique, also where the sums that tell them apart are the same."""

import numpy as np
import pytest

from analysis.models.alike_rows import SEED, alike_rows


def test_each_row_has_the_pattern_of_the_first_that_equals_it():
    rng = np.random.default_rng(1)
    table, y = rng.integers(0, 2, (300, 5)).astype(float), rng.integers(0, 2, 300).astype(float)
    found = alike_rows(table, y)
    both = np.column_stack([table, y])
    np.testing.assert_array_equal(both[found.first][found.of_row], both)
    assert len(found.first) == len(np.unique(both, axis=0)) < 65
    assert (np.diff(found.first) > 0).all()


def test_values_are_added_up_by_pattern():
    found = alike_rows(np.array([[1.0], [2.0], [1.0]]))
    np.testing.assert_array_equal(found.sums(np.array([1.0, 10.0, 100.0])), [101, 10])
    np.testing.assert_array_equal(found.sums(np.array([[1.0, 2], [10, 20], [100, 200]])), [[101, 202], [10, 20]])


def test_rows_that_differ_are_told_apart_though_their_sums_are_the_same():
    first, second = np.random.default_rng(SEED).random(2)
    table = np.array([[second, 0.0], [0.0, first], [second, 0.0]])  # times the factors, both add up to first * second
    assert alike_rows(table).of_row.tolist() == [0, 1, 0]


@pytest.mark.parametrize("shape", [(0, 3), (4, 0)])
def test_tables_without_rows_or_columns(shape):
    found = alike_rows(np.empty(shape))
    assert len(found.first) == min(shape[0], 1)
    assert found.sums(np.ones(shape[0])).tolist() == [4.0] * len(found.first)
