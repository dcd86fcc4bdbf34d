"""A plan: everything that is assumed of a caseload, one set of parameters a replication, checked before it is run."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.caseload.arrivals import Arrivals
from analysis.models.caseload.posts import Posts
from analysis.models.caseload.schedule import Schedule

FIXED, EXPONENTIAL = DURATIONS = ("fixed", "exponential")
OF_REPLICATIONS = {"tier_share": 1, "changes": 2, "visit_hours": 1, "worker_hours": 0}
OF_POSTS = {"training_steps": 0, "leaving_rate": 0, "vacancy_steps": 0}
OF_ARRIVALS = {"step": 1, "area": 1, "n": 1}
ROUNDING = 1e-9


class PlanError(ValueError):
    """A plan that says nothing that could happen: shares that do not sum to 1, an area that is not there."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is assumed. Arrays with a replication's parameters have R, 1 or no leading rows.

    ``tier_share`` (R, T): of children who arrive. ``changes`` (R, T, T + K): probabilities per step of being in each
    tier in the next one, or out of the caseload in one of K >= 1 ways; rows sum to 1. ``visit_hours`` (R, A): of a
    visit with its travel, ``worker_hours`` (R,): for visits, of a working worker in a step.

    ``durations``: "fixed", a visit takes its hours and a step's hours go as far as they go, for steps no shorter than
    a visit; "exponential", durations are memoryless, for steps of any length. Lines are served in order of tier, or
    with ``first_come`` in the order in which visits fall due. ``delays``: steps within which visits are counted.

    ASSUME: children are independent of each other and of the workers: who is visited late changes tier and leaves as
    others do. Workers of an area make its visits only, and no visit is made before it is due.
    """

    arrivals: Arrivals
    tier_share: np.ndarray
    changes: np.ndarray
    schedule: Schedule
    posts: Posts
    visit_hours: np.ndarray
    worker_hours: np.ndarray
    n_steps: int
    first_come: bool = False
    durations: str = FIXED
    delays: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """Replications, R, of a checked plan."""
        return len(self.worker_hours)

    @property
    def n_areas(self) -> int:
        """Areas, A."""
        return np.shape(self.visit_hours)[-1]

    @property
    def n_tiers(self) -> int:
        """Tiers, T."""
        return self.schedule.n_tiers

    def part(self, rows: slice) -> "Plan":
        """Return some of the replications of a checked plan."""
        arrivals = replace(self.arrivals, **{name: getattr(self.arrivals, name)[rows] for name in OF_ARRIVALS})
        posts = replace(self.posts, **{name: getattr(self.posts, name)[rows] for name in OF_POSTS})
        own = {name: getattr(self, name)[rows] for name in OF_REPLICATIONS}
        return replace(self, arrivals=arrivals, posts=posts, **own)

    def with_posts(self, n_posts: int) -> "Plan":
        """Return the plan with its first ``n_posts`` posts only."""
        of_posts = {name: getattr(self.posts, name) for name in ("area", "start", "is_trained")}
        first = {name: np.broadcast_to(values, self.posts.n)[:n_posts] for name, values in of_posts.items()}
        return replace(self, posts=replace(self.posts, **first))


def checked(plan: Plan) -> Plan:
    """Return the plan with R rows in every array; raise ``PlanError`` saying which assumption cannot be."""
    owners = (plan, OF_REPLICATIONS), (plan.posts, OF_POSTS), (plan.arrivals, OF_ARRIVALS)
    own, of_posts, of_arrivals = (
        {name: _by_replication(getattr(owner, name), n_axes, name) for name, n_axes in fields.items()}
        for owner, fields in owners
    )
    n = max(len(values) for values in (*own.values(), *of_posts.values(), *of_arrivals.values()))
    own, of_posts, of_arrivals = ({k: _repeated(v, n, k) for k, v in d.items()} for d in (own, of_posts, of_arrivals))
    posts = replace(plan.posts, **of_posts, **_of_each_post(plan.posts))
    arrivals = Arrivals(*(_whole(values) for values in np.broadcast_arrays(*of_arrivals.values())))
    whole = replace(plan, arrivals=arrivals, posts=posts, **own)
    _refuse_shares(whole)
    _refuse_places(whole)
    _refuse_hours(whole)
    return whole


def _by_replication(values: ArrayLike, n_axes: int, name: str) -> np.ndarray:
    numbers = np.asarray(values, dtype="float64")
    if numbers.ndim == n_axes:
        numbers = numbers[None]
    if numbers.ndim != n_axes + 1 or not len(numbers):
        raise PlanError(f"{name} has {numbers.ndim} axes; it needs {n_axes}, and one of replications before them")
    if not (np.isfinite(numbers) & (numbers >= 0)).all():
        raise PlanError(f"{name} must be 0 or more and finite, and none may be missing")
    return numbers


def _repeated(numbers: np.ndarray, n: int, name: str) -> np.ndarray:
    if len(numbers) not in (1, n):
        raise PlanError(f"{name} is given for {len(numbers)} replications, others for {n}")
    return np.broadcast_to(numbers, (n, *numbers.shape[1:]))


def _whole(numbers: np.ndarray) -> np.ndarray:
    if (numbers != np.floor(numbers)).any():
        raise PlanError("steps, areas and children who arrive are whole numbers")
    return numbers.astype("int64")


def _of_each_post(posts: Posts) -> dict[str, np.ndarray]:
    area = np.asarray(posts.area, dtype="int64")
    start = np.broadcast_to(np.asarray(posts.start, dtype="float64"), area.shape)
    if not (start >= 0).all():
        raise PlanError("posts are filled from step 0 on, and no start may be missing")
    return {"area": area, "start": start, "is_trained": np.broadcast_to(np.asarray(posts.is_trained, bool), area.shape)}


def _refuse_shares(plan: Plan) -> None:
    n_tiers = plan.n_tiers
    if plan.tier_share.shape[1] != n_tiers or plan.changes.shape[1] != n_tiers or plan.changes.shape[2] <= n_tiers:
        raise PlanError(f"{n_tiers} tiers need as many shares, rows of changes, and a column more at least for leaving")
    for name, shares in (("tier_share", plan.tier_share), ("changes", plan.changes)):
        if (np.abs(shares.sum(axis=-1) - 1) > ROUNDING).any():
            raise PlanError(f"every row of {name} must sum to 1")


def _refuse_places(plan: Plan) -> None:
    areas = np.concatenate([plan.arrivals.area.ravel(), plan.posts.area])
    if areas.size and not (areas.min() >= 0 and areas.max() < plan.n_areas):
        raise PlanError(f"visit_hours has {plan.n_areas} areas, numbered from 0; children or posts are in others")
    if plan.n_steps < 1 or (plan.arrivals.step.size and plan.arrivals.step.max() >= plan.n_steps):
        raise PlanError(f"children arrive in steps 0 to {plan.n_steps - 1} of a plan of so many")


def _refuse_hours(plan: Plan) -> None:
    if plan.durations not in DURATIONS:
        raise PlanError(f"durations are {' or '.join(DURATIONS)}, not {plan.durations}")
    if not (plan.visit_hours > 0).all():
        raise PlanError("visit_hours must be above 0")
    if plan.durations == FIXED and (plan.worker_hours[:, None] < plan.visit_hours).any():
        raise PlanError("a worker has fewer hours in a step than a visit takes: longer steps, or exponential durations")
