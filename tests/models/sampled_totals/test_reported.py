"""Which areas lists name when they are made again: closed form against draws, two lists, limits."""

import numpy as np
import pytest

from analysis.models import sampled_totals


def test_the_chance_of_two_lists_is_that_of_at_least_one():
    # each list holds half of what the other has: 1 - 1/2 * 1/2
    assert sampled_totals.chance_of_report(100, 100, 50) == pytest.approx(0.75)
    assert sampled_totals.chance_of_report(80, 100, 80) == 1
    assert np.isnan(sampled_totals.chance_of_report(80, 100, 0))
    with pytest.raises(ValueError, match="both"):
        sampled_totals.chance_of_report(10, 100, 11)


@pytest.mark.parametrize("k", [0, 1, 4])
def test_an_area_is_named_again_as_often_as_by_drawing_the_unseen(k):
    rng, chance, n = np.random.default_rng(2), 0.7, 200_000
    unseen = rng.poisson(rng.gamma(k + 0.5, 1 / chance, n) * (1 - chance))  # Jeffreys' posterior of the mean number
    named = rng.binomial(k + unseen, chance) > 0
    assert sampled_totals.chance_of_report_again([k], chance)[0] == pytest.approx(named.mean(), abs=0.005)


def test_lists_that_miss_nothing_name_the_same_areas():
    populations = sampled_totals.populations_again([5, 7, 11], [0, 1, 3], 1.0, 10, np.random.default_rng(1))
    assert (populations == 18).all()


def test_areas_come_and_go_where_lists_miss_some():
    n_people, reported = np.full(200, 1000.0), np.repeat([0, 1, 2, 5], 50)
    again = sampled_totals.populations_again(n_people, reported, 0.8, 3000, np.random.default_rng(1))
    expected = (sampled_totals.chance_of_report_again(reported, 0.8) * n_people).sum()
    assert again.mean() == pytest.approx(expected, rel=0.005)
    assert again.std() > 1000


@pytest.mark.parametrize("chance", [0, 1.1, np.nan])
def test_a_chance_that_is_none_is_refused(chance):
    with pytest.raises(ValueError, match="chance"):
        sampled_totals.chance_of_report_again([1], chance)
