"""The Poisson regression with an effect of each unit and each period: the one rate ratio that is usually told.

Estimand: exp(coefficient), the ratio of the rate under the programme to that without, were it the same in all groups
and at all times since the start; otherwise it is bent as that of ``two_way``. Unit effects are conditioned out (their
counts' shares over periods are multinomial), so that few events a unit do no harm.
Uncertainty: sandwich over clusters, m / (m - 1), Student's t with m - 1: counts need not be Poisson.
Reference: Wooldridge (1999) J Econometrics 90:77-97 (conditional Poisson with errors robust to what is not Poisson).
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.staggered.panel import PanelError
from analysis.models.staggered.two_way import TwoWay

MAX_STEPS = 50


def two_way_rate_ratio(
    counts: ArrayLike, exposures: ArrayLike, times: ArrayLike, starts: ArrayLike, clusters: ArrayLike | None = None
) -> TwoWay:
    """Return the log rate ratio; ``weights`` are empty. ``counts``, ``exposures`` (N, T), ``nan`` where not observed.

    Units with a gap are left out and counted; units without any event tell nothing.
    Raises ``PanelError`` where the ratio has no maximum, as when no event happened under the programme.
    """
    events, exposed = np.asarray(counts, dtype="float64"), np.asarray(exposures, dtype="float64")
    whole = (np.isfinite(events) & (exposed > 0)).all(axis=1)
    start = np.nan_to_num(np.asarray(starts, dtype="float64"), nan=np.inf)[whole]
    events, log_exposed = events[whole], np.log(exposed[whole])
    treated = (np.asarray(times, dtype="float64") >= start[:, None]).astype("float64")
    periods = np.broadcast_to(np.eye(events.shape[1])[:, 1:], (*events.shape, events.shape[1] - 1))
    columns = np.concatenate([treated[:, :, None], periods], axis=2)
    coefficients, scores, information = _maximum(events, log_exposed, columns)
    labels = np.arange(len(whole)) if clusters is None else np.asarray(clusters)
    codes = np.unique(labels[whole], return_inverse=True)[1]
    moved = (scores @ np.linalg.inv(information))[:, 0]
    sums = np.bincount(codes, weights=moved)
    m = len(sums)
    error = float(np.sqrt(m / (m - 1) * (sums**2).sum())) if m > 1 else np.nan
    return TwoWay(float(coefficients[0]), error, float(m - 1), np.empty((0, 0)), int((~whole).sum()))


def _maximum(
    events: np.ndarray, log_exposed: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return coefficients (k,), scores (N, k) and information (k, k) at the maximum of the conditional likelihood."""
    totals = events.sum(axis=1)
    at = np.zeros(columns.shape[2])
    for _ in range(MAX_STEPS):
        predictor = log_exposed + columns @ at
        share = np.exp(predictor - predictor.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        mean = np.einsum("nt,ntk->nk", share, columns)
        scores = np.einsum("nt,ntk->nk", events - totals[:, None] * share, columns)
        square = np.einsum("n,nt,ntk,ntl->kl", totals, share, columns, columns, optimize=True)
        information = square - (totals[:, None] * mean).T @ mean
        if np.linalg.matrix_rank(information, hermitian=True) < len(at):
            break
        step = np.linalg.solve(information, scores.sum(axis=0))
        at = at + step
        if np.abs(step).max() < 1e-10:
            return at, scores, information
    raise PanelError("the rate ratio has no maximum: no events with, or none without, the programme in some period")
