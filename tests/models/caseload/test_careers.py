"""Workers: posts are given out in proportion, and filled as often as training, leaving and vacancies allow."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from analysis.models.caseload.careers import draw_careers, workers_by_step
from analysis.models.caseload.plan import checked
from analysis.models.caseload.posts import allotted


def test_posts_are_given_out_by_the_rule_of_webster():
    # by hand: 53 / 1, 24 / 1, 23 / 1, 53 / 3, 53 / 5, 24 / 3, 23 / 3, 53 / 7, 53 / 9, 53 / 11, 24 / 5
    assert allotted([53, 24, 23], 11).tolist() == [0, 1, 2, 0, 0, 1, 2, 0, 0, 0, 1]


def test_many_posts_are_in_proportion_and_an_area_without_work_gets_none():
    counts = Counter(allotted([0.5, 0.3, 0.0, 0.2], 100).tolist())
    assert counts == {0: 50, 1: 30, 3: 20}


@pytest.mark.parametrize("shares", [[0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0], []])
def test_shares_of_no_work_are_refused(shares):
    with pytest.raises(ValueError, match="shares of work"):
        allotted(shares, 3)


def test_trained_workers_whom_nobody_leaves_work_from_their_start(small_plan, posts):
    assumed = posts(3, area=[0, 1, 1], start=[0, 1.5, 9], is_trained=[True, True, False], training_steps=2.25)
    plan = checked(small_plan([0], [[1]], 5, posts=assumed, visit_hours=[1.0, 1.0]))
    careers = draw_careers(plan, np.random.default_rng(1))
    assert workers_by_step(careers, plan)[:, :, 0].T.tolist() == [[1] * 5, [0, 0.5, 1, 1, 1]]
    assert careers.hired.tolist() == [0, 1.5], "the third post would be filled after the last step"


def test_who_is_trained_counts_afterwards(small_plan, posts):
    assumed = posts(2, is_trained=[True, False], training_steps=[1.5, 0.0, 7.0])
    plan = checked(small_plan([0], [[1]], 4, posts=assumed))
    careers = draw_careers(plan, np.random.default_rng(1))
    assert workers_by_step(careers, plan)[:, 0].T.tolist() == [[1, 1.5, 2, 2], [2] * 4, [1] * 4]
    assert careers.was_trained.sum() == 2, "training that takes no time is none"


def test_the_share_of_time_a_post_works_is_that_of_the_renewal_theorem(small_plan, posts):
    stay, training, vacancy = 50.0, 12.0, 8.0
    assumed = posts(40, training_steps=training, leaving_rate=1 / stay, vacancy_steps=np.full(60, vacancy))
    plan = checked(small_plan([0], [[1]], 1500, posts=assumed))
    careers = draw_careers(plan, np.random.default_rng(1))
    working = workers_by_step(careers, plan)[500:, 0].mean(axis=0) / 40
    expected = stay * np.exp(-training / stay) / (stay + vacancy)  # E max(stay - training, 0) over a whole turn
    assert abs(working.mean() - expected) < 4 * working.std(ddof=1) / np.sqrt(60)


def test_who_is_employed_and_needs_no_training_works(small_plan, posts):
    plan = checked(small_plan([0], [[1]], 90, posts=posts(5, leaving_rate=0.1, vacancy_steps=np.full(4, 3.0))))
    careers = draw_careers(plan, np.random.default_rng(1))
    employed = np.bincount(careers.row, careers.left - careers.hired)
    assert workers_by_step(careers, plan).sum(axis=(0, 1)) == pytest.approx(employed, rel=1e-5)
    assert 0 < employed.min() <= employed.max() < 5 * 90


def test_the_first_posts_are_the_same_workers_whatever_the_others_are(small_plan, posts):
    assumed = posts(6, training_steps=2, leaving_rate=0.1, vacancy_steps=np.full(3, 4.0))
    plan = checked(small_plan([0], [[1]], 40, posts=assumed))
    careers = draw_careers(plan, np.random.default_rng(1))
    steps = [workers_by_step(careers.only(careers.post < n), plan) for n in range(7)]
    assert steps[0].sum() == 0
    assert all((more - fewer >= -1e-6).all() for fewer, more in pairwise(steps))
    assert max(step.max() for step in steps) <= 6 + 1e-6


def test_no_posts_are_no_workers(small_plan, posts):
    plan = checked(small_plan([0], [[1]], 3, posts=posts(0)))
    assert workers_by_step(draw_careers(plan, np.random.default_rng(1)), plan).sum() == 0
