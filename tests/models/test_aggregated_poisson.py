"""Poisson regression through sums: against statsmodels, R 4.2.2 (2022-11-10 r83330) and direct optimisation."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from analysis.models.aggregated_poisson import (
    Blocks,
    NotEstimableError,
    fit,
    profile_deviance,
    profile_interval,
)

TOTALS = np.array([12, 9, 53, 4, 14, 71, 9, 9.0])
POPULATION = np.array([900, 400, 1500, 700, 1100, 1800, 350, 1300.0])
X1 = np.array([-1.2, 0.3, 0.8, -0.5, 0.1, 1.4, -0.9, 0.0])
X2 = np.array([0.4, -1.1, 0.2, 0.9, -0.3, 0.5, 1.2, -1.6])
BOTH = np.column_stack([X1, X2])
PAIRS = np.kron(np.eye(4), np.ones(2)).astype(bool)  # units 1 and 2 are the first block, and so on

ONE_UNIT_A_BLOCK = Blocks(TOTALS, np.eye(8, dtype=bool), POPULATION, BOTH)
SUMS_OF_TWO = Blocks(PAIRS @ TOTALS, PAIRS, POPULATION, X1[:, None])


def close(found, expected, tolerance=1e-8):
    return np.testing.assert_allclose(found, expected, rtol=tolerance)


def test_with_one_unit_a_block_it_is_the_glm_of_statsmodels():
    result = sm.GLM(TOTALS, sm.add_constant(BOTH), family=sm.families.Poisson(), offset=np.log(POPULATION)).fit(
        tol=1e-14, scale="X2"
    )
    found = fit(ONE_UNIT_A_BLOCK)
    close(found.coefficients, result.params)
    close(found.covariance, result.cov_params())
    close(found.fitted, result.fittedvalues)
    close(found.deviance, result.deviance)
    close(found.dispersion, result.scale)


def test_with_one_unit_a_block_it_is_the_quasipoisson_glm_of_r():
    # f <- glm(y ~ x1 + x2 + offset(log(n)), family = quasipoisson, control = glm.control(1e-15, 100))
    found = fit(ONE_UNIT_A_BLOCK)
    close(found.coefficients, [-4.07942653373333464, 0.53238606664467769, 0.35006388294282992])
    close(found.dispersion, 3.2549080301429689)  # summary(f)$dispersion
    standard_errors = [0.17618362246077299, 0.16997266124189994, 0.21463540220483274]  # sqrt(diag(vcov(f)))
    close(np.sqrt(np.diag(found.covariance)), standard_errors)
    close(found.deviance, 17.47612139116584)
    close(found.deviance_explained, 1 - 17.47612139116584 / 69.516537716754257)  # f$null.deviance


def test_profile_interval_is_that_of_r():
    # uniroot, tol = 1e-14, of deviance(glm(y ~ other + offset(log(n) + b * x), poisson)) - deviance(f)
    #   - summary(f)$dispersion * qf(.95, 1, 5)
    found = fit(ONE_UNIT_A_BLOCK)
    close(profile_interval(ONE_UNIT_A_BLOCK, found, 0, 0.95), (0.11920582354587202, 1.00733166510983918))
    close(profile_interval(ONE_UNIT_A_BLOCK, found, 1, 0.95), (-0.17223405788603016, 0.94910156680568025))


def test_block_sums_have_the_maximum_that_r_finds():
    # nll <- function(t) {m <- tapply(n * exp(t[1] + t[2] * x1), block, sum); -sum(Y * log(m) - m)}
    # optim(c(-4.5, 0), nll, gradient, method = "BFGS"), then eight Newton steps with optimHess
    found = fit(SUMS_OF_TWO)
    close(found.coefficients, [-4.03982774290520652, 0.53812936440106129])
    close(found.dispersion, 2.5300822464050956, 1e-6)  # at optim's own solution
    standard_errors = np.array([0.11448232135960988, 0.13930125993118941])  # sqrt(diag(solve(optimHess(...))))
    close(np.sqrt(np.diag(found.covariance) / found.dispersion), standard_errors, 1e-4)  # a difference quotient


def test_block_sums_with_two_slopes_match_direct_optimisation():
    blocks = Blocks(SUMS_OF_TWO.totals, PAIRS, POPULATION, BOTH)

    def minus_log_likelihood(theta):
        mean = PAIRS @ (POPULATION * np.exp(theta[0] + BOTH @ theta[1:]))
        return (mean - blocks.totals * np.log(mean)).sum()

    direct = optimize.minimize(
        minus_log_likelihood, [-4, 0, 0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    found = fit(blocks)
    np.testing.assert_allclose(found.coefficients, direct.x, atol=1e-5)
    assert minus_log_likelihood(found.coefficients) <= direct.fun + 1e-10


def test_profile_deviance_is_least_at_the_estimate_and_reaches_the_cut_at_the_bounds():
    found = fit(SUMS_OF_TWO)
    low, high = profile_interval(SUMS_OF_TWO, found, 0, 0.8)
    cut = found.deviance + found.dispersion * stats.f.ppf(0.8, 1, 2)
    close(profile_deviance(SUMS_OF_TWO, 0, found.coefficients[1]), found.deviance)
    close([profile_deviance(SUMS_OF_TWO, 0, bound) for bound in (low, high)], [cut, cut])


def test_the_higher_of_two_peaks_is_found():
    """A block whose units lie at both ends of x fits a slope of either sign; the last block prefers one."""
    membership = np.array([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
    x = np.array([[-2.0], [2.1], [0.0], [1.0]])
    found = [fit(Blocks(np.array([90.0, 10.0, last]), membership, np.ones(4), x)).coefficients[1] for last in (3, 30)]
    assert found[0] < -0.9
    assert found[1] > 0.9


def test_the_top_is_reached_from_where_the_likelihood_is_not_concave():
    x = np.array([[-0.5], [1.0], [0.2], [0.6], [0.9], [0.0]])
    blocks = Blocks(np.array([7.0, 6.0, 7.0]), np.kron(np.eye(3), np.ones(2)).astype(bool), np.ones(6), x)
    found = fit(blocks)
    around = [profile_deviance(blocks, 0, slope) for slope in np.linspace(-8, 8, 321)]
    assert found.deviance <= min(around)
    assert found.coefficients[1] == pytest.approx(1.2, abs=0.05)


def test_condition_is_that_of_the_design_weighted_at_the_fit_with_columns_of_one_length():
    found = fit(ONE_UNIT_A_BLOCK)
    weighted = ONE_UNIT_A_BLOCK.design * np.sqrt(found.fitted)[:, None]
    assert found.condition == pytest.approx(np.linalg.cond(weighted / np.linalg.norm(weighted, axis=0)))


def test_totals_closer_together_than_chance_do_not_narrow_the_interval_below_that_of_poisson():
    expected = POPULATION * np.exp(-3 + 0.5 * X1)
    blocks = Blocks(np.round(PAIRS @ expected), PAIRS, POPULATION, X1[:, None])
    found = fit(blocks)
    assert found.dispersion < 0.1
    cut = found.deviance + stats.f.ppf(0.95, 1, 2)
    close([profile_deviance(blocks, 0, end) for end in profile_interval(blocks, found, 0, 0.95)], [cut, cut])


def test_population_times_ten_moves_only_the_intercept():
    tenfold = Blocks(SUMS_OF_TWO.totals, PAIRS, 10 * POPULATION, X1[:, None])
    expected = fit(SUMS_OF_TWO).coefficients - [np.log(10), 0]
    np.testing.assert_allclose(fit(tenfold).coefficients, expected, atol=1e-9)


def test_units_of_no_block_play_no_part():
    fewer = SUMS_OF_TWO.without_block(3)
    alone = Blocks(SUMS_OF_TWO.totals[:3], PAIRS[:3, :6], POPULATION[:6], X1[:6, None])
    close(fit(fewer).coefficients, fit(alone).coefficients)


def test_no_residual_degrees_of_freedom_give_a_slope_without_an_interval():
    two = SUMS_OF_TWO.without_block(3).without_block(2)
    found = fit(two)
    assert np.isnan(found.dispersion)
    assert np.isnan(profile_interval(two, found, 0, 0.95)).all()


def test_a_bound_that_the_search_does_not_reach_is_missing():
    found = fit(SUMS_OF_TWO)
    assert np.isfinite(profile_interval(SUMS_OF_TWO, found, 0, 0.95)).all()
    assert np.isnan(profile_interval(SUMS_OF_TWO, found, 0, 0.999999)[0])


@pytest.mark.parametrize("x", [1.0, -1.0])
def test_a_slope_that_runs_away_is_reported(x):
    """Nobody in one of two units: the likelihood rises for ever."""
    membership = np.eye(2, dtype=bool)
    blocks = Blocks(np.array([0.0, 10.0]), membership, np.ones(2), np.array([[0.0], [x]]))
    with pytest.raises(NotEstimableError, match="no maximum with every slope within 8"):
        fit(blocks)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"population": np.where(X1 == 0, 0, POPULATION)}, "population above 0"),
        ({"totals": np.array([1, -1, 2, 3.0])}, "0 or more"),
        ({"totals": np.zeros(4)}, "not all 0"),
        ({"covariates": np.where(X1 == 0, np.nan, X1)[:, None]}, "value of every covariate"),
        ({"membership": PAIRS & (np.arange(4) > 0)[:, None]}, "every block needs a unit"),
        ({"membership": PAIRS | PAIRS[::-1]}, "no unit may lie in two blocks"),
        (
            {"covariates": np.random.default_rng(1).normal(size=(8, 4))},
            "4 block totals cannot carry 5 parameters",
        ),
        ({"covariates": np.column_stack([X1, 2 * X1])}, "collinear over the blocks"),
        ({"covariates": np.full((8, 1), 3.0)}, "collinear over the blocks"),
        ({"covariates": np.zeros((8, 1))}, "collinear over the blocks"),
    ],
)
def test_data_that_cannot_be_fitted_are_refused_in_words(change, message):
    good = {
        "totals": SUMS_OF_TWO.totals,
        "membership": PAIRS,
        "population": POPULATION,
        "covariates": X1[:, None],
    }
    with pytest.raises(ValueError, match=message):
        Blocks(**{**good, **change})


def test_confidence_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        profile_interval(SUMS_OF_TWO, fit(SUMS_OF_TWO), 0, 95)
