"""Visits that fall due: when after a child's arrival, until when they are in time, and after which step never made.

Visits alike in tier, in how long they may wait and in whether they are a first contact wait in one line, a class.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Schedule:
    """Checked visits in order of tier and step: their ``tier``, ``due`` step after arrival and ``line`` (V,), ints.

    Of each line, in the order in which they are served: its ``line_tier``, ``line_is_first`` (a first contact), and
    for how many steps after the one they are due visits are in time, ``tolerance``, and are made at all, ``patience``.
    """

    n_tiers: int
    tier: np.ndarray
    due: np.ndarray
    line: np.ndarray
    line_tier: np.ndarray
    line_is_first: np.ndarray
    tolerance: np.ndarray
    patience: np.ndarray

    @property
    def n_lines(self) -> int:
        """Lines, C."""
        return len(self.line_tier)

    @property
    def length(self) -> int:
        """Steps a child is followed: to the last step in which a visit of any tier falls due."""
        return int(self.due.max()) + 1

    def next_visits(self) -> np.ndarray:
        """Return the place (T, length + 1) in the schedule of the first visit due at each age or later, by tier.

        Between two ages of a child in one tier those visits fall due that lie between their places.
        """
        ages = np.arange(self.length + 1)
        place = np.searchsorted(self.tier, np.arange(self.n_tiers))
        return np.stack([place[t] + np.searchsorted(self.due[self.tier == t], ages) for t in range(self.n_tiers)])


def visit_schedule(
    tier: ArrayLike, due: ArrayLike, in_time_until: ArrayLike, lapses_after: ArrayLike, n_tiers: int
) -> Schedule:
    """Return the schedule of visits, one entry (V,) each, in whole steps since the child arrived, 0 the same step.

    ``tier``: 0, the most urgent, to ``n_tiers`` - 1. ``due``: the first step in which it can be made; ``in_time_until``
    the last in which it is in time; ``lapses_after`` the last in which it is made at all, later it is missed. The
    first visit of a tier is taken for the first contact. Raises ``ValueError`` for no visits, an unknown tier, or steps
    that are not whole, below 0 or out of order.

    >>> made = visit_schedule(tier=[0, 0, 1], due=[0, 4, 2], in_time_until=[1, 6, 4], lapses_after=[8, 8, 8], n_tiers=2)
    >>> made.length, made.n_lines
    (5, 3)
    """
    columns = [_steps(values) for values in (tier, due, in_time_until, lapses_after)]
    if len({len(values) for values in columns}) != 1 or not len(columns[0]):
        raise ValueError("a schedule needs at least one visit, with a tier, two ends and the step it is due")
    in_order = np.lexsort(columns[1::-1])
    of_tier, due_at, until, last = (values[in_order] for values in columns)
    if of_tier.max() >= n_tiers:
        raise ValueError(f"tiers are numbered 0 to {n_tiers - 1}; a visit has tier {of_tier.max()}")
    if ((until < due_at) | (last < until)).any():
        raise ValueError("a visit is due, then in time, then late, then missed: its steps are not in that order")
    is_later = np.concatenate([[False], of_tier[1:] == of_tier[:-1]])
    alike = np.column_stack([of_tier, is_later, last - due_at, until - due_at])
    lines, line = np.unique(alike, axis=0, return_inverse=True)
    of_lines = lines[:, 0], lines[:, 1] == 0, lines[:, 3], lines[:, 2]
    return Schedule(n_tiers, of_tier, due_at, line.ravel(), *of_lines)


def _steps(values: ArrayLike) -> np.ndarray:
    numbers = np.asarray(values, dtype="float64").ravel()
    if not (np.isfinite(numbers) & (numbers >= 0) & (numbers == np.floor(numbers))).all():
        raise ValueError("tiers and steps of a schedule are whole numbers of 0 or more, and none may be missing")
    return numbers.astype("int64")
