"""Cross-validation by whole clusters: predictions of each cluster from a model that has not seen it.

Rows of a cluster are alike. Were they dealt out one by one, the model would have seen each row's neighbours, and look
better than it will be where it has been nowhere. References: Roberts et al. (2017) Ecography 40:913-929; Wieczorek,
Guerin and McMahon (2022) Stat 11:e454 (folds of a survey: whole clusters, within strata, with weights).
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.prediction.judged import PredictionError
from analysis.models.survey.design import Design, require_design
from analysis.models.survey.replicate_fits import logistic_replicates
from analysis.models.survey.replicates import Replicates


def cluster_folds(design: Design, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """Return the fold (G,) from 0 of each first-stage cluster, dealt in random order stratum by stratum.

    The deal goes on from one stratum to the next, so that no two folds differ by more than one cluster, in a stratum
    or in all. Raises ``PredictionError`` for fewer than two folds, or more than clusters.
    """
    size = require_design(design).n_clusters
    if not 2 <= n_folds <= size:
        raise PredictionError(f"{n_folds} folds cannot be made of {size} clusters: ask for 2 to {size}")
    order = np.lexsort([rng.random(size), design.cluster_strata])
    folds = np.empty(size, "int64")
    folds[order] = np.arange(size) % n_folds
    return folds


def held_out_coefficients(
    outcome: ArrayLike, covariates: ArrayLike, design: Design, folds: np.ndarray, domain: np.ndarray
) -> np.ndarray:
    """Return coefficients (K, k) of the weighted logistic model without the clusters of each of K ``folds`` (G,).

    ``covariates`` (n, k) with the constant; rows outside ``domain`` (n,) train no model. Of imputed answers take the
    mean of the coefficients over imputations. Errors are those of ``survey.replicate_fits.logistic_replicates``, as if
    a fold's clusters had not been drawn.
    """
    n_folds = int(folds.max()) + 1
    is_kept = (folds != np.arange(n_folds)[:, None]).astype("float64")
    without_fold = Replicates(factors=is_kept, scale=1.0, rscales=np.ones(n_folds), design=design)
    return logistic_replicates(outcome, covariates, without_fold, domain=domain)


def held_out_log_odds(
    covariates: np.ndarray, coefficients: np.ndarray, design: Design, folds: np.ndarray
) -> np.ndarray:
    """Return the log odds (n,) of each row by the coefficients (K, k) that its own fold had no part in."""
    return np.einsum("ij,ij->i", covariates, coefficients[folds[design.clusters[0]]])
