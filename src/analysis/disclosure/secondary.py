"""Which further cells to withhold, so that nobody can work out the small ones from the totals.

Cells are counts in whole steps of the rounding base. A relation says that some cells add up to another. Who sees
the published cells knows every relation; what is possible for a withheld cell is therefore an interval, and it must
be at least ``width`` steps wide. The cheapest such choice is a 0-1 programme; the intervals enter it as cuts of the
linear programmes that an attacker would solve (Fischetti and Salazar-Gonzalez, 2001, Management Science 47:1008-1027).
Where a few rounds of cuts do not reach it, as in tables of three ways, the choice is completed cell by cell: it
protects as well and may withhold a little more.
"""

import numpy as np
from scipy import sparse

from analysis.disclosure.attack import Attack
from analysis.disclosure.completion import completed
from analysis.disclosure.problem import Problem
from analysis.disclosure.reasons import UNPROTECTED, DisclosureError

MAX_ROUNDS = 6  # of cuts; tables of 25 x 12 take one to four, those of three ways many
TOLERANCE = 1e-6


def withheld(problem: Problem) -> np.ndarray:
    """Return which cells to withhold: all that must be, and those that protect them at the least weight.

    Raises ``DisclosureError`` if nothing protects what must be withheld.

    >>> parts = Problem(
    ...     steps=np.array([1, 4, 6, 11]),  # three parts and their total, in steps of the rounding base
    ...     relations=sparse.csr_array([[1, 1, 1, -1]]),
    ...     below=np.empty((0, 2), "int32"),
    ...     must=np.array([True, False, False, False]),
    ...     must_not=np.zeros(4, "bool"),
    ...     weights=np.array([1.0, 2.0, 3.0, 4.0]),
    ...     width=np.full(4, 2),
    ... )
    >>> withheld(parts).tolist()  # the smallest would follow from the others: the next goes with it
    [True, True, False, False]
    """
    if not problem.must.any() or problem.relations.shape[0] == 0:
        return problem.must.copy()
    choice = _Choice(problem)
    for _ in range(MAX_ROUNDS):
        chosen = choice.cheapest()
        cuts = list(Attack(problem, chosen).cuts())
        if not cuts:
            return chosen
        for cell, gains, room in cuts:
            choice.demand(cell, gains, problem.width[cell] - room)
    return completed(problem, chosen)


class _Choice:
    """The 0-1 programme: which cells are withheld."""

    def __init__(self, problem: Problem) -> None:
        import highspy

        n_cells, must = len(problem.must), problem.must
        rows = _needs(problem.relations, problem.steps, problem.width)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n_cells, rows.shape[0]
        model.col_cost_, model.col_lower_ = problem.weights, must.astype("float64")
        model.col_upper_ = np.where(problem.must_not & ~must, 0.0, 1.0)
        model.row_lower_, model.row_upper_ = np.zeros(rows.shape[0]), np.full(rows.shape[0], highspy.kHighsInf)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        model.integrality_ = [highspy.HighsVarType.kInteger] * n_cells
        self._solver, self._status = highspy.Highs(), highspy.HighsModelStatus
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)  # the same choice on every machine
        self._solver.passModel(model)

    def cheapest(self) -> np.ndarray:
        """Return the cells of the cheapest choice that keeps all that was demanded."""
        self._solver.run()
        if self._solver.getModelStatus() != self._status.kOptimal:
            raise DisclosureError(UNPROTECTED)
        return np.asarray(self._solver.getSolution().col_value) > 0.5

    def demand(self, cell: int, gains: np.ndarray, width: float) -> None:
        """Add: if ``cell`` is withheld, withheld cells must add ``width`` steps to its interval, each its ``gains``."""
        coefficients = np.minimum(gains, width)  # holds as well for whole cells, and cuts deeper
        coefficients[cell] -= width
        columns = np.flatnonzero(np.abs(coefficients) > TOLERANCE)
        self._solver.addRow(0.0, float("inf"), len(columns), columns, coefficients[columns])


def _needs(relations: sparse.csr_array, steps: np.ndarray, width: np.ndarray) -> sparse.csr_array:
    """Return one row for each cell of each relation, at least 0 if the cell, withheld, can move in that relation.

    A part rises only as far as other parts fall, each at most to 0, or as the total rises; it falls itself at most to
    0. A total moves as its parts do. One that could fall far enough by itself still needs another that gives way.
    """
    blocks, cells = [], np.split(relations.indices, relations.indptr[1:-1])
    for own, signs in zip(cells, np.split(relations.data, relations.indptr[1:-1]), strict=True):
        least = width[own].astype("float64")
        falls = np.minimum(steps[own], least)
        lacks = np.where(signs > 0, least - falls, least)
        gives = np.where(
            (signs[:, None] > 0) & (signs[None, :] > 0), np.minimum(steps[own], least[:, None]), least[:, None]
        )
        block = np.where(lacks[:, None] > 0, gives, 1.0)
        np.fill_diagonal(block, -np.where(lacks > 0, lacks, 1.0))
        blocks.append(block.ravel())
    lengths = np.diff(relations.indptr)
    starts = np.concatenate([[0], np.cumsum(np.repeat(lengths, lengths))])
    rows = (np.concatenate(blocks), np.concatenate([np.tile(own, len(own)) for own in cells]), starts)
    return sparse.csr_array(rows, shape=(int(lengths.sum()), relations.shape[1]))
