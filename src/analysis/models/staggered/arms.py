"""The mean of a group of units, and what each unit adds to it."""

from typing import NamedTuple

import numpy as np


class Arm(NamedTuple):
    """A ``mean`` and the ``influence`` (N,) of every unit on it, to first order; 0 for units outside."""

    mean: float
    influence: np.ndarray


def arm_mean(values: np.ndarray, rows: np.ndarray, weights: np.ndarray, clusters: np.ndarray) -> Arm:
    """Return the weighted mean of ``values`` (N,) over ``rows`` (N,) of bool, its influences widened for few clusters.

    With equal weights and each unit its own cluster the sum of squared influences is s^2 / m, without bias.
    """
    shares = np.where(rows, weights, 0.0) / weights[rows].sum()
    known = np.where(rows, values, 0.0)
    mean = float(shares @ known)
    return Arm(mean, widened(shares * (known - mean), rows, clusters))


def widened(influence: np.ndarray, rows: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Return influences (N,) times sqrt(m / (m - 1)) of the m clusters of ``rows``; all missing if m is 1."""
    m = len(np.unique(clusters[rows]))
    return influence * np.sqrt(m / (m - 1)) if m > 1 else np.full(len(influence), np.nan)
