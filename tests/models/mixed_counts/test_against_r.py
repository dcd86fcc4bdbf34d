"""Fits equal R's: glm, MASS::glm.nb, glmmTMB (Laplace) and lme4::glmer (15 nodes)."""

import numpy as np
import pytest
from scipy import stats

from analysis.models import mixed_counts

MIXED = ("epil", "districts_children", "districts_facilities")
PLAIN = ("quine", "districts_children", "districts_facilities")
NB2, POISSON = "glmmTMB nbinom2", "glmmTMB poisson"


@pytest.mark.parametrize("name", MIXED)
@pytest.mark.parametrize(("fit", "r"), [("fit_nb2_mixed", NB2), ("fit_poisson_mixed", POISSON)])
def test_laplace_is_glmm_tmb(name, fit, r, given, reference):
    found = getattr(mixed_counts, fit)(*given(name))
    assert found.limits == ()
    np.testing.assert_allclose(found.coefficients, reference(r, name, "coefficient"), atol=1e-6)
    np.testing.assert_allclose(found.log_likelihood, reference(r, name, "log-likelihood"), atol=1e-7)
    np.testing.assert_allclose(found.standard_errors, reference(r, name, "standard error"), rtol=1e-5)
    np.testing.assert_allclose(found.sd_group, reference(r, name, "sd"), rtol=1e-5)
    np.testing.assert_allclose(found.group_effects, reference(r, name, "effect"), atol=1e-5)
    if r == NB2:
        np.testing.assert_allclose(found.theta, reference(r, name, "theta"), rtol=1e-5)


@pytest.mark.parametrize("name", MIXED)
def test_quadrature_is_glmer(name, given, reference):
    """glmer leaves the log-likelihood of counts that fit themselves out of its own: y log y - y - log y!."""
    y, design, offset, group = given(name)
    found, r = mixed_counts.fit_poisson_mixed(y, design, offset, group, n_nodes=15), "glmer poisson nAGQ 15"
    np.testing.assert_allclose(found.coefficients, reference(r, name, "coefficient"), atol=1e-5)
    np.testing.assert_allclose(found.sd_group, reference(r, name, "sd"), rtol=1e-5)
    np.testing.assert_allclose(found.standard_errors, reference(r, name, "standard error"), rtol=1e-3)
    left_out = stats.poisson.logpmf(y, y).sum()
    assert -2 * (found.log_likelihood - left_out) == pytest.approx(reference(r, name, "deviance")[0], abs=1e-6)


@pytest.mark.parametrize("name", PLAIN)
def test_nb2_is_glm_nb_and_both_variances_are_named(name, given, reference):
    found = mixed_counts.fit_nb2(*given(name)[:3])
    np.testing.assert_allclose(found.coefficients, reference("glm.nb", name, "coefficient"), atol=1e-7)
    np.testing.assert_allclose(found.theta, reference("glm.nb", name, "theta"), rtol=1e-6)
    np.testing.assert_allclose(found.log_likelihood, reference("glm.nb", name, "log-likelihood"), atol=1e-8)
    given_theta = np.sqrt(np.diag(found.covariance_given_theta))
    np.testing.assert_allclose(given_theta, reference("glm.nb", name, "standard error"), rtol=1e-6)
    joint = reference("glmmTMB nbinom2 plain", name, "standard error")
    np.testing.assert_allclose(found.standard_errors, joint, rtol=1e-5)
    assert found.variance == "observed information of all parameters"
    assert np.abs(found.standard_errors / given_theta - 1).max() > 1e-3, "the two variances are not one"


@pytest.mark.parametrize("name", PLAIN)
def test_poisson_is_glm(name, given, reference):
    found = mixed_counts.fit_poisson(*given(name)[:3])
    np.testing.assert_allclose(found.coefficients, reference("glm poisson", name, "coefficient"), atol=1e-9)
    np.testing.assert_allclose(found.standard_errors, reference("glm poisson", name, "standard error"), rtol=1e-6)
    np.testing.assert_allclose(found.log_likelihood, reference("glm poisson", name, "log-likelihood"), atol=1e-8)
    assert found.theta == np.inf
    assert found.variance == "expected information"


def test_theta_of_the_schools_is_the_published_one(given):
    """Venables and Ripley (2002) Modern Applied Statistics with S, 7.4: alpha is 1 / theta, not theta."""
    assert mixed_counts.fit_nb2(*given("quine")[:3]).theta == pytest.approx(1.2749, abs=5e-5)
