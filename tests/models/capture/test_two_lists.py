"""Chapman's estimator by hand, and the draws of what two lists miss."""

import numpy as np
import pytest

from analysis.models.capture import chapman, histories, missed_by_two


def test_chapman_is_the_textbook_example():
    # 10 turtles marked, 15 caught later, 5 of them marked: 11 * 16 / 6 - 1 = 28.3 (Wikipedia, Mark and recapture: 28)
    turtles = 5 + 10 + 5 + chapman(5, 10, 5)
    assert turtles == pytest.approx(11 * 16 / 6 - 1)
    assert round(turtles) == 28


def test_the_order_of_the_counts_is_first_only_second_only_both():
    assert histories(2).tolist() == [[1, 0], [0, 1], [1, 1]]


@pytest.fixture(scope="module")
def found():
    counts = [[[20, 10, 60], [0, 0, 0]], [[22, 12, 58], [0, 0, 0]]]
    return missed_by_two(counts, 4000, 1.0, np.random.default_rng(1))


def test_each_linkage_and_stratum_has_its_own_estimate(found):
    assert found.listed.tolist() == [[90, 0], [92, 0]]
    assert found.expected[:, 0] == pytest.approx([20 * 10 / 61, 22 * 12 / 59])


def test_an_empty_stratum_misses_none(found):
    assert (found.expected[:, 1] == 0).all()
    assert (found.drawn[..., 1] == 0).all()


def test_draws_lie_around_the_estimate_and_vary_more_than_by_chance_alone(found):
    drawn = found.drawn[..., 0]
    assert drawn.mean(axis=0) == pytest.approx(found.expected[:, 0], rel=0.1)
    assert (drawn.var(axis=0) > 1.3 * drawn.mean(axis=0)).all()


def test_no_unit_on_both_lists_or_on_one_only_still_gives_an_interval():
    found = missed_by_two([[[8, 6, 0], [9, 0, 30]]], 4000, 1.0, np.random.default_rng(2))
    high = np.quantile(found.drawn[:, 0], 0.975, axis=0)
    assert high[0] > 48
    assert high[1] >= 1


@pytest.mark.parametrize(("counts", "continuity"), [([[[1, 2]]], 1.0), ([[[1, 2, -1]]], 1.0), ([[[1, 2, 3]]], 0.0)])
def test_what_cannot_be_is_refused(counts, continuity):
    with pytest.raises(ValueError, match=r"histories|0 or more|above 0"):
        missed_by_two(counts, 10, continuity, np.random.default_rng(3))


def test_one_list_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        histories(1)
