"""The specification curve against the single fits, and its words about what cannot be told apart."""

import numpy as np
import pytest

from analysis.models.aggregated_poisson import Blocks, fit, profile_interval
from analysis.models.specification_curve import Slope, fits_alike, not_told_apart, specification_curve

POPULATION = np.full(24, 1000.0)
MEMBERSHIP = np.kron(np.eye(8), np.ones(3)).astype(bool)
SLOPE = 0.6
BOUND = 6.0


@pytest.fixture(scope="module")
def covariates():
    rng = np.random.default_rng(20150228)
    cause = np.repeat(np.linspace(-1.5, 1.5, 8), 3) + rng.normal(0, 0.2, 24)
    return {"cause": cause, "twin": cause + rng.normal(0, 0.05, 24), "noise": rng.normal(0, 1, 24)}


@pytest.fixture(scope="module")
def totals(covariates):
    rates = 0.1 * np.exp(SLOPE * covariates["cause"])
    return np.random.default_rng(1).poisson(MEMBERSHIP @ (POPULATION * rates)).astype(float)


@pytest.fixture(scope="module")
def curve(totals, covariates):
    return specification_curve(totals, MEMBERSHIP, POPULATION, covariates, 0.95, BOUND)


def one(curve, term, other=None):
    (slope,) = [slope for slope in curve if (slope.term, slope.other) == (term, other)]
    return slope


def test_every_covariate_stands_alone_and_beside_every_other(curve):
    assert len(curve) == 3 + 3 * 2
    assert len({(slope.term, slope.other) for slope in curve}) == len(curve)


def test_a_slope_is_that_of_its_own_regression(curve, totals, covariates):
    blocks = Blocks(totals, MEMBERSHIP, POPULATION, np.column_stack([covariates["noise"], covariates["cause"]]))
    alone = fit(blocks, BOUND)
    slope = one(curve, "cause", "noise")
    assert slope.estimate == pytest.approx(alone.coefficients[2], abs=1e-7)
    assert (slope.low, slope.high) == pytest.approx(profile_interval(blocks, alone, 1, 0.95, BOUND), abs=1e-6)
    np.testing.assert_allclose(slope.log_rates, np.log(alone.fitted / 3000), atol=1e-7)


def test_the_planted_cause_is_found_and_keeps_its_side(curve):
    slope = one(curve, "cause")
    assert slope.low < SLOPE < slope.high
    assert slope.is_bounded
    assert slope.excludes_no_effect
    assert slope.keeps_its_side is True
    assert slope.loo_low <= slope.estimate <= slope.loo_high


@pytest.mark.parametrize(
    ("low", "estimate", "high", "excludes", "keeps"),
    [(-3, -2, -1, True, True), (1, 2, 3, True, True), (-1, 2, 3, False, False), (-3, -2, 1, False, False)],
)
def test_a_slope_has_one_side_where_all_of_it_lies_there(low, estimate, high, excludes, keeps):
    slope = Slope("cause", None, 8, 6, estimate=estimate, low=low, high=high, loo_low=low, loo_high=high)
    assert slope.excludes_no_effect is excludes
    assert slope.keeps_its_side is keeps


@pytest.mark.parametrize("estimate", [-1.0, 1.0])
def test_a_slope_on_the_other_side_than_without_each_block_does_not_keep_its_side(estimate):
    without_one = sorted([-2 * estimate, -estimate])
    slope = Slope("cause", None, 8, 6, estimate=estimate, loo_low=without_one[0], loo_high=without_one[1])
    assert slope.keeps_its_side is False


def test_a_covariate_without_effect_does_not_keep_a_claim(curve):
    assert not one(curve, "noise", "cause").excludes_no_effect


def test_twins_cannot_be_told_apart_but_cause_and_noise_can(curve):
    assert not_told_apart(curve, "cause") == ["twin"]
    assert "cause" not in not_told_apart(curve, "noise")
    assert fits_alike(curve, "cause", 0.95) == ["twin"]


def test_two_totals_carry_no_slope_and_say_so(covariates):
    membership = np.kron(np.eye(2), np.ones(12)).astype(bool)
    curve = specification_curve(np.array([50.0, 90.0]), membership, POPULATION, covariates, 0.95, BOUND)
    assert all(np.isnan(slope.estimate) for slope in curve)
    assert one(curve, "cause").why_not == "2 group totals leave no residual degree of freedom for 2 parameters"
    assert one(curve, "cause").keeps_its_side is None
    assert fits_alike(curve, "cause", 0.95) == []


def test_one_residual_degree_of_freedom_leaves_nothing_to_leave_out(totals, covariates):
    curve = specification_curve(totals[:3], MEMBERSHIP[:3], POPULATION, covariates, 0.95, BOUND)
    slope = one(curve, "cause")
    assert np.isfinite(slope.estimate)
    assert np.isnan(slope.loo_low)
    assert slope.keeps_its_side is None
