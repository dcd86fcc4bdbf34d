"""The least workers: found by halving, and one fewer would not do."""

import numpy as np
import pytest

from analysis.models.caseload.plan import PlanError
from analysis.models.caseload.run import simulate
from analysis.models.caseload.search import workers_needed


@pytest.mark.parametrize(("n_children", "needed"), [(1, 1), (10, 9), (11, 10), (20, 18)])
def test_nine_in_ten_visits_of_one_step_need_as_many_workers(small_plan, n_children, needed):
    found = workers_needed(small_plan([0], [n_children], 2, n_posts=25), np.random.default_rng(1))
    assert found.tolist() == [needed]


def test_it_is_the_least_number_with_which_the_plan_reaches_the_target(small_plan):
    n = np.random.default_rng(2).poisson(6, (8, 30))
    plan = small_plan(np.arange(30), n, 31, n_posts=20, tolerance=1, patience=3)
    found = workers_needed(plan, np.random.default_rng(1), target=0.8, size=3)
    on_time = np.array([simulate(plan.with_posts(k), np.random.default_rng(1)).on_time for k in range(21)])
    assert found.tolist() == (on_time >= 0.8).argmax(axis=0).tolist()
    assert len(set(found)) > 1


def test_posts_that_do_not_suffice_and_plans_without_visits_have_no_number(small_plan):
    found = workers_needed(small_plan([0], [[3], [0], [30]], 2, n_posts=5), np.random.default_rng(1))
    assert np.array_equal(found, [3, np.nan, np.nan], equal_nan=True)


def test_it_is_the_same_twice_and_in_any_order_of_parts(small_plan, posts):
    assumed = posts(30, training_steps=2, leaving_rate=0.05, vacancy_steps=3)
    own = {"posts": assumed, "durations": "exponential", "tolerance": 1, "patience": 2}
    plan = small_plan(np.arange(20), np.full((6, 20), 5), 22, **own)
    found = workers_needed(plan, np.random.default_rng(1), size=2)
    again = workers_needed(plan, np.random.default_rng(1), size=2, map=lambda f, *given: list(map(f, *given)))
    assert found.tolist() == again.tolist()
    assert (found >= 5).all(), "five visits a step, of a step each"


@pytest.mark.parametrize("target", [0.0, 1.1, np.nan])
def test_targets_that_are_no_share_are_refused(small_plan, target):
    with pytest.raises(PlanError, match="a target above 0"):
        workers_needed(small_plan([0], [1], 2), np.random.default_rng(1), target=target)


def test_no_posts_to_try_are_refused(small_plan):
    with pytest.raises(PlanError, match="at least one post"):
        workers_needed(small_plan([0], [1], 2, n_posts=0), np.random.default_rng(1))
