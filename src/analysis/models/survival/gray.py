"""Gray's test: whether the cumulative incidence of one cause is the same in several groups.

Null: F_1 is the same function in all L groups; other causes may differ between them. The score of group i is
z_i = sum over times of d_1i - d_1. R_i / R., with R_i = Y_i (1 - F_1i) / S_i just before the time: those at risk and,
in proportion, those already gone to another cause. Statistic z' V^-1 z, chi squared with L - 1 degrees of freedom.
Held to R's ``cmprsk::cuminc`` (rho = 0, one stratum), ties among its corrections included.
With clusters V is that of the scores when each cluster is left out in turn, and the statistic is referred to F:
independent rows are then not assumed, as children of one agency are not.
ASSUME: entry and censoring tell nothing of what is to come; rows, or clusters, are independent.
Reference: Gray (1988) Annals of Statistics 16:1141-1154.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.models.survival.cluster_draws import blocks_of, count_by_cluster
from analysis.models.survival.counting import Counts, ObservationError, Observed, coded, observed, times_of_events
from analysis.models.survival.incidence import clusters_of


@dataclass(frozen=True, eq=False)
class GrayTest:
    """``statistic`` with its ``df``, and ``df_error`` of F (``inf``: chi squared); ``scores`` (L,) by group label.

    A group with a score above 0 had more events than it would have, were incidence the same in all.
    """

    statistic: float
    df: int
    df_error: float
    p_value: float
    scores: np.ndarray
    covariance: np.ndarray
    group_labels: np.ndarray


def gray_test(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    groups: ArrayLike,
    of_cause: int = 1,
    clusters: ArrayLike | None = None,
) -> GrayTest:
    """Return Gray's test of cause ``of_cause`` between ``groups`` (labels, n), by rows or by ``clusters`` (labels, n).

    With G clusters: F of (L - 1, G - L + 1) after the factor (G - L + 1) / ((L - 1) (G - 1)) (Hotelling).
    Raises ``ObservationError`` for one group, no event of the cause, one cluster, too few clusters, or scores
    without spread, and as ``incidence`` does.
    """
    rows = observed(entry, exit, cause, n_causes)
    group, labels = coded(groups, rows.n, "group")
    if len(labels) < 2 or not (rows.cause == of_cause).any():
        raise ObservationError("Gray's test takes two groups or more and at least one event of the cause")
    clustered = clusters_of(clusters, rows.n)
    events_at, lone = times_of_events(rows), np.zeros(rows.n, dtype="int64")
    counts = count_by_cluster(rows, events_at, np.zeros(0), lone, group).weighted(np.ones((1, 1)))[0]
    whole = Counts(events_at, counts.at_risk[0], counts.events[0])
    scores = _scores(whole, of_cause)
    if clustered is None:
        covariance = _covariance(whole, of_cause)
        return _told(scores, covariance, np.inf, labels)
    codes, n_clusters = clustered
    return _told(scores, _left_out(rows, events_at, codes, group, of_cause), n_clusters, labels)


def _told(scores: np.ndarray, covariance: np.ndarray, n_clusters: float, labels: np.ndarray) -> GrayTest:
    df = len(labels) - 1
    df_error = n_clusters - df
    inner = covariance[:-1, :-1]
    if df_error < 1 or np.linalg.matrix_rank(inner) < df:
        raise ObservationError("too few clusters, or groups without events, for a test of so many groups: pool groups")
    statistic = float(scores[:-1] @ np.linalg.solve(inner, scores[:-1]))
    if np.isinf(n_clusters):
        p_value = float(stats.chi2.sf(statistic, df))
    else:
        statistic *= df_error / (df * (n_clusters - 1))
        p_value = float(stats.f.sf(statistic, df, df_error))
    return GrayTest(statistic, df, df_error, p_value, scores, covariance, labels)


def _left_out(rows: Observed, times: np.ndarray, clusters: np.ndarray, groups: np.ndarray, of_cause: int) -> np.ndarray:
    """Return the covariance (L, L) of the scores from leaving each cluster out: they are sums over clusters."""
    counts = count_by_cluster(rows, times, np.zeros(0), clusters, groups)
    n, found, start = counts.n_clusters, [], 0
    for size in blocks_of(n, counts.cells.shape[0] + n):
        kept = np.ones((size, n))
        kept[np.arange(size), start + np.arange(size)] = 0
        found.append(_scores(counts.weighted(kept)[0], of_cause))
        start += size
    deviations = np.concatenate(found)
    deviations = deviations - deviations.mean(axis=0)
    return n / (n - 1) * deviations.T @ deviations


def _scores(counts: Counts, of_cause: int) -> np.ndarray:
    """Return the scores (..., L) from counts by group: at risk (..., L, M), events (..., L, K, M)."""
    events = counts.events[..., of_cause - 1, :]
    _, at_risk_still = _at_risk_of(counts, of_cause)
    total = at_risk_still.sum(axis=-2, keepdims=True)
    share = np.divide(at_risk_still, total, out=np.zeros_like(at_risk_still), where=total > 0)
    return (events - share * events.sum(axis=-2, keepdims=True)).sum(axis=-1)


def _at_risk_of(counts: Counts, of_cause: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Y / S and R = Y (1 - F_1) / S, both (..., L, M) and just before each time, 0 where nobody is at risk."""
    free = counts.free_before()
    scaled = np.divide(counts.at_risk, free, out=np.zeros_like(free), where=(counts.at_risk > 0) & (free > 0))
    return scaled, scaled * (1 - _before(counts.increments()[..., of_cause - 1, :]))


def _before(increments: np.ndarray) -> np.ndarray:
    sums = np.cumsum(increments, axis=-1)
    return np.concatenate([np.zeros_like(sums[..., :1]), sums[..., :-1]], axis=-1)


def _covariance(counts: Counts, of_cause: int) -> np.ndarray:
    """Return the covariance (L, L) of the scores for independent rows, under the null (Gray 1988, section 4).

    z_i is a sum over groups j of integrals against F_1j - F_1; what an event of group j adds to it is ``own`` now and
    ``later`` times what is still to come. Variances of events carry the corrections of ties of the hypergeometric.
    """
    scaled, _ = _at_risk_of(counts, of_cause)
    total = scaled.sum(axis=0)
    mine = counts.events[:, of_cause - 1]
    pooled = np.divide(mine.sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    shares = np.divide(scaled, total, out=np.zeros_like(scaled), where=total > 0)
    own = scaled[:, None] * (np.eye(len(mine))[:, :, None] - shares[None])
    free_of_it = 1 - _before(pooled)
    to_come = own * np.divide(pooled, free_of_it, out=np.zeros_like(pooled), where=free_of_it > 1e-12)
    later = to_come.sum(axis=2, keepdims=True) - np.cumsum(to_come, axis=2)
    gone = 1 - np.cumsum(pooled)
    after = counts.free_before() * (1 - counts.hazards.sum(axis=1))
    ratio = np.divide(gone, after, out=np.zeros_like(after), where=after > 1e-12)
    of_mine, of_others = _variances(counts, of_cause, pooled, total)
    return _squares(own + (1 - ratio) * later, of_mine) + _squares(ratio * later, of_others)


def _variances(counts: Counts, of_cause: int, pooled: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the variance (L, M) that events of the cause, and of all others, give to the incidence of each group."""
    free, at_risk = counts.free_before(), counts.at_risk
    is_observed = (at_risk > 0) & (free > 0)
    mine = counts.events[:, of_cause - 1]
    others = counts.events.sum(axis=1) - mine
    n_mine = mine.sum(axis=0)
    of_mine = _ties(n_mine, total * free) * free * pooled / np.where(is_observed, at_risk, 1)
    of_others = _ties(others, at_risk) * free**2 * others / np.where(is_observed, at_risk, 1) ** 2
    return np.where(is_observed, of_mine, 0), np.where(is_observed, of_others, 0)


def _ties(n_events: np.ndarray, n_at_risk: np.ndarray) -> np.ndarray:
    """Return 1 - (d - 1) / (Y - 1), by which d events at one time vary less than d events apart."""
    is_tied = (n_events > 1) & (n_at_risk > 1)
    return 1 - np.divide(n_events - 1, n_at_risk - 1, out=np.zeros_like(n_at_risk), where=is_tied)


def _squares(effects: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Return sums (L, L) over groups j and times of effects (L, L, M) on scores i of what happens in groups j."""
    return np.einsum("ikt,jkt,kt->ij", effects, effects, variances)
