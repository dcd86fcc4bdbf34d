"""Predictions from imputed answers, without what imputing took from the very outcome to be predicted.

Answers must be imputed knowing the outcome, or its relation to them is watered down. A row's imputed answers then know
its own outcome, and a prediction from them is judged on what it was told: discrimination looks better than it is, and
averaging over imputations does not help. For a new person the outcome is not known.
"""

import numpy as np

from analysis.models.prediction.judged import PredictionError


def log_odds_without_own_outcome(log_odds: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return one log odds (n,) of the outcome given what a row answered, from those of m imputations, (m, n).

    Estimand: P(Y=1 | answers). Imputations x are draws given the answers and the row's own outcome y, with density
    proportional to P(y | x) times that given the answers alone. So the mean of 1 / P(y | x) over them is
    1 / P(y | answers): the probability of what happened is the harmonic mean over imputations, and the other outcome
    has the rest. Rows that answered everything keep their log odds.
    ASSUME: the model of imputation and the predictor say the same of the outcome given the answers; m draws are
    enough: the harmonic mean of few is too large, by about their squared coefficient of variation over m.
    Raises ``PredictionError`` unless there is an imputation and one outcome a column.
    """
    if log_odds.ndim != 2 or len(log_odds) == 0 or log_odds.shape[1] != len(outcome):
        raise PredictionError("log odds must be given as imputations by rows, with one outcome for each row")
    happened = np.asarray(outcome) == 1
    own = np.where(happened, log_odds, -log_odds)  # of what happened
    other_to_own = np.exp(-own).mean(axis=0)  # 1 / P is 1 plus this
    kept = np.where((log_odds == log_odds[0]).all(axis=0), own[0], -np.log(other_to_own))
    return np.where(happened, kept, -kept)
