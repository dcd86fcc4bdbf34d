"""Draws by chances that differ from row to row, and samples whose chances of inclusion are known."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special


def drawn(shares: ArrayLike, uniform: np.ndarray) -> np.ndarray:
    """Return the number of the class that each ``uniform`` falls into; ``shares`` are one row, or a row each."""
    edges = np.cumsum(np.atleast_2d(shares), axis=1)[:, :-1]
    return (uniform[:, None] >= edges).sum(axis=1)


def happens(logits: ArrayLike, rng: np.random.Generator) -> np.ndarray:
    """Return whether an event of these log odds happens, each on its own."""
    logits = np.asarray(logits)
    return rng.random(logits.shape) < special.expit(logits)


def beta_binomial(n: np.ndarray, share: ArrayLike, concentration: float, rng: np.random.Generator) -> np.ndarray:
    """Return counts of ``n`` whose own shares vary around ``share``: correlation 1 / (1 + concentration) within."""
    share = np.broadcast_to(share, np.shape(n))  # a share for all is the mean of as many own shares
    return rng.binomial(n, rng.beta(share * concentration, (1 - share) * concentration))


def days(started_on: str, n_days: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``n`` days from ``started_on`` within ``n_days``, all alike."""
    return np.datetime64(started_on, "us") + rng.integers(n_days, size=n).astype("timedelta64[D]")


def inclusion_chances(sizes: ArrayLike, n: int) -> np.ndarray:
    """Return chances proportional to ``sizes`` that sum to ``n``; units too large for it are certain."""
    sizes = np.asarray(sizes, dtype=float)
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        chances = np.where(certain, 1.0, (n - certain.sum()) * sizes / max(sizes[~certain].sum(), 1e-12))
        if (chances[~certain] < 1).all():
            return chances
        certain |= chances >= 1


def hits(chances: pd.Series, group: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Return how often each row is hit by a systematic sample of its ``group``: ``chances`` on average, and within one.

    Rows of a group stand together, and their chances sum to a whole number: so many hits the group gets.
    """
    groups = pd.factorize(group)[0]
    start = rng.random(groups.max() + 1)[groups]
    upto = chances.groupby(groups).cumsum().to_numpy()
    upto = np.where(np.abs(upto - upto.round()) < 1e-9, upto.round(), upto)  # sums of chances are not exact
    before = np.where(np.r_[True, groups[1:] != groups[:-1]], 0.0, np.r_[0.0, upto[:-1]])
    return (np.floor(upto - start) - np.floor(before - start)).astype(int)
