"""Shared gamma frailty as R's coxph(frailty()) has it: at a given variance, and at the likeliest one."""

import numpy as np
import pytest

from analysis.models.survey.generalised_linear import NotEstimableError, SeparationError
from analysis.models.survival import frailty_search
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.frailty import frailty_fit


def females(rows_of):
    rows = rows_of("rats")
    return rows[rows["female"] == 1]


def check(fit, r_says, name, rtol):
    np.testing.assert_allclose(fit.coefficients, r_says(name, "coefficients"), rtol=rtol)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), r_says(name, "errors"), rtol=rtol)
    np.testing.assert_allclose(fit.log_likelihood, r_says(name, "log likelihood")[0], rtol=1e-9)


def test_a_given_variance_gives_r_s_coefficients_errors_and_likelihood(rows_of, r_says):
    rats = females(rows_of)
    check(
        frailty_fit(0, rats["time"], rats["status"], rats[["rx"]], rats["litter"], variance=1.5),
        r_says,
        "rats fixed",
        1e-8,
    )


def test_heavy_ties_too(rows_of, r_says):
    lung = rows_of("lung")
    fit = frailty_fit(0, lung["years"], lung["died"], lung[["age", "sex", "ecog"]], lung["inst"], variance=0.2)
    check(fit, r_says, "lung in years fixed", 1e-7)


def test_the_likeliest_variance_is_r_s(rows_of, r_says):
    rats = females(rows_of)
    fit = frailty_fit(0, rats["time"], rats["status"], rats[["rx"]], rats["litter"])
    np.testing.assert_allclose(fit.variance, r_says("rats", "variance")[0], rtol=2e-3)  # the likelihood is flat there
    check(fit, r_says, "rats", 1e-4)
    assert fit.log_likelihood >= r_says("rats", "log likelihood")[0] - 1e-7
    np.testing.assert_allclose(fit.factors.mean(), 1, rtol=1e-6)


def test_the_interval_of_the_variance_ends_where_the_likelihood_has_fallen_by_half_a_chi_square(rows_of):
    rats = females(rows_of)
    told = (0, rats["time"], rats["status"], rats[["rx"]], rats["litter"])
    fit = frailty_fit(*told)
    at_end = frailty_fit(*told, variance=fit.variance_high)
    np.testing.assert_allclose(fit.log_likelihood - at_end.log_likelihood, 3.841459 / 2, atol=2e-3)
    assert fit.variance_low == 0
    assert 0.05 < fit.p_value < 0.5


def test_clusters_that_do_not_differ_have_no_variance():
    rng = np.random.default_rng(8)
    x, cluster = rng.integers(0, 2, 400), np.arange(400) % 20
    days = rng.exponential(1 / np.exp(0.5 * x))
    fit = frailty_fit(0, days, np.ones(400), x[:, None], cluster)
    plain = cox_fit(0, days, np.ones(400), x[:, None])
    assert fit.variance < 0.1
    np.testing.assert_allclose(fit.coefficients, plain.coefficients, atol=0.05)


def test_clusters_that_differ_are_told_and_the_ratio_within_them_is_found():
    rng = np.random.default_rng(9)
    cluster = np.repeat(np.arange(40), 12)
    x, factor = rng.integers(0, 2, 480), rng.gamma(1 / 0.8, 0.8, 40)[cluster]
    days = rng.exponential(1 / (factor * np.exp(1.0 * x)))
    fit = frailty_fit(0, days, np.ones(480), x[:, None], cluster)
    assert fit.variance_low < 0.8 < fit.variance_high
    assert fit.p_value < 1e-6
    assert abs(fit.coefficients[0] - 1) < 3 * np.sqrt(fit.covariance[0, 0])


def test_refusals():
    with pytest.raises(ValueError, match="must be above 0"):
        frailty_fit(0, [1, 2], [1, 1], [[0.0], [1.0]], [1, 2], variance=0)
    with pytest.raises(ValueError, match="cluster"):
        frailty_fit(0, [1, 2, 3], [1, 1, 0], [[0.0], [1.0], [0.5]], [1, 1, 1])
    with pytest.raises(SeparationError):
        frailty_fit(0, [1, 2, 3, 4], [1, 1, 0, 0], [[1.0], [1.0], [0.0], [0.0]], [1, 2, 1, 2])


@pytest.mark.parametrize(("lost", "shape"), [("information", (51, 51)), ("excess_by_time", (1, 51))])
def test_a_likelihood_that_is_lost_to_rounding_is_no_fit(rows_of, monkeypatch, lost, shape):
    rats = females(rows_of)
    monkeypatch.setattr(frailty_search, lost, lambda rows, sums: np.full(shape, np.nan))
    with pytest.raises(NotEstimableError, match="no maximum of the likelihood with frailty"):
        frailty_fit(0, rats["time"], rats["status"], rats[["rx"]], rats["litter"], variance=1.5)
