"""How much of what is known of the coefficients comes from each cluster."""

import numpy as np
from scipy import sparse

from analysis.models.survival.at_risk import RiskSets
from analysis.models.survival.cox import CoxFit
from analysis.models.survival.cox_likelihood import TiedSums
from analysis.models.survival.cox_scores import expected


def cluster_information(fit: CoxFit) -> np.ndarray:
    """Return the parts (G, k, k) of the clusters, positive semidefinite, that add up to the information of the fit.

    A part is the sum over the cluster's rows, and over events while at risk, of the row's share of the hazard times
    the square of its covariates less the mean of the risk set: the variance of the cluster's score, were the
    model right. Raises ``ValueError`` for a fit without clusters.
    """
    if fit.cluster_codes is None:
        raise ValueError("the fit has no clusters: give them to cox_fit")
    share, columns = expected(fit.rows, fit.sums), fit.rows.columns[:, 1:]
    parts = _squared_means(fit, fit.cluster_codes)
    for part, rows in zip(parts, _rows_of(fit.cluster_codes, fit.n_clusters), strict=True):
        mixed = columns[rows].T @ share.columns[rows]
        part += (columns[rows] * share.events[rows, None]).T @ columns[rows] - mixed - mixed.T
    return parts


def _rows_of(codes: np.ndarray, n_clusters: int) -> list[np.ndarray]:
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes, minlength=n_clusters))[:-1])


def _squared_means(fit: CoxFit, codes: np.ndarray) -> np.ndarray:
    """Return by cluster the sum of shares of hazards times the squared mean of the risk set (G, 1 + k, 1 + k)."""
    sets, at = fit.rows.sets, fit.sums
    whole, tied = _by_time(sets, at)
    at_risk = sets.between_by(codes, fit.n_clusters, at.risk, whole)
    hit = sets.event_rows
    own = sparse.coo_array((at.risk[hit], (codes[hit], sets.event_number)), shape=(fit.n_clusters, len(tied))).tocsr()
    side = at.at_risk.shape[1]
    return (at_risk - own @ tied).reshape(-1, side, side)[:, 1:, 1:]


def _by_time(sets: RiskSets, at: TiedSums) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums over tied events of hazard times squared mean, and of the same times the share taken off."""
    first, share = np.cumsum(sets.n_tied) - sets.n_tied, sets.share_before
    cube = at.mean_weight[sets.event_number] / at.denominators**3
    powers = [np.add.reduceat(share**power * cube, first)[:, None, None] for power in range(4)]
    risk, tied = at.at_risk, at.tied
    squares = risk[:, :, None] * risk[:, None, :], tied[:, :, None] * tied[:, None, :]
    mixed = risk[:, :, None] * tied[:, None, :]
    mixed = mixed + mixed.transpose(0, 2, 1)
    found = (powers[p] * squares[0] - powers[p + 1] * mixed + powers[p + 2] * squares[1] for p in (0, 1))
    return tuple(values.reshape(len(risk), -1) for values in found)
