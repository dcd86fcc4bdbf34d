"""The likelihood is the integral it stands for, its gradient is its own, and it keeps the symmetries of the model."""

import numpy as np
import pytest
from scipy import stats

from analysis.models.ordinal import fit_ordinal_mixed
from analysis.models.ordinal.data import checked
from analysis.models.ordinal.laplace import Surface
from analysis.models.ordinal.quadrature import Quadrature
from analysis.models.ordinal.scores import Scores, probabilities

AT = np.array([-2.0, -0.4, 1.3, 0.03, -0.4, 1.1, 0.6])


@pytest.fixture(scope="module")
def ratings(visits):
    return lambda *factors: checked(visits["score"], visits[["months", "late"]], [visits[one] for one in factors], None)


def differences(surface, at):
    steps = np.eye(len(at)) * 1e-6
    return np.array([(surface(at + step)[0] - surface(at - step)[0]) / 2e-6 for step in steps])


def test_the_gradient_of_two_crossed_factors_is_the_slope_of_the_value(ratings):
    surface = Surface(ratings("child", "agency"))
    np.testing.assert_allclose(surface(AT)[1], differences(surface, AT), atol=1e-5)


@pytest.mark.parametrize("n_nodes", [1, 7])
def test_the_gradient_of_quadrature_is_the_slope_of_the_value(ratings, n_nodes):
    at, surface = np.append(AT[:-1], 0.0), Quadrature(ratings("child"), n_nodes)
    np.testing.assert_allclose(surface(at)[1], differences(surface, at), atol=1e-5)


def test_one_node_is_laplace_and_many_are_the_integral(ratings):
    at, rated = np.append(AT[:-1], 0.0), ratings("child")
    assert Quadrature(rated, 1)(at)[0] == pytest.approx(Surface(rated)(at)[0], abs=1e-9)
    u = np.linspace(-9, 9, 3001)
    chances = probabilities(at[:3], (rated.design @ at[3:5])[:, None] + at[-2] * u)
    own = np.take_along_axis(chances, rated.y[:, None, None], axis=2)[:, :, 0]
    together = np.multiply.reduceat(own[np.argsort(rated.codes[0], kind="stable")], starts(rated), axis=0)
    exact = np.log((together * stats.norm.pdf(u)).sum(axis=1) * (u[1] - u[0])).sum()
    assert Quadrature(rated, 25)(at)[0] == pytest.approx(exact, abs=1e-6)


def starts(rated):
    return np.searchsorted(np.sort(rated.codes[0]), np.arange(rated.n_groups[0]))


def test_probabilities_are_differences_of_logistic_functions_and_far_tails_keep_their_digits():
    cuts, eta = np.array([-1.0, 0.5, 2.0]), np.array([0.3, -40.0, 40.0])
    expected = np.diff(np.concatenate([[0], 1 / (1 + np.exp(0.3 - cuts)), [1]]))
    np.testing.assert_allclose(probabilities(cuts, eta)[0], expected, rtol=1e-12)
    logs = [Scores(np.full(3, y), eta, cuts).log_density for y in range(4)]
    np.testing.assert_allclose(np.exp(logs)[:, 0], expected, rtol=1e-12)
    assert logs[1][2] == pytest.approx(0.5 - 40 + np.log(1 - np.exp(-1.5)), abs=1e-9), "one cut far above its score"


def test_scores_turned_round_turn_coefficients_round(visits, fits):
    turned = fit_ordinal_mixed(-visits["score"], visits[["months", "late"]], visits["child"], visits["agency"])
    np.testing.assert_allclose(turned.coefficients, -fits["visits crossed"].coefficients, atol=1e-6)
    np.testing.assert_allclose(turned.cuts, -fits["visits crossed"].cuts[::-1], atol=1e-6)
    assert turned.log_likelihood == pytest.approx(fits["visits crossed"].log_likelihood, abs=1e-8)


def test_a_fit_from_another_start_or_with_other_names_of_groups_is_the_same(visits, fits):
    given = (visits["score"] * 10, visits[["months", "late"]], visits["child"].astype("str"))
    again = fit_ordinal_mixed(*given, 100 - visits["agency"], start=fits["visits crossed"])
    np.testing.assert_allclose(again.coefficients, fits["visits crossed"].coefficients, atol=1e-6)
    started = fit_ordinal_mixed(
        visits["score"], visits[["months", "late"]], visits["child"], visits["agency"], start=fits["visits children"]
    )
    np.testing.assert_allclose(started.sds, fits["visits crossed"].sds, atol=1e-6)


def test_groups_that_do_not_differ_get_no_spread_and_it_is_said(visits):
    row = np.arange(len(visits))
    fit = fit_ordinal_mixed(1 + row % 4, visits[["months"]], visits["child"], (row // 4) % 8)
    assert fit.sds[1] == 0
    assert "factor 2" in fit.limits[-1]
    assert np.isfinite(fit.standard_errors).all()


def test_cut_points_out_of_order_have_no_likelihood(ratings):
    at = np.append(AT[:-1], 0.0)
    at[:2] = at[1::-1]
    for surface in (Surface(ratings("child")), Quadrature(ratings("child"), 3)):
        value, slope = surface(at)
        assert value == -np.inf
        assert not slope.any()


def test_free_parameters_are_cuts_coefficients_and_a_spread_a_factor(fits):
    assert fits["visits children"].n_free == 3 + 2 + 1
    assert fits["visits crossed"].n_free == 3 + 2 + 2
    one = fits["visits crossed"]
    assert one.parameters.tolist() == [*one.cuts, *one.coefficients, *one.sds]
