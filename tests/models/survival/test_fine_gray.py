"""Subdistribution hazards as R has them: finegray with coxph and clusters, and crr of cmprsk where nothing is tied."""

import numpy as np
import pytest

from analysis.models.survival.counting import ObservationError
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.fine_gray import fine_gray_rows


def fit_of(rows, exit_):
    weighted = fine_gray_rows(rows["entry"], exit_, rows["cause"], 1)
    own = rows.iloc[weighted.row]
    columns = own[["first", "x"]].astype(float)
    return cox_fit(
        weighted.entry, weighted.exit, weighted.event, columns, clusters=own["agency"], weights=weighted.weight
    )


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
    weighted = fine_gray_rows(rows["entry"], rows["exit"], cause, 1)
    assert len(weighted.row) == len(rows)
    assert (weighted.weight == 1).all()


def test_who_ended_otherwise_stays_at_risk_with_a_weight_that_falls_with_censoring():
    weighted = fine_gray_rows(0, [1, 2, 3, 4, 5], [2, 0, 1, 0, 1], 1)
    kept = weighted.row == 0
    np.testing.assert_allclose(weighted.exit[kept], [1, 3, 5])  # the own end, then both days of the cause
    np.testing.assert_allclose(weighted.weight[kept], [1, 3 / 4, 3 / 8])  # 1 of 4 censored, then 1 of 2


@pytest.mark.parametrize("name", ["mgus2", "quarters"])
def test_who_ended_otherwise_has_no_more_lines_than_weights(rows_of, name):
    """Days of the cause between which nobody was censored are one stretch."""
    rows = rows_of(name)
    weighted = fine_gray_rows(rows["entry"], rows["exit"], rows["cause"], 1)
    follows = (weighted.row[1:] == weighted.row[:-1]) & (weighted.entry[1:] > rows["exit"].to_numpy()[weighted.row[1:]])
    assert follows.sum() > 100
    assert (weighted.weight[1:] != weighted.weight[:-1])[follows].all()


def test_weights_of_rows_multiply(rows_of):
    rows = rows_of("mgus2").head(60)
    once = fine_gray_rows(rows["entry"], rows["exit"], rows["cause"], 1)
    twice = fine_gray_rows(rows["entry"], rows["exit"], rows["cause"], 1, np.full(60, 2.0))
    np.testing.assert_allclose(twice.weight, 2 * once.weight)


def test_refusals():
    with pytest.raises(ValueError, match="nobody ended by cause 1"):
        fine_gray_rows(0, [1, 2], [0, 2], 1)
    with pytest.raises(ObservationError, match="after"):
        fine_gray_rows([0, 2], [1, 2], [1, 2], 1)
    with pytest.raises(ValueError, match="nobody was under observation for a while"):
        fine_gray_rows([0, 0, 5], [1, 2, 6], [2, 2, 1], 1)
