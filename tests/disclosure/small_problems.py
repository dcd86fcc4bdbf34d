"""Small problems of which cells to withhold: given by hand, or by chance with their answers by trying everything."""

from itertools import product

import numpy as np
from scipy import sparse

from analysis.disclosure.problem import Problem

MOST_STEPS, MOST_PAIRS = 6, 2
NOBODY = np.zeros((0, 2), "int32")


def problem(steps: list[int], relations: list[list[int]], **changed: object) -> Problem:
    """Return the problem of cells that each need an interval of two steps, the first of them withheld."""
    n = len(steps)
    given = {
        "steps": np.array(steps),
        "relations": sparse.csr_array(np.array(relations, "float64").reshape(-1, n)),
        "below": NOBODY,
        "must": np.arange(n) == 0,
        "must_not": np.zeros(n, "bool"),
        "weights": np.ones(n),
        "width": np.full(n, 2),
    }
    return Problem(**given | {name: np.array(value) for name, value in changed.items()})


def small(seed: int) -> Problem:
    """Return three to five parts and one to three sums of some of them, which may overlap in any way."""
    rng = np.random.default_rng([20261123, seed])
    n_parts, n_sums = int(rng.integers(3, 6)), int(rng.integers(1, 4))
    relations = np.hstack([np.zeros((n_sums, n_parts)), -np.eye(n_sums)])
    for relation in relations:
        relation[rng.permutation(n_parts)[: rng.integers(2, n_parts + 1)]] = 1
    parts = rng.integers(0, MOST_STEPS + 1, n_parts)
    steps = np.concatenate([parts, (relations[:, :n_parts] @ parts).astype("int64")])
    n = len(steps)
    is_part = ((relations == 1).T.astype("int64") @ (relations == -1)) > 0  # of which sum: it never exceeds it
    pairs = np.argwhere((steps[:, None] <= steps[None, :]) & ~is_part & ~np.eye(n, dtype="bool"))
    must = rng.random(n) < 0.25
    must[rng.integers(n)] = True
    return Problem(
        steps=steps,
        relations=sparse.csr_array(relations),
        below=rng.permutation(pairs)[: rng.integers(MOST_PAIRS + 1)].astype("int32"),
        must=must,
        must_not=(rng.random(n) < 0.1) & ~must,
        weights=np.round(rng.uniform(1, 5, n), 2),
        width=np.full(n, int(rng.integers(1, 4))),
    )


def deviations(problem: Problem) -> np.ndarray:
    """Return every whole table (tables, cells), less the true one, that keeps the relations and the pairs."""
    relations, far = problem.relations.toarray(), int(problem.width.max())
    n_parts = len(problem.steps) - len(relations)
    parts = np.array(list(product(*(range(-min(own, far), far + 1) for own in problem.steps[:n_parts]))))
    moved = np.hstack([parts, (parts @ relations[:, :n_parts].T).astype("int64")])
    holds = ((moved <= far) & (moved >= -np.minimum(problem.steps, far))).all(axis=1)
    for one, other in problem.below:
        holds &= (problem.steps + moved)[:, one] <= (problem.steps + moved)[:, other]
    return moved[holds]


def too_narrow(problem: Problem, chosen: np.ndarray, every: np.ndarray) -> set[int]:
    """Return the cells that are withheld and whose interval, over ``every`` table, is too narrow."""
    possible = every[(every[:, ~chosen] == 0).all(axis=1)]
    width = possible.max(axis=0) - possible.min(axis=0)
    return set(np.flatnonzero(chosen & (width < problem.width)).tolist())


def protecting(problem: Problem, every: np.ndarray) -> list[np.ndarray]:
    """Return each choice of cells that protects all it withholds."""
    free = np.flatnonzero(~problem.must & ~problem.must_not)
    found = []
    for also in product([False, True], repeat=len(free)):
        chosen = problem.must.copy()
        chosen[free] = also
        if not too_narrow(problem, chosen, every):
            found.append(chosen)
    return found
