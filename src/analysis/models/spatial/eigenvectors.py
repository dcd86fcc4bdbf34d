"""A spatial specification of a model: patterns of clustering as covariates, as few as take the clustering up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from analysis.models.spatial.moran import MoranTest, clustering, residual_morans_i

Refit = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class MoranEigenvectors:
    """Patterns over n places, uncorrelated and of length 1: ``vectors`` (n, k), most clustered first.

    ``morans_i`` (k,) is Moran's I of each.
    """

    vectors: np.ndarray
    morans_i: np.ndarray


@dataclass(frozen=True)
class SpatialFilter:
    """Which of the candidate patterns were ``chosen``, in order; ``tests``: the residuals before and after each."""

    chosen: tuple[int, ...]
    tests: tuple[MoranTest, ...]


def moran_eigenvectors(
    weights: csr_array, design: ArrayLike | None = None, least_share: float = 0.25
) -> MoranEigenvectors:
    """Return the patterns of positive clustering that these ``weights`` (n, n) know.

    Eigenvectors of M (W + W') / 2 M, with M = I - X (X'X)^-1 X' and X a constant and the ``design`` (n, p), if given:
    every pattern is uncorrelated with X. Only those with Moran's I of at least ``least_share`` of the largest.
    ASSUME: weights tell apart places; with row-standardised ``block_weights`` every pattern that is constant within
    groups has the same I, so which is "first" is arbitrary. Take the eigenvectors of the groups' own weights then and
    give each place those of its group. The sign of a pattern is fixed by its largest element, which is positive.
    Raises ``ValueError`` if nothing is left to cluster. Reference: Griffith (2000) Journal of Geographical Systems
    2:141-156; Tiefelsdorf and Griffith (2007) Environment and Planning A 39:1193-1221.
    """
    n = weights.shape[0]
    columns = [np.ones((n, 1))] if design is None else [np.ones((n, 1)), np.asarray(design, "float64").reshape(n, -1)]
    left, sizes, _ = np.linalg.svd(np.hstack(columns), full_matrices=False)
    basis = left[:, sizes > 1e-10 * sizes[0]]
    symmetric = ((weights + weights.T) / 2).toarray()
    once = symmetric - basis @ (basis.T @ symmetric)
    values, vectors = np.linalg.eigh(once - (once @ basis) @ basis.T)
    of_patterns = n / symmetric.sum() * values[::-1]
    if not of_patterns[0] > 1e-10:
        raise ValueError("these weights know no pattern of positive clustering beside the design")
    is_kept = of_patterns >= max(least_share * of_patterns[0], 1e-10)
    patterns = vectors[:, ::-1][:, is_kept]
    signs = np.sign(patterns[np.abs(patterns).argmax(axis=0), np.arange(patterns.shape[1])])
    return MoranEigenvectors(patterns * signs, of_patterns[is_kept])


def spatial_filter(
    residuals_with: Refit,
    candidates: np.ndarray,
    weights: csr_array,
    n_permutations: int,
    level: float,
    rng: np.random.Generator,
    most: int = 10,
) -> SpatialFilter:
    """Return as few of ``candidates`` (n, k) as leave residuals in which no clustering is found.

    ``residuals_with(vectors)`` refits the model with the columns ``vectors`` (n, number chosen) and returns its
    residuals (n,). Forward: each step adds the pattern that brings Moran's I of the residuals nearest to its
    expectation; it stops when ``residual_morans_i`` has p above ``level``, when nothing brings it nearer, or at
    ``most`` patterns: look at the last of ``tests``. These ask for positive clustering only ("greater"), which is all
    that patterns of positive clustering can take up.
    Uncertainty: intervals of the model refitted so hold given the choice, and are too narrow by what choosing adds.
    References: Tiefelsdorf and Griffith (2007); for counts Griffith (2002) Statistics and Probability Letters
    58:245-251.
    """

    def test_with(vectors: np.ndarray) -> MoranTest:
        return residual_morans_i(residuals_with(vectors), weights, n_permutations, rng, "greater")

    chosen: list[int] = []
    tests = [test_with(candidates[:, chosen])]
    while tests[-1].p <= level and len(chosen) < min(most, candidates.shape[1]):
        left = [at for at in range(candidates.shape[1]) if at not in chosen]
        excess = [clustering(residuals_with(candidates[:, [*chosen, at]]), weights) for at in left]
        if min(excess) >= abs(tests[-1].statistic - tests[-1].expected):
            break
        chosen.append(left[int(np.argmin(excess))])
        tests.append(test_with(candidates[:, chosen]))
    return SpatialFilter(tuple(chosen), tuple(tests))
