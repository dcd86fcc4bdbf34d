import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage.coded import coded
from analysis.models.linkage.comparisons import COMPARISONS
from analysis.models.linkage.pairs import Pairs
from analysis.models.linkage.rivals import PriorOdds, Rivals, duplicates

ROWS = coded(pd.DataFrame({"row_id": ["a1", "a2", "b1", "b2"], "list_id": ["a", "a", "b", "b"]}))


def pairs_of(*rows: tuple[int, int]) -> Pairs:
    a, b = np.array(rows).T
    of_lists = ROWS.lists[a].astype(int) * 2 + ROWS.lists[b]
    levels = np.zeros((len(a), len(COMPARISONS)), dtype=np.uint8)
    return Pairs(a, b, levels, of_lists, ROWS.lists[a] == ROWS.lists[b])


def test_prior_odds_are_those_at_which_as_many_pairs_are_expected():
    prior = PriorOdds(np.array([10.0, 20.0]))
    prior.update(np.array([1.0, 4.0, 4.0, 2.0]))
    assert np.exp(prior.log) == pytest.approx([1 / 50, 4 / (7 * 17), 4 / (7 * 17), 2 / 200])


def test_the_more_rows_have_their_partner_the_fewer_are_left_to_choose_from():
    prior = PriorOdds(np.array([100.0, 100.0]))
    logs = []
    for n_true in (1.0, 50.0, 99.0):
        prior.update(np.full(4, n_true))
        logs.append(prior.log[1] - np.log(n_true))
    assert logs == sorted(logs)
    assert np.isfinite(logs).all()


def test_pairs_of_two_lists_compete_and_pairs_of_one_do_not():
    pairs = pairs_of((0, 1), (0, 2), (0, 3))
    rivals = Rivals.of(ROWS, pairs, np.arange(4))
    found = rivals.probabilities(np.log([4.0, 4.0, 4.0]), 50)
    assert found == pytest.approx([4 / 5, 4 / 9, 4 / 9], abs=1e-3)
    assert rivals.n_true(found, 4) == pytest.approx([4 / 5, 8 / 9, 0, 0], abs=1e-3)


def test_rows_that_a_list_has_twice_compete_as_one():
    pairs = pairs_of((0, 1), (0, 2), (1, 2))
    units = duplicates(4, pairs, np.array([0.9, 0.0, 0.0]))
    assert units.tolist() == [0, 0, 2, 3]
    rivals = Rivals.of(ROWS, pairs, units)
    found = rivals.probabilities(np.log([9.0, 1.0, 4.0]), 50)
    assert found == pytest.approx([0.9, 0.8, 0.8])
    assert rivals.n_true(found, 4) == pytest.approx([0.9, 0.8, 0, 0])


def test_pairs_keep_what_is_asked_for():
    pairs = pairs_of((0, 1), (0, 2), (0, 3))
    kept = pairs.kept(np.array([False, True, True]))
    assert kept.b.tolist() == [2, 3]
    assert kept.keys(4).tolist() == [2, 3]
    assert len(kept.levels) == len(kept.is_within) == 2


def test_candidates_come_compared_with_their_two_lists():
    same = {"name_latin": "Sokha", "commune_code": "010203"}
    rows = pd.DataFrame([same | {"row_id": "a", "list_id": "x"}, same | {"row_id": "b", "list_id": "y"}])
    found = Pairs.candidates(coded(rows))
    assert (found.a.tolist(), found.b.tolist(), found.is_within.tolist()) == ([0], [1], [False])
    assert found.of_lists.tolist() == [1]
    assert found.levels[0, 0] > 0
