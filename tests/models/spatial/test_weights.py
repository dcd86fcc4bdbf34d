"""Who is whose neighbour: symmetric, nobody his own, blocks by group, rows that sum to 1, islands left out."""

import numpy as np
import pytest

from analysis.models.spatial import block_weights, pair_weights, row_standardised
from analysis.models.spatial.weights import checked

LINE = pair_weights([("a", "b"), ("b", "c"), ("c", "d")], ["a", "b", "c", "d"])


def test_a_pair_is_one_border_however_often_and_whichever_way_it_is_given():
    again = pair_weights([("b", "a"), ("a", "b"), ("c", "b"), ("d", "c")], ["a", "b", "c", "d"])
    expected = [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    assert again.toarray().tolist() == LINE.toarray().tolist() == expected


@pytest.mark.parametrize(("pairs", "said"), [([("a", "z")], "among the codes: z"), ([("a", "a")], "with itself")])
def test_pairs_that_are_no_borders_are_refused(pairs, said):
    with pytest.raises(ValueError, match=said):
        pair_weights(pairs, ["a", "b"])


def test_a_code_given_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        pair_weights([], ["a", "a"])


def test_places_of_a_group_are_neighbours_and_those_of_neighbouring_groups_less_so():
    weights = block_weights(["p", "p", "q", "r"], neighbours=[("p", "q"), ("q", "elsewhere")], between=0.5)
    expected = [[0, 1, 0.5, 0], [1, 0, 0.5, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0]]
    assert weights.toarray().tolist() == expected
    assert block_weights(["p", "p", "q", "r"]).sum() == 2


def test_a_weight_between_groups_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        block_weights(["p", "q"], between=1.5)


def test_rows_sum_to_1_and_the_row_of_an_island_stays_empty():
    sums = row_standardised(block_weights(["p", "p", "p", "q"])).sum(axis=1)
    assert np.allclose(sums, [1, 1, 1, 0])


def test_an_island_is_left_out():
    weights = pair_weights([("a", "b"), ("b", "c"), ("c", "d")], ["a", "b", "island", "c", "d"])
    values, linked, is_linked = checked([1.0, 2.0, 99.0, 3.0, 4.0], weights)
    assert values.tolist() == [1, 2, 3, 4]
    assert linked.toarray().tolist() == LINE.toarray().tolist()
    assert is_linked.tolist() == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("values", "weights", "said"),
    [
        ([1, 2, np.nan, 4], LINE, "missing"),
        ([1, 2, 3], LINE, "do not fit"),
        ([5, 5, 5, 5], LINE, "the same"),
        ([1, 2, 3, 4], LINE + np.eye(4), "its own neighbour"),
        ([1, 2, 3, 4], -1 * LINE, "negative"),
        ([1, 2, 3, 4], 0 * LINE, "only 0 places"),
    ],
)
def test_what_no_test_can_be_made_of_is_refused(values, weights, said):
    with pytest.raises(ValueError, match=said):
        checked(values, weights)
