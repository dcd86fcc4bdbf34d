"""Tests of proportional hazards as R's cox.zph has them, and rows cut at days."""

import numpy as np
import pytest

from analysis.models.survival.cox import cox_fit
from analysis.models.survival.proportional import TRANSFORMS, by_period, proportionality_test, split_at

FITS = {  # entry, exit, event, covariates, strata
    "lung in years": ("lung", None, "years", "died", ["age", "sex", "ecog", "loss"], None),
    "veteran": ("veteran", None, "days", "died", ["trt", "karno", "age"], "cell"),
    "heart": ("heart", "start", "stop", "event", ["age", "year", "surgery", "transplant"], None),
}


def fit_of(rows_of, name):
    data, entry, exit_, event, covariates, strata = FITS[name]
    rows = rows_of(data)
    start = rows[entry] if entry else np.zeros(len(rows))
    strata = rows[strata] if strata else None
    return cox_fit(start, rows[exit_], rows[event], rows[covariates], strata=strata), start, rows[exit_]


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_chi_squares_are_those_of_r(rows_of, r_says, name, transform):
    told = proportionality_test(*fit_of(rows_of, name), transform)
    np.testing.assert_allclose([*told.chi_square, told.all_chi_square], r_says(name, f"zph {transform}"), rtol=1e-8)


def test_a_coefficient_that_changes_is_found_and_the_split_tells_both_of_its_values():
    rng = np.random.default_rng(3)
    x, steady = rng.integers(0, 2, (2, 6000))
    early = rng.exponential(1 / np.exp(1.0 * x + 0.5 * steady))
    late = 0.5 + rng.exponential(1 / np.exp(-0.5 * x + 0.5 * steady))
    days = np.where(early <= 0.5, early, late)
    columns = np.column_stack([x, steady])
    told = proportionality_test(cox_fit(0, days, np.ones(6000), columns), 0, days)
    assert told.p_value[0] < 1e-6 < 0.01 < told.p_value[1]
    periods = split_at(np.zeros(6000), days, np.ones(6000), [0.5])
    split = np.column_stack([by_period(x, periods, 2), steady[periods.row]])
    fit = cox_fit(periods.entry, periods.exit, periods.event, split)
    np.testing.assert_allclose(fit.coefficients, [1.0, -0.5, 0.5], atol=0.12)


def test_cut_rows_have_the_same_fit(rows_of):
    rows = rows_of("heart")
    covariates = rows[["age", "year", "surgery"]]
    whole = cox_fit(rows["start"], rows["stop"], rows["event"], covariates)
    periods = split_at(rows["start"], rows["stop"], rows["event"], [30, 90, 400])
    cut = cox_fit(periods.entry, periods.exit, periods.event, covariates.iloc[periods.row])
    np.testing.assert_allclose(cut.coefficients, whole.coefficients, rtol=1e-10)
    assert periods.event.sum() == rows["event"].sum()


def test_an_event_on_the_day_of_the_cut_is_of_the_earlier_period():
    periods = split_at([0, 0], [90, 91], [1, 1], [90])
    assert [*zip(periods.row.tolist(), periods.event.tolist(), periods.period.tolist(), strict=True)] == [
        (0, True, 0),
        (1, False, 0),
        (1, True, 1),
    ]


def test_refusals(rows_of):
    with pytest.raises(ValueError, match="transform 'rank' is none of km"):
        proportionality_test(*fit_of(rows_of, "veteran"), "rank")
    fit = cox_fit(0, [1, 2, 3, 4], [1, 0, 0, 0], np.array([[0.0], [1.0], [0.5], [-1.0]]))
    with pytest.raises(ValueError, match="tell nothing of change"):
        proportionality_test(fit, 0, [1, 2, 3, 4])
