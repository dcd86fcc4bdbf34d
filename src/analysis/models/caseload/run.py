"""A plan run: what became of the visits, the children and the workers in each replication."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import numpy as np

from analysis.models.caseload.careers import Careers, draw_careers, workers_by_step
from analysis.models.caseload.children import Children, draw_children
from analysis.models.caseload.plan import Plan, checked
from analysis.models.caseload.queue import Served, serve


@dataclass(frozen=True, eq=False)
class Run:
    """What came out, one row a replication.

    Visits by area and tier (R, A, T): ``due`` = ``in_time`` + ``late`` + ``missed`` + ``waiting`` at the end, of which
    ``not_yet_late``. First contacts (R,): ``first_due``, of which ``first_in_time`` and ``first_not_yet_late``.
    ``n_children`` (R,), ``n_left`` (R, K), ``child_steps`` (R, T). ``hours_used`` for visits and ``hours_available``;
    ``worker_steps`` employed, in training too; ``n_hired`` and ``n_trainings`` begun (R,). By step (R, S): visits
    ``due_by_step``, ``done_by_step``, ``in_time_by_step`` (of those done), ``waiting_by_step`` after its work,
    ``children_by_step`` in the caseload, ``workers_by_step`` working. ``delays`` (R, D): visits made within the plan's
    delays.
    """

    due: np.ndarray
    in_time: np.ndarray
    late: np.ndarray
    missed: np.ndarray
    waiting: np.ndarray
    not_yet_late: np.ndarray
    first_due: np.ndarray
    first_in_time: np.ndarray
    first_not_yet_late: np.ndarray
    n_children: np.ndarray
    n_left: np.ndarray
    child_steps: np.ndarray
    hours_used: np.ndarray
    hours_available: np.ndarray
    worker_steps: np.ndarray
    n_hired: np.ndarray
    n_trainings: np.ndarray
    due_by_step: np.ndarray
    done_by_step: np.ndarray
    in_time_by_step: np.ndarray
    waiting_by_step: np.ndarray
    children_by_step: np.ndarray
    workers_by_step: np.ndarray
    delays: np.ndarray

    @property
    def on_time(self) -> np.ndarray:
        """Share (R,) of visits made in time, of those made or past their time; nan where there are none."""
        over = (self.due - self.not_yet_late).sum(axis=(1, 2))
        return share_of(self.in_time.sum(axis=(1, 2)), over)

    @property
    def first_on_time(self) -> np.ndarray:
        """Share (R,) of children whose first contact was in time, of those whose time for it is over."""
        return share_of(self.first_in_time, self.first_due - self.first_not_yet_late)


def simulate(plan: Plan, rng: np.random.Generator) -> Run:
    """Run a plan, all replications at once; raise ``PlanError`` for one that cannot be run.

    Estimand: what happens to the visits, children and workers of a plan with these parameters. Quantiles over
    replications are intervals of parameters and chance together: no wider than what the parameters were drawn from.
    Memory grows with replications x steps x lines x areas: use ``simulate_in_parts`` for more than a few hundred
    replications of a national plan.
    """
    whole = checked(plan)
    children = draw_children(whole, rng)
    careers = draw_careers(whole, rng)
    workers = workers_by_step(careers, whole)
    served = serve(whole, children.due, workers, rng)
    return Run(
        **_visits(whole, children, served),
        **_first_contacts(whole, children, served),
        **_employment(whole, careers),
        n_children=children.n_children,
        n_left=children.n_left,
        child_steps=children.child_steps,
        hours_used=(served.done.sum(axis=0) * whole.visit_hours.T).sum(axis=0),
        hours_available=workers.sum(axis=(0, 1), dtype="float64") * whole.worker_hours,
        **_by_step(children, workers, served),
        delays=served.within.T,
    )


def simulate_in_parts(plan: Plan, rng: np.random.Generator, size: int = 100, map: Callable = map) -> Run:  # noqa: A002
    """Run a plan in parts of ``size`` replications, each with a generator of its own.

    ``map``: the one of a pool of processes runs parts beside each other. What comes out depends on the seed and on
    ``size``, not on ``map``.
    """
    parts = in_parts(plan, size)
    return joined(map(simulate, parts, rng.spawn(len(parts))))


def in_parts(plan: Plan, size: int) -> list[Plan]:
    """Return the plan in parts of at most ``size`` replications; raise ``PlanError`` for one that cannot be run."""
    whole = checked(plan)
    return [whole.part(slice(first, first + size)) for first in range(0, whole.n, size)]


def joined(runs: Iterable[Run]) -> Run:
    """Return runs of parts of a plan as one."""
    every = list(runs)
    return Run(**{f.name: np.concatenate([getattr(run, f.name) for run in every]) for f in fields(Run)})


def _visits(plan: Plan, children: Children, served: Served) -> dict[str, np.ndarray]:
    counts = {
        "due": children.due[-1],
        "in_time": served.in_time,
        "late": served.done - served.in_time,
        "missed": served.gone - served.done,
        "waiting": served.waiting,
        "not_yet_late": served.not_yet_late,
    }
    tiers = np.eye(plan.n_tiers, dtype="int64")[plan.schedule.line_tier]
    return {name: np.einsum("car,ct->rat", values, tiers) for name, values in counts.items()}


def _first_contacts(plan: Plan, children: Children, served: Served) -> dict[str, np.ndarray]:
    is_first = plan.schedule.line_is_first
    counts = {"due": children.due[-1], "in_time": served.in_time, "not_yet_late": served.not_yet_late}
    return {f"first_{name}": values[is_first].sum(axis=(0, 1)) for name, values in counts.items()}


def _employment(plan: Plan, careers: Careers) -> dict[str, np.ndarray]:
    row, n = careers.row, plan.n
    return {
        "worker_steps": np.bincount(row, careers.left - careers.hired, minlength=n),
        "n_hired": np.bincount(row, minlength=n),
        "n_trainings": np.bincount(row[careers.was_trained], minlength=n),
    }


def _by_step(children: Children, workers: np.ndarray, served: Served) -> dict[str, np.ndarray]:
    fell_due = children.due.sum(axis=(1, 2), dtype="int32")
    done, in_time, waiting = (counts.T for counts in served.by_step)
    return {
        "due_by_step": np.diff(fell_due, axis=0, prepend=0).T,
        "done_by_step": done,
        "in_time_by_step": in_time,
        "waiting_by_step": waiting,
        "children_by_step": children.present,
        "workers_by_step": workers.sum(axis=1).T,
    }


def share_of(n: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return ``n`` / ``of`` (R,), nan where there is nothing to be a share of."""
    return np.divide(n, of, out=np.full(len(n), np.nan), where=of > 0)
