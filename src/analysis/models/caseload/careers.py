"""Workers drawn one by one: hired into a post, trained, working, gone, and after a vacancy the next one.

A worker's career does not depend on the posts beside it, so the first n of many posts are the same n whatever is asked
of the others: plans with more or fewer workers can be compared with the same workers.
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.caseload.plan import Plan


@dataclass(frozen=True, eq=False)
class Careers:
    """Workers (M,): ``row`` (replication), ``post``; the times, in steps, ``hired``, working ``since``, and ``left``.

    ``since`` is ``left`` for a worker who left in training. Times after the last step are cut off.
    """

    row: np.ndarray
    post: np.ndarray
    hired: np.ndarray
    since: np.ndarray
    left: np.ndarray
    was_trained: np.ndarray

    def only(self, is_kept: np.ndarray) -> "Careers":
        """Return the workers for whom ``is_kept`` (workers,) is true."""
        return Careers(*(values[is_kept] for values in vars(self).values()))


def draw_careers(plan: Plan, rng: np.random.Generator) -> Careers:
    """Return everyone who holds a post of a checked plan at some time of its steps."""
    rounds, posts, end = [], plan.posts, float(plan.n_steps)
    row, post = (index.ravel() for index in np.indices((plan.n, posts.n)))
    hired, needs = posts.start[post], np.where(posts.is_trained[post], 0.0, posts.training_steps[row])
    while True:
        with np.errstate(divide="ignore"):
            left = hired + rng.standard_exponential(len(row)) / posts.leaving_rate[row]
        since = np.minimum(hired + needs, left)
        rounds.append((row, post, hired, np.minimum(since, end), np.minimum(left, end), needs > 0))
        again = left + posts.vacancy_steps[row]
        goes_on = again < end
        if not goes_on.any():
            break
        row, post, hired = row[goes_on], post[goes_on], again[goes_on]
        needs = posts.training_steps[row]
    careers = Careers(*(np.concatenate(parts) for parts in zip(*rounds, strict=True)))
    return careers.only(careers.hired < end)


def workers_by_step(careers: Careers, plan: Plan) -> np.ndarray:
    """Return the workers (S, A, R) who work in each step on average, float32: half a step is half a worker."""
    shape = plan.n_steps + 1, plan.n_areas, plan.n
    changes = np.zeros(shape)
    cell = plan.posts.area[careers.post] * plan.n + careers.row
    for times, sign in ((careers.since, 1.0), (careers.left, -1.0)):
        step = np.minimum(times.astype("int64"), plan.n_steps - 1)
        into = times - step
        at = step * plan.n_areas * plan.n + cell
        changes += sign * np.bincount(at, 1 - into, minlength=changes.size).reshape(shape)
        changes += sign * np.bincount(at + plan.n_areas * plan.n, into, minlength=changes.size).reshape(shape)
    return np.maximum(changes.cumsum(axis=0)[:-1], 0).astype("float32")
