"""One-to-one: of all ways to pair the rows of two lists, the one that is expected to hold the most true pairs."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching


def one_to_one(a: np.ndarray, b: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Return which pairs are chosen so that each a and each b is in at most one, with the most ``gain`` in all.

    ``a``, ``b`` (n_pairs,): numbers of rows of the two lists, a pair only once; ``gain`` (n_pairs,) from 0 to 1, such
    as the probability. Optimal over the whole lists, not greedy: each a may also stay alone, at no gain.
    """
    is_chosen = (np.bincount(a)[a] == 1) & (np.bincount(b)[b] == 1) if len(a) else np.zeros(0, dtype=bool)
    rivals = np.flatnonzero(~is_chosen)
    is_chosen[rivals] = _chosen(a[rivals], b[rivals], gain[rivals]) if len(rivals) else False
    return is_chosen


def _chosen(a: np.ndarray, b: np.ndarray, gain: np.ndarray) -> np.ndarray:
    (own_a, row), (own_b, column) = (np.unique(side, return_inverse=True) for side in (a, b))
    n_a, n_b = len(own_a), len(own_b)
    alone = np.arange(n_a)
    # an entry of 0 would not be seen as an edge: costs are moved to lie from 1 to 2
    costs = csr_array(
        (np.r_[2 - gain, np.full(n_a, 2.0)], (np.r_[row, alone], np.r_[column, n_b + alone])), shape=(n_a, n_b + n_a)
    )
    _, chosen = min_weight_full_bipartite_matching(costs)
    return chosen[row] == column
