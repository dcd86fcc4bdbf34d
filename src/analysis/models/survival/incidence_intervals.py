"""Intervals of probabilities that cannot leave 0 to 1, from a standard error or from replicates.

References: Choudhury (2002) Stat Med 21:1129-1144 (log-log for cumulative incidence); Efron and Tibshirani (1993) An
Introduction to the Bootstrap, chapters 13 and 14 (percentile, BCa).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.counts import tail_of


def effective_clusters(sizes: ArrayLike) -> float:
    """Return (sum of sizes)^2 / (sum of squared sizes): as many clusters of one size would tell as much.

    Few large agencies among many small ones make an error as unsure as if there were few in all.
    Reference: Carter, Schnepel and Steigerwald (2017) Rev Econ Stat 99:698-709, with clusters alike but for size.
    """
    size = np.asarray(sizes, dtype="float64")
    return float(size.sum() ** 2 / (size**2).sum())


def log_log_interval(
    estimate: np.ndarray,
    error: np.ndarray,
    confidence: float,
    df: ArrayLike,
    trials: ArrayLike,
    largest: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of F ** exp(-+ t error / (F log F)): symmetric for log(-log F), always within 0 to 1.

    ``df`` of Student's t, infinite for the normal. At an estimate of 0 or 1 there is no spread to learn from: the
    exact (Clopper-Pearson) bound of none or all of ``trials`` independent ones, 0 to 1 if there were none.
    ``largest``: what an estimate is a share of, where it is none itself (a time lost before a horizon).
    """
    tail, most = tail_of(confidence), np.maximum(largest, 1e-300)
    estimate, error = estimate / most, error / most
    is_inside = (estimate > 0) & (estimate < 1)
    inside = np.where(is_inside, estimate, 0.5)
    step = stats.t.isf(tail, df) * error / (inside * np.log(inside))
    far = 1 - tail ** (1 / np.maximum(np.broadcast_to(trials, estimate.shape), 1e-300))
    low = np.where(is_inside, inside ** np.exp(-step), np.where(estimate >= 1, 1 - far, 0.0))
    high = np.where(is_inside, inside ** np.exp(step), np.where(estimate <= 0, far, 1.0))
    is_missing = np.isnan(estimate)
    return most * np.where(is_missing, np.nan, low), most * np.where(is_missing, np.nan, high)


def symmetric_interval(
    estimate: np.ndarray, error: np.ndarray, confidence: float, df: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of estimate -+ t error, for differences and times, with Student's t of ``df``."""
    half_width = stats.t.isf(tail_of(confidence), df) * error
    return estimate - half_width, estimate + half_width


def percentile_interval(replicates: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the quantiles (...) of replicates (B, ...), those without an estimate left out; ``nan`` if none has."""
    tail = tail_of(confidence)
    ordered = np.sort(replicates, axis=0)
    n = np.isfinite(ordered).sum(axis=0)
    return _quantile(ordered, n, tail), _quantile(ordered, n, 1 - tail)


def _quantile(ordered: np.ndarray, n: np.ndarray, share: float) -> np.ndarray:
    """Return the quantile of the first ``n`` of ``ordered`` (B, ...), between two of them in proportion."""
    at = np.maximum(n - 1, 0) * share
    below = np.floor(at).astype("int64")
    pair = [
        np.take_along_axis(ordered, np.minimum(i, np.maximum(n - 1, 0))[None], axis=0)[0] for i in (below, below + 1)
    ]
    return np.where(n > 0, pair[0] + (at - below) * (pair[1] - pair[0]), np.nan)
