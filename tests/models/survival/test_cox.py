"""Cox's regression: coefficients, errors by cluster, residuals, hazards as R's survival has them (references/cox.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from analysis.models.survival.cox import cox_fit
from analysis.models.survival.cox_baseline import baseline
from analysis.models.survival.cox_residuals import expected_events, score_residuals

HERE = Path(__file__).parent / "references"
REFERENCES = pd.read_csv(HERE / "cox.csv").set_index(["fit_of", "quantity"])["value"].sort_index(kind="stable")
LUNG, VETERAN, HEART = ["age", "sex", "ecog", "loss"], ["trt", "karno", "age"], ["age", "year", "surgery", "transplant"]
TOLD = {  # entry, exit, event, covariates and what else the fit is told, by the columns of the data set
    "lung": ("lung", None, "days", "died", LUNG, {"clusters": "inst"}),
    "lung in years": ("lung", None, "years", "died", LUNG, {"clusters": "inst"}),
    "veteran": ("veteran", None, "days", "died", VETERAN, {"clusters": "since", "strata": "cell"}),
    "veteran in months": ("veteran", None, "months", "died", VETERAN, {"clusters": "since", "strata": "cell"}),
    "heart": ("heart", "start", "stop", "event", HEART, {"clusters": "id"}),
    "heart weighted": ("heart", "start", "stop", "event", HEART, {"clusters": "id", "weights": "weight"}),
    "bladder": (
        *("bladder", "start", "stop", "event", ["rx", "number", "size"]),
        {"clusters": "id", "strata": "enum"},
    ),
    "rats": ("rats", None, "time", "status", ["rx", "female"], {"clusters": "litter"}),
    "returns": (
        *("returns", "entry", "quarter", "back", ["abrupt", "age"]),
        {"clusters": "agency", "strata": "tier", "weights": "weight", "offset": "known"},
    ),
}


def reference(name, quantity):
    return REFERENCES.loc[[(name, quantity)]].to_numpy()


def told(name, **changed):
    data, entry, exit_, event, covariates, others = TOLD[name]
    rows = pd.read_csv(HERE / f"cox_{data}.csv")
    named = {key: rows[column] for key, column in others.items()} | changed
    return (rows[entry] if entry else 0, rows[exit_], rows[event], rows[covariates]), named


@pytest.fixture(scope="module")
def fit_like():
    """Return a function of the fit's name in the references that makes the same fit, once."""
    made = {}

    def of(name):
        if name not in made:
            rows, named = told(name)
            made[name] = cox_fit(*rows, **named)
        return made[name]

    return of


@pytest.mark.parametrize("name", TOLD)
def test_coefficients_and_errors_by_cluster_are_those_of_r(fit_like, name):
    fit, k = fit_like(name), len(reference(name, "coefficients"))
    np.testing.assert_allclose(fit.coefficients, reference(name, "coefficients"), rtol=1e-8)
    np.testing.assert_allclose(fit.standard_error**2, reference(name, "robust").reshape(k, k).diagonal(), rtol=1e-8)
    for matrix, quantity in ((fit.covariance, "covariance"), (fit.robust_covariance, "robust")):
        scale = np.sqrt(np.outer(*[matrix.diagonal()] * 2))
        np.testing.assert_allclose(matrix / scale, reference(name, quantity).reshape(k, k) / scale, atol=1e-8)
    likelihoods = [fit.log_likelihood_null, fit.log_likelihood]
    np.testing.assert_allclose(likelihoods, reference(name, "log likelihood"), rtol=1e-10)


@pytest.mark.parametrize("name", TOLD)
def test_events_less_those_expected_are_the_martingale_residuals_of_r(fit_like, name):
    (_, _, event, _), named = told(name)
    residual = (event - expected_events(fit_like(name))).groupby(np.asarray(named["clusters"])).sum()
    np.testing.assert_allclose(residual, reference(name, "martingale"), atol=1e-9)


@pytest.mark.parametrize("name", TOLD)
def test_the_baseline_is_that_of_r_at_covariates_of_0(fit_like, name):
    found, own = baseline(fit_like(name)), reference(name, "cumulative hazard")
    steps = pd.Series(found.hazard).groupby(found.stratum).cumsum().to_numpy()
    rises = np.concatenate([[True], (np.diff(own) > 0) | (np.diff(own) < -0.5 * own[:-1])]) & (own > 0)
    np.testing.assert_allclose(found.time, reference(name, "time")[rises])
    np.testing.assert_allclose(steps, own[rises], rtol=1e-8)


def test_score_residuals_add_up_to_those_of_the_clusters_and_to_nothing(fit_like):
    fit = fit_like("returns")
    scores = pd.DataFrame(score_residuals(fit)).groupby(fit.cluster_codes).sum()
    np.testing.assert_allclose(scores, fit.cluster_scores, atol=1e-12)
    np.testing.assert_allclose(fit.cluster_scores.sum(axis=0), 0, atol=1e-9)


def test_rows_that_are_cut_in_two_and_rows_out_of_order_change_nothing(fit_like):
    (entry, exit_, event, covariates), named = told("returns")
    cut = np.flatnonzero(exit_ - entry > 1)
    rows = np.concatenate([np.arange(len(exit_)), cut])[::-1]
    first, last = np.arange(len(rows))[::-1] >= len(exit_), np.isin(rows, cut)
    middle = np.asarray(entry)[rows] + 1
    again = cox_fit(
        np.where(last & ~first, middle, np.asarray(entry)[rows]),
        np.where(first, middle, np.asarray(exit_)[rows]),
        np.where(first, 0, np.asarray(event)[rows]),
        covariates.to_numpy()[rows],
        **{key: np.asarray(values)[rows] for key, values in named.items()},
    )
    fit = fit_like("returns")
    np.testing.assert_allclose(again.coefficients, fit.coefficients, rtol=1e-9)
    np.testing.assert_allclose(again.robust_covariance, fit.robust_covariance, rtol=1e-9)
    assert again.n == fit.n + len(cut)


def test_errors_by_cluster_are_those_of_statsmodels_where_nothing_is_tied():
    """Where times are tied, statsmodels (0.14 and 0.15) makes errors of Efron's fit from Breslow's residuals."""
    (_, exit_, event, covariates), named = told("lung")
    days = exit_ + np.linspace(0, 0.5, len(exit_))
    fit = cox_fit(0, days, event, covariates, **named)
    theirs = PHReg(days, covariates, status=event, ties="efron").fit(groups=named["clusters"].to_numpy())
    assert (fit.rows.sets.n_tied == 1).all()
    np.testing.assert_allclose(fit.standard_error, theirs.bse, rtol=1e-6)


def test_a_record_that_ends_before_the_first_event_is_heard_but_tells_nothing(fit_like):
    """Some software makes every robust error missing when such a record is in a cluster."""
    (entry, exit_, event, covariates), named = told("lung")
    longer = pd.concat([covariates, covariates.head(1)])
    fit = cox_fit(entry, np.append(exit_, 0.5), np.append(event, 0), longer, clusters=np.append(named["clusters"], 99))
    before = fit_like("lung")
    np.testing.assert_allclose(fit.robust_covariance, before.robust_covariance, rtol=1e-10)
    assert (fit.n, fit.n_clusters) == (before.n + 1, before.n_clusters + 1)


def test_a_column_that_is_constant_in_each_stratum_and_shifts_of_the_others_do_no_harm(fit_like):
    (entry, exit_, event, covariates), named = told("veteran")
    moved = cox_fit(entry, exit_, event, covariates * [1, 1e-3, 1e3] + [0, 1e4, -5], **named)
    np.testing.assert_allclose(moved.coefficients * [1, 1e-3, 1e3], fit_like("veteran").coefficients, rtol=1e-9)


@pytest.mark.parametrize("times", [1e-6, 1e8])
def test_weights_in_another_unit_change_only_what_takes_them_for_rows(fit_like, times):
    rows, named = told("heart weighted")
    near = rows[3].assign(nearly=rows[3]["age"] + 1e-4 * rows[3]["year"]).drop(columns="year")
    fit, again = (cox_fit(*rows[:3], near, **named | {"weights": named["weights"] * by}) for by in (1, times))
    np.testing.assert_allclose(again.coefficients, fit.coefficients, rtol=1e-4)
    np.testing.assert_allclose(again.standard_error, fit.standard_error, rtol=1e-4)
    np.testing.assert_allclose(again.covariance.diagonal() * times, fit.covariance.diagonal(), rtol=1e-4)


def test_a_fit_without_covariates_has_the_likelihood_and_hazard_of_nelson_and_aalen():
    fit = cox_fit(0, [1, 2, 3, 4], [1, 0, 1, 1], np.empty((4, 0)))
    np.testing.assert_allclose(fit.log_likelihood, -np.log(4 * 2))
    np.testing.assert_allclose(baseline(fit).hazard, [1 / 4, 1 / 2, 1])


def test_a_start_nearby_ends_in_the_same_place(fit_like):
    rows, named = told("heart")
    near = cox_fit(*rows, **named, start=fit_like("heart").coefficients + 0.01)
    np.testing.assert_allclose(near.coefficients, fit_like("heart").coefficients, rtol=1e-10)
    np.testing.assert_allclose(near.log_likelihood_null, fit_like("heart").log_likelihood_null)
