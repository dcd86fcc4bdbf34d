"""Over many surveys drawn: do intervals of how predictions do hold it, and is held-out performance the real one?"""

import numpy as np
import pytest
from scipy.special import expit, logit

from analysis.models import prediction
from analysis.models.survey.design import survey_design
from analysis.models.survey.regression import logistic

pytestmark = pytest.mark.validation

N_SURVEYS, N_CLUSTERS, SIZE, N_TERMS = 1200, 160, 20, 6
SLOPES = np.array([-3.6, 0.9, 0.5, 0.0, 0.0, 0.0, 0.0])
THRESHOLD = 0.05


def people(n_clusters, rng):
    """Return outcomes, covariates, clusters and strata of ``n_clusters``; outcomes of a cluster are alike."""
    clusters = np.repeat(np.arange(n_clusters), SIZE)
    shared = rng.normal(size=(n_clusters, N_TERMS))[clusters] * np.sqrt(0.3)
    covariates = np.column_stack([np.ones(len(clusters)), shared + rng.normal(size=shared.shape) * np.sqrt(0.7)])
    effect = 0.5 * rng.normal(size=n_clusters)[clusters]
    return (rng.random(len(clusters)) < expit(covariates @ SLOPES + effect)).astype(float), covariates, clusters


def survey(rng):
    """Return a survey of four strata whose weights differ between and within them."""
    outcome, covariates, clusters = people(N_CLUSTERS, rng)
    strata = clusters % 4
    weights = np.array([20.0, 35.0, 50.0, 80.0])[strata] * rng.lognormal(0, 0.2, N_CLUSTERS)[clusters]
    return outcome, covariates, survey_design(weights, strata, clusters)


@pytest.fixture(scope="module")
def country():
    """Return a population so large that what is measured in it is true."""
    outcome, covariates, clusters = people(20_000, np.random.default_rng(99))
    return outcome, covariates, survey_design(np.ones(len(outcome)), clusters=clusters)


MEASURES = {
    "concordance": (prediction.concordance, "logit"),
    "observed to expected": (prediction.observed_to_expected, "log"),
    "calibration intercept": (prediction.calibration_intercept, "identity"),
    "calibration slope": (prediction.calibration_slope, "identity"),
    "Brier scores": (prediction.brier, "identity"),
    "net benefit": (lambda judged: prediction.net_benefit(judged, [THRESHOLD]), "identity"),
    "missed": (lambda judged: prediction.missed(judged, [THRESHOLD]), "logit"),
}


def test_intervals_of_given_predictions_hold_what_is_true_of_them(country):
    # predictions of some earlier model, too far apart and too high
    slopes = np.array([-3.1, 1.1, 0.7, 0.1, 0.0, 0.0, 0.0])
    whole = prediction.judged(country[0], country[1] @ slopes, country[2])
    real = {name: measure(whole).estimate for name, (measure, _) in MEASURES.items()}
    rng, holds = np.random.default_rng(1), {name: [] for name in MEASURES}
    for _ in range(N_SURVEYS):
        outcome, covariates, design = survey(rng)
        judged = prediction.judged(outcome, covariates @ slopes, design)
        for name, (measure, scale) in MEASURES.items():
            low, high = measure(judged).interval(0.95, scale)
            holds[name].append((low <= real[name]) & (real[name] <= high))
    shares = {name: np.mean(held, axis=0).min() for name, held in holds.items()}
    assert all(0.925 <= share <= 0.975 for share in shares.values()), shares


def test_held_out_performance_is_that_of_the_model_in_clusters_it_has_not_seen(country):
    rng, found = np.random.default_rng(2), []
    every = np.arange(0, len(country[0]), 20)  # one person a cluster is enough for the area of a fit
    for _ in range(N_SURVEYS // 6):
        outcome, covariates, design = survey(rng)
        domain = np.ones(len(outcome), "bool")
        folds = prediction.cluster_folds(design, 10, rng)
        coefficients = prediction.held_out_coefficients(outcome, covariates, design, folds, domain)
        log_odds = prediction.held_out_log_odds(covariates, coefficients, design, folds)
        held_out = prediction.concordance(prediction.judged(outcome, log_odds, design))
        fit = logistic(outcome, covariates, design).coefficients
        own = prediction.area(covariates @ fit, outcome, design.weights)
        real = prediction.area(country[1][every] @ fit, country[0][every], np.ones(len(every)))
        low, high = held_out.interval(0.95, "logit")
        found.append((held_out.estimate[0] - real, own - real, low[0] <= real <= high[0]))
    bias, flattery, coverage = np.mean(found, axis=0)
    assert abs(bias) < 0.01
    assert flattery > 0.008
    assert 0.9 <= coverage <= 0.99


def test_imputed_answers_tell_no_more_than_was_answered():
    rng, gains = np.random.default_rng(3), []
    for _ in range(40):
        known, hidden = rng.random((2, 20_000)) < 0.3
        base = -4.0 + 0.8 * known
        outcome = (rng.random(len(base)) < expit(base + 1.5 * hidden)).astype(float)
        chances = expit(base + 1.5 * np.array([[0.0], [1.0]]))  # by the hidden answer
        likelihood = np.array([[0.7], [0.3]]) * np.where(outcome == 1, chances, 1 - chances)
        drawn = rng.random((10, len(base))) < likelihood[1] / likelihood.sum(axis=0)
        log_odds = logit(np.where(drawn, chances[1], chances[0]))
        ones = np.ones(len(base))
        best = prediction.area(0.7 * chances[0] + 0.3 * chances[1], outcome, ones)
        freed = prediction.log_odds_without_own_outcome(log_odds, outcome)
        gains.append([prediction.area(values, outcome, ones) - best for values in (freed, log_odds.mean(axis=0))])
    freed, averaged = np.mean(gains, axis=0)
    assert averaged > 0.2, "the mean over imputations knows the outcome"
    assert abs(freed) < 0.2 * averaged
