"""The mean outcome if all were treated and if none were: four ways from the same rows, with their stacked error.

Estimand: E[Y(a)] for a = 0 (nobody is treated) and 1 (everybody is), over the rows' population; scale of the outcome.

    crude           mean of the arm
    standardised    mean over all rows of the outcome model with everybody in the arm
    weighted        mean of the arm, weighted by the inverse chance to be in it
    doubly robust   standardised + weighted mean of what the outcome model leaves: right if either model is (AIPW)

Weights are normalised to their sum in the arm. Rows whose outcome is not known at the horizon have the weight 0, the
others that of ``censoring.Known``. Influences are those of the stacked equations of all models.
ASSUME: within levels of the columns treatment is as if by lot; everybody could be in either arm; one row's treatment
does not change another's outcome; the treatment is one and the same thing; outcomes are unknown by chance, given the
columns of the censoring model.
References: Robins, Rotnitzky and Zhao (1994) JASA 89:846-866; Lunceford and Davidian (2004) Stat Med 23:2937-2960.
Held to the printed results of Hernan and Robins (2020) ch. 12-13 and to R's geepack.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.causal.censoring import Known, all_known
from analysis.models.causal.propensity import propensity
from analysis.models.causal.regressions import LOGIT, Fitted, fitted, with_constant
from analysis.models.causal.stacked_variance import Stacked

CRUDE, STANDARDISED, WEIGHTED, DOUBLY_ROBUST = "crude", "standardised", "weighted", "doubly robust"
METHODS = (CRUDE, STANDARDISED, WEIGHTED, DOUBLY_ROBUST)


@dataclass(frozen=True, eq=False)
class _Arm:
    """One arm: weights (n,) of its rows, expected outcomes (n,) of all, ``at`` (n, l) the outcome model's columns.

    ``chance`` (n,): of each row to be in it; ``sign``: whether it rises or falls with the propensity.
    """

    weights: np.ndarray
    chance: np.ndarray
    sign: int
    expected: np.ndarray
    at: np.ndarray


def arm_means(
    outcome: ArrayLike,
    treated: ArrayLike,
    columns: ArrayLike,
    *,
    method: str = DOUBLY_ROBUST,
    known: Known | None = None,
    outcome_columns: ArrayLike | None = None,
    family: str = LOGIT,
) -> Stacked:
    """Return the means (2,) if nobody and if everybody were treated.

    ``outcome`` (n,), anything where unknown; ``treated`` (n,) of bool; ``columns`` (n, k) of the propensity, and of
    the outcome model unless ``outcome_columns`` (n, l) are given, both without constant; ``known``: weights of rows
    whose outcome is known; ``family`` of the outcome model, logistic or linear.
    Raises ``ValueError`` for another method and for an arm without rows; as ``regressions.fitted`` otherwise.
    """
    y, a = np.asarray(outcome, dtype="float64"), np.asarray(treated, dtype=bool)
    x = np.asarray(columns, dtype="float64")
    known = all_known(len(y)) if known is None else known
    _check(y, a, known, method)
    y = np.where(known.weights > 0, y, 0.0)
    chances = propensity(x, a) if method in (WEIGHTED, DOUBLY_ROBUST) else None
    z = x if outcome_columns is None else np.asarray(outcome_columns, dtype="float64")
    model = _outcome_model(y, a, z, known, family) if method in (STANDARDISED, DOUBLY_ROBUST) else None
    arms = [_arm(a, arm, chances, model, z) for arm in (False, True)]
    augmented = method != STANDARDISED

    def influence() -> np.ndarray:
        of_model = _model_influence(y, model, known) if model else None
        return np.column_stack([_influence(y, arm, known, chances, model, of_model, augmented) for arm in arms])

    return Stacked(np.array([_mean(y, arm, known, augmented) for arm in arms]), influence)


def difference(means: Stacked) -> Stacked:
    """Return the mean if all were treated less that if none were."""
    return means.moved(lambda both: both[1] - both[0], [-1.0, 1.0])


def log_ratio(means: Stacked) -> Stacked:
    """Return the logarithm of the ratio of both means; raises ``ValueError`` unless both are above 0."""
    if not (means.estimate > 0).all():
        raise ValueError("a ratio needs an outcome in both arms")
    return means.moved(lambda both: np.log(both[1] / both[0]), [-1 / means.estimate[0], 1 / means.estimate[1]])


def _outcome_model(y: np.ndarray, a: np.ndarray, z: np.ndarray, known: Known, family: str) -> Fitted:
    return fitted(np.column_stack([with_constant(z), a]), y, weights=known.weights, family=family)


def _model_influence(y: np.ndarray, model: Fitted, known: Known) -> np.ndarray:
    """Return the influence (n, l) on the outcome model's coefficients, that of the fitted weights included."""
    left = model.columns * (y - model.mean)[:, None]
    scores = model.scores + known.error_of(left)
    return scores @ np.linalg.inv(model.information)


def _arm(a: np.ndarray, treated: bool, chances: Fitted | None, model: Fitted | None, z: np.ndarray) -> _Arm:
    n, in_arm, sign = len(a), a == treated, -1 if treated else 1
    chance = np.ones(n) if chances is None else chances.mean if treated else 1 - chances.mean
    weights = in_arm / chance
    if model is None:
        return _Arm(weights, chance, sign, np.zeros(n), np.zeros((n, 0)))
    at = np.column_stack([with_constant(z), np.full(n, float(treated))])
    return _Arm(weights, chance, sign, model.mean_at(at), at)


def _mean(y: np.ndarray, arm: _Arm, known: Known, augmented: bool) -> float:
    """Return the mean of an arm: of ``expected`` plus, if ``augmented``, the weighted mean of what is left."""
    return float(arm.expected.mean() + (_share(arm, known) @ (y - arm.expected) if augmented else 0.0))


def _share(arm: _Arm, known: Known) -> np.ndarray:
    """Return the weights (n,) of the arm's known outcomes, which add up to 1."""
    return arm.weights * known.weights / (arm.weights @ known.weights)


def _influence(
    y: np.ndarray,
    arm: _Arm,
    known: Known,
    chances: Fitted | None,
    model: Fitted | None,
    of_model: np.ndarray | None,
    augmented: bool,
) -> np.ndarray:
    """Return the influence (n,) of every row on the mean of an arm; ``of_model`` is that on the outcome model."""
    influence = (arm.expected - arm.expected.mean()) / len(y)
    slope_at = model.slope_at(arm.at) if model else arm.at
    model_slope = slope_at.mean(axis=0)
    if augmented:
        share, left = _share(arm, known), y - arm.expected
        apart = left - share @ left
        influence = influence + share * apart
        model_slope = model_slope - share @ slope_at
        by_weight = apart / (arm.weights @ known.weights)
        influence = influence + known.error_of((arm.weights * by_weight)[:, None])[:, 0]
        if chances is not None:
            slope = arm.sign * (arm.weights * (1 - arm.chance))[:, None] * chances.columns
            influence = influence + chances.influence @ (slope.T @ (known.weights * by_weight))
    if of_model is not None:
        influence = influence + of_model @ model_slope
    return influence


def _check(y: np.ndarray, a: np.ndarray, known: Known, method: str) -> None:
    if method not in METHODS:
        raise ValueError(f"the method must be one of {', '.join(METHODS)}; it is {method!r}")
    if not len(y) == len(a) == len(known.weights):
        raise ValueError(f"{len(y)} outcomes, {len(a)} treatments and {len(known.weights)} weights: give one a row")
    if not np.isfinite(y[known.weights > 0]).all():
        raise ValueError("an outcome is missing in a row that counts as known")
    for arm, word in ((a, "treated"), (~a, "untreated")):
        if not (known.weights[arm] > 0).any():
            raise ValueError(f"no {word} row has a known outcome: there is nothing to compare")
