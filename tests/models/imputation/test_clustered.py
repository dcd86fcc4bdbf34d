"""The model of one item: its mode solves the penalised equations, effects of clusters shrink, draws spread rightly."""

import numpy as np
import pytest
from scipy import special

from analysis.models.imputation import clustered

N_CLUSTERS, N_EACH = 60, 12


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(N_CLUSTERS), N_EACH)
    context = np.column_stack([np.ones(N_CLUSTERS), np.arange(N_CLUSTERS) % 2])
    return clustered.Rows(rng.normal(size=(len(cluster), 2)), context, cluster)


def simulated(rows, sd, rng):
    return clustered.linear_predictor(rows, np.array([0.5, 0.0, -0.4, 0.6]), rng.normal(0, sd, N_CLUSTERS))


def test_the_mode_of_a_yes_or_no_item_solves_its_equations(rows):
    rng = np.random.default_rng(5)
    y = (rng.random(len(rows.cluster)) < special.expit(simulated(rows, 0.8, rng))).astype(float)
    asked = rng.random(len(y)) < 0.8
    state = clustered.started(y, asked, rows, np.arange(4), is_amount=False)
    residual = np.where(asked, y - special.expit(clustered.linear_predictor(rows, *mode(state))), 0)
    priors = state.coefficients / np.array([2.5, 2.5, 10, 2.5]) ** 2
    assert residual @ rows.columns == pytest.approx(priors[:2], abs=1e-6)
    assert np.bincount(rows.cluster, residual) == pytest.approx(state.effects / state.sd**2, abs=1e-6)
    assert np.bincount(rows.cluster, residual) @ rows.context == pytest.approx(priors[2:], abs=1e-6)
    assert 0.5 < state.sd < 1.2


def mode(state):
    return state.coefficients, state.effects


def test_effects_of_an_amount_are_the_shrunken_means_of_clusters(rows):
    rng = np.random.default_rng(6)
    y = simulated(rows, 0.7, rng) + rng.normal(size=len(rows.cluster))
    everybody = np.ones(len(y), dtype=bool)
    state = clustered.started(y, everybody, rows, np.arange(4), is_amount=True)
    left = y - clustered.linear_predictor(rows, state.coefficients, np.zeros(N_CLUSTERS))
    reliability = state.sd**2 / (state.sd**2 + state.variance / N_EACH)
    assert state.effects == pytest.approx(reliability * np.bincount(rows.cluster, left) / N_EACH, rel=1e-6)
    assert state.coefficients == pytest.approx([0.5, 0, -0.4, 0.6], abs=0.35)
    assert (state.sd, state.variance) == pytest.approx((0.7, 1), rel=0.25)


def test_a_coefficient_that_is_not_used_stays_0(rows):
    rng = np.random.default_rng(7)
    y = simulated(rows, 0.5, rng) + rng.normal(size=len(rows.cluster))
    asked = np.ones(len(y), dtype=bool)
    state = clustered.started(y, asked, rows, np.array([0, 2, 3]), is_amount=True)
    assert state.coefficients[1] == 0


def test_draws_spread_as_the_answers_leave_open(rows):
    """Of an amount everything is normal: compared with the posterior worked out row by row, effects integrated out."""
    rng = np.random.default_rng(8)
    y = simulated(rows, 0.7, rng) + rng.normal(size=len(rows.cluster))
    asked = rng.random(len(y)) < 0.7
    state = clustered.started(y, asked, rows, np.arange(4), is_amount=True)
    drawn = np.array([clustered.drawn(y, asked, rows, np.arange(4), state, rng).eta for _ in range(300)])
    z = np.hstack([rows.columns, rows.context[rows.cluster], np.eye(N_CLUSTERS)[rows.cluster]])
    prior = np.r_[np.array([2.5, 2.5, 10, 2.5]) ** -2.0, np.full(N_CLUSTERS, state.sd**-2)]
    posterior = np.linalg.inv(z[asked].T @ z[asked] / state.variance + np.diag(prior))
    mean = z @ posterior @ z[asked].T @ y[asked] / state.variance
    spread = np.sqrt(np.einsum("ij,jk,ik->i", z, posterior, z))
    assert np.abs((drawn.mean(axis=0) - mean) / spread).max() < 0.3, (
        "600 draws: 5 errors of 1/24 and the sd of clusters"
    )
    assert (drawn.std(axis=0) / spread).mean() == pytest.approx(1, abs=0.06)


def test_columns_that_separate_the_answers_leave_draws_finite(rows):
    y = (rows.columns[:, 0] > 0).astype(float)
    asked = np.ones(len(y), dtype=bool)
    state = clustered.started(y, asked, rows, np.arange(4), is_amount=False)
    eta = clustered.drawn(y, asked, rows, np.arange(4), state, np.random.default_rng(9)).eta
    assert np.isfinite(eta).all()
    assert ((eta > 0) == (y == 1)).mean() > 0.9
    assert 2 < state.coefficients[0] < 25
