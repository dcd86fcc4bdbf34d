"""Fits equal those of R's ordinal::clmm: Laplace with one and with two crossed factors, and quadrature."""

import numpy as np
import pytest

LAPLACE = ("wine judges", "visits children", "visits crossed")
QUADRATURE = ("wine judges 10 nodes", "visits children 10 nodes")
NOISY = (
    "wine judges"  # R differentiates its own search: its errors of these 72 ratings change by 3 % with its tolerance
)


def apart(fit, name, reference):
    coefficients = np.append(fit.cuts, fit.coefficients) - reference(name, "coefficient")
    sds = reference(name, "sd")
    return np.abs(coefficients).max(), np.abs(fit.sds[: len(sds)] - sds).max()


@pytest.mark.parametrize("name", [*LAPLACE, *QUADRATURE])
def test_the_log_likelihood_is_the_one_of_clmm(name, fits, reference):
    assert fits[name].log_likelihood == pytest.approx(reference(name, "log-likelihood")[0], abs=1e-8)


@pytest.mark.parametrize("name", LAPLACE)
def test_by_laplace_estimates_are_those_of_clmm_as_far_as_it_goes(name, fits, reference):
    coefficients, sds = apart(fits[name], name, reference)
    assert coefficients < 1.5e-5, "clmm ends its search 2e-10 below the maximum"
    assert sds < 3e-6
    if name != NOISY:
        ours = np.append(fits[name].cut_errors, fits[name].standard_errors)
        np.testing.assert_allclose(ours, reference(name, "standard error"), rtol=6e-4)


@pytest.mark.parametrize("name", QUADRATURE)
def test_by_quadrature_estimates_and_errors_are_those_of_clmm(name, fits, reference):
    coefficients, sds = apart(fits[name], name, reference)
    assert coefficients < 5e-8
    assert sds < 2e-8
    ours = np.append(fits[name].cut_errors, fits[name].standard_errors)
    np.testing.assert_allclose(ours, reference(name, "standard error"), rtol=1e-5)


def test_laplace_makes_children_with_few_ratings_too_much_alike(fits):
    few, many = (fits[f"{name} 10 nodes"].sds[0] / fits[name].sds[0] for name in ("visits children", "wine judges"))
    assert few == pytest.approx(1.066, abs=0.002), "three ratings a child"
    assert many == pytest.approx(1.003, abs=0.002), "eight ratings a judge"
