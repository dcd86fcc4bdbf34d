"""Restricted splines and martingale residuals as R's splines and survival have them, and tests that find a bend."""

import numpy as np
import pytest

from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected
from analysis.models.survival.functional_form import form_test, martingale_residuals, spline_columns


def test_the_likelihood_of_a_spline_is_that_of_r_s(rows_of, r_says):
    lung = rows_of("lung")
    columns = np.column_stack([spline_columns(lung["age"], [50, 63, 74]), lung["sex"]])
    fit = cox_fit(0, lung["days"], lung["died"], columns)
    assert fit.log_likelihood == pytest.approx(r_says("lung", "spline log likelihood")[0], rel=1e-11)


def test_cubic_pieces_are_scaled_by_the_range_of_the_knots():
    """At 4 of knots 0, 1 and 3: (64 - 1.5 * 27 + 0.5 * 1) / 3^2; in days or in years the pieces keep their size."""
    assert spline_columns([4.0], [0, 1, 3]).tolist() == [[4, pytest.approx(24 / 9)]]
    days = spline_columns([4 * 365.0], [0, 365, 3 * 365])
    assert days == pytest.approx(365 * spline_columns([4.0], [0, 1, 3]))


def test_a_spline_is_straight_beyond_its_outer_knots():
    columns = spline_columns([0.0, 1.0, 2.0, 9.0, 10.0, 11.0], [3, 5, 6, 8])
    np.testing.assert_array_equal(columns[:3, 1:], 0)
    np.testing.assert_allclose(np.diff(columns[3:], n=2, axis=0), 0, atol=1e-12)


def test_martingale_residuals_are_those_of_r(rows_of, r_says):
    lung = rows_of("lung")
    fit = cox_fit(0, lung["days"], lung["died"], lung[["age", "sex"]])
    np.testing.assert_allclose(martingale_residuals(fit), r_says("lung", "martingale"), atol=1e-9)
    assert martingale_residuals(fit).sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("is_bent", "expected"), [(True, (0, 1e-4)), (False, (0.01, 1))])
def test_a_bend_is_found_and_none_is_not(is_bent, expected):
    rng = np.random.default_rng(4)
    age, cluster = rng.uniform(0, 18, 2000), np.arange(2000) % 25
    log_hazard = 0.05 * (age - 9) ** 2 / 3 if is_bent else 0.1 * age
    days = rng.exponential(np.exp(-log_hazard))
    told = corrected(cox_fit(0, days, np.ones(2000), spline_columns(age, [3, 9, 15]), clusters=cluster))
    test = form_test(told.coefficients, told.covariance, [1], told.degrees_of_freedom[1])
    assert expected[0] <= test.p_value <= expected[1]
    assert test.df1 == 1


def test_one_coefficient_is_tested_as_by_t():
    told = form_test([2.0, 1.0], np.diag([1.0, 0.25]), [1], 7)
    assert (told.f, told.df2) == (4.0, 7)
    assert told.p_value == pytest.approx(0.08561932856, abs=1e-10)  # R: 2 * pt(-2, 7)


def test_refusals():
    with pytest.raises(ValueError, match="at least three knots"):
        spline_columns([1.0], [2, 2, 3])
    with pytest.raises(ValueError, match="too few clusters"):
        form_test([1.0, 1.0], np.ones((2, 2)), [0, 1], 1)
