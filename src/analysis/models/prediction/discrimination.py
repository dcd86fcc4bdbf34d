"""Discrimination and accuracy: does the model tell who will have the outcome from who will not?

References: Hanley and McNeil (1982) Radiology 143:29-36 (the area); DeLong, DeLong and Clarke-Pearson (1988)
Biometrics 44:837-845 (its components, which are its influences); Brier (1950) Mon Weather Rev 78:1-3. Held to R's
``pROC`` (unweighted) and ``survey`` (weighted) in the tests.
"""

import numpy as np

from analysis.models.prediction.judged import Judged
from analysis.models.survey.linearised import Estimated


def concordance(judged: Judged) -> Estimated:
    """Return the weighted area under the receiver operating characteristic, one value.

    Estimand: the probability that of two people of the population, one with the outcome and one without, the one with
    it has the higher prediction; ties count half. 0.5: no better than chance. Linearised; take the interval on the
    logit scale. In a sample of cases and one of others, drawn simply, this is DeLong's variance.
    ASSUME: many clusters that hold the outcome; predictions of a row do not rest on its own outcome.

    >>> from analysis.models.prediction import judged
    >>> from analysis.models.survey import survey_design
    >>> concordance(judged([0, 0, 1, 1], [-2, 0, -1, 2], survey_design([1, 1, 1, 1]))).estimate.tolist()  # 3 of 4 pairs
    [0.75]
    """
    with_it, without = judged.weights * judged.outcome, judged.weights * (1 - judged.outcome)
    below, above = _shares_below_and_above(judged.log_odds, with_it, without)
    area = with_it @ below / with_it.sum()
    influence = np.where(judged.outcome == 1, (below - area) / with_it.sum(), (above - area) / without.sum())
    return judged.estimated(area, influence)


def area(log_odds: np.ndarray, outcome: np.ndarray, weights: np.ndarray) -> float:
    """Return the estimate of ``concordance`` alone, for rows (n,) with ``weights`` that may be 0."""
    with_it = weights * outcome
    below, _ = _shares_below_and_above(log_odds, with_it, weights - with_it)
    return float(with_it @ below / with_it.sum())


def brier(judged: Judged) -> Estimated:
    """Return the weighted Brier score and the scaled one, (2,).

    Estimand: the mean squared distance of prediction and outcome; and 1 less its ratio to that of predicting the same
    share for everyone: 0 is no gain, 1 is perfect, below 0 worse than the share. Of a rare outcome even a good model
    has a scaled score near 0. Linearised. ASSUME: as ``concordance``.
    """
    size = judged.weights.sum()
    distance = (judged.outcome - judged.risks) ** 2
    score, share = judged.weights @ distance / size, judged.weights @ judged.outcome / size
    of_score, of_share = (distance - score) / size, (judged.outcome - share) / size
    spread = share * (1 - share)
    of_scaled = score * (1 - 2 * share) / spread**2 * of_share - of_score / spread
    return judged.estimated([score, 1 - score / spread], np.column_stack([of_score, of_scaled]))


def _shares_below_and_above(
    log_odds: np.ndarray, with_it: np.ndarray, without: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row which share of those without lies below it, and of those with above; half of ties."""
    _, place = np.unique(log_odds, return_inverse=True)
    return _share_below(place, without)[place], 1 - _share_below(place, with_it)[place]


def _share_below(place: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return by place in the order of predictions the share of ``weights`` below it, with half of those at it."""
    at = np.bincount(place, weights=weights)
    return (np.cumsum(at) - at / 2) / weights.sum()
