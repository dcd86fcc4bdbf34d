"""The effect in one cell where trends are parallel only among units alike in covariates.

Change d of each unit since the base, x its covariates with a constant, b fitted among the controls:

    regression      mean of d - x b over the started
    doubly robust   the same less the mean of d - x b over controls weighted by the odds of having started

The second is right if either the regression or the odds are. Influences are those of all models stacked.
Reference: Sant'Anna and Zhao (2020) J Econometrics 219:101-122, sections 2 and 3.
"""

import numpy as np

from analysis.models.causal.regressions import LINEAR, Fitted, fitted, with_constant
from analysis.models.staggered.arms import Arm, widened
from analysis.models.staggered.panel import Panel

REGRESSION, DOUBLY_ROBUST = "regression", "doubly robust"


def adjusted_effect(
    change: np.ndarray, started: np.ndarray, compared: np.ndarray, panel: Panel, columns: np.ndarray, method: str
) -> Arm:
    """Return the mean effect on ``change`` (N,) in the ``started`` beside the ``compared``, given ``columns`` (N, k).

    Raises ``NotEstimableError`` for collinear columns, ``SeparationError`` where they tell for certain who started.
    """
    x, weights = with_constant(columns), panel.weights
    model = fitted(x, change, weights=np.where(compared, weights, 0.0), family=LINEAR)
    left = change - model.mean
    own = _shares(started, weights)
    effect = own @ left
    influence = _wide(own * (left - effect), started, panel)
    slope = own @ x
    if method == DOUBLY_ROBUST:
        chances = fitted(x, started.astype("float64"), weights=np.where(started | compared, weights, 0.0))
        other = _shares(compared, weights * chances.mean / (1 - chances.mean))
        mean = other @ left
        effect, slope = effect - mean, slope - other @ x
        influence = influence - _wide(other * (left - mean), compared, panel)
        influence = influence - _of_model(chances, (other * (left - mean)) @ x, started, compared, panel)
    return Arm(float(effect), influence - _of_model(model, slope, started, compared, panel))


def _shares(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    inside = np.where(rows, weights, 0.0)
    return inside / inside.sum()


def _of_model(model: Fitted, slope: np.ndarray, started: np.ndarray, compared: np.ndarray, panel: Panel) -> np.ndarray:
    """Return what each unit adds through the coefficients, whose change by one moves the effect by ``slope``."""
    moved = model.influence @ slope
    return _wide(np.where(started, moved, 0.0), started, panel) + _wide(np.where(started, 0.0, moved), compared, panel)


def _wide(influence: np.ndarray, rows: np.ndarray, panel: Panel) -> np.ndarray:
    return widened(influence, rows, panel.clusters)
