"""Costs: prices times what was used, and a price nobody knows is not nought."""

import numpy as np
import pytest

from analysis.models.caseload.costs import Prices, cost_parts, total_cost
from analysis.models.caseload.run import simulate


@pytest.fixture
def run(small_plan, posts):
    """Five steps of two workers, one in training for one; four visits made of six; six children for a step each."""
    assumed = posts(2, is_trained=[True, False], training_steps=1)
    return simulate(small_plan([0, 2], [[3, 3], [0, 0]], 5, posts=assumed, patience=0), np.random.default_rng(1))


def test_what_was_used_is_paid(run):
    parts = cost_parts(run, Prices(10.0, 100.0, 1.0, [0.5, 3.0]))
    assert {name: cost.tolist() for name, cost in parts.items()} == {
        "workers": [100.0, 100.0],
        "trainings": [100.0, 100.0],
        "visits": [3.0, 0.0],
        "children": [3.0, 0.0],
    }
    assert total_cost(run, Prices(10.0, 100.0, 1.0, [0.5, 3.0])).tolist() == [206.0, 200.0]


def test_a_price_nobody_knows_leaves_the_total_unknown(run):
    assert np.isnan(total_cost(run, Prices(10.0, np.nan, 1.0, 1.0))).all()
    assert np.isfinite(cost_parts(run, Prices(10.0, np.nan, 1.0, 1.0))["visits"]).all()


def test_a_price_below_nought_is_refused(run):
    with pytest.raises(ValueError, match="price of visits is below 0"):
        total_cost(run, Prices(1.0, 1.0, -1.0, 1.0))
