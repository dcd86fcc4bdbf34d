"""Marginal structural model: how the odds of an end go with a treatment that changes from interval to interval.

What a treatment is answered to, as a worsening is by a visit, may itself follow from earlier treatment. To adjust for
it hides part of the effect, not to adjust confounds. Instead each row is weighted by the inverse of the chance of the
treatments it had so far, given what was known before each.

Estimand: coefficients of a pooled logistic regression of the end within an interval, were treatment in each interval
drawn without regard to anything but the columns of the numerator. Weights are stabilised: product over intervals so
far of numerator over denominator. Errors stack both treatment models with the outcome model, by cluster.
ASSUME: within levels of the denominator's columns treatment in an interval is as if by lot; every history could have
met either treatment; both models hold; ends are rare within an interval, so that odds are near hazards; who is lost is,
within the outcome model's columns, like who is not.
Reference: Hernan, Brumback and Robins (2000) Epidemiology 11:561-570.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.causal.propensity import propensity
from analysis.models.causal.regressions import Fitted, fitted, with_constant
from analysis.models.causal.stacked_variance import Stacked


@dataclass(frozen=True, eq=False)
class StructuralModel:
    """``coefficients`` of a constant and the outcome columns with their influence, a row an interval; ``weights``."""

    coefficients: Stacked
    weights: np.ndarray


def structural_model(
    ended: ArrayLike,
    treated: ArrayLike,
    subjects: ArrayLike,
    *,
    outcome_columns: ArrayLike,
    numerator: ArrayLike,
    denominator: ArrayLike,
) -> StructuralModel:
    """Return the weighted pooled logistic regression of ``ended`` (n,) on a constant and ``outcome_columns`` (n, k).

    One row a subject and interval, the rows of a subject together and in the order of time. ``treated`` (n,) of bool:
    the treatment in an interval, after ``numerator`` (n, p; baseline, time, earlier treatment) and ``denominator``
    (n, q; these and what changes) were known. ``outcome_columns`` hold the treatment history as it is to be told; an
    end must follow the treatment it is told of. Cluster by whoever holds whole subjects.
    Raises ``ValueError`` where the rows of a subject are not together; else as ``regressions.fitted``.
    """
    codes = _in_order(np.asarray(subjects))
    a = np.asarray(treated, dtype=bool)
    top, bottom = propensity(numerator, a), propensity(denominator, a)
    weights = np.exp(_so_far(_log_chance(top, a) - _log_chance(bottom, a), codes))
    model = fitted(with_constant(outcome_columns), ended, weights=weights)

    def influence() -> np.ndarray:
        scores = model.scores.copy()
        for treatment, sign in ((top, 1.0), (bottom, -1.0)):
            moved = sign * _so_far(treatment.columns * (a - treatment.mean)[:, None], codes)
            scores += treatment.influence @ (moved.T @ model.scores)
        return scores @ np.linalg.inv(model.information)

    return StructuralModel(Stacked(model.coefficients, influence), weights)


def _log_chance(treatment: Fitted, treated: np.ndarray) -> np.ndarray:
    """Return the log chance of the treatment that each row had."""
    return np.log(np.where(treated, treatment.mean, 1 - treatment.mean))


def _so_far(rows: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the sums of ``rows`` (n, ...) of each subject up to and with each row."""
    sums = np.cumsum(rows, axis=0)
    first = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    before = np.concatenate([np.zeros((1, *sums.shape[1:])), sums])[first]
    return sums - before[np.cumsum(np.r_[0, codes[1:] != codes[:-1]])]


def _in_order(subjects: np.ndarray) -> np.ndarray:
    codes = np.unique(subjects, return_inverse=True)[1]
    starts = np.r_[True, codes[1:] != codes[:-1]]
    if starts.sum() != codes.max() + 1:
        raise ValueError("the rows of a subject must stand together, in the order of time")
    return codes
