"""Children drawn one by one: when they come, which tiers they pass through, when they leave, which visits fall due.

What a child is due does not depend on the workers, so children are drawn first and only counts of visits wait.
A child's tiers are a Markov chain in steps, drawn stay by stay: how long in the tier, then where to. That is the same
chain as drawing every step, and takes as many draws as the child has stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.models.caseload.plan import Plan

CHILDREN_AT_ONCE = 60_000  # their stays and visits then fit into some tens of megabytes


@dataclass(frozen=True, eq=False)
class Children:
    """What children of R replications come to.

    ``due`` (S, C, A, R): visits of each line and area that fell due up to the end of each step, int32;
    ``n_children`` (R,), ``n_left`` (R, K) by way of leaving before the schedule ends, ``child_steps`` (R, T) in each
    tier, ``present`` (R, S) children in the caseload in each step.
    """

    due: np.ndarray
    n_children: np.ndarray
    n_left: np.ndarray
    child_steps: np.ndarray
    present: np.ndarray


@dataclass(frozen=True, eq=False)
class _Arrived:
    """Children (n,): replication within the block, step and area of arrival, first tier, steps until out of sight."""

    row: np.ndarray
    step: np.ndarray
    area: np.ndarray
    tier: np.ndarray
    limit: np.ndarray


def draw_children(plan: Plan, rng: np.random.Generator) -> Children:
    """Return what the children of a checked plan come to, over its steps."""
    n, n_ways = plan.n, plan.changes.shape[2] - plan.n_tiers
    drawn = Children(
        np.empty((plan.n_steps, plan.schedule.n_lines, plan.n_areas, n), "int32"),
        plan.arrivals.n.sum(axis=1),
        np.zeros((n, n_ways), "int64"),
        np.zeros((n, plan.n_tiers), "int64"),
        np.zeros((n, plan.n_steps), "int64"),
    )
    per_block = max(1, int(CHILDREN_AT_ONCE / max(1.0, drawn.n_children.mean())))
    for first in range(0, n, per_block):
        rows = slice(first, min(first + per_block, n))
        _draw_block(plan.part(rows), rows, drawn, rng)
    for step in range(1, plan.n_steps):
        drawn.due[step] += drawn.due[step - 1]
    return drawn


def _draw_block(plan: Plan, rows: slice, drawn: Children, rng: np.random.Generator) -> None:
    """Write what the children of a few replications come to into these ``rows`` of ``drawn``."""
    arrived = _arrive(plan, rng)
    cells, last = [np.empty(0, "int64")], np.zeros(len(arrived.row), "int64")
    for who, tier, age, until in _stays(plan, arrived, drawn.n_left[rows], rng):
        last[who] = until
        cell = arrived.row[who] * plan.n_tiers + tier
        drawn.child_steps[rows] += _counted(cell, (plan.n, plan.n_tiers), until - age)
        cells.append(_visits(plan, arrived, who, tier, age, until))
    drawn.present[rows] = _present(plan, arrived, last)
    shape = plan.n_steps, plan.schedule.n_lines, plan.n_areas, plan.n
    drawn.due[..., rows] = _counted(np.concatenate(cells), shape)


def _arrive(plan: Plan, rng: np.random.Generator) -> _Arrived:
    group = np.repeat(np.arange(plan.arrivals.n.size), plan.arrivals.n.ravel())
    row, step = group // plan.arrivals.n.shape[1], plan.arrivals.step.ravel()[group]
    tier = _drawn(plan.tier_share.cumsum(axis=1), row, rng)
    limit = np.minimum(plan.schedule.length, plan.n_steps - step)
    return _Arrived(row, step, plan.arrivals.area.ravel()[group], tier, limit)


def _stays(plan: Plan, arrived: _Arrived, n_left: np.ndarray, rng: np.random.Generator) -> Iterator[tuple]:
    """Yield stays of children in a tier, who, tier, from which age to before which, and count who left into ``n_left``.

    Steps in a tier are geometric: the whole part above an exponential number, of the rate that gives the probability.
    """
    rate, goes_to = _leaving(plan.changes)
    who, tier, age = np.arange(len(arrived.row)), arrived.tier, np.zeros(len(arrived.row), "int64")
    while len(who):
        state = arrived.row[who] * plan.n_tiers + tier
        with np.errstate(divide="ignore"):
            stay = np.maximum(np.ceil(rng.standard_exponential(len(who)) / rate[state]), 1)
        limit = arrived.limit[who]
        until = np.minimum(age + stay, limit).astype("int64")
        yield who, tier, age, until
        goes = until < limit
        goal = _drawn(goes_to, state[goes], rng)
        stays = goal < plan.n_tiers
        left = arrived.row[who[goes][~stays]] * n_left.shape[1] + goal[~stays] - plan.n_tiers
        n_left += _counted(left, n_left.shape)
        who, tier, age = who[goes][stays], goal[stays], until[goes][stays]


def _leaving(changes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return of each state (R * T) the rate of leaving it, and the cumulative probabilities of where to (T + K)."""
    n, n_tiers, n_goals = changes.shape
    elsewhere = changes.copy()
    elsewhere[:, np.arange(n_tiers), np.arange(n_tiers)] = 0
    leaves = elsewhere.sum(axis=2)
    with np.errstate(divide="ignore"):
        rate = -np.log1p(-np.minimum(leaves, 1))
    shares = elsewhere / np.where(leaves > 0, leaves, 1)[..., None]
    return rate.ravel(), shares.cumsum(axis=2).reshape(n * n_tiers, n_goals)


def _drawn(cumulative: np.ndarray, row: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a category (n,) drawn from each ``row`` of ``cumulative`` probabilities."""
    u = 1 - rng.random(len(row))  # above 0, so that what has no probability is never drawn
    category = np.zeros(len(row), "int64")
    for column in cumulative.T[:-1]:
        category += u > column[row]
    return category


def _visits(
    plan: Plan, arrived: _Arrived, who: np.ndarray, tier: np.ndarray, age: np.ndarray, until: np.ndarray
) -> np.ndarray:
    """Return the cell (step, line, area, replication) of each visit that falls due in the stays."""
    schedule, next_visits = plan.schedule, plan.schedule.next_visits()
    first = next_visits[tier, age]
    n_visits = next_visits[tier, until] - first
    place = np.arange(n_visits.sum()) + np.repeat(first - (n_visits.cumsum() - n_visits), n_visits)
    of_area = plan.n_areas * plan.n
    start = arrived.step[who] * schedule.n_lines * of_area + arrived.area[who] * plan.n + arrived.row[who]
    return np.repeat(start, n_visits) + (schedule.due * schedule.n_lines + schedule.line)[place] * of_area


def _present(plan: Plan, arrived: _Arrived, last: np.ndarray) -> np.ndarray:
    shape = plan.n, plan.n_steps + 1
    start = arrived.row * shape[1] + arrived.step
    return (_counted(start, shape) - _counted(start + last, shape)).cumsum(axis=1)[:, :-1]


def _counted(cells: np.ndarray, shape: tuple[int, ...], weights: np.ndarray | None = None) -> np.ndarray:
    counted = np.bincount(cells, weights, minlength=int(np.prod(shape)))
    return counted.astype("int64", copy=False).reshape(shape)
