from itertools import combinations

import numpy as np
import pytest

from analysis.models.linkage.assignment import one_to_one


def best_gain(a, b, gain):
    best = 0.0
    for n in range(1, len(a) + 1):
        for chosen in map(list, combinations(range(len(a)), n)):
            if len(set(a[chosen])) == n and len(set(b[chosen])) == n:
                best = max(best, gain[chosen].sum())
    return best


@pytest.mark.parametrize("seed", range(20))
def test_no_other_way_to_pair_gains_more(seed):
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, 4, size=(9, 2)), axis=0)
    a, b, gain = pairs[:, 0], pairs[:, 1], rng.random(len(pairs))
    chosen = one_to_one(a, b, gain)
    assert len(set(a[chosen])) == len(set(b[chosen])) == chosen.sum()
    assert gain[chosen].sum() == pytest.approx(best_gain(a, b, gain))


def test_the_best_of_all_is_not_the_greedy_one():
    a, b, gain = np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.8, 0.85])
    assert one_to_one(a, b, gain).tolist() == [False, True, True]


def test_no_pairs_no_choice():
    assert one_to_one(np.array([], dtype=int), np.array([], dtype=int), np.array([])).tolist() == []
