"""Predictions from imputed answers: what imputing took from the own outcome is taken out again."""

import numpy as np
import pytest
from scipy.special import expit, logit

from analysis.models import prediction

SHARE, LOG_ODDS = 0.3, np.array([-4.0, -2.5])  # of an answer that is yes; of the outcome by the answer


def imputed(n, m, rng):
    """Return outcomes and log odds of n rows whose answer is unknown and imputed m times, knowing the outcome."""
    answer = rng.random(n) < SHARE
    outcome = rng.random(n) < expit(LOG_ODDS[answer.astype(int)])
    chance = expit(LOG_ODDS)
    yes = np.where(outcome, SHARE * chance[1], SHARE * (1 - chance[1]))
    no = np.where(outcome, (1 - SHARE) * chance[0], (1 - SHARE) * (1 - chance[0]))
    drawn = rng.random((m, n)) < yes / (yes + no)
    return outcome.astype(float), LOG_ODDS[drawn.astype(int)]


def test_nobody_can_be_told_apart_whose_answer_nobody_knows():
    outcome, log_odds = imputed(40_000, 200, np.random.default_rng(3))
    found = expit(prediction.log_odds_without_own_outcome(log_odds, outcome))
    known = SHARE * expit(LOG_ODDS[1]) + (1 - SHARE) * expit(LOG_ODDS[0])
    assert found[outcome == 1].mean() == pytest.approx(known, rel=0.02)
    assert found[outcome == 0].mean() == pytest.approx(known, rel=0.02)
    naive = log_odds.mean(axis=0)
    assert prediction.area(naive, outcome, np.ones(len(outcome))) > 0.95, "the plain mean knows the outcome"


def test_rows_that_answered_everything_keep_their_prediction():
    log_odds = np.tile([-6.5, 0.3, 4.0], (5, 1))
    found = prediction.log_odds_without_own_outcome(log_odds, np.array([1, 0, 1]))
    assert (found == log_odds[0]).all()


def test_it_is_the_harmonic_mean_of_the_probability_of_what_happened():
    chance = np.array([[0.2, 0.2], [0.5, 0.5]])
    found = expit(prediction.log_odds_without_own_outcome(logit(chance), np.array([1, 0])))
    assert found == pytest.approx([2 / (1 / 0.2 + 1 / 0.5), 1 - 2 / (1 / 0.8 + 1 / 0.5)])


def test_predictions_without_rows_of_imputations_are_refused():
    for shape in ((0, 3), (3,), (2, 4)):
        with pytest.raises(prediction.PredictionError, match="imputations by rows"):
            prediction.log_odds_without_own_outcome(np.zeros(shape), np.zeros(3))
