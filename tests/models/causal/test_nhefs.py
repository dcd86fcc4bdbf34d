"""The textbook's answers: weights, standardisation and AIPW of the NHEFS, to R's digits and the printed ones.

Reference numbers from references/references.R, R 4.2.2 with geepack 1.3.9; the call is beside each.
"""

import numpy as np
import pytest

from analysis.models.causal import doubly_robust, propensity, weighting
from analysis.models.causal.doubly_robust import CRUDE, DOUBLY_ROBUST, STANDARDISED, WEIGHTED
from analysis.models.causal.stacked_variance import jackknife

DIFFERENCES = {
    CRUDE: 2.54058145,  # mean(y[a == 1]) - mean(y[a == 0])
    STANDARDISED: 3.46262182923,  # mean(predict(lm(...), qsmk = 1) - predict(..., qsmk = 0))
    WEIGHTED: 3.44053542965,  # geeglm(wt82_71 ~ qsmk, weights = w, id = seqn); printed: 3.44
    DOUBLY_ROBUST: 3.44508591018,  # mean(m1) + weighted.mean(y - m1, a * w) - ...
}
ROBUST_ERROR = 0.525493553  # geeglm's, which takes the weights for known; printed: 0.525
STACKED_ERROR = 0.4871  # stacked equations of weights and means: what estimating the weights gains


def difference(nhefs, method):
    means = doubly_robust.arm_means(nhefs.outcome, nhefs.treated, nhefs.columns, method=method, family="linear")
    return doubly_robust.difference(means)


@pytest.mark.parametrize("method", DIFFERENCES)
def test_differences_are_those_of_r(nhefs, method):
    assert difference(nhefs, method).estimate[0] == pytest.approx(DIFFERENCES[method], rel=1e-8)


def test_the_propensity_is_not_penalised(nhefs):
    fitted = propensity.propensity(nhefs.columns, nhefs.treated)  # glm(qsmk ~ ..., family = binomial)
    assert fitted.coefficients[0] == pytest.approx(-2.2425190870204, rel=1e-8)
    assert fitted.coefficients[1] == pytest.approx(-0.5274781688995, rel=1e-8)
    assert fitted.coefficients[9] == pytest.approx(-0.0152356592725, rel=1e-7)


def test_the_error_is_that_of_stacked_equations_and_smaller_than_with_known_weights(nhefs):
    n = len(nhefs.outcome)
    error = difference(nhefs, WEIGHTED).clustered().standard_error[0] * np.sqrt((n - 1) / n)
    assert error == pytest.approx(STACKED_ERROR, abs=5e-5)
    assert error < ROBUST_ERROR


def test_weights_are_stabilised_and_make_groups_alike(nhefs):
    chance = propensity.propensity(nhefs.columns, nhefs.treated).mean
    weights = weighting.stabilised_weights(chance, nhefs.treated)
    assert weights.mean() == pytest.approx(0.9988, abs=5e-5)  # printed: 0.999
    before = weighting.standardised_differences(nhefs.columns, nhefs.treated)
    after = weighting.standardised_differences(nhefs.columns, nhefs.treated, weights)
    assert np.abs(before).max() > 0.25
    assert np.abs(after).max() < 0.05
    assert 1400 < weighting.effective_n(weights) < len(weights)


def test_overlap_is_what_both_arms_reach(nhefs):
    found = propensity.overlap([0.1, 0.4, 0.6, 0.2, 0.5, 0.9], [False, False, False, True, True, True])
    assert (found.low, found.high, found.share_outside) == (0.2, 0.6, pytest.approx(2 / 6))


def test_leaving_out_clusters_agrees_with_the_sandwich_where_there_are_many(nhefs):
    clusters = np.arange(len(nhefs.outcome)) % 40

    def estimate(kept):
        part = doubly_robust.arm_means(
            nhefs.outcome[kept], nhefs.treated[kept], nhefs.columns[kept], method=WEIGHTED, family="linear"
        )
        return doubly_robust.difference(part).estimate

    sandwich = difference(nhefs, WEIGHTED).clustered(clusters)
    left_out = jackknife(estimate, clusters)
    assert left_out.standard_error[0] == pytest.approx(sandwich.standard_error[0], rel=0.06)
    assert left_out.degrees_of_freedom == sandwich.degrees_of_freedom == 39
