"""Net benefit: is acting on the predictions worth more than acting for everyone, or for no one?

Acting from a predicted risk t on says that reaching one who would have the outcome is worth acting in vain for
(1 - t) / t others. Net benefit counts those reached less those acted for in vain at that price, per person.
References: Vickers and Elkin (2006) Med Decis Making 26:565-574; Vickers, Van Calster and Steyerberg (2016) BMJ 352:i6;
Sande et al. (2020) Stat Med 39:2980-3002 (its influence). Held to hand-worked tables and R's ``survey`` in the tests.
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.prediction.judged import Judged, PredictionError
from analysis.models.survey.linearised import Estimated
from analysis.models.survey.means import mean


def net_benefit(judged: Judged, thresholds: ArrayLike) -> Estimated:
    """Return the net benefit (k,) of acting where the predicted risk is at least each of ``thresholds`` (k,).

    Estimand: share of the population reached with the outcome, less t / (1 - t) times the share acted for without it;
    0 is acting for no one, the most is the share with the outcome. Linearised.
    ASSUME: predictions of a row do not rest on its own outcome; acting helps those with the outcome alike, and costs
    the same for all; t is what the deciders hold, not what the data say. Raises ``PredictionError`` for thresholds
    outside (0, 1).

    >>> from analysis.models.prediction import judged
    >>> from analysis.models.survey import survey_design
    >>> found = judged([0, 0, 1, 1], [-2, 0, -1, 2], survey_design([1, 1, 1, 1]))
    >>> net_benefit(found, [0.25, 0.6]).estimate.round(3).tolist()  # two reached and one in vain; one reached
    [0.417, 0.25]
    """
    at = _thresholds(thresholds)
    return mean(_worth(judged, at) * (judged.risks[:, None] >= at), judged.design, judged.domain)


def net_benefit_of_everyone(judged: Judged, thresholds: ArrayLike) -> Estimated:
    """Return the net benefit (k,) of acting for everyone; see ``net_benefit``."""
    return mean(_worth(judged, _thresholds(thresholds)), judged.design, judged.domain)


def gain_over_everyone(judged: Judged, thresholds: ArrayLike) -> Estimated:
    """Return by how much the net benefit (k,) of the predictions is above that of acting for everyone, paired."""
    at = _thresholds(thresholds)
    return mean(-_worth(judged, at) * (judged.risks[:, None] < at), judged.design, judged.domain)


def _thresholds(thresholds: ArrayLike) -> np.ndarray:
    at = np.atleast_1d(np.asarray(thresholds, dtype="float64"))
    if not ((at > 0) & (at < 1)).all():
        raise PredictionError("thresholds are risks between 0 and 1, without either")
    return at


def _worth(judged: Judged, at: np.ndarray) -> np.ndarray:
    """Return what acting for each row is worth at each threshold, (n, k): 1 with the outcome, else its price."""
    outcome = judged.outcome[:, None]
    return outcome - (1 - outcome) * at / (1 - at)
