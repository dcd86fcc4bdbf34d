"""Stability: had other clusters been drawn, how different would the model and its predictions be, and how good?

References: Riley and Collins (2023) Biom J 65:2200302 (instability); Harrell, Lee and Mark (1996) Stat Med 15:361-387
(optimism); Rao and Wu (1988) JASA 83:231-241 (resampling of clusters).
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.prediction.discrimination import area
from analysis.models.prediction.judged import Judged


@dataclass(frozen=True, eq=False)
class Resampled:
    """What R models, each fitted on clusters drawn again, say of the same n rows.

    ``squared_change`` (n,): mean squared change of a row's log odds against the model of the whole sample.
    ``crossings`` (n,): share of the models by which the row is on the other side of the threshold. ``optimism`` (R,):
    area under the curve of each model in its own sample, less that in the whole one.
    """

    squared_change: np.ndarray
    crossings: np.ndarray
    optimism: np.ndarray


def resampled(
    judged: Judged, covariates: np.ndarray, coefficients: np.ndarray, factors: np.ndarray, threshold: float
) -> Resampled:
    """Return what models with ``coefficients`` (R, k) predict for the rows of ``judged``, from ``covariates`` (n, k).

    ``judged``: predictions of the model of the whole sample from the same covariates. ``factors`` (R, G): by what each
    model had multiplied the weights of each cluster. ``threshold``: risk from which a row counts as chosen.
    Estimand of the mean optimism: by how much the apparent area is above that in the population. ASSUME: clusters were
    drawn again as they were drawn (Rao-Wu); choices made before the model (covariates, imputing) are not made again.
    """
    line, outcome = np.log(threshold / (1 - threshold)), judged.outcome
    squares, crossings = np.zeros(judged.design.n), np.zeros(judged.design.n)
    optimism = np.empty(len(coefficients))
    for number, own in enumerate(coefficients):
        log_odds = np.where(judged.domain, covariates @ own, 0.0)
        squares += (log_odds - judged.log_odds) ** 2
        crossings += (log_odds >= line) != (judged.log_odds >= line)
        weights = judged.weights * factors[number][judged.design.clusters[0]]
        optimism[number] = area(log_odds, outcome, weights) - area(log_odds, outcome, judged.weights)
    return Resampled(squares / len(coefficients), crossings / len(coefficients), optimism)
