"""Local Moran's I: which places are like, or unlike, their neighbours (LISA), with false-discovery control."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from analysis.models.spatial.false_discovery import adjusted_p
from analysis.models.spatial.permutation import permutation_p, permuted_batches
from analysis.models.spatial.weights import checked

ISLAND = "island"


@dataclass(frozen=True)
class LocalMoran:
    """Local Moran's I of n places; missing for islands.

    ``expected`` and ``variance`` are those over all arrangements of the other values; ``p`` is two-sided by
    permutation, ``p_adjusted`` after false-discovery control; ``quadrant`` says value first, neighbours second:
    ``high-high low-low high-low low-high``, or ``island``; ``is_discovery``: ``p_adjusted`` at or below ``level``.
    """

    statistic: np.ndarray
    expected: np.ndarray
    variance: np.ndarray
    p: np.ndarray
    p_adjusted: np.ndarray
    quadrant: np.ndarray
    is_discovery: np.ndarray
    level: float
    n_permutations: int


def local_morans_i(
    values: ArrayLike,
    weights: csr_array,
    n_permutations: int,
    rng: np.random.Generator,
    level: float = 0.05,
    false_discovery: str = "benjamini-yekutieli",
) -> LocalMoran:
    """Return local Moran's I of ``values`` (n,) and which places stand out after false-discovery control.

    Estimand: I_i = z_i sum_j w_ij z_j / (sum_k z_k^2 / n), z the deviations from the mean: Anselin's convention with
    n, as spdep's default; esda's are (n - 1) / n of these. The sum of all I_i is S0 times Moran's I, so n times it
    where weights are row-standardised.
    Uncertainty: the value of a place stays, those of all others are dealt among its neighbours (conditional
    permutation), the same deals for every place; see ``permutation_p``. With P deals no p is below 1 / (P + 1), so
    fewer than n / level (times sum(1 / i) for Benjamini and Yekutieli) cannot find a place that stands out alone.
    ASSUME: under the hypothesis of no local clustering all deals are equally likely; with clustering elsewhere they
    are not, so a discovery shows where to look and is no estimate.
    Raises ``ValueError`` as ``weights.checked`` and ``false_discovery.adjusted_p`` do.
    References: Anselin (1995) Geographical Analysis 27:93-115; Sokal, Oden and Thomson (1998) Geographical Analysis
    30:331-354 (moments); Caldas de Castro and Singer (2006) Geographical Analysis 38:180-208 (false discovery).
    """
    kept, linked, is_linked = checked(values, weights)
    deviations = kept - kept.mean()
    lags, square = linked @ deviations, np.mean(deviations**2)

    def everywhere(numbers: np.ndarray) -> np.ndarray:
        spread = np.full(len(is_linked), np.nan)
        spread[is_linked] = numbers
        return spread

    p = everywhere(_permuted_p(deviations, linked, n_permutations, rng))
    adjusted = adjusted_p(p, false_discovery)
    quadrant = np.full(len(is_linked), ISLAND, dtype="<U9")
    quadrant[is_linked] = _quadrants(deviations, lags)
    statistic, expected, variance = map(everywhere, (deviations * lags / square, *_moments(deviations, linked)))
    return LocalMoran(statistic, expected, variance, p, adjusted, quadrant, adjusted <= level, level, n_permutations)


def _moments(deviations: np.ndarray, weights: csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of each I_i over all arrangements of the other values (Sokal et al. 1998)."""
    n, square = len(deviations), np.mean(deviations**2)
    sums, squares = (np.asarray(weights.power(power).sum(axis=1)) for power in (1, 2))
    expected = -(deviations**2) * sums / ((n - 1) * square)
    of_others = (n / (n - 2)) * (square - deviations**2 / (n - 1))  # variance of the other values, times n - 1
    variance = (deviations / square) ** 2 * (squares - sums**2 / (n - 1)) * of_others
    return expected, variance


def _permuted_p(
    deviations: np.ndarray, weights: csr_array, n_permutations: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the two-sided p-value of each place. Values are compared as lags, of which I_i is a multiple."""
    n_neighbours = np.diff(weights.indptr)
    places = np.arange(len(deviations) - 1)
    dealt = np.concatenate(
        [rows[:, : n_neighbours.max()].T for rows in permuted_batches(places, n_permutations, rng)], axis=1
    )
    scale = deviations / np.mean(deviations**2)
    p = np.ones(len(deviations))
    for i in np.flatnonzero((scale != 0) & (n_neighbours > 0)):
        own = slice(weights.indptr[i], weights.indptr[i + 1])
        others = np.delete(deviations, i)
        drawn = weights.data[own] @ others[dealt[: n_neighbours[i]]]
        lag = weights.data[own] @ deviations[weights.indices[own]]
        p[i] = permutation_p(scale[i] * lag, scale[i] * drawn, scale[i] * others.mean() * weights.data[own].sum())
    return p


def _quadrants(deviations: np.ndarray, lags: np.ndarray) -> np.ndarray:
    own, around = (np.where(numbers > 0, "high", "low") for numbers in (deviations, lags))
    return np.char.add(np.char.add(own, "-"), around)
