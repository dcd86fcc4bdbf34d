"""Errors of causal estimates in many made-up data sets: weights, AIPW by agency, and time-varying treatment.

Data sets and Monte Carlo error (one standard error of a coverage of 0.95): clustered assignment 400, 0.011; supported
returns 100, 0.022, 40 with an unmeasured cause, and 40 followed for two years, 0.034; histories 150, 0.018.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import study
from analysis.estimates import _support_arms as arms
from analysis.estimates import support_effect_simulation as estimate
from analysis.estimates._support_returns import compared
from analysis.models.causal import doubly_robust, marginal_structural, regressions
from analysis.simulate import parameters, supported_returns
from analysis.simulate.sampled_countries import Simulator

N_CLUSTERED, N_HISTORIES = 400, 150


def expit(values):
    return 1 / (1 + np.exp(-values))


def clustered(rng, n=1500, n_clusters=40):
    """Return covariates, treatment, outcome and clusters: clusters differ in treatment and in outcome."""
    cluster = rng.integers(0, n_clusters, n)
    in_treatment, in_outcome = (rng.normal(0, 0.5, n_clusters)[cluster] for _ in range(2))
    x = rng.normal(size=(n, 4))
    treated = rng.random(n) < expit(-0.3 + 0.6 * x[:, 0] - 0.5 * x[:, 1] + 0.3 * x[:, 2] + 0.5 * in_treatment)
    log_odds = -0.5 + 0.8 * x[:, 0] - 0.6 * x[:, 1] + 0.4 * x[:, 3] + in_outcome
    true = (expit(log_odds - 0.4) - expit(log_odds)).mean()
    return x, treated, rng.random(n) < expit(log_odds - 0.4 * treated), cluster, true


@pytest.mark.validation
def test_stacked_errors_by_cluster_are_the_spread_of_estimates():
    rng = np.random.default_rng(1)
    found = {method: [] for method in (doubly_robust.WEIGHTED, doubly_robust.DOUBLY_ROBUST)}
    trues = []
    for _ in range(N_CLUSTERED):
        x, treated, outcome, cluster, true = clustered(rng)
        trues.append(true)
        for method, told in found.items():
            apart = doubly_robust.difference(doubly_robust.arm_means(outcome, treated, x, method=method))
            one = apart.clustered(cluster)
            told.append((one.estimate[0], one.standard_error[0]))
    for told in found.values():
        estimates, errors = np.array(told).T
        assert 0.92 < errors.mean() / estimates.std() < 1.08
        width = stats.t.isf(0.025, 39) * errors
        assert 0.92 <= (np.abs(estimates - np.mean(trues)) <= width).mean() <= 0.98


@pytest.fixture(scope="module")
def simulated():
    choices = study.load()
    for choice, value in {"n_cohorts": 5, "n_draws": 20, "n_draws_unmeasured": 8}.items():
        choices = choices.changed(f"support_effect_simulation.{choice}", value)
    rows = estimate.build(Simulator(parameters.load()), choices, np.random.default_rng(77))
    return rows.set_index(["outcome", "term", "level"])


@pytest.mark.validation
def test_confounded_records_mislead_as_they_are_and_not_when_made_alike(simulated):
    true = simulated.loc[(estimate.TRUE, "residential", estimate.RECORDED), "estimate"]
    crude, ours = (simulated.loc[(estimate.MEAN, way, estimate.RECORDED)] for way in estimate.WAYS)
    assert crude["ci_low"] > true + 0.02
    assert abs(ours["estimate"] - true) < 0.01
    coverage = simulated.xs(estimate.COVERAGE).xs(estimate.RECORDED, level="level")["estimate"]
    assert coverage["doubly robust"] >= 0.89
    assert coverage["crude"] < 0.8


@pytest.mark.validation
def test_an_unmeasured_cause_breaks_it(simulated):
    true = simulated.loc[(estimate.TRUE, "residential", estimate.UNMEASURED), "estimate"]
    ours = simulated.loc[(estimate.MEAN, "doubly robust", estimate.UNMEASURED)]
    assert ours["ci_low"] > true + 0.01
    assert ours["estimate"] > true + 0.02


@pytest.mark.validation
def test_two_years_are_told_where_children_are_followed_so_long():
    """Agencies that follow for two to four years; those of the simulator close cases within two."""
    choices, followed = study.load(), parameters.load().changed("case_management.closing.goals_met_months", (24, 48))
    found, trues = [], []
    for drawn in supported_returns.drawn(followed, 4, 10, 14, 730, np.random.default_rng(5)):
        returns = compared(drawn.spells, drawn.support_episodes, choices)
        one = arms.contrast(returns, 730, choices)
        found.append((one.found.estimate[arms.DIFFERENCE_AT], *one.interval(arms.DIFFERENCE_AT, 0.95)))
        trues.append(drawn.risks[1] - drawn.risks[0])
    estimates, low, high = np.array(found).T
    true = np.mean(trues)
    assert true < -0.05
    assert abs(estimates.mean() - true) < 3 * estimates.std() / np.sqrt(len(found))
    assert ((low <= true) & (true <= high)).mean() >= 0.85


def histories(rng, n=800, n_intervals=6, n_clusters=40):
    """Return rows of (subject, interval, cluster, worse, treated, before, ended); treatment changes nothing."""
    cluster, hidden = rng.integers(0, n_clusters, n), rng.normal(size=n)
    alive, before, rows = np.ones(n, dtype=bool), np.zeros(n), []
    for interval in range(n_intervals):
        worse = hidden - 0.8 * before + rng.normal(size=n) > 0.3
        treated = rng.random(n) < expit(-0.5 + 1.2 * worse + 0.4 * before)
        ended = rng.random(n) < expit(-3 + 0.9 * hidden)
        columns = (np.arange(n), np.full(n, interval), cluster, worse, treated, before, ended)
        rows.append(pd.DataFrame(dict(enumerate(columns)))[alive])
        alive, before = alive & ~ended, treated.astype(float)
    return pd.concat(rows).sort_values([0, 1]).to_numpy(dtype=float)


@pytest.mark.validation
def test_a_treatment_that_answers_to_what_it_changes_is_told_without_bias():
    rng, found = np.random.default_rng(1), []
    for _ in range(N_HISTORIES):
        rows = histories(rng)
        numerator = rows[:, [1, 5]]
        model = marginal_structural.structural_model(
            rows[:, 6],
            rows[:, 4] == 1,
            rows[:, 0],
            outcome_columns=rows[:, [4, 1]],
            numerator=numerator,
            denominator=np.column_stack([numerator, rows[:, 3]]),
        )
        told = model.coefficients.clustered(rows[:, 2])
        crude = regressions.fitted(regressions.with_constant(rows[:, [4, 1]]), rows[:, 6]).coefficients[1]
        found.append((told.estimate[1], told.standard_error[1], crude))
    estimates, errors, crude = np.array(found).T
    assert abs(estimates.mean()) < 3 * estimates.std() / np.sqrt(N_HISTORIES) + 0.01
    assert crude.mean() > 0.15
    assert 0.90 <= (np.abs(estimates) <= stats.t.isf(0.025, 39) * errors).mean() <= 0.99
