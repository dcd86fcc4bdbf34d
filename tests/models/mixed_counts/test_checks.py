"""The checks answer what they are asked: on closed forms, and on counts drawn from right and wrong models."""

import numpy as np
import pytest

from analysis.models.mixed_counts import check_dispersion, check_zeros, fit_nb2, fit_nb2_mixed, fit_poisson


def ones(n):
    return np.ones((n, 1)), np.zeros(n)


def test_pearson_and_score_are_their_formulas():
    """R: m <- mean(y); sum((y - m)^2 / m) / 4; pnorm(sum((y - m)^2 - y) / sqrt(2 * 5 * m^2), lower = FALSE)"""
    y = np.array([0, 1, 4, 9, 1])
    found = check_dispersion(fit_poisson(y, *ones(5)), y)
    assert found.pearson_ratio == pytest.approx(4.5)
    assert found.own_ratio == found.pearson_ratio
    assert found.score == pytest.approx(39 / np.sqrt(90))
    assert found.p_value == pytest.approx(1.970079136e-05, rel=1e-8)


def test_the_schools_vary_more_than_poisson_and_as_the_negative_binomial(given):
    """R: sum(residuals(glm(Days ~ ., poisson, quine), "pearson")^2) / 139 and the same of glm.nb, MASS::quine."""
    y, design, offset, _ = given("quine")
    poisson, nb2 = (check_dispersion(fit(y, design, offset), y) for fit in (fit_poisson, fit_nb2))
    assert poisson.p_value < 1e-10
    assert poisson.pearson_ratio == pytest.approx(13.16684, rel=1e-6)
    assert 0.7 < nb2.own_ratio < 1.3


@pytest.mark.parametrize(("theta", "low", "high"), [(np.inf, 0.02, 0.09), (3.0, 0.95, 1.0)])
def test_dispersion_is_noticed_when_there_and_seldom_when_not(theta, low, high):
    rng = np.random.default_rng(5)
    rates = 4.0 * (np.ones((200, 60)) if np.isinf(theta) else rng.gamma(theta, 1 / theta, (200, 60)))
    p_values = [check_dispersion(fit_poisson(y, *ones(60)), y).p_value for y in rng.poisson(rates)]
    assert low <= np.mean(np.array(p_values) < 0.05) <= high


def test_expected_zeros_are_those_of_the_distribution():
    rng = np.random.default_rng(5)
    y = rng.poisson(rng.gamma(0.7, 2 / 0.7, 400))
    for fit in (fit_poisson(y, *ones(400)), fit_nb2(y, *ones(400))):
        exact = 400 * (np.exp(-y.mean()) if np.isinf(fit.theta) else (1 + y.mean() / fit.theta) ** -fit.theta)
        found = check_zeros(fit, y, np.random.default_rng(1))
        assert found.expected == pytest.approx(exact, abs=1.5)
        assert found.low < found.expected < found.high
        assert found.observed == (y == 0).sum()
        assert (found.p_value < 0.01) == np.isinf(fit.theta), "too few zeros in Poisson, right in NB2"


def test_too_few_zeros_are_noticed_as_too_many_are():
    y = 1 + np.random.default_rng(5).poisson(1.0, 200)
    found = check_zeros(fit_poisson(y, *ones(200)), y, np.random.default_rng(1))
    assert found.observed == 0 < found.low
    assert found.p_value == pytest.approx(2 / 1001)


def test_groups_are_drawn_anew_for_zeros(given):
    """Between groups of one member, variation of rates makes zeros; at known effects it would not."""
    y, design, offset, group = given("districts_facilities")
    fit = fit_nb2_mixed(y, design, offset, group)
    found = check_zeros(fit, y, np.random.default_rng(1))
    u = np.random.default_rng(2).normal(size=(2000, 1)) * fit.sd_group
    mean = fit.fitted_at_zero_effect * np.exp(u)
    assert found.expected == pytest.approx(((1 + mean / fit.theta) ** -fit.theta).sum(axis=1).mean(), abs=1.5)
    assert found.p_value > 0.05


def test_the_same_seed_gives_the_same_check(given):
    y, design, offset, group = given("districts_facilities")
    fit = fit_nb2_mixed(y, design, offset, group)
    assert check_zeros(fit, y, np.random.default_rng(1)) == check_zeros(fit, y, np.random.default_rng(1))


def test_counts_of_another_fit_are_refused():
    y = np.array([0, 1, 4, 9, 1])
    fit = fit_poisson(y, *ones(5))
    for check in (check_dispersion, lambda f, y: check_zeros(f, y, np.random.default_rng(1))):
        with pytest.raises(ValueError, match="the fit is of 5 counts, not of 4"):
            check(fit, y[:4])
