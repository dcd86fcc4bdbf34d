"""Sums of log(1 + alpha j) and their derivatives, as they come out term by term."""

import math

import numpy as np
import pytest

from analysis.models.mixed_counts.rising import EXACT, rising

FAR = [0, 3, EXACT - 1, EXACT, EXACT + 1, 6_000, 6_000, 250_000]


def term_by_term(y, alpha):
    """Return the three sums, each rounded once."""
    found = []
    for of in (math.log1p, lambda x: x / (1 + x), lambda x: x / (1 + x) ** 2):
        steps = np.array([of(alpha * j) for j in range(max(y))])
        found.append(math.fsum(math.fsum(steps[:count]) for count in y))
    return found


@pytest.mark.parametrize("alpha", [1e-9, 1e-5, 0.003, 0.7, 40.0])
def test_far_counts_have_the_sums_of_all_their_terms(alpha):
    np.testing.assert_allclose(rising(np.array(FAR, dtype=float)).sums(alpha), term_by_term(FAR, alpha), rtol=1e-11)


def test_without_variation_there_is_nothing_to_add():
    assert rising(np.array(FAR, dtype=float)).sums(0.0) == (0, 0, 0)


def test_small_counts_are_added_one_by_one():
    found = rising(np.array([0.0, 1.0, 3.0])).sums(0.5)
    assert found[0] == pytest.approx(math.log(1.5) + math.log(2))
    assert len(rising(np.array([0.0, 1.0, 3.0])).far) == 0
