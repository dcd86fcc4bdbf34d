"""Pooling: R's mice, mitools and mitml on typed numbers, limits, and what is refused."""

import numpy as np
import pytest

from analysis.models.imputation import pooling

SCALAR = [0.55, 0.61, 0.48, 0.72, 0.58]
SCALAR_VARIANCES = [0.040, 0.043, 0.039, 0.045, 0.041]
ESTIMATES = np.array([[0.5, -1.1, 0.2], [0.62, -0.9, 0.25], [0.44, -1.3, 0.1], [0.7, -1.0, 0.31], [0.53, -1.2, 0.17]])
COVARIANCE = np.array([[0.04, 0.01, 0.002], [0.01, 0.09, -0.01], [0.002, -0.01, 0.02]])
COVARIANCES = np.array([1, 1.1, 0.95, 1.05, 0.9])[:, None, None] * COVARIANCE


@pytest.mark.parametrize(
    ("complete_df", "df", "fraction_missing"),
    [(np.inf, 119.316493180071, 0.196453590195394), (25, 16.3631242602304, 0.267473632309528)],
)
def test_one_quantity_is_pooled_as_in_mice(complete_df, df, fraction_missing):
    # R: mice::pool.scalar(Q = c(.55,.61,.48,.72,.58), U = c(.040,.043,.039,.045,.041), n = 26, k = 1)  # and n = Inf
    found = pooling.pooled(SCALAR, SCALAR_VARIANCES, complete_df)
    assert found.estimate == pytest.approx([0.588], rel=1e-10)
    assert found.covariance == pytest.approx(np.array([[0.050924]]), rel=1e-10)
    assert found.degrees_of_freedom == pytest.approx([df], rel=1e-10)
    assert found.fraction_missing == pytest.approx([fraction_missing], rel=1e-10)
    assert found.relative_increase == pytest.approx([0.224134615384615], rel=1e-10)


def test_several_quantities_are_pooled_as_in_mitools():
    # R: Q <- list(c(.5,-1.1,.2), c(.62,-.9,.25), c(.44,-1.3,.1), c(.7,-1,.31), c(.53,-1.2,.17))
    #    S <- matrix(c(.04,.01,.002,.01,.09,-.01,.002,-.01,.02), 3)
    #    mitools::MIcombine(Q, lapply(c(1,1.1,.95,1.05,.9), function(f) f * S))
    found = pooling.pooled(ESTIMATES, COVARIANCES)
    expected = [[0.052624, 0.0259, 0.011408], [0.0259, 0.12, 0.0032], [0.011408, 0.0032, 0.027596]]
    assert found.covariance == pytest.approx(np.array(expected), rel=1e-10)
    assert found.degrees_of_freedom == pytest.approx([69.5078302579351, 64, 52.7937305768591], rel=1e-10)
    missing = [0.260856816517038, 0.272388059701493, 0.301236644027641]
    assert found.fraction_missing == pytest.approx(missing, rel=1e-10)


def test_degrees_of_freedom_are_those_of_mice_and_never_above_the_designs():
    # R: mice::pool.scalar(sapply(Q, `[`, j), sapply(U, function(u) u[j, j]), n = 26, k = 1)$df  # MIcombine: 14.6, ...
    found = pooling.pooled(ESTIMATES, COVARIANCES, 25)
    expected = [14.072838814790023, 13.687212107918404, 12.758489954632891]
    assert found.degrees_of_freedom == pytest.approx(expected, rel=1e-10)
    assert (pooling.pooled(ESTIMATES, COVARIANCES, 2).degrees_of_freedom < 2).all()


@pytest.mark.parametrize(
    ("which", "complete_df", "expected"),
    [
        ([0, 1], np.inf, (9.83557178867881, 2, 55.8797364298902, 0.000218922994358531)),
        ([0, 1, 2], 25, (6.21593399457239, 3, 15.7180433503702, 0.00545461121559918)),
    ],
)
def test_joint_tests_are_those_of_mitml(which, complete_df, expected):
    # R: mitml::testConstraints(qhat = Q, uhat = U, constraints = c("a", "b"))$test  # differentiates numerically: 1e-8
    #    mitml::testConstraints(qhat = Q, uhat = U, constraints = c("a", "b", "c"), df.com = 25)$test
    assert pooling.joint_test(pooling.pooled(ESTIMATES, COVARIANCES, complete_df), which) == pytest.approx(
        expected, rel=1e-7
    )


def test_the_joint_test_of_one_quantity_agrees_with_its_interval():
    found = pooling.pooled(ESTIMATES, COVARIANCES, 25)
    statistic, _, _, p_value = pooling.joint_test(found, [0])
    assert statistic == pytest.approx((found.estimate[0] / found.standard_error[0]) ** 2)
    low, high = found.interval(1 - p_value)
    assert min(abs(low[0]), abs(high[0])) == pytest.approx(0, abs=1e-10)


def test_imputations_that_agree_lose_nothing_but_what_few_degrees_of_freedom_cost():
    found = pooling.pooled([0.5] * 3, [0.04] * 3)
    assert found.standard_error == pytest.approx([0.2])
    assert np.ravel(found.interval(0.95)) == pytest.approx(0.5 + 0.2 * 1.959964 * np.array([-1, 1]), abs=1e-6)
    assert found.relative_increase == pytest.approx([0])


@pytest.mark.parametrize("scale", ["identity", "log", "logit"])
def test_intervals_hold_their_estimate_and_stay_on_their_scale(scale):
    low, high = pooling.pooled([0.05, 0.07, 0.06], [0.0016] * 3, 12).interval(0.95, scale)
    assert low[0] < 0.06 < high[0]
    assert scale == "identity" or low[0] > 0
    with pytest.raises(ValueError, match="choose one of identity, log, logit"):
        pooling.pooled([0.5, 0.6], [1, 1]).interval(0.95, "probit")


def test_intervals_on_another_scale_are_those_of_the_transformed_estimate():
    """By the delta method: an error of 0.1 of a share of 0.2 is one of 0.1 / (0.2 * 0.8) of its logit."""
    found = pooling.pooled([0.2] * 3, [0.01] * 3)
    logit = np.log(0.2 / 0.8) + 1.959964 * 0.1 / 0.16 * np.array([-1, 1])
    assert np.ravel(found.interval(0.95, "logit")) == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-6)
    log = np.log(0.2) + 1.959964 * 0.1 / 0.2 * np.array([-1, 1])
    assert np.ravel(found.interval(0.95, "log")) == pytest.approx(np.exp(log), abs=1e-6)


@pytest.mark.parametrize(
    ("estimates", "covariances", "complete_df", "message"),
    [
        ([0.5], [1.0], np.inf, "two imputations at least"),
        ([0.5, np.nan], [1, 1], np.inf, "is missing"),
        (ESTIMATES, COVARIANCES[:4], np.inf, r"need covariances \(5, 3, 3\)"),
        (SCALAR, SCALAR_VARIANCES, 0, "must be above 0"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, covariances, complete_df, message):
    with pytest.raises(ValueError, match=message):
        pooling.pooled(estimates, covariances, complete_df)


def test_a_joint_test_of_too_few_imputations_is_refused():
    with pytest.raises(ValueError, match="needs more than 3 imputations"):
        pooling.joint_test(pooling.pooled(ESTIMATES[:3], COVARIANCES[:3]), [0, 1])
