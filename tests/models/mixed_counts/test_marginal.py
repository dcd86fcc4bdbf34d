"""The marginal likelihood: its gradient, quadrature against numerical integration, and where modes lie."""

import numpy as np
import pytest
from scipy import integrate, stats

from analysis.models.mixed_counts.counts import checked
from analysis.models.mixed_counts.marginal import find_modes, grouped, log_likelihood, nodes_and_weights

B, S, ALPHA = np.array([-6.4, 0.2, 0.3]), 0.5, 0.6


@pytest.fixture(scope="module")
def data(given):
    y, design, offset, group = given("districts_children")
    return grouped(checked(y, design, offset), group)


def value_and_gradient(data, z, n_nodes, alpha):
    alpha = np.exp(z[4]) if alpha else 0.0
    start = np.zeros(len(data.groups))
    return log_likelihood(data, z[:3], np.exp(z[3]), alpha, nodes_and_weights(n_nodes), start)[:2]


@pytest.mark.parametrize("n_nodes", [1, 2, 7])
@pytest.mark.parametrize("alpha", [ALPHA, 1e-3, 0.0])
def test_the_gradient_is_that_of_the_number_itself(data, n_nodes, alpha):
    z = np.concatenate([B, [np.log(S), np.log(alpha) if alpha else 0.0]])
    gradient = value_and_gradient(data, z, n_nodes, alpha)[1]
    for at, step in enumerate(np.eye(5) * 1e-5):
        up, down = (value_and_gradient(data, z + sign * step, n_nodes, alpha)[0] for sign in (1, -1))
        assert gradient[at] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-6)


def test_many_nodes_are_the_integral(data):
    z = np.concatenate([B, np.log([S, ALPHA])])
    found = value_and_gradient(data, z, 25, ALPHA)[0]
    eta = data.counts.offset + data.counts.design @ B

    def density(u, of):
        mean = np.exp(eta[of] + S * u)
        return np.exp(stats.nbinom.logpmf(data.counts.y[of], 1 / ALPHA, 1 / (1 + ALPHA * mean)).sum()) * stats.norm.pdf(
            u
        )

    members = [data.codes == code for code in range(len(data.groups))]
    exact = sum(
        np.log(integrate.quad(density, -8, 8, args=(of,), epsabs=0, epsrel=1e-10, limit=200)[0]) for of in members
    )
    assert found == pytest.approx(exact, abs=1e-7)
    assert abs(value_and_gradient(data, z, 1, ALPHA)[0] - exact) > 1e-3, "Laplace is an approximation"


def test_modes_are_found_from_afar_with_enormous_variation(data):
    eta = data.counts.offset + data.counts.design @ B
    for alpha in (0.0, 5.0):
        near = find_modes(data, eta, 3.0, alpha, np.zeros(25))
        far = find_modes(data, eta, 3.0, alpha, np.tile([-30.0, 30.0], 13)[:25])
        np.testing.assert_allclose(far.peak, near.peak, atol=1e-9)
        np.testing.assert_allclose(far.curvature, near.curvature, rtol=1e-8)


@pytest.mark.parametrize("n_nodes", [0, 51, 2.5])
def test_a_number_of_nodes_that_is_none_is_refused(n_nodes):
    with pytest.raises(ValueError, match="whole number from 1 to 50"):
        nodes_and_weights(n_nodes)
