"""What one cluster does to the coefficients of all: each is left out in turn, for children of a cluster stand together.

Influence by row misses an agency whose many children each move little but all in one direction.
References: Cook (1977) Technometrics 19:15-18; Therneau and Grambsch (2000) section 7.1. Held to R's ``coxph`` without
each cluster, and to ``residuals(type = "dfbeta", collapse = )``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.left_out import MOST_LEFT_OUT
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cox import CoxFit, cox_fit


@dataclass(frozen=True, eq=False)
class ClusterInfluence:
    """Of each cluster of ``labels`` (G,): ``change`` (G, k), what leaving it out adds to the coefficients, and
    ``displacement`` (G,), how far that is altogether, as Cook's distance.

    ``lowest`` and ``highest`` (k,): coefficients over all leavings-out, and with nobody left out.
    """

    labels: np.ndarray
    change: np.ndarray
    displacement: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray

    def turned(self, coefficients: np.ndarray) -> np.ndarray:
        """Return whether a coefficient (k,) has the other sign without some one cluster."""
        return (np.sign(self.lowest) != np.sign(coefficients)) | (np.sign(self.highest) != np.sign(coefficients))


def fits_without_each(
    fit: CoxFit, entry: ArrayLike, exit_: ArrayLike, event: ArrayLike, covariates: ArrayLike
) -> list[CoxFit | None]:
    """Return, for each cluster of ``fit``, the fit of the other clusters' rows, or nothing where they tell none.

    Rows (n, k) are those of ``fit``, without strata or offset; each search starts from its coefficients. Of more than
    ``MOST_LEFT_OUT`` clusters only so many are left out, those that move some coefficient furthest to first order, so
    that the work grows with the rows; what one cluster does at most is still told.
    """
    columns = np.asarray(covariates, dtype="float64")
    starts, ends = (np.broadcast_to(np.asarray(times, "float64"), len(columns)) for times in (entry, exit_))
    hits = np.asarray(event)
    found: list[CoxFit | None] = [None] * fit.n_clusters
    for number in _furthest_moving(fit):
        kept = fit.cluster_codes != number
        found[number] = _refitted(fit, starts[kept], ends[kept], hits[kept], columns[kept])
    return found


def cluster_influence(fit: CoxFit, without: list[CoxFit | None]) -> ClusterInfluence:
    """Return the influence of each cluster of ``fit``, from the fits ``without`` each of them.

    The distance is measured by the covariance of independent rows; both are missing where a refit is.
    Raises ``ValueError`` for another number of fits than clusters.
    """
    if len(without) != fit.n_clusters:
        raise ValueError(f"{len(without)} fits for {fit.n_clusters} clusters: give one without each, in their order")
    missing = np.full(len(fit.coefficients), np.nan)
    every = np.array([missing if other is None else other.coefficients for other in without])
    change = every - fit.coefficients
    distance = np.einsum("gk,kl,gl->g", change, fit.information, change) / len(fit.coefficients)
    lowest, highest = (of(np.vstack([every, fit.coefficients]), axis=0) for of in (np.nanmin, np.nanmax))
    return ClusterInfluence(fit.cluster_labels, change, distance, lowest, highest)


def _furthest_moving(fit: CoxFit) -> np.ndarray:
    """Return the clusters that move some coefficient furthest up or down, to first order, as many as are left out."""
    moved = fit.cluster_influence
    places = np.hstack([moved, -moved]).argsort(axis=0).argsort(axis=0)  # of each cluster among all, by coefficient
    return places.min(axis=1, initial=fit.n_clusters).argsort(kind="stable")[:MOST_LEFT_OUT]


def _refitted(
    fit: CoxFit, entry: np.ndarray, exit_: np.ndarray, event: np.ndarray, columns: np.ndarray
) -> CoxFit | None:
    try:
        if not event.any():
            return None
        return cox_fit(entry, exit_, event, columns, start=fit.coefficients)
    except NotEstimableError:
        return None
