"""Weighted totals of a sample of clusters, with or without help of what is known of every cluster.

Without covariates the total is sum(w y). With covariates x known for every cluster, weights are calibrated so that
those of the sample add up to the known totals X: g = 1 + (X - sum(w x))' A^-1 x / s, A = sum(w x x' / s), s the first
covariate. One covariate gives the ratio estimator X * sum(w y) / sum(w x); several the generalised regression one,
sum of the model's fitted values over all clusters plus the weighted sum of what it misses in the sample.

Estimand: the total over the clusters that could be drawn. ASSUME: weights are one over the chance to be drawn, which
was above 0 for each of these; the model may be wrong, the total is then only less exact. The variance of the model is
taken to grow with s. References: Särndal, Swensson and Wretman (1992) Model Assisted Survey Sampling, ch. 6 and 7;
Rao and Wu (1988) JASA 83:231-241.
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.sampled_totals.clusters import SampledClusters
from analysis.models.sampled_totals.resampled import ResampledTotal, linearised_errors, times_drawn
from analysis.models.survey.replicates import rao_wu


def bootstrap_total(
    sample: SampledClusters, target_population: float | None, n_replicates: int, rng: np.random.Generator
) -> np.ndarray:
    """Return replicates (R,) of the ratio estimator for ``target_population``, or of the weighted total if ``None``."""
    weights = rao_wu(sample.design, n_replicates, rng).factors * sample.weights
    totals = weights @ sample.counts
    return totals if target_population is None else totals / (weights @ sample.populations) * target_population


def resampled_total(
    sample: SampledClusters,
    n_replicates: int,
    rng: np.random.Generator,
    covariates: ArrayLike | None = None,
    known_totals: ArrayLike | None = None,
) -> ResampledTotal:
    """Return the total with its bootstrap: everything, the model's coefficients included, done anew in each replicate.

    ``covariates`` (G, k), the first above 0, and their ``known_totals`` (k,) over all clusters that could be drawn.
    Raises ``ValueError`` for covariates without totals or with gaps, and for fewer than two clusters a coefficient.
    """
    known = _checked(sample, covariates, known_totals)
    factors = rao_wu(sample.design, n_replicates, rng).factors
    weights = np.vstack([sample.weights, factors * sample.weights])  # the sample itself first
    calibrated, residuals = _calibrated(weights, sample.counts, *known)
    drawn = np.vstack([np.ones(sample.design.n), times_drawn(factors, sample.design)])
    errors = linearised_errors(calibrated * residuals * sample.weights, drawn, sample.design)
    totals = (weights * calibrated) @ sample.counts
    return ResampledTotal(
        estimate=float(totals[0]),
        standard_error=float(errors[0]),
        replicates=totals[1:],
        replicate_errors=errors[1:],
        degrees_of_freedom=sample.design.degrees_of_freedom,
        least=float(sample.counts.sum()),
    )


def _checked(
    sample: SampledClusters, covariates: ArrayLike | None, known_totals: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray]:
    n = sample.design.n
    if (covariates is None) != (known_totals is None):
        raise ValueError("covariates help only together with their totals over all clusters: give both or neither")
    if covariates is None:
        return np.empty((n, 0)), np.empty(0)
    matrix, totals = np.asarray(covariates, dtype="float64"), np.asarray(known_totals, dtype="float64")
    if matrix.shape != (n, len(totals)):
        raise ValueError(f"covariates are {matrix.shape}, but there are {n} clusters and {len(totals)} known totals")
    if not np.isfinite(matrix).all() or not (matrix[:, 0] > 0).all():
        raise ValueError("a covariate is missing, or the first, which says how variable a cluster is, is not above 0")
    if n < 2 * len(totals):
        raise ValueError(f"{n} clusters are too few for {len(totals)} covariates: use fewer covariates")
    return matrix, totals


def _calibrated(
    weights: np.ndarray, counts: np.ndarray, covariates: np.ndarray, known_totals: np.ndarray
) -> tuple[np.ndarray | float, np.ndarray]:
    """Return by what calibration multiplies the weights (R, G), and what the model leaves of the counts (R, G)."""
    if not len(known_totals):
        return np.ones_like(weights), np.broadcast_to(counts, weights.shape)
    scale = np.sqrt(np.abs(covariates).mean(axis=0) * covariates[:, :1].mean())
    scale = np.where(scale > 0, scale, 1.0)  # of like size, or the inverse drops the small; one that is 0 helps nothing
    x, known = covariates / scale, known_totals / scale
    x_per_size = x / covariates[:, :1]
    products = np.einsum("gi,gj->gij", x_per_size, x).reshape(len(x), -1)
    inverse = np.linalg.pinv((weights @ products).reshape(-1, *[x.shape[1]] * 2), hermitian=True)
    slopes = np.einsum("rij,rj->ri", inverse, (weights * counts) @ x_per_size)
    gaps = np.einsum("rij,rj->ri", inverse, known - weights @ x)
    return 1 + gaps @ x_per_size.T, counts - slopes @ x.T
