"""What an attacker can work out: the interval of each withheld cell that agrees with all that is published."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from analysis.disclosure.problem import Problem

TOLERANCE = 1e-6


class Attack:
    """The attacker's linear programme for one choice of withheld cells, in deviations from the true cells.

    Deviations of published cells are 0; those of withheld cells keep every relation, no cell falls below 0, and none
    rises above the cell that it is part of (``below``). Only whole steps count: where the programme's own solution
    is not whole (it is in tables of two ways), whole ones are asked for, so that no interval is thought too wide.
    """

    def __init__(self, problem: Problem, chosen: np.ndarray) -> None:
        import highspy

        relations, below, steps, width = problem.relations, problem.below, problem.steps, problem.width
        self._types, self._width, self._chosen = highspy.HighsVarType, width, chosen
        self._up = np.full(len(steps), float(width.max(initial=1)))  # nobody needs to move further than that
        self._down = np.minimum(steps, self._up)
        rows = sparse.vstack([relations, differences(below, len(steps))], format="csr")
        self._room = np.concatenate([np.zeros(relations.shape[0]), steps[below[:, 1]] - steps[below[:, 0]]])
        is_sum = np.arange(rows.shape[0]) < relations.shape[0]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = rows.shape[1], rows.shape[0]
        model.col_cost_ = np.zeros(len(steps))
        model.col_lower_, model.col_upper_ = np.where(chosen, -self._down, 0.0), np.where(chosen, self._up, 0.0)
        model.row_lower_, model.row_upper_ = np.where(is_sum, 0.0, -highspy.kHighsInf), self._room
        model.sense_ = highspy.ObjSense.kMaximize
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        self._solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(model)
        self._highest, self._lowest = np.zeros(len(steps)), np.zeros(len(steps))

    def cuts(self) -> Iterator[tuple[int, np.ndarray, float]]:
        """Yield the withheld cells whose intervals are too narrow, what each cell would add, and what is there."""
        for cell in np.flatnonzero(self._chosen):
            if found := self._cut(int(cell)):
                yield found

    def _cut(self, cell: int) -> tuple[int, np.ndarray, float] | None:
        gains, room, reach = np.zeros(len(self._up)), 0.0, 0.0
        fractions = []
        for direction in (1.0, -1.0):
            if self._is_wide(cell):
                return None
            more, least, moved = self._furthest(cell, direction)
            gains, room, reach = gains + more, room + least, reach + abs(moved[cell])
            if np.abs(moved - np.round(moved)).max() > TOLERANCE:
                fractions.append(direction)
            else:
                self._see(moved)
        for direction in fractions if reach >= self._width[cell] - TOLERANCE else ():
            if not self._is_wide(cell):
                self._see(self._whole(cell, direction))
        if self._is_wide(cell):
            return None
        is_ruled_out = gains[self._chosen].sum() + room < self._width[cell] - TOLERANCE
        others = np.where(self._chosen, 0.0, self._width[cell])  # another cell must be withheld too
        return (cell, gains, room) if is_ruled_out else (cell, others, 0.0)

    def _is_wide(self, cell: int) -> bool:
        return self._highest[cell] - self._lowest[cell] >= self._width[cell] - TOLERANCE

    def _see(self, moved: np.ndarray) -> None:
        self._highest, self._lowest = np.maximum(self._highest, moved), np.minimum(self._lowest, moved)

    def _furthest(self, cell: int, direction: float) -> tuple[np.ndarray, float, np.ndarray]:
        """Move ``cell`` as far as it goes; return what each cell, withheld, adds to that (duals), and the table."""
        self._solver.changeColCost(cell, direction)
        self._solver.run()
        self._solver.changeColCost(cell, 0.0)
        solution = self._solver.getSolution()
        duals, prices = np.asarray(solution.col_dual), np.asarray(solution.row_dual)
        gains = np.maximum(duals, 0) * self._up + np.maximum(-duals, 0) * self._down
        return gains, float(np.maximum(prices, 0) @ self._room), np.asarray(solution.col_value)

    def _whole(self, cell: int, direction: float) -> np.ndarray:
        """Return a table of whole deviations in which ``cell`` moves as far as it goes."""
        n_cells = len(self._up)
        every = np.arange(n_cells, dtype="int32")
        self._solver.changeColsIntegrality(n_cells, every, np.full(n_cells, int(self._types.kInteger), "uint8"))
        self._solver.changeColCost(cell, direction)
        self._solver.run()
        whole = np.round(np.asarray(self._solver.getSolution().col_value))
        self._solver.changeColCost(cell, 0.0)
        self._solver.changeColsIntegrality(n_cells, every, np.full(n_cells, int(self._types.kContinuous), "uint8"))
        return whole


def differences(below: np.ndarray, n_cells: int) -> sparse.csr_array:
    """Return one row a pair of cells, (pairs, n_cells), by ``below`` (pairs, 2): the first less the second."""
    rows = np.repeat(np.arange(len(below)), 2)
    return sparse.csr_array((np.tile([1.0, -1.0], len(below)), (rows, below.ravel())), shape=(len(below), n_cells))
