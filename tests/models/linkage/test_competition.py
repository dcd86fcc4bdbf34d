"""Probabilities under competition against all linkages of small lists, counted out."""

from itertools import combinations

import numpy as np
import pytest

from analysis.models.linkage.competition import Competition


def by_enumeration(edges, odds):
    """Return the probability of each pair from the products of odds of all one-to-one linkages."""
    total, with_pair = 0.0, np.zeros(len(edges))
    for n in range(len(edges) + 1):
        for chosen in combinations(range(len(edges)), n):
            rows = [row for pair in chosen for row in edges[pair]]
            if len(set(rows)) == len(rows):
                weight = np.prod([odds[pair] for pair in chosen])
                total += weight
                with_pair[list(chosen)] += weight
    return with_pair / total


def by_messages(edges, odds):
    a, b = np.array(edges).T
    lists = np.array([0] * 10 + [1] * 10)
    return Competition.of(a, b, lists).probabilities(np.log(odds), n_sweeps=200)


@pytest.mark.parametrize(
    "edges",
    [
        [(0, 10)],
        [(0, 10), (0, 11), (0, 12)],
        [(0, 10), (1, 10), (1, 11), (2, 11), (2, 12)],
        [(0, 10), (1, 10), (2, 10), (2, 11)],
    ],
)
def test_without_a_ring_probabilities_are_exact(edges):
    odds = np.random.default_rng(1).lognormal(0, 2, len(edges))
    assert by_messages(edges, odds) == pytest.approx(by_enumeration(edges, odds), abs=1e-3)


def test_with_a_ring_they_are_near():
    edges = [(0, 10), (0, 11), (1, 10), (1, 11)]
    odds = np.array([9.0, 0.5, 0.4, 7.0])
    assert by_messages(edges, odds) == pytest.approx(by_enumeration(edges, odds), abs=0.03)


def test_two_that_nothing_tells_apart_share_their_partner():
    probability = by_messages([(0, 10), (1, 10)], np.array([1e6, 1e6]))
    assert probability == pytest.approx([0.5, 0.5], abs=1e-3)


def test_rows_of_a_third_list_do_not_compete():
    competition = Competition.of(np.array([0, 0]), np.array([1, 2]), np.array([0, 1, 2]))
    assert competition.probabilities(np.log([4.0, 4.0]), 50) == pytest.approx([0.8, 0.8])


def test_great_odds_stay_finite():
    assert by_messages([(0, 10)], np.array([1e300]))[0] == pytest.approx(1)
