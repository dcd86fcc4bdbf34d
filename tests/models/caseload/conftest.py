"""Plans small enough to be worked out by hand or by linear algebra."""

import numpy as np
import pytest

from analysis.models.caseload.arrivals import Arrivals
from analysis.models.caseload.plan import Plan
from analysis.models.caseload.posts import Posts
from analysis.models.caseload.schedule import visit_schedule

GOES_AT_ONCE = np.array([[0.0, 1.0]])


def _posts(n_posts, area=0, **assumed):
    never = {"start": 0, "is_trained": True, "training_steps": 0, "leaving_rate": 0, "vacancy_steps": 0}
    return Posts(np.broadcast_to(area, n_posts), **{**never, **assumed})


def _one_visit(tolerance, patience):
    return visit_schedule([0], [0], [tolerance], [patience], 1)


@pytest.fixture
def posts():
    """Return a function that makes posts nobody leaves, or with other assumptions."""
    return _posts


@pytest.fixture
def small_plan():
    """Return a function that makes a plan of children with one visit each, due at once, an hour of one worker."""

    def make(step, n, n_steps, n_posts=1, *, tolerance=0, patience=0, area=0, **assumed):
        own = {
            "tier_share": [1.0],
            "changes": GOES_AT_ONCE,
            "schedule": _one_visit(tolerance, patience),
            "posts": _posts(n_posts),
            "visit_hours": [1.0],
            "worker_hours": 1.0,
        }
        children = Arrivals(np.asarray(step), np.full(np.shape(step), area), np.asarray(n))
        return Plan(children, **{**own, **assumed}, n_steps=n_steps)

    return make
