"""Children: the visits that fall due are those of their chain of tiers, worked out by powers of its matrix."""

import numpy as np
import pytest

from analysis.models.caseload.arrivals import Arrivals, arrivals_at_rates, arrivals_of_closures
from analysis.models.caseload.children import draw_children
from analysis.models.caseload.plan import checked
from analysis.models.caseload.schedule import visit_schedule

SHARE = np.array([0.5, 0.4, 0.1])
CHANGES = np.array([[0.8, 0.15, 0.0, 0.05, 0.0], [0.1, 0.7, 0.1, 0.04, 0.06], [0.0, 0.05, 0.9, 0.0, 0.05]])
VISITS = (0, 1), (0, 2), (0, 4), (0, 9), (1, 2), (1, 6), (2, 3), (2, 9)
N_STEPS, ARRIVES = 14, 2


def _schedule():
    tier, due = np.transpose(VISITS)
    return visit_schedule(tier, due, due, due + 1, 3)


@pytest.fixture(scope="module")
def shares():
    """The share of children in each tier by age, and out of the caseload in each way, by powers of the matrix."""
    chain = np.vstack([CHANGES, np.column_stack([np.zeros((2, 3)), np.eye(2)])])
    return np.array([np.append(SHARE, [0, 0]) @ np.linalg.matrix_power(chain, age) for age in range(11)])


@pytest.fixture
def drawn(small_plan, posts):
    """400 replications of 500 children who all arrive in one step, in area 1 of 2."""
    assumed = {"tier_share": SHARE, "changes": CHANGES, "schedule": _schedule(), "visit_hours": [1.0, 1.0]}
    plan = small_plan([ARRIVES], np.full((400, 1), 500), N_STEPS, area=1, **assumed)
    return draw_children(checked(plan), np.random.default_rng(1))


def _is_near(drawn, share, n, errors=4.5):
    """Whether a mean over replications lies within so many binomial errors of what is expected."""
    n_all = n * len(drawn)
    return abs(drawn.sum() - n_all * share) <= errors * np.sqrt(n_all * share * (1 - share)) + 1e-9


def test_the_visits_that_fall_due_are_those_of_the_chain(drawn, shares):
    due = np.diff(drawn.due, axis=0, prepend=0)
    assert due[:, :, 0].sum() == 0, "nobody arrived there"
    schedule = _schedule()
    assert due.sum() == sum(
        due[ARRIVES + at, line].sum() for at, line in zip(schedule.due, schedule.line, strict=True)
    ), "visits fall due at the ages of the schedule and at no other"
    for tier, at, line in zip(schedule.tier, schedule.due, schedule.line, strict=True):
        assert _is_near(due[ARRIVES + at, line, 1], shares[at, tier], 500), (tier, at)


def test_children_leave_in_the_ways_of_the_chain_and_at_the_end_of_the_schedule(drawn, shares):
    assert (drawn.n_children == 500).all()
    for way in (0, 1):
        assert _is_near(drawn.n_left[:, way], shares[9, 3 + way], 500), way
    assert (drawn.present[:, :ARRIVES] == 0).all()
    for age in range(10):
        assert _is_near(drawn.present[:, ARRIVES + age], shares[age, :3].sum(), 500), age
    assert (drawn.present[:, ARRIVES + 10 :] == 0).all()
    assert drawn.child_steps.sum() == drawn.present.sum()


def test_steps_in_a_tier_are_those_of_the_chain(drawn, shares):
    expected = 500 * shares[:10, :3].sum(axis=0)
    error = drawn.child_steps.std(axis=0, ddof=1) / 20
    assert (np.abs(drawn.child_steps.mean(axis=0) - expected) < 4.5 * error).all()


def test_what_is_certain_is_exact_and_what_cannot_be_never_happens(small_plan):
    changes = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    schedule = visit_schedule([0, 0, 1, 1], [0, 1, 0, 2], [0, 1, 0, 2], [0, 1, 0, 2], 2)
    plan = small_plan([0, 3], [[5, 2]], 5, tier_share=[1.0, 0.0], changes=changes, schedule=schedule)
    drawn = draw_children(checked(plan), np.random.default_rng(1))
    by_line = np.diff(drawn.due, axis=0, prepend=0)[:, :, 0, 0].T
    assert by_line.tolist() == [[5, 0, 0, 2, 0], [0] * 5, [0] * 5, [0, 0, 5, 0, 0]]
    assert drawn.present.tolist() == [[5, 5, 5, 2, 2]], "the last two are out of sight at the end"
    assert drawn.n_left.tolist() == [[0]]


def test_each_replication_has_its_own_parameters_in_whichever_block_it_is_drawn(small_plan, monkeypatch):
    monkeypatch.setattr("analysis.models.caseload.children.CHILDREN_AT_ONCE", 120)
    share = np.array([[1.0, 0.0], [0.0, 1.0]] * 3)
    schedule = visit_schedule([0, 1, 1], [0, 0, 1], [0, 0, 1], [0, 0, 1], 2)
    changes = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    plan = small_plan([0], np.arange(10, 70, 10)[:, None], 3, tier_share=share, changes=changes, schedule=schedule)
    due = draw_children(checked(plan), np.random.default_rng(1)).due[-1].sum(axis=(0, 1))
    assert due.tolist() == [10, 40, 30, 80, 50, 120]


def test_no_children_are_no_visits(small_plan):
    drawn = draw_children(checked(small_plan([0], [[0], [0]], 4)), np.random.default_rng(1))
    assert drawn.due.sum() == drawn.present.sum() == drawn.n_children.sum() == 0


def test_children_of_closures_are_all_there_and_come_together():
    n = np.array([50, 0, 300])
    drawn = arrivals_of_closures(n, 20, [0.0, 1.0, 0.0], [0.25, 0.75], np.random.default_rng(1))
    assert drawn.n.sum(axis=1).tolist() == [50, 0, 300]
    assert drawn.n.shape == drawn.step.shape == drawn.area.shape == (3, 20)
    assert (drawn.step == 1).all()
    assert set(np.unique(drawn.area)) == {0, 1}


def test_children_at_rates_are_poisson():
    rates = np.broadcast_to([[0.0, 2.0], [1.0, 0.5]], (4000, 2, 2))
    drawn = arrivals_at_rates(rates, np.random.default_rng(1))
    assert isinstance(drawn, Arrivals)
    assert list(zip(drawn.step, drawn.area, strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    mean, expected = drawn.n.mean(axis=0), np.array([0, 2, 1, 0.5])
    assert (np.abs(mean - expected) <= 4 * np.sqrt(expected / 4000)).all()


@pytest.mark.parametrize(
    ("n", "facilities", "step", "area"),
    [([5], 0, [1.0], [1.0]), ([-1], 2, [1.0], [1.0]), ([5], 2, [0.5], [1.0]), ([5], 2, [1.0], [1.5, -0.5])],
)
def test_closures_that_cannot_be_are_refused(n, facilities, step, area):
    with pytest.raises(ValueError, match=r"closures need|shares of steps"):
        arrivals_of_closures(n, facilities, step, area, np.random.default_rng(1))


def test_rates_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="rates of arrival"):
        arrivals_at_rates([[1.0]], np.random.default_rng(1))
