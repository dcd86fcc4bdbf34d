"""Marginal effects and attributable fractions: R's jackknife, the delta method, and what must hold for any fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey import (
    Change,
    attributable_fraction,
    average_marginal_effects,
    jackknife,
    logistic,
    mean,
    poisson,
    proportion,
    replicate_covariance,
)
from analysis.models.survey.linearised import covariance_of_unit_totals

POOR, NEAR = (Change(before={name: 0}, after={name: 1}) for name in ("poor", "km"))


@pytest.fixture(scope="module")
def villages(rows_of, design_of):
    rows = rows_of("two_stage")
    rows["km"] = rows["distance"].round()
    return rows, rows[["poor", "is_girl", "km"]].assign(constant=1.0), design_of("two_stage")


@pytest.fixture(scope="module")
def fitted(villages):
    rows, covariates, design = villages
    return logistic(rows["placed"], covariates, design)


def test_effects_are_those_of_r(villages, fitted, r):
    # withReplicates(as.svrepdesign(d, type = "JKn", mse = TRUE), effects), effects() in references.R: weighted.mean of
    # predict(glm(placed ~ poor + is_girl + km, weights = .w), transform(data, poor = 1), type = "response") and so on
    _, covariates, design = villages
    changes = [POOR, Change(before={}, after={"km": covariates["km"] + 1})]
    moved = average_marginal_effects(fitted, covariates, changes, design)
    fraction = attributable_fraction(fitted, covariates, [{"poor": 0}, {"poor": 0, "km": 0}], design)
    np.testing.assert_allclose([*moved.estimate, *fraction.estimate], r("two_stage", "effects"), rtol=1e-8)
    by_jackknife = np.sqrt(np.diag(r("two_stage", "effects JKn covariance").reshape(4, 4)))
    np.testing.assert_allclose([*moved.standard_error, *fraction.standard_error], by_jackknife, rtol=0.1)


def test_effects_in_a_domain_use_the_fit_of_all(villages, fitted, r):
    rows, covariates, design = villages
    is_girl = rows["is_girl"] == 1
    moved = average_marginal_effects(fitted, covariates, [POOR], design, is_girl)
    fraction = attributable_fraction(fitted, covariates, {"poor": 0}, design, is_girl)
    np.testing.assert_allclose([*moved.estimate, *fraction.estimate], r("two_stage", "effects girls"), rtol=1e-8)
    by_jackknife = np.sqrt(np.diag(r("two_stage", "effects girls JKn covariance").reshape(2, 2)))
    np.testing.assert_allclose([*moved.standard_error, *fraction.standard_error], by_jackknife, rtol=0.1)


def test_the_variance_is_that_of_the_stacked_influence_in_r(villages, fitted, r):
    # vcov(svytotal(own part of the row + its sandwich %*% the gradient, d)), worked out in references.R from svyglm
    _, covariates, design = villages
    found = average_marginal_effects(fitted, covariates, [POOR], design)
    np.testing.assert_allclose(found.covariance[0], r("two_stage", "effect variance by svytotal"), rtol=1e-6)


def test_the_variance_is_that_of_what_each_village_moves_when_everything_is_estimated_anew(villages):
    """The infinitesimal jackknife: a little more weight for a village, a new fit, new effects of the new population."""
    rows, covariates, design = villages
    is_girl = rows["is_girl"] == 1

    def estimated(design):
        fit = logistic(rows["placed"], covariates, design)
        effects = average_marginal_effects(fit, covariates, [POOR, NEAR], design)
        fractions = attributable_fraction(fit, covariates, [POOR.before, NEAR.before], design, is_girl)
        return [effects, fractions]

    moved, step = np.empty((design.n_clusters, 4)), 1e-4
    for village in range(design.n_clusters):
        more, less = (
            replace(design, weights=design.weights * (1 + by * (design.clusters[0] == village))) for by in (step, -step)
        )
        ends = [np.concatenate([found.estimate for found in estimated(moved_to)]) for moved_to in (more, less)]
        moved[village] = (ends[0] - ends[1]) / (2 * step)
    expected = np.diag(covariance_of_unit_totals(moved, design))
    found = np.concatenate([np.diag(found.covariance) for found in estimated(design)])
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_model_of_one_factor_gives_back_the_shares(villages):
    """With one 0/1 covariate the model is saturated: effects are differences of weighted shares."""
    rows, covariates, design = villages
    alone = covariates[["constant", "poor"]]
    fit = logistic(rows["placed"], alone, design)
    found = average_marginal_effects(fit, alone, [POOR], design)
    poor, others = (mean(rows["placed"], design, rows["poor"] == value) for value in (1, 0))
    assert found.estimate[0] == pytest.approx((poor.estimate - others.estimate)[0], rel=1e-10)
    fraction = attributable_fraction(fit, alone, {"poor": 0}, design)
    everyone = proportion(rows["placed"], design)
    assert fraction.estimate[0] == pytest.approx(1 - others.estimate[0] / everyone.estimate[0], rel=1e-10)
    replicates = jackknife(design)
    totals = replicates.totals(
        np.column_stack([rows["placed"] * (rows["poor"] == 0), rows["poor"] == 0, rows["placed"], np.ones(design.n)])
    )
    by_jackknife = replicate_covariance(
        1 - totals[:, 0] / totals[:, 1] / (totals[:, 2] / totals[:, 3]), replicates, "mean"
    )
    assert fraction.standard_error[0] == pytest.approx(np.sqrt(by_jackknife[0, 0]), rel=0.05)


def test_columns_of_a_factor_and_a_product_change_together(villages):
    rows, covariates, design = villages
    joint = covariates.assign(poor_girl=covariates["poor"] * covariates["is_girl"])
    fit = logistic(rows["placed"], joint, design)
    girl = joint["is_girl"]
    change = Change(before={"poor": 0, "poor_girl": 0}, after={"poor": 1, "poor_girl": girl})
    found = average_marginal_effects(fit, joint, [change], design).estimate[0]
    before, after = joint.assign(poor=0, poor_girl=0), joint.assign(poor=1, poor_girl=girl)
    risks = [1 / (1 + np.exp(-rows @ fit.coefficients)) for rows in (before, after)]
    assert found == pytest.approx(np.average(risks[1] - risks[0], weights=design.weights), rel=1e-12)


def test_no_change_has_no_effect_and_opposite_changes_opposite_ones(villages, fitted):
    _, covariates, design = villages
    changes = [POOR, Change(before=POOR.after, after=POOR.before), Change(before={"km": 2}, after={"km": 2})]
    found = average_marginal_effects(fitted, covariates, changes, design)
    assert found.estimate[0] == pytest.approx(-found.estimate[1])
    assert found.covariance[0, 1] == pytest.approx(-found.covariance[0, 0])
    assert found.estimate[2] == found.standard_error[2] == 0
    assert attributable_fraction(fitted, covariates, {}, design).estimate[0] == 0


def test_a_fits_own_domain_is_the_domain_and_covariates_may_be_missing_outside(villages):
    rows, covariates, design = villages
    is_girl = rows["is_girl"] == 1
    some = covariates[["constant", "poor", "km"]].astype("Float64").mask(~is_girl)
    fit = logistic(rows["placed"], some, design, is_girl)
    found = average_marginal_effects(fit, some, [POOR], design)
    named = average_marginal_effects(fit, some.fillna(7.0), [POOR], design, is_girl)
    assert found.estimate[0] == pytest.approx(named.estimate[0])
    assert found.standard_error[0] == pytest.approx(named.standard_error[0])
    assert found.degrees_of_freedom == fit.degrees_of_freedom
    with pytest.raises(ValueError, match="missing in the domain"):
        average_marginal_effects(fit, some, [POOR], design, ~is_girl)


def test_covariates_may_be_called_by_number(villages, fitted):
    rows, covariates, design = villages
    fit = logistic(rows["placed"], covariates.to_numpy(), design)
    by_number = average_marginal_effects(fit, covariates.to_numpy(), [Change({0: 0}, {0: 1})], design)
    by_name = average_marginal_effects(fitted, covariates, [POOR], design)
    assert by_number.estimate == pytest.approx(by_name.estimate)


def test_what_the_fit_does_not_know_is_refused(villages, fitted):
    rows, covariates, design = villages
    with pytest.raises(ValueError, match="no column income; it has poor, is_girl"):
        average_marginal_effects(fitted, covariates, [Change({}, {"income": 0})], design)
    with pytest.raises(ValueError, match="in its order: poor, is_girl"):
        attributable_fraction(fitted, covariates[covariates.columns[::-1]], {"poor": 0}, design)
    with pytest.raises(ValueError, match="the fit needs"):
        attributable_fraction(fitted, covariates.to_numpy()[:, :2], {"poor": 0}, design)
    with pytest.raises(ValueError, match="logistic"):
        average_marginal_effects(poisson(rows["placed"], covariates, design), covariates, [POOR], design)
    with pytest.raises(TypeError, match="Design is needed"):
        average_marginal_effects(fitted, covariates, [POOR], pd.Series(design.weights))


def test_values_of_a_change_that_are_missing_are_refused(villages, fitted):
    _, covariates, design = villages
    km = covariates["km"].where(np.arange(design.n) != 5)
    with pytest.raises(ValueError, match="a value given to column km is missing"):
        average_marginal_effects(fitted, covariates, [Change({}, {"km": km})], design)
