"""Lines of visits: worked out by hand, by linear algebra, and by queueing theory, to which short steps lead."""

from math import factorial

import numpy as np
import pytest
from scipy import stats

from analysis.models.caseload.plan import checked
from analysis.models.caseload.queue import serve
from analysis.models.caseload.run import simulate
from analysis.models.caseload.schedule import visit_schedule


def _run(plan, seed=1):
    return simulate(plan, np.random.default_rng(seed))


def _counts(run):
    return [int(getattr(run, name).sum()) for name in ("due", "in_time", "late", "missed", "waiting")]


def test_one_worker_makes_a_visit_a_step_and_what_waits_too_long_is_missed(small_plan):
    # five are due in step 0: made in steps 0 and 1 in time, in step 2 late, two missed; one of step 6 is made at once
    run = _run(small_plan([0, 6], [5, 1], 8, tolerance=1, patience=2, delays=(0, 1, 2)))
    assert _counts(run) == [6, 3, 1, 2, 0]
    assert run.done_by_step.tolist() == [[1, 1, 1, 0, 0, 0, 1, 0]]
    assert run.in_time_by_step.tolist() == [[1, 1, 0, 0, 0, 0, 1, 0]]
    assert run.waiting_by_step.tolist() == [[4, 3, 2, 0, 0, 0, 0, 0]]
    assert run.due_by_step.tolist() == [[5, 0, 0, 0, 0, 0, 1, 0]]
    assert run.delays.tolist() == [[2, 3, 4]]
    assert run.on_time.tolist() == [0.5]
    assert (run.hours_used.tolist(), run.hours_available.tolist()) == ([4.0], [8.0])


def test_what_still_may_be_in_time_at_the_end_is_not_held_against_anybody(small_plan):
    run = _run(small_plan([0, 3], [2, 3], 4, tolerance=1, patience=9))
    assert _counts(run) == [5, 3, 0, 0, 2]
    assert run.not_yet_late.sum() == 2
    assert run.on_time.tolist() == [1.0]
    late = _run(small_plan([0, 2, 3], [6, 1, 1], 4, tolerance=1, patience=9))
    assert _counts(late) == [8, 2, 2, 0, 4]
    assert late.not_yet_late.sum() == 1, "the one of the last step; that of the step before had all its time"
    assert late.on_time.tolist() == [2 / 7]


def test_a_visit_begun_is_ended_in_the_next_step_and_hours_nobody_needs_are_gone(small_plan):
    assumed = {"visit_hours": [2.0], "worker_hours": 3.0, "tolerance": 9, "patience": 9}
    assert _run(small_plan([0], [5], 5, **assumed)).done_by_step.tolist() == [[1, 2, 1, 1, 0]]
    assert _run(small_plan([0, 1, 2], [1, 1, 2], 4, **assumed)).done_by_step.tolist() == [[1, 1, 1, 1]]


def test_only_who_has_a_visit_to_go_on_with_goes_on(small_plan):
    # two workers, a visit and a half each: two of three made, one begun by one of them, who then makes two
    assumed = {"visit_hours": [2.0], "worker_hours": 3.0, "tolerance": 9, "patience": 9}
    assert _run(small_plan([0, 1], [3, 9], 2, n_posts=2, **assumed)).done_by_step.tolist() == [[2, 3]]


def test_areas_and_replications_do_not_share_their_workers(small_plan, posts):
    assumed = {"posts": posts(3, area=[0, 1, 1]), "visit_hours": [[1.0, 1.0, 1.0], [1.0, 2.0, 1.0]]}
    run = _run(
        small_plan([0, 0, 0], [[4, 4, 4]], 2, area=[0, 1, 2], tolerance=3, patience=3, worker_hours=2, **assumed)
    )
    done = (run.in_time + run.late)[:, :, 0]
    assert done.tolist() == [[4, 4, 0], [4, 4, 0]]
    assert run.hours_used.tolist() == [8.0, 12.0]


@pytest.mark.parametrize("first_come", [False, True])
def test_urgent_visits_go_first_or_those_that_fell_due_first(small_plan, first_come):
    # urgent: due in step 1; others: in step 0. One visit a step
    schedule = visit_schedule([0, 1], [1, 0], [1, 2], [9, 9], 2)
    changes = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    own = {"tier_share": [0.5, 0.5], "changes": changes, "schedule": schedule, "first_come": first_come}
    run = _run(small_plan([0], np.full((200, 1), 4), 4, **own))
    urgent, other = run.due[:, 0].T
    seen_urgent = np.minimum(urgent, 1) if not first_come else (other <= 1) * np.minimum(urgent, 1)
    assert (run.in_time[:, 0, 0] == seen_urgent).all()
    seen_other = np.where(urgent >= 2, 1, np.where(urgent == 1, 2, 3)) if not first_come else 3
    assert (run.in_time[:, 0, 1] == np.minimum(other, seen_other)).all()


@pytest.mark.parametrize("first_come", [False, True])
@pytest.mark.parametrize("durations", ["fixed", "exponential"])
def test_no_visit_is_lost_or_made_twice(small_plan, posts, first_come, durations):
    rng = np.random.default_rng(5)
    schedule = visit_schedule([0, 0, 0, 1, 1], [0, 1, 3, 1, 6], [0, 1, 5, 2, 9], [0, 2, 6, 2, 30], 2)
    changes = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
    assumed = posts(3, area=[0, 1, 1], is_trained=False, training_steps=1.3, leaving_rate=0.05, vacancy_steps=2)
    own = {"tier_share": rng.dirichlet([1, 1], 50), "changes": changes, "schedule": schedule, "posts": assumed}
    own |= {"visit_hours": [1.0, 1.7], "worker_hours": 4.0, "first_come": first_come, "durations": durations}
    plan = small_plan(np.arange(20), rng.poisson(2, (50, 20)), 24, area=np.arange(20) % 2, delays=(0, 2, 30), **own)
    run = _run(plan)
    assert (run.due == run.in_time + run.late + run.missed + run.waiting).all()
    for counts in (run.in_time, run.late, run.missed, run.waiting, run.waiting - run.not_yet_late):
        assert counts.min() >= 0
        assert counts.sum() > 0
    done = (run.in_time + run.late).sum(axis=(1, 2))
    assert (run.done_by_step.sum(axis=1) == done).all()
    assert (run.in_time_by_step.sum(axis=1) == run.in_time.sum(axis=(1, 2))).all()
    assert (run.due_by_step.sum(axis=1) == run.due.sum(axis=(1, 2))).all()
    assert (run.waiting_by_step[:, -1] == run.waiting.sum(axis=(1, 2))).all()
    assert (run.delays[:, 2] == done).all()
    assert (np.diff(run.delays, axis=1) >= 0).all()
    if durations == "fixed":
        assert (run.hours_used <= run.hours_available + 1e-3).all()


def test_a_run_of_which_only_what_is_in_time_is_asked_says_the_same(small_plan):
    plan = checked(small_plan(np.arange(9), np.full((3, 9), 2), 12, tolerance=1, patience=3))
    due = np.cumsum(np.full((12, 1, 1, 3), 2), axis=0).astype("int32")
    workers, rng = np.ones((12, 1, 3), "float32"), np.random.default_rng(1)
    brief, full = (serve(plan, due, workers, rng, in_full=asked) for asked in (False, True))
    assert brief.in_time.sum() > 0
    for name in ("in_time", "gone", "waiting", "not_yet_late"):
        assert (getattr(brief, name) == getattr(full, name)).all()
    assert brief.by_step.size == brief.done.sum() == 0


def erlang(load, servers):
    """The chance of having to wait and the mean queue of M/M/c (Erlang C), by its closed form."""
    busy = load**servers / factorial(servers) * servers / (servers - load)
    waits = busy / (sum(load**k / factorial(k) for k in range(servers)) + busy)
    return np.array([waits, waits * load / (servers - load)])


def stationary(arrivals, rate, servers, size=80):
    """The stationary distribution of visits waiting after a step, by linear algebra.

    A step: Poisson ``arrivals`` come; of those n present as many are made as a Poisson number of min(n, ``servers``) x
    ``rate``, and no more than n.
    """
    states = np.arange(size)
    comes = stats.poisson.pmf(states[None, :] - states[:, None], arrivals)
    comes[:, -1] += 1 - comes.sum(axis=1)
    made = np.minimum(states, servers)[:, None] * rate
    goes = np.where(states <= states[:, None], stats.poisson.pmf(states[:, None] - states, made), 0.0)
    goes[:, 0] = stats.poisson.sf(states - 1, made[:, 0])
    chain = comes @ goes
    balance = np.vstack([(chain.T - np.eye(size))[:-1], np.ones(size)])
    return np.linalg.solve(balance, np.append(np.zeros(size - 1), 1.0))


def _waits(share, servers):
    states = np.arange(len(share))
    return np.array([share[servers:].sum(), share @ np.maximum(states - servers, 0)])


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (1.6, 2), (3.0, 4)])
def test_short_steps_lead_to_the_queue_of_erlang(load, servers):
    expected = erlang(load, servers)
    gaps = [_waits(stationary(load * step, step, servers), servers) - expected for step in (0.1, 0.05, 0.025)]
    assert np.abs(gaps[2]).max() < 0.05
    assert np.allclose(gaps[0] / gaps[1], 2, rtol=0.1), "the error is of the order of the step"
    assert np.allclose(gaps[1] / gaps[2], 2, rtol=0.1)


def test_a_line_is_its_own_chain(small_plan, posts):
    """Mean, chance of waiting and spread of 300 lines after a long time, three servers, within their own errors."""
    load, servers, step, n_steps, burn_in = 2.0, 3, 0.25, 500, 200
    n = np.random.default_rng(3).poisson(load * step, (300, n_steps))
    own = {"posts": posts(servers), "worker_hours": step, "durations": "exponential"}
    plan = small_plan(np.arange(n_steps), n, n_steps, tolerance=n_steps, patience=n_steps, **own)
    waiting = _run(plan).waiting_by_step[:, burn_in:]
    share = stationary(load * step, step, servers)
    states = np.arange(len(share))
    for of_state in (states, states >= servers, np.maximum(states - servers, 0), states == 0):
        means = of_state.astype(float)[waiting].mean(axis=1)
        error = means.std(ddof=1) / np.sqrt(len(means))
        assert abs(means.mean() - share @ of_state) < 4 * error


def test_visits_of_mean_length_make_the_line_shorter_than_memoryless_ones(small_plan, posts):
    n = np.random.default_rng(3).poisson(9, (100, 300))
    own = {"posts": posts(1), "worker_hours": 10.0, "tolerance": 0, "patience": 300}
    fixed, random = (
        _run(small_plan(np.arange(300), n, 300, durations=kind, **own)).on_time.mean()
        for kind in ("fixed", "exponential")
    )
    assert 0.3 < random < fixed < 1
