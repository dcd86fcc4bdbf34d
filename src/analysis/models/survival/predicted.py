"""The cumulative incidence that cause-specific Cox models foretell to a child with given covariates.

F_1(t | x) = sum over times u up to t of S(u- | x) dH_1(u | x), S the product over times of 1 - sum_k dH_k(u | x): each
cause has its own model, and all of them are needed for one. ASSUME: the models are right; time starts at 0 for all.
Reference: Benichou and Gail (1990) Biometrics 46:813-826. Held to R's ``riskRegression::CSC`` in the tests.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survival.cox import CoxFit
from analysis.models.survival.cox_baseline import baseline

PART_ROWS = 1024


def predicted_incidence(
    fits: Sequence[CoxFit], covariates: Sequence[ArrayLike], horizon: float, of_cause: int = 0
) -> np.ndarray:
    """Return the incidence (m,) of the cause of ``fits[of_cause]`` up to ``horizon``, without offsets or strata.

    ``covariates``: for each fit, those of the m children (m, k) as that fit has them. Raises ``ValueError`` for fits
    with strata, whose baseline hazards are several.
    """
    if any(fit.rows.sets.stratum.any() for fit in fits):
        raise ValueError("a model with strata has several baseline hazards: fit one stratum at a time")
    hazards = [baseline(fit) for fit in fits]
    times = np.unique(np.concatenate([hazard.time[hazard.time <= horizon] for hazard in hazards]))
    steps = [np.bincount(*_placed(hazard.time, hazard.hazard, times), minlength=len(times)) for hazard in hazards]
    ratios = [
        np.exp(np.asarray(rows, dtype="float64") @ fit.coefficients) for fit, rows in zip(fits, covariates, strict=True)
    ]
    parts = range(0, len(ratios[0]), PART_ROWS)
    return np.concatenate(
        [_incidence(steps, [ratio[part : part + PART_ROWS] for ratio in ratios], of_cause) for part in parts]
    )


def _placed(days: np.ndarray, hazard: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of ``days`` in ``times`` and their ``hazard``, as far as ``times`` reaches."""
    is_within = days <= times[-1] if len(times) else np.zeros(len(days), bool)
    return np.searchsorted(times, days[is_within]), hazard[is_within]


def _incidence(steps: Sequence[np.ndarray], ratios: Sequence[np.ndarray], of_cause: int) -> np.ndarray:
    own = np.outer(ratios[of_cause], steps[of_cause])
    every = sum(np.outer(ratio, step) for ratio, step in zip(ratios, steps, strict=True))
    left = np.cumprod(np.maximum(1 - every, 0), axis=1)
    before = np.column_stack([np.ones(len(own)), left[:, :-1]])
    return (before * own).sum(axis=1)
