"""A choice of cells made complete, and the programmes that two of its parts give to a solver; worked by hand."""

import numpy as np
import pytest
from small_problems import problem

from analysis.disclosure import completion, reasons
from analysis.disclosure.attack import Attack
from analysis.disclosure.completion import completed
from analysis.disclosure.problem import Problem
from analysis.disclosure.secondary import _Choice, withheld


@pytest.mark.parametrize("room", [1, 5])
def test_a_choice_is_completed_upwards_as_far_as_the_whole_leaves_room(room):
    """Of one step, it cannot fall by two; beside a whole that is known it rises by what it lacks of it, and no more."""
    own = problem(
        [1, 1 + room, 20, 21],
        [[1, 0, 1, -1]],
        below=[[0, 1]],
        must_not=[False, True, False, False],
        weights=[1, 1, 2, 9],
    )
    if room < 2:
        with pytest.raises(reasons.DisclosureError, match="give them away"):
            completed(own, own.must)
    else:
        assert completed(own, own.must).tolist() == [True, False, True, False]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_choice_is_completed_wherever_the_small_cell_stands(at):
    """Four parts and their total: the small one goes with the part that costs least."""
    steps, weights = np.insert([20, 30, 40], at, 1), np.insert([2.0, 3, 4], at, 1)
    own = problem([*steps, 91], [[1, 1, 1, 1, -1]], weights=[*weights, 9], must=np.arange(5) == at)
    expected = {at, 0 if at else 1}
    assert set(np.flatnonzero(completed(own, own.must)).tolist()) == expected
    low = problem(
        [*np.insert([20, 30], at % 3, 4), 54, 4],
        [[1, 1, 1, -1, 0]],
        below=[[at % 3, 4]],
        weights=[*np.insert([2.0, 3], at % 3, 1), 9, 1],
        must=np.arange(5) == at % 3,
        must_not=np.arange(5) == 4,
    )
    assert set(np.flatnonzero(completed(low, low.must)).tolist()) == {at % 3, 0 if at % 3 else 1}, "downwards too"


def test_a_search_that_finds_nothing_new_ends(monkeypatch):
    """As when two solvers disagree in the last digits: better refused than sought for ever."""
    asked = []

    def nothing(own: Problem, cell: int, costs: np.ndarray) -> np.ndarray:
        asked.append(cell)
        assert len(asked) < 5, "it goes on and on"
        return np.zeros(len(costs), "bool")

    monkeypatch.setattr(completion, "_mover", nothing)
    with pytest.raises(reasons.DisclosureError, match="give them away"):
        completed(problem([1, 20, 21], [[1, 1, -1]]), np.array([True, False, False]))
    assert asked == [0]


def test_the_solver_takes_both_programmes_as_they_are_in_one_thread_and_prints_nothing(monkeypatch, capfd):
    """What it finds fault with it may change; threads may change which of two equal choices is found."""
    highspy = pytest.importorskip("highspy")
    take, answers = highspy.Highs.passModel, []
    monkeypatch.setattr(highspy.Highs, "passModel", lambda solver, model: answers.append(take(solver, model)))
    own = problem([1, 20, 30, 21, 31], [[1, 1, 0, -1, 0], [1, 0, 1, 0, -1]], below=[[0, 2]], weights=[1, 2, 2, 5, 5])
    choice, attack = _Choice(own), Attack(own, own.must)
    assert answers == [highspy.HighsStatus.kOk] * 2
    assert [one._solver.getOptionValue("threads")[1] for one in (choice, attack)] == [1, 1]
    assert withheld(own).tolist() == [True, True, True, False, False]
    assert capfd.readouterr() == ("", "")
