"""Runs: in parts or whole, with replications of their own, and plans that cannot be run refused by name."""

from dataclasses import fields, replace

import numpy as np
import pytest

from analysis.models.caseload.plan import PlanError
from analysis.models.caseload.run import Run, simulate, simulate_in_parts
from analysis.models.caseload.schedule import visit_schedule


def _same(one, other):
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name), equal_nan=True) for f in fields(Run))


@pytest.fixture
def plan(small_plan, posts):
    assumed = posts(2, training_steps=1, leaving_rate=0.1, vacancy_steps=1)
    hours = np.linspace(1, 2, 7)[:, None]
    return small_plan(
        np.arange(9),
        np.full((1, 9), 3),
        12,
        tolerance=1,
        patience=4,
        posts=assumed,
        visit_hours=hours,
        worker_hours=3.0,
    )


def test_what_comes_out_depends_on_seed_and_size_of_parts_and_not_on_who_runs_them(plan):
    def backwards(run, parts, rngs):
        done = [run(part, rng) for part, rng in reversed(list(zip(parts, rngs, strict=True)))]
        return reversed(done)

    in_parts = simulate_in_parts(plan, np.random.default_rng(1), size=3)
    assert _same(in_parts, simulate_in_parts(plan, np.random.default_rng(1), size=3, map=backwards))
    assert not _same(in_parts, simulate_in_parts(plan, np.random.default_rng(2), size=3))
    assert in_parts.due.shape == (7, 1, 1)


def test_a_part_has_the_parameters_of_its_replications(plan):
    run = simulate_in_parts(plan, np.random.default_rng(1), size=3)
    done = (run.in_time + run.late).sum(axis=(1, 2))
    assert run.hours_used == pytest.approx(done * np.linspace(1, 2, 7))


def test_first_contacts_are_the_children_seen_in_time(small_plan):
    schedule = visit_schedule([0, 0], [0, 2], [0, 2], [0, 2], 1)
    run = simulate(small_plan([0, 1], [1, 3], 8, schedule=schedule, changes=[[1.0, 0.0]]), np.random.default_rng(1))
    assert (run.first_due.tolist(), run.first_in_time.tolist()) == ([4], [2])
    assert run.first_on_time.tolist() == [0.5]
    assert (run.due.sum(), run.in_time.sum(), run.missed.sum()) == (8, 4, 4)
    assert run.child_steps.tolist() == [[12]]
    assert run.children_by_step.tolist() == [[1, 4, 4, 3, 0, 0, 0, 0]]


def test_a_plan_without_children_has_no_share_on_time(small_plan):
    run = simulate(small_plan([0], [0], 3), np.random.default_rng(1))
    assert np.isnan(run.on_time).all()
    assert np.isnan(run.first_on_time).all()


def test_hires_and_trainings_are_counted(small_plan, posts):
    assumed = posts(4, is_trained=[True, False, False, True], start=[0, 0, 2, 9], training_steps=1)
    run = simulate(small_plan([0], [1], 5, posts=assumed), np.random.default_rng(1))
    assert (run.n_hired.tolist(), run.n_trainings.tolist(), run.worker_steps.tolist()) == ([3], [2], [13.0])
    assert run.workers_by_step.tolist() == [[1, 2, 2, 3, 3]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tier_share": [0.9]}, "every row of tier_share must sum to 1"),
        ({"tier_share": [0.5, 0.5]}, "1 tiers need as many shares"),
        ({"changes": [[0.5, 0.4]]}, "every row of changes must sum to 1"),
        ({"changes": [[1.0]]}, "a column more at least for leaving"),
        ({"changes": [[1.5, -0.5]]}, "changes must be 0 or more"),
        ({"visit_hours": [0.0]}, "visit_hours must be above 0"),
        ({"visit_hours": [np.nan]}, "visit_hours must be 0 or more and finite"),
        ({"visit_hours": 1.0}, "visit_hours has 0 axes; it needs 1"),
        ({"visit_hours": [2.0]}, "fewer hours in a step than a visit takes"),
        ({"worker_hours": [1.0, 1.0, 1.0]}, "given for 2 replications, others for 3|given for 3 replications"),
        ({"durations": "gamma"}, "durations are fixed or exponential"),
        ({"n_steps": 2}, "children arrive in steps 0 to 1"),
        ({"n_steps": 0}, "children arrive in steps 0 to -1"),
    ],
)
def test_a_plan_that_cannot_be_run_says_why(small_plan, change, message):
    plan = small_plan([0, 2], [[1, 1], [2, 2]], 4)
    with pytest.raises(PlanError, match=message):
        simulate(replace(plan, **change), np.random.default_rng(1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"area": [1]}, "numbered from 0"),
        ({"start": [-1.0]}, "filled from step 0 on"),
        ({"leaving_rate": -0.1}, "leaving_rate must be 0 or more"),
        ({"training_steps": [np.inf]}, "training_steps must be 0 or more and finite"),
    ],
)
def test_posts_that_cannot_be_filled_say_why(small_plan, posts, change, message):
    assumed = replace(posts(1), **{"area": np.array([0]), **change})
    with pytest.raises(PlanError, match=message):
        simulate(small_plan([0], [1], 4, posts=assumed), np.random.default_rng(1))


@pytest.mark.parametrize(("n", "message"), [([[-1]], "n must be 0 or more"), ([[1.5]], "whole numbers")])
def test_children_in_parts_are_refused(small_plan, n, message):
    with pytest.raises(PlanError, match=message):
        simulate(small_plan([0], n, 4), np.random.default_rng(1))
