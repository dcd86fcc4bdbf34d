"""What every row adds to the slope of a partial likelihood, and what was expected of it, ties by Efron's method."""

from dataclasses import dataclass

import numpy as np

from analysis.models.survival.at_risk import parts
from analysis.models.survival.cox_likelihood import CoxRows, TiedSums


@dataclass(frozen=True, eq=False)
class Expected:
    """What is expected of every row over all events while it is at risk, its weight in it.

    ``events`` (n,): its share of the hazards; ``columns`` (n, k): that share times the mean covariates of the risk set.
    """

    events: np.ndarray
    columns: np.ndarray


def expected(rows: CoxRows, at: TiedSums) -> Expected:
    """Return what is expected of the rows; one that is tied is only in part at risk for the others of its time."""
    sets, risk = rows.sets, at.risk
    events = risk * sets.between(at.hazard)
    means = at.square[:, None] * at.at_risk - at.square_tied[:, None] * at.tied
    columns = sets.between(means[:, 1:], risk)
    if (sets.n_tied > 1).any():
        hit, number = sets.event_rows, sets.event_number
        taken_off = at.square_tied[:, None] * at.at_risk - at.square_both[:, None] * at.tied
        events[hit] -= risk[hit] * at.hazard_tied[number]
        columns[hit] -= risk[hit, None] * taken_off[number, 1:]
    return Expected(events, columns)


def score_rows(rows: CoxRows, at: TiedSums) -> np.ndarray:
    """Return the score residuals (n, k), weights in them.

    For a row with the event, its covariates less the mean of the risk set, averaged over the tied events of its time;
    less the same difference for every event while it is at risk, times its share of the hazard.
    """
    sets, share = rows.sets, expected(rows, at)
    scores = share.columns
    for part in parts(len(scores)):
        scores[part] -= share.events[part, None] * rows.columns[part, 1:]
    means = at.hazard[:, None] * at.at_risk - at.hazard_tied[:, None] * at.tied
    means /= (at.mean_weight * sets.n_tied)[:, None]
    weights = rows.weights[sets.event_rows, None]
    scores[sets.event_rows] += weights * (rows.event_columns - means[sets.event_number])[:, 1:]
    return scores
