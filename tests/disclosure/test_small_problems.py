"""The choice of cells and the attacker's intervals, held to everything that is possible in small random problems."""

from dataclasses import dataclass

import numpy as np
import pytest
from small_problems import deviations, protecting, small, too_narrow

from analysis.disclosure.attack import Attack
from analysis.disclosure.completion import completed
from analysis.disclosure.problem import Problem
from analysis.disclosure.reasons import DisclosureError
from analysis.disclosure.secondary import withheld

N_PROBLEMS = 300
HALVES = (497, 1906, 1975, 2683, 4233, 5626)  # where the attacker's programme alone would move cells by halves
NEARLY = 1e-6


@dataclass(frozen=True)
class Worked:
    """A problem, every table that is possible, every choice that protects, and two choices made by chance."""

    seed: int
    problem: Problem
    every: np.ndarray
    protecting: list[np.ndarray]
    made: list[np.ndarray]

    def least(self) -> float:
        return min(self.problem.weights[choice].sum() for choice in self.protecting)


@pytest.fixture(scope="module")
def worked() -> list[Worked]:
    found = []
    for seed in (*range(N_PROBLEMS), *HALVES):
        problem = small(seed)
        every = deviations(problem)
        made = [problem.must | (np.random.default_rng(seed).random(len(problem.must)) < share) for share in (0.5, 0.8)]
        found.append(Worked(seed, problem, every, protecting(problem, every), made))
    return found


def test_an_attacker_narrows_down_the_cells_that_all_possible_tables_do_and_no_other(worked):
    n_narrow = n = 0
    for own in worked:
        for made in own.made:
            found = {cell for cell, _, _ in Attack(own.problem, made).cuts()}
            assert found == too_narrow(own.problem, made, own.every), own.seed
            n, n_narrow = n + 1, n_narrow + bool(found)
    assert n / 4 < n_narrow < n * 3 / 4


def test_a_cut_rules_out_the_choice_made_and_none_that_protects(worked):
    n_cuts = 0
    for own in worked:
        for made in own.made:
            for cell, gains, room in Attack(own.problem, made).cuts():
                least = own.problem.width[cell] - NEARLY
                assert gains[made].sum() + room < least, (own.seed, cell)
                too_far = [one for one in own.protecting if one[cell] and gains[one].sum() + room < least]
                assert not too_far, (own.seed, cell)
                assert room == 0 or len(own.problem.below), "sums alone leave nothing open"
                n_cuts += 1
    assert n_cuts > 200


def test_the_cells_withheld_are_the_cheapest_that_protect_and_where_none_do_it_is_said(worked):
    n_refused = 0
    for own in worked:
        if own.protecting:
            found = withheld(own.problem)
            assert not too_narrow(own.problem, found, own.every), own.seed
            assert own.problem.weights[found].sum() == pytest.approx(own.least()), own.seed
        else:
            with pytest.raises(DisclosureError, match="give them away"):
                withheld(own.problem)
            n_refused += 1
    assert 0 < n_refused < N_PROBLEMS / 10


def test_a_choice_made_complete_protects_is_seldom_dearer_and_seldom_refused(worked):
    """It asks each cell to move all its way up or down; a few need a step of each."""
    dearer, n_refused = [], 0
    for own in worked:
        try:
            found = completed(own.problem, own.problem.must)
        except DisclosureError:
            n_refused += bool(own.protecting)
            continue
        assert not too_narrow(own.problem, found, own.every), own.seed
        dearer.append(own.problem.weights[found].sum() / own.least())
    assert n_refused <= 0.02 * len(worked)
    assert np.mean(np.array(dearer) > 1 + NEARLY) < 0.1
    assert np.mean(dearer) < 1.03
