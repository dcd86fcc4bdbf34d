"""The least workers with whom enough visits are in time, for each replication, by halving between too few and enough.

Every number of posts is tried on the same children and, post for post, the same workers (common random numbers), so
that numbers differ by the posts alone; with exponential durations, the lengths of visits start from the same seed too.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from analysis.models.caseload.careers import Careers, draw_careers, workers_by_step
from analysis.models.caseload.children import draw_children
from analysis.models.caseload.plan import Plan, PlanError
from analysis.models.caseload.queue import serve
from analysis.models.caseload.run import in_parts, share_of


def workers_needed(
    plan: Plan,
    rng: np.random.Generator,
    target: float = 0.9,
    size: int = 100,
    map: Callable = map,  # noqa: A002
) -> np.ndarray:
    """Return the least n (R,) so that the first n posts of the plan make ``target`` of its visits in time.

    Estimand: of each replication, with its parameters and its chance, a number of posts that reaches the target while
    one fewer does not; quantiles over replications are its interval. nan where all posts of the plan do not reach it
    and where no visit falls due. Give the posts in the order in which areas should get them, see ``allotted``.
    ASSUME: more posts do not make fewer visits in time. This holds nearly but not strictly, as a visit made late takes
    the hours of another that could be in time; where it fails, another number may reach the target too.
    ``size``, ``map``: as for ``simulate_in_parts``. Raises ``PlanError`` for a plan that cannot be run, one without
    posts, or a target not between 0 and 1.
    """
    if not 0 < target <= 1 or not plan.posts.n:
        raise PlanError("a target above 0 and up to 1, and at least one post, are needed to look for the least workers")
    parts = in_parts(plan, size)
    return np.concatenate(list(map(partial(_needed, target=target), parts, rng.spawn(len(parts)))))


def _needed(plan: Plan, rng: np.random.Generator, target: float) -> np.ndarray:
    due, careers = draw_children(plan, rng).due, draw_careers(plan, rng)
    on_time = partial(_on_time, plan, due, careers, int(rng.integers(2**63)))
    too_few, enough = np.zeros(plan.n, "int64"), np.full(plan.n, plan.posts.n)
    is_found = on_time(enough) >= target
    while (enough - too_few > 1).any():
        tried = (too_few + enough) // 2
        is_enough = on_time(tried) >= target
        too_few, enough = np.where(is_enough, too_few, tried), np.where(is_enough, tried, enough)
    return np.where(is_found, enough, np.nan)


def _on_time(plan: Plan, due: np.ndarray, careers: Careers, seed: int, n_posts: np.ndarray) -> np.ndarray:
    """Return the share (R,) of visits that the first ``n_posts`` (R,) posts make in time, nan where none is due."""
    of_first = careers.only(careers.post < n_posts[careers.row])
    served = serve(plan, due, workers_by_step(of_first, plan), np.random.default_rng(seed), in_full=False)
    over = (due[-1] - served.not_yet_late).sum(axis=(0, 1))
    return share_of(served.in_time.sum(axis=(0, 1)), over)
