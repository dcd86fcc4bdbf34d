"""A choice of withheld cells made complete: for each cell not yet protected, the cheapest others that protect it."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from analysis.disclosure.attack import Attack, differences
from analysis.disclosure.problem import Problem
from analysis.disclosure.reasons import UNPROTECTED, DisclosureError

TOLERANCE = 1e-6
NEARLY_CHEAPEST = 0.05  # how much dearer than the cheapest: the last percents take most of the time
NEARLY_FREE = 1e-3  # what moving a cell costs that is withheld anyway: few of them, rather than many


def completed(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """Return ``chosen`` (cells,) with what it lacks, and without what it can spare.

    Raises ``DisclosureError`` if nothing protects what must be withheld.
    """

    def narrow(choice: np.ndarray) -> Iterator[int]:
        return (cell for cell, _, _ in Attack(problem, choice).cuts())

    whole = chosen.copy()
    while cells := list(narrow(whole)):
        before = whole.copy()
        for cell in cells:
            whole |= _mover(problem, cell, np.where(whole, NEARLY_FREE, problem.weights))
        if (whole == before).all():
            raise DisclosureError(UNPROTECTED)
    for cell in sorted(np.flatnonzero(whole & ~problem.must), key=lambda one: -problem.weights[one]):
        without = whole & (np.arange(len(whole)) != cell)
        whole = without if next(narrow(without), None) is None else whole
    return whole


def _mover(problem: Problem, cell: int, costs: np.ndarray) -> np.ndarray:
    """Return which cells move, in whole steps, when ``cell`` goes up by its width at the least cost, or else down."""
    from scipy import optimize  # few tables come here

    steps, below, width = problem.steps, problem.below, problem.width[cell]
    n_cells = len(steps)
    pairs = differences(below, n_cells)
    rules = [optimize.LinearConstraint(sparse.hstack([problem.relations, -problem.relations], format="csr"), 0, 0)]
    if len(below):
        rules.append(
            optimize.LinearConstraint(
                sparse.hstack([pairs, -pairs], format="csr"), -np.inf, steps[below[:, 1]] - steps[below[:, 0]]
            )
        )
    most = np.where(problem.must_not & ~problem.must, 0.0, float(width))
    for up in (True, False):
        low, high = np.zeros(2 * n_cells), np.concatenate([most, np.minimum(most, steps)])
        moving, back = (cell, n_cells + cell) if up else (n_cells + cell, cell)
        if high[moving] < width:
            continue
        low[moving], high[back] = width, 0.0  # up and down by as much would be no move at all
        found = optimize.milp(
            np.tile(costs, 2),
            constraints=rules,
            bounds=optimize.Bounds(low, high),
            integrality=np.ones(2 * n_cells),
            options={"mip_rel_gap": NEARLY_CHEAPEST},
        )
        if found.status == 0:
            return np.abs(found.x[:n_cells] - found.x[n_cells:]) > TOLERANCE
    raise DisclosureError(UNPROTECTED)
