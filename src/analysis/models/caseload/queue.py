"""Visits wait for workers, step by step: those of lines served first, then the others, as far as the hours go.

Within a line visits are made in the order in which they fall due, so that how many fell due until each step, and how
many are gone, tells of each visit whether it was in time: nobody has to be followed. With exponential durations and
short steps a line is the queue M/M/c; with steps longer than a visit it is the week's work of a team.

Reference: Gross, Shortle, Thompson and Harris (2008) Fundamentals of Queueing Theory, 4th ed., section 2.3 (M/M/c).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.models.caseload.plan import EXPONENTIAL, Plan

ROUNDING = np.float32(1e-5)  # of visits: five fifths of a step are five visits, and no worker can be divided by


@dataclass(frozen=True, eq=False)
class Served:
    """What became of the visits of each line, area and replication (C, A, R), and in each step.

    ``done`` of which ``in_time``; ``gone``, done or missed; ``waiting`` at the end, of which ``not_yet_late``.
    ``within`` (D, R): made within each of the plan's delays. ``by_step`` (3, S, R): done, of which in time, and
    waiting after the step's work. ``done``, ``within`` and ``by_step`` are counted in full runs only.
    """

    done: np.ndarray
    in_time: np.ndarray
    gone: np.ndarray
    waiting: np.ndarray
    not_yet_late: np.ndarray
    within: np.ndarray
    by_step: np.ndarray


def serve(plan: Plan, due: np.ndarray, workers: np.ndarray, rng: np.random.Generator, in_full: bool = True) -> Served:
    """Let visits wait for workers of a checked plan.

    ``due`` (S, C, A, R): visits that fell due up to each step; ``workers`` (S, A, R): who works in each. Without
    ``in_full`` only visits in time are counted.
    ASSUME: all visits due in a step can be made from its start on, and one made by its end is made in it, so that a
    share in time is kinder than with days: the error is of the order of the step. A visit that was begun and lapses
    leaves its progress to the next.
    """
    lines = _Lines(plan, due, in_full)
    hours = _Hours(plan, workers, rng)
    for step in range(plan.n_steps):
        lines.drop_lapsed(step)
        waiting = lines.waiting(step)
        can_make = hours.visits(step, waiting)
        for line, until in _order(plan, step):
            lines.make(line, until, step, can_make)
        hours.carry_over(step, lines.end_step(step))
    return lines.served()


def _order(plan: Plan, step: int) -> Iterator[tuple[int, int]]:
    """Yield the lines to serve, each with the step until which the visits served fell due."""
    lines = range(plan.schedule.n_lines)
    if not plan.first_come:
        yield from ((line, step) for line in lines)
        return
    for until in range(max(0, step - int(plan.schedule.patience.max())), step + 1):
        yield from ((line, until) for line in lines if step - until <= plan.schedule.patience[line])


class _Lines:
    """Lines of visits: how many of each are gone, made or missed, and what is counted of them on the way."""

    def __init__(self, plan: Plan, due: np.ndarray, in_full: bool) -> None:
        n_lines, n_areas, n = due.shape[1:]
        self.plan, self.due, self.in_full = plan, due, in_full
        self.tolerance, self.patience = plan.schedule.tolerance.tolist(), plan.schedule.patience.tolist()
        self.none = np.zeros((n_areas, n), "int32")
        self.gone, self.done, self.in_time = (np.zeros((n_lines, n_areas, n), "int32") for _ in range(3))
        self.within = np.zeros((len(plan.delays) if in_full else 0, n), "int64")
        self.by_step = np.zeros((3, plan.n_steps if in_full else 0, n), "int32")
        self.done_now, self.in_time_now, self.made, self.timely = (np.zeros_like(self.none) for _ in range(4))

    def fell_due(self, line: int, step: int) -> np.ndarray:
        """Return the visits (A, R) of the line that fell due up to the step."""
        return self.due[step, line] if step >= 0 else self.none

    def drop_lapsed(self, step: int) -> None:
        """Take out of each line what waited too long: it is missed."""
        for line, patience in enumerate(self.patience):
            if step > patience:
                np.maximum(self.gone[line], self.due[step - patience - 1, line], out=self.gone[line])

    def waiting(self, step: int) -> np.ndarray:
        """Return the visits (A, R) that wait in all lines."""
        return self.due[step].sum(axis=0, dtype="int32") - self.gone.sum(axis=0, dtype="int32")

    def make(self, line: int, until: int, step: int, can_make: np.ndarray) -> None:
        """Make visits of the line that fell due up to ``until``, and take them from those the workers can make."""
        gone, made = self.gone[line], self.made
        np.subtract(self.fell_due(line, until), gone, out=made)
        np.minimum(made, can_make, out=made)
        if until < step:
            np.maximum(made, 0, out=made)  # some that fell due later may have lapsed already
        can_make -= made
        gone += made
        timely = self._made_within(line, step, self.tolerance[line])
        self.in_time[line] += timely
        if self.in_full:
            self._count(line, step, timely)

    def _count(self, line: int, step: int, timely: np.ndarray) -> None:
        self.done[line] += self.made
        self.done_now += self.made
        self.in_time_now += timely
        for position, delay in enumerate(self.plan.delays):
            self.within[position] += self._made_within(line, step, delay).sum(axis=0)

    def end_step(self, step: int) -> np.ndarray:
        """Note what was made in the step; return how many visits (A, R) still wait."""
        waiting = self.waiting(step)
        if self.in_full:
            for place, counts in enumerate((self.done_now, self.in_time_now, waiting)):
                self.by_step[place, step] = counts.sum(axis=0)
            self.done_now[:], self.in_time_now[:] = 0, 0
        return waiting

    def served(self) -> Served:
        """Return what became of all visits."""
        end = self.plan.n_steps - 1
        too_late = np.stack([self.fell_due(line, end - least) for line, least in enumerate(self.tolerance)])
        waiting = self.due[end] - self.gone
        open_still = self.due[end] - np.maximum(self.gone, too_late)
        return Served(self.done, self.in_time, self.gone, waiting, open_still, self.within, self.by_step)

    def _made_within(self, line: int, step: int, delay: int) -> np.ndarray:
        """Return those of the visits just made that fell due at most ``delay`` steps ago."""
        if delay >= self.patience[line]:
            return self.made
        timely = self.timely
        np.subtract(self.gone[line], self.fell_due(line, step - delay - 1), out=timely)
        np.minimum(timely, self.made, out=timely)
        return np.maximum(timely, 0, out=timely)


class _Hours:
    """The workers' hours, turned into visits they can make.

    With fixed durations a worker makes whole visits, and goes on in the next step with the one begun. ``progress`` is
    how far workers are with it on average, ``n_begun`` how many are.
    """

    def __init__(self, plan: Plan, workers: np.ndarray, rng: np.random.Generator) -> None:
        self.is_random, self.workers, self.rng = plan.durations == EXPONENTIAL, workers, rng
        self.each = (plan.worker_hours[:, None] / plan.visit_hours).T.astype("float32") + ROUNDING
        self.progress, self.n_begun = np.zeros((2, *self.each.shape), "float32")
        self.left_over = self.progress

    def visits(self, step: int, waiting: np.ndarray) -> np.ndarray:
        """Return how many visits (A, R) can be made in the step; a worker makes one at a time."""
        workers = self.workers[step]
        if self.is_random:
            return self.rng.poisson(np.minimum(workers, waiting) * self.each).astype("int32")
        begun, fresh = np.minimum(self.n_begun, workers), np.maximum(workers - self.n_begun, 0)
        made = begun * np.floor(self.each + self.progress) + fresh * np.floor(self.each)
        whole = made.astype("int32")
        self.left_over = (workers * self.each + begun * self.progress - whole) / np.maximum(workers, ROUNDING)
        return whole

    def carry_over(self, step: int, waiting: np.ndarray) -> None:
        """Keep what was begun of visits that still wait (A, R)."""
        self.progress, self.n_begun = self.left_over, np.minimum(waiting, self.workers[step])
