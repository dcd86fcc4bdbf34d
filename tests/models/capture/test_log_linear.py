"""Log-linear models of three lists are those of R's glm, one stratum or several, and refuse what they cannot fit."""

import numpy as np
import pytest

from analysis.models.capture import log_linear

# Cases of hepatitis A on three lists, Chao et al. (2001) Statistics in Medicine 20:3123-3157; the first list is P.
HEPATITIS = [69, 55, 21, 63, 17, 18, 28]
OTHER = [5, 12, 7, 9, 3, 14, 20]
# R 4.2.2, in the order of MODELS, with the lists A B C and their order of counts:
# d <- cbind(expand.grid(A=0:1, B=0:1, C=0:1)[-1,], y=HEPATITIS)
# g <- glm(y ~ A + B + C + ..., poisson, d, control=glm.control(epsilon=1e-14, maxit=100))
# exp(coef(g)[1]); sum(y * log(fitted(g)) - fitted(g))
R_MISSED = [117.4834949568, 145, 122.3134328358, 142.1818181818]
R_MISSED += [192.5, 255.7058823529, 180.7142857143, 1041.7647058823]
R_LOG_LIKELIHOOD = [747.8237600717, 749.4300488875, 747.8786581109, 749.3369202502]
R_LOG_LIKELIHOOD += [750.2911539580, 753.4008678829, 750.0499535018, 760.0021777358]
# both tables, s = "a" and "b": y ~ 0 + s + s:A + s:B + s:C + ...
R_MISSED_OF_TWO = [
    (117.4834949568, 4.2865632991),
    (147.0094268879, 5.4922786133),
    (125.4509262554, 4.5726036439),
    (142.2839654406, 5.8003856046),
    (196.5811812071, 7.3480356524),
    (263.7948101800, 12.4397080257),
    (185.4694710002, 7.8632821646),
    (885.7174638854, 49.2202328288),
]
R_LOG_LIKELIHOOD_OF_TWO = [846.3791729084, 848.6156227109, 846.5662739101, 848.1813853240]
R_LOG_LIKELIHOOD_OF_TWO += [849.9417401819, 853.5877934771, 849.3350985142, 861.1243867826]


def test_one_stratum_is_that_of_r():
    fits = log_linear.fit_models([[HEPATITIS]])
    assert fits.missed[0, :, 0] == pytest.approx(R_MISSED, rel=1e-8)
    assert fits.log_likelihood[0] == pytest.approx(R_LOG_LIKELIHOOD, rel=1e-9)
    assert fits.n_parameters.tolist() == [4, 5, 5, 5, 6, 6, 6, 7]


def test_strata_share_their_dependence_and_nothing_else_as_in_r():
    fits = log_linear.fit_models([[HEPATITIS, OTHER]])
    assert fits.missed[0] == pytest.approx(np.array(R_MISSED_OF_TWO), rel=1e-8)
    assert fits.log_likelihood[0] == pytest.approx(R_LOG_LIKELIHOOD_OF_TWO, rel=1e-9)
    assert fits.n_parameters.tolist() == [8, 9, 9, 9, 10, 10, 10, 11]


def test_all_replicates_at_once_are_each_alone():
    counts = np.random.default_rng(1).poisson(20, (50, 3, 7)) + 0.1
    together = log_linear.fit_models(counts)
    alone = [log_linear.fit_models(counts[[one]]).missed[0] for one in range(len(counts))]
    assert together.missed == pytest.approx(np.array(alone), rel=1e-7)


def test_margins_that_a_model_fits_are_those_of_the_counts():
    fits = log_linear.fit_models([[HEPATITIS, OTHER]])
    counts = np.array([HEPATITIS, OTHER], dtype="float64")
    on_list = log_linear.histories(3)
    assert fits.means[0] @ on_list == pytest.approx(np.tile(counts @ on_list, (8, 1, 1)), rel=1e-7)
    assert fits.means[0, -1].sum(axis=0)[on_list.sum(axis=1) == 2] == pytest.approx(
        counts.sum(axis=0)[on_list.sum(axis=1) == 2], rel=1e-7
    )


def test_sparse_tables_settle():
    counts = np.random.default_rng(2).poisson(0.4, (500, 8, 7)) + 1 / 7
    assert np.isfinite(log_linear.fit_models(counts).missed).all()


def test_weights_are_those_of_aicc():
    fits = log_linear.fit_models([[HEPATITIS]])
    k, n = np.array([4, 5, 5, 5, 6, 6, 6, 7]), sum(HEPATITIS)
    criterion = -2 * np.array(R_LOG_LIKELIHOOD) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    expected = np.exp(-(criterion - criterion.min()) / 2)
    assert log_linear.weights(fits, np.array([n]))[0] == pytest.approx(expected / expected.sum(), rel=1e-6)


def test_few_units_leave_the_weights_finite_and_the_simplest_model_ahead():
    fits = log_linear.fit_models([[np.array([1, 1, 0, 1, 0, 1, 0]) + 1 / 7]])
    weight = log_linear.weights(fits, np.array([4]))[0]
    assert weight.sum() == pytest.approx(1)
    assert weight.argmax() == 0


@pytest.mark.parametrize("counts", [[[[1, 2, 3]]], [[HEPATITIS[:6]]], HEPATITIS, [[[*HEPATITIS[:6], np.nan]]]])
def test_counts_of_another_shape_or_missing_are_refused(counts):
    with pytest.raises(ValueError, match=r"histories|missing"):
        log_linear.fit_models(counts)


def test_an_empty_history_is_refused_since_no_maximum_need_exist():
    with pytest.raises(ValueError, match="without any unit"):
        log_linear.fit_models([[[*HEPATITIS[:6], 0]]])


def test_a_fit_that_does_not_settle_is_said(monkeypatch):
    monkeypatch.setattr(log_linear, "MOST_STEPS", 1)
    with pytest.raises(log_linear.NotConvergedError, match="1 of 1"):
        log_linear.fit_models([[HEPATITIS]])
