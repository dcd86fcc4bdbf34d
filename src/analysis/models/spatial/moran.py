"""Moran's I: whether neighbouring places have like values, beyond what chance would deal them.

Of values, of rates (by their empirical-Bayes index) and of residuals of a model. Reference: Cliff and Ord (1981)
Spatial Processes, chapter 2. Held to R's spdep (``moran.test``, ``EBImoran.mc``) in the tests.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import ndtr

from analysis.models.spatial.permutation import ALTERNATIVES, permutation_p, permuted_statistics
from analysis.models.spatial.rates import empirical_bayes_rates
from analysis.models.spatial.weights import checked


@dataclass(frozen=True)
class MoranTest:
    """Moran's I of ``n`` places that have a neighbour; ``n_islands`` more have none and are left out.

    ``expected`` and ``variance`` are those of I if all arrangements of the values were equally likely
    (``variance_normality``: if the values were independent and normal), or those of the draws where these come from a
    simulated model. ``p`` is that of ``n_draws`` permutations or simulations, ``p_normal`` that of ``z``.
    """

    statistic: float
    expected: float
    variance: float
    variance_normality: float
    p: float
    alternative: str
    n: int
    n_islands: int
    n_draws: int

    @property
    def z(self) -> float:
        """How many standard deviations the statistic lies from its expectation."""
        return (self.statistic - self.expected) / np.sqrt(self.variance)

    @property
    def p_normal(self) -> float:
        """The p-value of ``z`` on the normal scale: an approximation, poor below some dozens of places."""
        tails = dict(zip(ALTERNATIVES, (2 * ndtr(-abs(self.z)), ndtr(-self.z), ndtr(self.z)), strict=True))
        return float(tails[self.alternative])


def morans_i(
    values: ArrayLike,
    weights: csr_array,
    n_permutations: int,
    rng: np.random.Generator,
    alternative: str = "two-sided",
) -> MoranTest:
    """Return Moran's I of ``values`` (n,) and the test by permutation that place does not matter.

    Estimand: I = (n / S0) sum_ij w_ij z_i z_j / sum_i z_i^2, z the deviations from the mean, S0 the sum of weights.
    ASSUME: without clustering every arrangement of the values over the places were equally likely; rates of unequal
    populations break this (small places are extreme by chance), so use ``rate_morans_i`` for them.
    Uncertainty: ``permutation_p`` around -1 / (n - 1), the exact mean of all permutations.
    Raises ``ValueError`` as ``weights.checked`` does. Reference: Cliff and Ord (1981).
    """
    kept, linked, _ = checked(values, weights)
    deviations = kept - kept.mean()
    drawn = permuted_statistics(deviations, n_permutations, rng, lambda rows: _statistics(rows, linked))
    statistic, expected = float(_statistics(deviations[None, :], linked)[0]), -1 / (len(kept) - 1)
    randomisation, normality = _variances(deviations, linked)
    p = float(permutation_p(statistic, drawn, expected, alternative))
    counts = (len(kept), len(np.asarray(values)) - len(kept), n_permutations)
    return MoranTest(statistic, expected, randomisation, normality, p, alternative, *counts)


def rate_morans_i(
    events: ArrayLike,
    population: ArrayLike,
    weights: csr_array,
    n_permutations: int,
    rng: np.random.Generator,
    dispersion: float = 1.0,
) -> MoranTest:
    """Return Moran's I of empirical-Bayes standardised rates of n places, (n,), two-sided by permutation.

    Estimand: I of (rate - mean rate) / its standard deviation given the population, so that small places do not
    count for more than they tell. ASSUME: as ``empirical_bayes_rates``.
    Reference: Assuncao and Reis (1999) Statistics in Medicine 18:2147-2162; the variance between places is not let
    fall below 0, as in spdep's ``EBImoran.mc``.
    """
    standardised = empirical_bayes_rates(events, population, dispersion).standardised
    return morans_i(standardised, weights, n_permutations, rng)


def residual_morans_i(
    residuals: ArrayLike,
    weights: csr_array,
    n_permutations: int,
    rng: np.random.Generator,
    alternative: str = "two-sided",
) -> MoranTest:
    """Return Moran's I of the ``residuals`` (n,) of a model of counts (Pearson's), by permuting them.

    ASSUME: residuals are exchangeable without clustering. They nearly are if the model has few coefficients for its
    number of places: each coefficient takes up clustering that its covariate shares, so with many the test says
    "none" too often. ``simulated_residual_morans_i`` knows this; use it where refitting is affordable.
    Reference: Lin and Zhang (2007) Geographical Analysis 39:293-310 (log-linear models of counts).
    """
    return morans_i(residuals, weights, n_permutations, rng, alternative)


def simulated_residual_morans_i(
    residuals: ArrayLike, null_residuals: ArrayLike, weights: csr_array, alternative: str = "two-sided"
) -> MoranTest:
    """Return Moran's I of ``residuals`` (n,) among those of models refitted to data simulated from the fit.

    ``null_residuals`` (n_draws, n): residuals of refits to data without clustering, simulated from the fitted model.
    Mean, variance and p-value are those of these draws, so that what the covariates take up is allowed for.
    ASSUME: the fitted distribution of counts is right; its parameters were estimated, as in any parametric bootstrap.
    Raises ``ValueError`` as ``weights.checked`` does, and if the two kinds of residuals do not fit each other.
    """
    kept, linked, is_linked = checked(residuals, weights)
    draws = np.asarray(null_residuals, dtype="float64")
    if draws.ndim != 2 or draws.shape[1] != len(is_linked) or not np.isfinite(draws).all() or len(draws) < 2:
        raise ValueError(f"simulated residuals of shape {draws.shape} do not fit {len(is_linked)} places, or miss some")
    drawn = _statistics(_centred(draws[:, is_linked]), linked)
    deviations = kept - kept.mean()
    statistic, expected = float(_statistics(deviations[None, :], linked)[0]), float(drawn.mean())
    p = float(permutation_p(statistic, drawn, expected, alternative))
    _, normality = _variances(deviations, linked)
    counts = (len(kept), len(is_linked) - len(kept), len(drawn))
    return MoranTest(statistic, expected, float(drawn.var(ddof=1)), normality, p, alternative, *counts)


def clustering(values: ArrayLike, weights: csr_array) -> float:
    """Return how far Moran's I of ``values`` (n,) lies from its expectation, on either side; no test.

    Raises ``ValueError`` as ``weights.checked`` does.
    """
    kept, linked, _ = checked(values, weights)
    return abs(float(_statistics(_centred(kept[None, :]), linked)[0]) + 1 / (len(kept) - 1))


def _centred(rows: np.ndarray) -> np.ndarray:
    return rows - rows.mean(axis=1, keepdims=True)


def _statistics(rows: np.ndarray, weights: csr_array) -> np.ndarray:
    """Return Moran's I of each of ``rows`` of deviations from their mean."""
    cross = np.einsum("ij,ji->i", rows, weights @ rows.T)
    return rows.shape[1] / weights.sum() * cross / np.einsum("ij,ij->i", rows, rows)


def _variances(deviations: np.ndarray, weights: csr_array) -> tuple[float, float]:
    """Return the variance of I under randomisation and under normality (Cliff and Ord 1981, 2.33 and 2.34)."""
    n, s0 = len(deviations), weights.sum()
    s1 = ((weights + weights.T).power(2)).sum() / 2
    s2 = ((weights.sum(axis=0) + weights.sum(axis=1)) ** 2).sum()
    kurtosis = np.mean(deviations**4) / np.mean(deviations**2) ** 2
    expected_square = 1 / (n - 1) ** 2
    first = n * (s1 * (n**2 - 3 * n + 3) - n * s2 + 3 * s0**2)
    second = kurtosis * (s1 * (n**2 - n) - 2 * n * s2 + 6 * s0**2)
    randomisation = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected_square
    normality = (n**2 * s1 - n * s2 + 3 * s0**2) / (s0**2 * (n**2 - 1)) - expected_square
    return float(randomisation), float(normality)
