"""Subdistribution hazards as R has them: finegray with coxph and clusters, and crr of cmprsk where nothing is tied."""

import numpy as np
import pytest

from analysis.models.survey.generalised_linear import SeparationError
from analysis.models.survival.counting import ObservationError
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.fine_gray import fine_gray_fit


def fit_of(rows, exit_):
    columns = rows[["first", "x"]].astype(float)
    return fine_gray_fit(rows["entry"], exit_, rows["cause"], 1, columns, clusters=rows["agency"])


@pytest.mark.parametrize("name", ["mgus2", "quarters"])  # quarters: delayed entry, three causes, heavy ties
def test_coefficients_and_errors_by_cluster_are_those_of_finegray_and_coxph(rows_of, r_says, name):
    rows = rows_of(name)
    fit = fit_of(rows, rows["exit"])
    np.testing.assert_allclose(fit.coefficients, r_says(name, "coefficients"), rtol=1e-8)
    np.testing.assert_allclose(fit.robust_covariance.ravel(), r_says(name, "robust"), rtol=1e-8)
    np.testing.assert_allclose(fit.covariance.ravel(), r_says(name, "covariance"), rtol=1e-8)


def test_coefficients_are_those_of_crr_where_no_times_are_tied(rows_of, r_says):
    rows = rows_of("mgus2")
    fit = fit_of(rows, rows["exit"] + np.arange(1, len(rows) + 1) / 1000)
    np.testing.assert_allclose(fit.coefficients, r_says("mgus2 apart", "crr"), rtol=1e-6)


def test_without_another_cause_it_is_a_cox_model(rows_of):
    rows = rows_of("quarters")
    cause = (rows["cause"] == 1).astype(int)
    fit = fit_of(rows.assign(cause=cause), rows["exit"])
    columns = rows[["first", "x"]].astype(float)
    plain = cox_fit(rows["entry"], rows["exit"], cause, columns, clusters=rows["agency"])
    np.testing.assert_allclose(fit.coefficients, plain.coefficients, rtol=1e-12)
    np.testing.assert_allclose(fit.robust_covariance, plain.robust_covariance, rtol=1e-12)


def test_who_ended_otherwise_stays_at_risk_with_a_weight_that_falls_with_censoring():
    fit = fine_gray_fit(0, [1, 2, 3, 4, 5], [2, 0, 1, 0, 1], 1, np.empty((5, 0)))
    np.testing.assert_array_equal(fit.rows.sets.time, [3, 5])
    own = np.array([1.0, 0, 0, 0, 0])
    weight = fit.rows.sets.sums(own, np.ones((5, 1)))[:, 0]
    np.testing.assert_allclose(weight, [3 / 4, 3 / 8])  # 1 of 4 censored, then 1 of 2


def test_one_row_a_spell_however_long_it_is_kept(rows_of):
    rows = rows_of("mgus2")
    assert fit_of(rows, rows["exit"]).n == len(rows)


def test_weights_of_rows_multiply(rows_of):
    rows = rows_of("mgus2")
    given = rows["entry"], rows["exit"], rows["cause"], 1, rows[["first", "x"]].astype(float)
    once, twice = fine_gray_fit(*given), fine_gray_fit(*given, weights=np.full(len(rows), 2.0))
    np.testing.assert_allclose(twice.coefficients, once.coefficients, rtol=1e-12)
    np.testing.assert_allclose(2 * twice.covariance, once.covariance, rtol=1e-12)


def test_an_infinite_ratio_is_told_apart_also_from_those_who_are_kept():
    cause = [1, 1, 2, 0, 0, 0]
    days, x = [1, 2, 1, 3, 3, 3], [[1], [1], [0], [0], [0], [0]]
    with pytest.raises(SeparationError, match="separated"):
        fine_gray_fit(0, days, cause, 1, x)
    x[2] = [2]  # higher than those with the event, and still at risk
    assert np.isfinite(fine_gray_fit(0, days, cause, 1, x).coefficients).all()


def test_a_gap_in_observation_after_the_last_event_needs_no_weight():
    fit = fine_gray_fit([0, 0, 0, 5], [1, 1, 2, 6], [1, 0, 2, 0], 1, np.empty((4, 0)))
    assert fit.log_likelihood == pytest.approx(-np.log(3))  # all three were at risk at the one event


def test_refusals():
    x5, x3, x2 = (np.arange(float(n))[:, None] for n in (5, 3, 2))
    with pytest.raises(ValueError, match="nobody ended by cause 1"):
        fine_gray_fit(0, [1, 2], [0, 2], 1, x2)
    with pytest.raises(ObservationError, match="after"):
        fine_gray_fit([0, 2], [1, 2], [1, 2], 1, x2)
    with pytest.raises(ValueError, match="nobody was under observation for a while"):
        fine_gray_fit([0, 0, 5], [1, 2, 6], [2, 2, 1], 1, x3)
    with pytest.raises(ValueError, match="give one row each"):
        fine_gray_fit(0, [1, 2, 3], [0, 1, 2], 1, x5)
