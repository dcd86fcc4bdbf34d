"""Fellegi-Sunter weights: how much likelier a level is among true pairs (m) than among pairs of strangers (u)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.linkage.comparisons import COMPARISONS, Comparison

N_PRIOR_PAIRS = 30.0  # true pairs that the shares held before any data count for
N_ROUNDS = 30  # of sharing out the pairs of partly known levels among their cells


@dataclass(frozen=True)
class Weights:
    """Shares of cells, one array a comparison, of true pairs (``m``) and of pairs of strangers (``u``)."""

    m: tuple[np.ndarray, ...]
    u: tuple[np.ndarray, ...]


def prior_shares() -> tuple[np.ndarray, ...]:
    """Return the shares of cells among true pairs that are held before any data."""
    return tuple(comparison.prior for comparison in COMPARISONS)


def shares_of_true(levels: np.ndarray, probability: np.ndarray, now: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """Return the next ``m``: shares of cells among pairs weighted by the probability that they are true.

    ``levels`` (n_pairs, n_comparisons), ``probability`` (n_pairs,). One step of EM. The prior shares count for
    ``N_PRIOR_PAIRS``, so that a few pairs do not make a rule.
    """
    return tuple(
        _apart(
            comparison,
            _shared_out(
                comparison, _counts(comparison, levels[:, i], probability), shares, N_PRIOR_PAIRS * comparison.prior
            ),
        )
        for i, (comparison, shares) in enumerate(zip(COMPARISONS, now, strict=True))
    )


def shares_of_strangers(counts: list[np.ndarray], n_prior: list[float]) -> tuple[np.ndarray, ...]:
    """Return ``u``: shares of cells among pairs of strangers, from their ``counts`` (levels,) of each comparison.

    ``n_prior`` pairs are added to each cell: what was never drawn is rare, not impossible.
    """
    found = []
    for comparison, by_level, n in zip(COMPARISONS, counts, n_prior, strict=True):
        n_cells = comparison.is_in.shape[1]
        shares, prior = np.full(n_cells, 1 / n_cells), np.full(n_cells, n)
        for _ in range(N_ROUNDS):
            shares = _shared_out(comparison, by_level, shares, prior)
        found.append(shares)
    return tuple(found)


def level_counts(levels: np.ndarray, weight: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """Return the number (levels,) of pairs of each comparison, of each the ``weight`` (n_pairs,) if given."""
    return tuple(_counts(comparison, levels[:, i], weight) for i, comparison in enumerate(COMPARISONS))


def log_ratio(levels: np.ndarray, weights: Weights) -> np.ndarray:
    """Return the natural logarithm of the likelihood ratio (n_pairs,), comparisons taken as independent."""
    total = np.zeros(len(levels))
    for i, by_level in enumerate(_log_ratios(weights)):
        total += by_level[levels[:, i]]
    return total


def table(weights: Weights) -> pd.DataFrame:
    """Return a row for each level of each comparison: what it means, ``m``, ``u`` and the weight in bits."""
    rows = [
        pd.DataFrame(
            {
                "comparison": comparison.name,
                "level": np.arange(len(comparison.meanings)),
                "meaning": comparison.meanings,
                "m": comparison.is_in @ m,
                "u": comparison.is_in @ u,
                "weight": ratio / np.log(2),
            }
        )
        for comparison, m, u, ratio in zip(COMPARISONS, weights.m, weights.u, _log_ratios(weights), strict=True)
    ]
    return pd.concat(rows, ignore_index=True)


def _log_ratios(weights: Weights) -> list[np.ndarray]:
    return [
        np.log((comparison.is_in @ m) / (comparison.is_in @ u))
        for comparison, m, u in zip(COMPARISONS, weights.m, weights.u, strict=True)
    ]


def _counts(comparison: Comparison, levels: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    return np.bincount(levels, weight, minlength=len(comparison.meanings))


def _shared_out(comparison: Comparison, counts: np.ndarray, shares: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Return shares of cells once ``counts`` of levels are shared out as ``shares`` say; unknown pairs say nothing."""
    known = counts.copy()
    known[0] = 0
    cells = shares * (comparison.is_in.T @ (known / (comparison.is_in @ shares))) + prior
    return cells / cells.sum()


def _apart(comparison: Comparison, shares: np.ndarray) -> np.ndarray:
    """Return shares as the product of those of the two parts, where these are independent among true pairs."""
    if comparison.apart_if_true is None:
        return shares
    both = shares.reshape(comparison.apart_if_true)
    return np.outer(both.sum(axis=1), both.sum(axis=0)).ravel()
