"""What a regression of a survey refuses, in one sentence that names the column and says what to do."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey.coefficient_tests import wald_test, working_likelihood_ratio_test
from analysis.models.survey.design import survey_design
from analysis.models.survey.families import POISSON
from analysis.models.survey.generalised_linear import (
    ModelRows,
    NotEstimableError,
    SeparationError,
    check_columns,
    maximum,
)
from analysis.models.survey.regression import logistic, poisson
from analysis.models.survey.replicate_fits import logistic_replicates
from analysis.models.survey.replicates import jackknife

N = 400
RNG = np.random.default_rng(5)
VILLAGES = np.repeat(np.arange(20), 20)
DESIGN = survey_design(np.ones(N), VILLAGES // 5, VILLAGES)
COLUMNS = pd.DataFrame({"one": 1.0, "distance": RNG.normal(2010, 3, N), "poor": RNG.random(N) < 0.4}).astype(float)
PLACED = (RNG.random(N) < 0.3).astype(float)


def test_weights_in_place_of_a_design():
    with pytest.raises(TypeError, match=r"Design.*frequencies"):
        logistic(PLACED, COLUMNS, np.ones(N))


@pytest.mark.parametrize("model", [logistic, poisson])
def test_a_level_without_events_is_named(model):
    columns = COLUMNS.assign(orphan=((PLACED == 0) & (COLUMNS["distance"] > 2012)).astype(float))
    with pytest.raises(SeparationError, match=r"column orphan foretells.*join levels"):
        model(PLACED, columns, DESIGN)


def test_the_constant_is_not_blamed():
    with pytest.raises(SeparationError, match="column again foretells"):
        logistic(PLACED, COLUMNS[["one"]].assign(again=PLACED), DESIGN)


def test_outcomes_that_two_columns_foretell_together_name_both():
    line = PLACED * 2 - 1
    columns = COLUMNS.assign(first=line + RNG.normal(size=N), second=0.0)
    columns["second"] = columns["first"] - line * RNG.uniform(0.5, 2, N)
    with pytest.raises(SeparationError, match="first, second"):
        logistic(PLACED, columns, DESIGN)


def test_a_far_away_but_finite_maximum_is_found():
    rare = np.zeros(N)
    rare[:2] = 1
    design = survey_design(np.where(np.arange(N) == 0, 1e-4, 1.0), VILLAGES // 5, VILLAGES)
    outcome = np.where(np.arange(N) == 0, 1.0, np.where(np.arange(N) == 1, 0.0, PLACED))
    fit = logistic(outcome, np.column_stack([np.ones(N), rare]), design)
    assert fit.coefficients.sum() == pytest.approx(np.log(1e-4), abs=1e-8)


def test_a_step_too_long_is_shortened():
    rng = np.random.default_rng(368)  # Newton's full steps lead away from the maximum of these
    columns = np.column_stack([np.ones(60), rng.standard_t(1.5, size=(60, 2))])
    rng.random(60), rng.lognormal(0, 3, 60)
    counts = rng.negative_binomial(0.05, 0.001, 60)
    rows = ModelRows(counts * 1.0, columns, np.zeros(60), rng.lognormal(0, 3, 60), ("one", "first", "second"))
    fitted = np.exp(rows.predictor(maximum(rows, POISSON).coefficients))
    np.testing.assert_allclose(columns.T @ (rows.weights * (counts - fitted)), 0, atol=1e-5)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (COLUMNS.assign(rich=1 - COLUMNS["poor"]), "column rich is a combination"),
        (COLUMNS.assign(km=COLUMNS["distance"] * 1.6), "column km is a combination"),
        (COLUMNS.assign(never=0.0), "column never is 0"),
        (pd.DataFrame(RNG.normal(size=(N, N + 1))), "401 coefficients"),
    ],
    ids=["both levels", "same unit", "nothing", "more columns than rows"],
)
def test_columns_that_say_the_same_are_named(columns, words):
    with pytest.raises(NotEstimableError, match=words):
        logistic(PLACED, columns, DESIGN)


def test_columns_far_from_0_are_not_taken_for_the_constant():
    fit = logistic(PLACED, COLUMNS, DESIGN)
    centred = logistic(PLACED, COLUMNS.assign(distance=COLUMNS["distance"] - 2010), DESIGN)
    np.testing.assert_allclose(fit.coefficients[1:], centred.coefficients[1:], rtol=1e-7)
    np.testing.assert_allclose(fit.standard_error[1:], centred.standard_error[1:], rtol=1e-6)


def test_columns_in_very_large_and_very_small_units_are_not_taken_for_combinations():
    same = ("one", "distance", "poor")
    check_columns(COLUMNS.to_numpy() * [1, 1e12, 1e-12], same)
    with pytest.raises(NotEstimableError, match="column twice is a combination"):
        check_columns(COLUMNS.assign(twice=COLUMNS["poor"] * 2).to_numpy() * [1, 1e12, 1e-12, 1e-12], (*same, "twice"))


def test_missing_values_are_counted_by_column():
    columns = COLUMNS.astype("Float64")
    columns.loc[3:5, "poor"] = pd.NA
    with pytest.raises(ValueError, match=r"column poor \(3 rows\).*impute"):
        logistic(PLACED, columns, DESIGN)
    with pytest.raises(ValueError, match=r"outcome \(1 rows\)"):
        logistic(np.where(np.arange(N) == 9, np.nan, PLACED), COLUMNS, DESIGN)
    with pytest.raises(ValueError, match=r"offset \(400 rows\)"):
        poisson(PLACED, COLUMNS, DESIGN, np.log(np.zeros(N) + 1) - np.inf)


@pytest.mark.parametrize(
    ("model", "outcome", "words"),
    [
        (logistic, PLACED + 1, "0 or 1; one is"),
        (poisson, PLACED - 1, "0 or more; one is -1"),
        (logistic, np.ones(N), "1 in every row"),
        (poisson, np.zeros(N), "0 in every row"),
        (logistic, PLACED[1:], r"outcome has the shape \(399,\)"),
    ],
)
def test_impossible_outcomes(model, outcome, words):
    with pytest.raises(ValueError, match=words):
        model(outcome, COLUMNS, DESIGN)


def test_counts_that_are_all_alike_are_a_rate():
    fit = poisson(np.ones(N), COLUMNS[["one", "poor"]], DESIGN)
    np.testing.assert_allclose(fit.coefficients, 0, atol=1e-12)


def test_domains_that_are_none():
    for domain in (np.zeros(N, dtype=bool), np.zeros(N), np.ones(N - 1, dtype=bool)):
        with pytest.raises(ValueError, match="domain"):
            logistic(PLACED, COLUMNS, DESIGN, domain)


def test_a_replicate_without_a_maximum_is_told_and_not_dropped():
    only_there = COLUMNS.assign(village=(VILLAGES == 7).astype(float))
    with pytest.raises(NotEstimableError, match="in replicate 7, which leaves clusters out, column village is 0"):
        logistic_replicates(PLACED, only_there, jackknife(DESIGN))
    elsewhere = (COLUMNS["distance"] > 2011) & (PLACED == 0) & (VILLAGES != 7)
    foretold = COLUMNS.assign(hut=(elsewhere | ((VILLAGES == 7) & (PLACED == 1))).astype(float))
    with pytest.raises(SeparationError, match=r"in replicate 7, .*column hut foretells"):
        logistic_replicates(PLACED, foretold, jackknife(DESIGN))


def test_tests_of_what_is_not_there():
    fit = logistic(PLACED, COLUMNS, DESIGN)
    for which in ([], [3], [-1]):
        with pytest.raises(ValueError, match="numbered from 0 to 2"):
            wald_test(fit, which)
    smaller = logistic(PLACED, COLUMNS[["one"]], DESIGN)
    with pytest.raises(ValueError, match="without 1 columns"):
        working_likelihood_ratio_test(fit, smaller, [1])
    elsewhere = logistic(PLACED, COLUMNS[["one"]], DESIGN, VILLAGES > 2)
    with pytest.raises(ValueError, match="same rows"):
        working_likelihood_ratio_test(fit, elsewhere, [1, 2])


def test_covariates_of_other_rows_are_refused():
    for columns in (COLUMNS[1:], COLUMNS["one"]):
        with pytest.raises(ValueError, match="the design has 400 rows: give one row each"):
            logistic(PLACED, columns, DESIGN)
