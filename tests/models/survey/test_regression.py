"""Regressions of surveys: estimates, errors and tests as R's survey package has them (references/regression.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey.coefficient_tests import wald_test, working_likelihood_ratio_test
from analysis.models.survey.design import survey_design
from analysis.models.survey.linearised import covariance_of_totals
from analysis.models.survey.regression import logistic, poisson

HERE = Path(__file__).parent / "references"
REFERENCES = pd.read_csv(HERE / "regression.csv").set_index(["fit_of", "quantity"])["value"]


def reference(name, quantity):
    return REFERENCES.loc[[(name, quantity)]].to_numpy()


@pytest.fixture
def told(design_of, rows_of):
    """Return a function of the data set's name that gives design, outcome and columns."""

    def of(name):
        rows = rows_of(name).assign(one=1.0)
        outcome = rows["placed"] if name == "two_stage" else rows["sch.wide"] == "Yes"
        return design_of(name), outcome, rows

    return of


@pytest.fixture
def fit_like(told):
    """Return a function of the fit's name in the references that makes the same fit."""

    def of(name):
        design, outcome, rows = told(name.split()[0])
        if name == "apistrat rates":
            return poisson(rows["api.stu"], rows[["one", "ell", "meals"]], design, np.log(rows["enroll"]))
        if name == "two_stage rates":
            return poisson(outcome, rows[["one", "poor"]], design, np.log1p(rows["distance"]))
        if name == "two_stage girls":
            return logistic(outcome, rows[["one", "poor", "distance"]], design, rows["is_girl"] == 1)
        columns = ["poor", "distance", "is_girl"] if name == "two_stage" else ["ell", "meals", "enroll"]
        return logistic(outcome, rows[["one", *columns]], design)

    return of


FITS = ("apistrat", "apistrat rates", "apiclus2", "two_stage", "two_stage girls", "two_stage rates")


@pytest.mark.parametrize("name", FITS)
def test_estimates_errors_and_intervals_are_those_of_r(fit_like, name):
    fit, k = fit_like(name), len(reference(name, "coefficients"))
    np.testing.assert_allclose(fit.coefficients, reference(name, "coefficients"), rtol=1e-9)
    np.testing.assert_allclose(fit.covariance, reference(name, "covariance").reshape(k, k), rtol=1e-7, atol=1e-18)
    assert fit.degrees_of_freedom == reference(name, "df")[0]
    np.testing.assert_allclose(np.concatenate(fit.interval(0.95)), reference(name, "interval"), rtol=1e-7)


@pytest.mark.parametrize(("name", "which"), [("apistrat", [1, 3]), ("apiclus2", [1, 2, 3]), ("two_stage", [1, 2, 3])])
def test_tests_of_several_coefficients_are_those_of_r(told, fit_like, name, which):
    design, outcome, rows = told(name)
    fit = fit_like(name)
    check_tests(name, fit, logistic(outcome, rows[list(np.delete(fit.names, which))], design), which)


def test_tests_of_rates_are_those_of_r(told):
    design, outcome, rows = told("two_stage")
    fit = poisson(outcome, rows[["one", "poor", "is_girl"]], design)
    check_tests("two_stage rates", fit, poisson(outcome, rows[["one"]], design), [1, 2])


def check_tests(name, fit, smaller, which):
    wald, ratio = wald_test(fit, which), working_likelihood_ratio_test(fit, smaller, which)
    assert [wald.f, wald.df1, wald.df2, wald.p_value] == pytest.approx(reference(name, "wald"), rel=1e-6)
    # R looks for its saddlepoint to 1e-8 only
    assert [ratio.statistic, ratio.df2, ratio.p_value] == pytest.approx(reference(name, "ratio"), rel=1e-5)
    np.testing.assert_allclose(ratio.design_effects, reference(name, "effects"), rtol=1e-6)


def test_a_test_of_one_coefficient_is_its_interval(fit_like):
    fit = fit_like("two_stage")
    p_value = wald_test(fit, [1]).p_value
    low, high = (end[1] for end in fit.interval(1 - p_value))
    assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-12)


def test_weights_times_ten_change_no_error_and_no_test(told):
    design, outcome, rows = told("two_stage")
    heavier = survey_design(rows["weight"] * 10, rows["stratum"], rows["village"])
    columns = rows[["one", "poor", "distance"]]
    fit, again = (logistic(outcome, columns, one) for one in (design, heavier))
    np.testing.assert_allclose(again.standard_error, fit.standard_error, rtol=1e-10)
    tests = [
        working_likelihood_ratio_test(one, logistic(outcome, rows[["one"]], survey), [1, 2]).p_value
        for one, survey in ((fit, design), (again, heavier))
    ]
    assert tests[0] == pytest.approx(tests[1], rel=1e-9)


def test_the_influence_says_what_a_heavier_row_changes(told, fit_like):
    design, outcome, rows = told("two_stage")
    fit = fit_like("two_stage")
    np.testing.assert_allclose(covariance_of_totals(fit.influence, design), fit.covariance)
    nudged = rows["weight"].to_numpy() + 1e-4 * (np.arange(len(rows)) == 7)
    other = logistic(outcome, rows[list(fit.names)], survey_design(nudged, rows["stratum"], rows["village"]))
    np.testing.assert_allclose((other.coefficients - fit.coefficients) / 1e-4, fit.influence[7], rtol=1e-3)


def test_a_larger_unit_of_exposure_moves_only_the_constant(told):
    design, _, rows = told("apistrat")
    columns, students = rows[["one", "ell"]], np.log(rows["enroll"])
    per_child, per_ten = (poisson(rows["api.stu"], columns, design, students - np.log(unit)) for unit in (1, 10))
    np.testing.assert_allclose(per_ten.coefficients - per_child.coefficients, [np.log(10), 0], atol=1e-9)
    np.testing.assert_allclose(per_ten.standard_error, per_child.standard_error, rtol=1e-8)


def test_outside_the_domain_nothing_needs_to_be_known(told):
    design, _, rows = told("two_stage")
    girls = rows["is_girl"].to_numpy() == 1
    unknown = rows[["placed", "one", "poor", "distance"]].astype("Float64").where(pd.Series(girls))
    fit = logistic(unknown["placed"], unknown[["one", "poor", "distance"]], design, girls)
    np.testing.assert_allclose(fit.coefficients, reference("two_stage girls", "coefficients"), rtol=1e-9)
    assert fit.n == girls.sum()
    assert (fit.influence[~girls] == 0).all()
    assert (np.isnan(fit.fitted) == ~girls).all()


def test_clusters_used_up_by_coefficients_leave_no_interval():
    rng = np.random.default_rng(1)
    design = survey_design(np.ones(60), None, np.repeat(np.arange(4), 15))
    columns = np.column_stack([np.ones(60), rng.normal(size=(60, 3))])
    fit = logistic(rng.random(60) < 0.5, columns, design)
    assert fit.degrees_of_freedom == 0
    assert np.isnan(fit.interval(0.95)).all()
    assert np.isnan(wald_test(fit, [1]).p_value)
    with pytest.raises(ValueError, match="too few clusters to test 4"):
        wald_test(fit, [0, 1, 2, 3])
