"""The caseload held to queueing theory and to an event loop in continuous time, with steps made shorter and shorter.

A run in steps errs in the order of the step. Of two runs, one with steps half as long, twice the finer less the coarser
errs in the order of its square: that is compared, within four Monte Carlo errors. Seeds are fixed.
"""

import random
from math import exp, factorial

import numpy as np
import pytest
from benchmarks import caseload_peers

from analysis.models.caseload.arrivals import Arrivals
from analysis.models.caseload.plan import EXPONENTIAL, FIXED, Plan
from analysis.models.caseload.posts import Posts
from analysis.models.caseload.run import simulate, simulate_in_parts
from analysis.models.caseload.schedule import visit_schedule

pytestmark = pytest.mark.validation


def erlang(load, servers):
    """Return of M/M/c the chance of waiting, the mean queue, and the mean wait in lengths of a visit (Erlang C)."""
    busy = load**servers / factorial(servers) * servers / (servers - load)
    waits = busy / (sum(load**k / factorial(k) for k in range(servers)) + busy)
    return np.array([waits, waits * load / (servers - load), waits / (servers - load)])


def lines_in_steps(load, servers, step, *, n=300, long=500, burn_in=150, delays=(), seed=1):
    """Return ``n`` lines, empty at first, of visits of mean length 1 that come at rate ``load``; steps to leave out."""
    n_steps, rng = int(long / step), np.random.default_rng(seed)
    come = Arrivals(np.arange(n_steps), np.zeros(n_steps, int), rng.poisson(load * step, (n, n_steps)))
    visit = visit_schedule([0], [0], [n_steps], [n_steps], 1)
    posts = Posts(np.zeros(servers, int), 0, True, 0, 0, 0)
    kept = tuple(round(delay / step) for delay in delays)
    plan = Plan(come, [1.0], [[0.0, 1.0]], visit, posts, [1.0], step, n_steps, durations=EXPONENTIAL, delays=kept)
    return simulate(plan, rng), int(burn_in / step)


def queue_of(run, burn_in, step, servers):
    """Return, by line, the share of time in which who comes must wait, the mean queue, and the mean wait."""
    waiting = run.waiting_by_step[:, burn_in:]
    queue = np.maximum(waiting - servers, 0).mean(axis=1)
    rate = run.due_by_step[:, burn_in:].mean() / step
    return np.column_stack([(waiting >= servers).mean(axis=1), queue, queue / rate])


def extrapolated(coarse, fine):
    """Return the mean that steps of no length would give and its error, of rows that are independent replications."""
    mean = 2 * fine.mean(axis=0) - coarse.mean(axis=0)
    variance = 4 * fine.var(axis=0, ddof=1) / len(fine) + coarse.var(axis=0, ddof=1) / len(coarse)
    return mean, np.sqrt(variance)


@pytest.mark.parametrize(("load", "servers"), [(0.7, 1), (3.2, 4), (8.5, 10)])
def test_the_line_is_that_of_erlang(load, servers):
    """Chance of waiting, mean queue, mean wait; 300 lines, 350 mean visits each after 150 to settle."""
    steps = [queue_of(*lines_in_steps(load, servers, s, seed=k), s, servers) for k, s in enumerate((0.1, 0.05))]
    mean, error = extrapolated(*steps)
    assert (np.abs(mean - erlang(load, servers)) < 4 * error).all()
    assert (error < 0.1 * erlang(load, servers)).all(), "or the comparison says nothing"


def test_delays_of_one_server_are_exponential():
    """Of M/M/1 in order of arrival the time until a visit is made is exponential with rate 1 - load."""
    load, at = 0.6, np.array([0.5, 1.0, 2.0, 4.0])
    shares = []
    for k, step in enumerate((0.1, 0.05)):
        run, _ = lines_in_steps(load, 1, step, long=600, delays=at, seed=k)
        shares.append(run.delays / run.due.sum(axis=(1, 2))[:, None])
    mean, error = extrapolated(*shares)
    settling = 0.004  # lines start empty: the first of 600 lengths are quicker
    assert (np.abs(mean - [1 - exp(-(1 - load) * t) for t in at]) < 4 * error + settling).all()


WEEKS, COMING, DUE, N_AREAS, VISIT = 40, 26, np.array([0, 1, 2, 3, 4, 6, 8, 12, 16]), 10, 0.25


def in_steps(n_children, per_week, n, seed, durations=EXPONENTIAL):
    """Return the share in time of ``n`` replications of a half year's arrivals, in so many steps a week."""
    rng, due = np.random.default_rng(seed), DUE * per_week
    step, area = (rng.integers(0, size, (n, n_children)) for size in (COMING * per_week, N_AREAS))
    plan = Plan(
        arrivals=Arrivals(step, area, np.ones((1, n_children))),
        tier_share=[1.0],
        changes=[[1.0, 0.0]],
        schedule=visit_schedule(np.zeros(len(due)), due, due + per_week, due + 2 * per_week, 1),
        posts=Posts(np.arange(N_AREAS), 0, True, 0, 0, 0),
        visit_hours=np.full(N_AREAS, VISIT),
        worker_hours=1 / per_week,
        n_steps=WEEKS * per_week,
        first_come=True,
        durations=durations,
    )
    return simulate_in_parts(plan, rng, 500).on_time


def in_a_loop(n_children, n, seed):
    """Return the same of an event loop that knows no steps: visits in time within a week, made within two."""
    plan = {
        "n_steps": WEEKS,
        "closures": [{"steps": [1 / COMING] * COMING, "areas": [1 / N_AREAS] * N_AREAS, "n": 1}] * n_children,
        "tier_share": [1.0],
        "changes": [[1.0, 0.0]],
        "schedule": [[0, int(due), 1, 2, 0, due == 0] for due in DUE],
        "posts": list(range(N_AREAS)),
        "training": 0,
        "leaving_rate": 0,
        "vacancy": 0,
        "visit_steps": [VISIT] * N_AREAS,
        "is_random": True,
        "spread": True,
    }
    chance = random.Random(seed)  # noqa: S311
    runs = [caseload_peers.by_loop(plan, chance) for _ in range(n)]
    return np.array([run["in_time"] / run["over"] for run in runs])


@pytest.mark.parametrize("n_children", [80, 110])
def test_shorter_steps_lead_to_the_event_loop(n_children):
    """Ten areas of one worker each, who is free or not; 300 loops, 1,000 runs."""
    loop = in_a_loop(n_children, 300, seed=1)
    coarse, fine = (in_steps(n_children, per_week, 1000, seed=per_week) for per_week in (8, 16))
    mean, error = extrapolated(coarse, fine)
    assert abs(mean - loop.mean()) < 4 * np.hypot(error, loop.std(ddof=1) / np.sqrt(len(loop)))
    weekly, halves = (in_steps(n_children, per_week, 500, seed=7, durations=FIXED).mean() for per_week in (1, 2))
    assert weekly > halves > fine.mean() > loop.mean() - 0.02, (
        "long steps are kind: any day of the last week is in time"
    )
