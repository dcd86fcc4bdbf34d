"""Foretold and observed incidences as R's riskRegression, survival::pseudo and geepack have them."""

import numpy as np
import pytest

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.calibration import (
    calibration_line,
    incidence_pseudo_values,
    observed_by_group,
    observed_to_foretold,
)
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.incidence import incidence
from analysis.models.survival.predicted import predicted_incidence


@pytest.fixture(scope="module")
def told(rows_of):
    """Return rows, foretold incidences and pseudo-values of mgus2 at 120 months."""
    rows = rows_of("mgus2")
    columns = [rows[["first", "x"]].astype(float), rows[["first"]].astype(float)]
    fits = [cox_fit(0, rows["exit"], rows["cause"] == code + 1, columns[code]) for code in (0, 1)]
    pseudo = incidence_pseudo_values(0, rows["exit"], rows["cause"], 1, 2, 120)
    return rows, predicted_incidence(fits, columns, 120), pseudo


def test_foretold_incidences_are_those_of_cause_specific_models_in_r(told, r_says):
    np.testing.assert_allclose(told[1], r_says("mgus2", "foretold"), rtol=1e-7)


def test_pseudo_values_are_those_of_r(told, r_says, rows_of):
    np.testing.assert_allclose(told[2], r_says("mgus2", "pseudo"), rtol=1e-8, atol=1e-12)
    late = rows_of("quarters")
    pseudo = incidence_pseudo_values(late["entry"], late["exit"], late["cause"], 1, 3, 4)
    np.testing.assert_allclose(pseudo, r_says("quarters", "pseudo"), rtol=1e-8, atol=1e-12)


def test_the_line_of_calibration_is_that_of_geese(told, r_says):
    rows, foretold, pseudo = told
    line = calibration_line(pseudo, foretold, rows["agency"])
    n_clusters = rows["agency"].nunique()
    np.testing.assert_allclose(line.estimate, r_says("mgus2", "line"), rtol=1e-5)  # geese stops short of the solution
    robust = line.standard_error * np.sqrt((n_clusters - 1) / n_clusters)
    np.testing.assert_allclose(robust, r_says("mgus2", "line errors"), rtol=1e-5)
    assert line.degrees_of_freedom == n_clusters - 1


def test_the_mean_of_pseudo_values_is_the_incidence_and_so_is_the_ratio(told):
    rows, _, pseudo = told
    whole = incidence(0, rows["exit"], rows["cause"], 2, [120], clusters=rows["agency"])
    ratio = observed_to_foretold(pseudo, np.full(len(rows), 0.5), rows["agency"])
    assert ratio.estimate[0] == pytest.approx(2 * whole.estimates[0, 0])
    assert ratio.standard_error[0] == pytest.approx(2 * whole.standard_errors[0, 0])


def test_groups_add_up_to_the_whole(told):
    rows, foretold, pseudo = told
    groups = np.where(foretold > np.median(foretold), "high", "low")
    observed, means = observed_by_group(pseudo, foretold, groups, rows["agency"])
    shares = [np.mean(groups == "high"), np.mean(groups == "low")]
    assert observed.estimate @ shares == pytest.approx(pseudo.mean())
    assert means @ shares == pytest.approx(foretold.mean())


def test_a_model_that_exaggerates_has_a_slope_below_1():
    rng = np.random.default_rng(2)
    predictor = rng.normal(0, 0.5, 4000)
    days = rng.exponential(1 / (0.5 * np.exp(predictor)))
    exit_, cause = np.minimum(days, 3), (days < 3).astype(int)
    pseudo, clusters = incidence_pseudo_values(0, exit_, cause, 1, 1, 1.0), np.arange(4000) % 100
    right, far = (-np.expm1(-0.5 * np.exp(times * predictor)) for times in (1, 2))
    low, high = (ends[1] for ends in calibration_line(pseudo, right, clusters).interval(0.95))
    assert low < 1 < high
    assert calibration_line(pseudo, far, clusters).estimate[1] == pytest.approx(0.5, abs=0.06)


def test_refusals(told):
    rows, foretold, pseudo = told
    with pytest.raises(ValueError, match="one cluster"):
        observed_to_foretold(pseudo, foretold, np.ones(len(rows)))
    with pytest.raises(ValueError, match="is 0 or 1"):
        calibration_line([0.1, 0.2], [0.0, 0.5], [1, 2])
    stratified = cox_fit(0, [1, 2, 3, 4], [1, 1, 1, 0], np.empty((4, 0)), strata=[1, 2, 1, 2])
    with pytest.raises(ValueError, match="several baseline hazards"):
        predicted_incidence([stratified], [np.empty((4, 0))], 3)


@pytest.mark.parametrize(
    ("foretold", "said"),
    [
        ([0.0, 0.1, 0.2, 0.3], "is 0 or 1"),
        ([0.1, 0.2, 0.3, 1.0], "is 0 or 1"),
        ([0.2] * 4, "all foretold incidences are alike"),
        ([0.2, 0.2, 0.2, 0.2 + 1e-12], "no line of calibration was found"),
    ],
)
def test_foretold_incidences_without_a_line_are_refused(foretold, said):
    with pytest.raises(NotEstimableError, match=said):
        calibration_line([0.1, 0.3, 0.2, 0.4], foretold, [1, 1, 2, 2])
