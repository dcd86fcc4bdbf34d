"""Sums over those of the first rows whose rank is below another's: n log n where comparing each with each is n squared.

Ranks are split by their bits, the highest first, as in a wavelet matrix: each split keeps the order within both halves,
so that the first rows stay together in either. Reference: Claude, Navarro and Ordonez (2015) Information Systems
47:15-32.
"""

import numpy as np


def sums_below(
    ranks: np.ndarray, weights: np.ndarray, n_first: np.ndarray, bounds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each of q questions, the sums of weights of the rows ranked below a bound, and of those equal to it.

    Question i is about the first ``n_first[i]`` of the n rows with ``ranks``, whole numbers from 0, and ``weights``,
    and about the bound ``bounds[i]``, a whole number from 0. Returns (q,), (q,).
    """
    n_bits = int(max(ranks.max(initial=0), bounds.max(initial=0))).bit_length()
    start, stop, below = np.zeros_like(n_first), n_first, np.zeros(len(bounds))
    for bit in reversed(range(n_bits)):
        is_low, is_above = (ranks >> bit) & 1 == 0, (bounds >> bit) & 1 == 1
        n_low = np.concatenate([[0], np.cumsum(is_low)])
        of_low = np.concatenate([[0.0], np.cumsum(np.where(is_low, weights, 0.0))])
        below += np.where(is_above, of_low[stop] - of_low[start], 0.0)
        start, stop = (np.where(is_above, n_low[-1] + at - n_low[at], n_low[at]) for at in (start, stop))
        order = np.concatenate([np.flatnonzero(is_low), np.flatnonzero(~is_low)])
        ranks, weights = ranks[order], weights[order]
    total = np.concatenate([[0.0], np.cumsum(weights)])
    return below, total[stop] - total[start]
