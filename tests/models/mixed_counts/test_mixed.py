"""What must hold of every fit with group effects: units, order, limits, shrinkage, degrees of freedom."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.mixed_counts import (
    NotEstimableError,
    fit_nb2,
    fit_nb2_mixed,
    fit_poisson,
    fit_poisson_mixed,
    rate_ratios,
    wald_interval,
    without_each_group,
)

NO_SPREAD, NO_GROUPS = "no overdispersion", "no variation between groups"


@pytest.fixture(scope="module")
def fit(given):
    return fit_nb2_mixed(*given("districts_children"))


@pytest.mark.parametrize("n_nodes", [1, 9])
def test_ten_times_the_population_moves_only_the_intercept_by_minus_log_ten(given, n_nodes):
    y, design, offset, group = given("districts_facilities")
    one, ten = (fit_nb2_mixed(y, design, offset + more, group, n_nodes) for more in (0, np.log(10)))
    np.testing.assert_allclose(ten.coefficients - one.coefficients, [-np.log(10), 0, 0], atol=1e-8)
    np.testing.assert_allclose(ten.standard_errors, one.standard_errors, rtol=1e-6)
    found = [(each.log_likelihood, each.theta, each.sd_group) for each in (one, ten)]
    np.testing.assert_allclose(*found, rtol=1e-6)


def test_order_of_units_and_names_of_groups_do_not_matter(given, fit):
    y, design, offset, group = given("districts_children")
    order = np.random.default_rng(1).permutation(len(y))
    names = group.map(lambda number: f"group {number:02d}")
    other = fit_nb2_mixed(y.to_numpy()[order], design.iloc[order], offset.to_numpy()[order], names.to_numpy()[order])
    np.testing.assert_allclose(other.coefficients, fit.coefficients, atol=1e-8)
    np.testing.assert_allclose(other.group_effects, fit.group_effects, atol=1e-7)
    np.testing.assert_allclose(other.fitted, fit.fitted[order], rtol=1e-7)
    assert list(other.groups) == sorted(set(names))


def test_fitted_means_are_those_of_the_coefficients_and_effects(given, fit):
    _, design, offset, group = given("districts_children")
    at_zero = np.exp(offset + design.to_numpy() @ fit.coefficients)
    effects = dict(zip(fit.groups, fit.group_effects, strict=True))
    np.testing.assert_allclose(fit.fitted_at_zero_effect, at_zero)
    np.testing.assert_allclose(fit.fitted, at_zero * np.exp(group.map(effects)))
    assert (fit.n, fit.n_groups) == (len(design), 25)


def test_effects_of_groups_are_drawn_to_zero_the_more_the_less_is_known():
    """With one unit a group and Poisson counts: the same factor counts more if y is large."""
    expected = np.tile([2.0, 20.0, 200.0], 20)
    y = expected * np.repeat([0.5, 1.5], 30)
    fit = fit_poisson_mixed(y, np.ones((60, 1)), np.log(expected), np.arange(60))
    shrunk = (fit.group_effects / np.log(y / expected / np.exp(fit.coefficients[0])))[:3]
    assert 0 < shrunk[0] < shrunk[1] < shrunk[2] < 1
    assert fit.sd_group > fit.group_sds[0] > fit.group_sds[1] > fit.group_sds[2]


def simulated(rng, theta, sd_group, level=-8.5):
    group = np.repeat(np.arange(25), 8)
    design = pd.DataFrame({"one": 1.0, "x": rng.normal(size=200)})
    offset = rng.normal(10, 0.8, 200)
    mean = np.exp(level + 0.3 * design["x"] + offset + sd_group * rng.normal(size=25)[group])
    return rng.poisson(mean * rng.gamma(theta, 1 / theta, 200)), design, offset, group


def test_without_variation_between_groups_the_fit_is_the_plain_one_and_says_so():
    drawn = [simulated(np.random.default_rng(seed), 1.5, 0.0) for seed in range(8)]
    fits = [fit_nb2_mixed(*each) for each in drawn]
    at_limit = [(each, plain) for each, plain in zip(drawn, fits, strict=True) if plain.limits]
    assert 2 <= len(at_limit) < 8, "about half of them"
    for each, found in at_limit:
        plain = fit_nb2(*each[:3])
        assert found.limits[0].startswith(NO_GROUPS)
        assert (found.sd_group, found.log_likelihood) == (0.0, pytest.approx(plain.log_likelihood, abs=1e-9))
        assert np.isnan(found.log_sd_se)
        np.testing.assert_allclose(found.standard_errors, plain.standard_errors, rtol=1e-8)
        np.testing.assert_array_equal(found.group_effects, np.zeros(25))


def test_poisson_counts_end_at_the_poisson_limit_and_say_so():
    limits = []
    for seed in range(8):
        drawn = simulated(np.random.default_rng(seed), 1e9, 0.6)
        found = fit_nb2_mixed(*drawn)
        limits.append(found.limits)
        if found.limits:
            poisson = fit_poisson_mixed(*drawn)
            assert found.theta == np.inf
            assert np.isnan(found.log_theta_se)
            assert found.log_likelihood == pytest.approx(poisson.log_likelihood, abs=1e-7)
            np.testing.assert_allclose(found.coefficients, poisson.coefficients, atol=1e-7)
    assert 2 <= sum(each != () for each in limits) < 8
    assert all(each == () or each[0].startswith(NO_SPREAD) for each in limits)


def test_fewer_spread_than_poisson_gives_the_poisson_fit_without_groups_too():
    y = np.tile([3, 4, 5], 20)
    found, poisson = fit_nb2(y, np.ones((60, 1)), np.zeros(60)), fit_poisson(y, np.ones((60, 1)), np.zeros(60))
    assert (found.theta, found.limits[0].startswith(NO_SPREAD)) == (np.inf, True)
    np.testing.assert_allclose(found.coefficients, poisson.coefficients)


def test_degrees_of_freedom_are_those_of_groups_for_what_only_groups_can_tell(fit):
    assert list(fit.df) == [23, 194 - 25 - 1, 23]
    widths = np.subtract(*wald_interval(fit, 0.95)[::-1]) / fit.standard_errors / 2
    r = np.array([2.068658, 1.974185, 2.068658])  # qt(.975, c(23, 168, 23))
    np.testing.assert_allclose(widths, r * np.sqrt([25 / 23, 1, 25 / 23]), atol=1e-6)


def test_rate_ratios_are_exponents_of_the_interval(fit):
    found = rate_ratios(fit, 0.9)
    assert list(found["name"]) == ["one", "x", "z"]
    np.testing.assert_allclose(np.log(found[["ci_low", "ci_high"]]).T, wald_interval(fit, 0.9))
    np.testing.assert_allclose(np.log(found["estimate"]), fit.coefficients)


def test_groups_must_be_more_than_what_is_constant_within_them(given):
    y, design, offset, _ = given("districts_children")
    with pytest.raises(NotEstimableError, match="2 groups cannot carry 2 columns"):
        fit_nb2_mixed(y, design.assign(z=np.arange(len(y)) < 90)[["one", "z"]], offset, np.arange(len(y)) < 90)


def test_each_group_is_left_out_in_turn(given, fit):
    y, design, offset, group = given("districts_children")
    found = without_each_group(y, design, offset, group, fit_nb2_mixed)
    assert (list(found.index), list(found.columns)) == (list(range(1, 26)), ["one", "x", "z"])
    kept = group != 7
    alone = fit_nb2_mixed(y[kept], design[kept], offset[kept], group[kept])
    np.testing.assert_allclose(found.loc[7], alone.coefficients, atol=1e-9)
    assert np.abs(found - fit.coefficients).to_numpy().max() > 0.02
    with pytest.raises(ValueError, match="without group a: every count is 0"):
        without_each_group([1, 0], pd.DataFrame({"one": [1.0, 1.0]}), [0.0, 0.0], ["a", "b"], fit_nb2_mixed)
