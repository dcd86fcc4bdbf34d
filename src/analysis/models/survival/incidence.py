"""Cumulative incidence where several ends compete (Aalen-Johansen), with delayed entry, weights and clusters.

Estimand: F_k(t), the probability that the first end of observation's process by time t is cause k, were nobody lost.
F_k(t) = sum over times u up to t of S(u-) d_k(u) / Y(u): S the share without any end, d_k events, Y at risk.
ASSUME: those who are censored, or enter late, are like those who stay under observation at the same time; clusters
are independent of each other. One minus Kaplan-Meier of a single cause is not this probability: it answers what would
happen if the other ends did not exist, and is too high (``kaplan_meier`` is here to show by how much).
Held to R's ``survfit`` with an ``id``. R's survfit of several states in survival 3.5 leaves ``cluster=`` unused.
References: Aalen and Johansen (1978) Scand J Stat 5:141-150; Andersen et al. (2012) Int J Epidemiol 41:861-870.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survival.counting import (
    Counts,
    ObservationError,
    Observed,
    coded,
    count_events,
    observed,
    times_of_events,
)
from analysis.models.survival.incidence_intervals import effective_clusters, log_log_interval
from analysis.models.survival.influence import influences, reached_by, summed_by


@dataclass(frozen=True, eq=False)
class Incidence:
    """Cumulative incidence at ``times`` (T,) of K causes; ``nan`` after the last time that anybody was observed.

    ``estimates``, ``standard_errors`` (T, K): the errors from independent rows, or clusters if there were any.
    ``free``, ``free_errors`` (T,): the share without any end, and its error. ``n_at_risk`` (T,): rows under observation
    just before the time (not weighted). ``n_events`` (T, K): events up to it. ``fewest_at_risk`` (T,): the smallest
    number at risk at any event so far: with delayed entry a few early events among a few rows can decide all.
    ``n_clusters``: ``None`` where rows are independent; ``df``: effective clusters less one, then without end.
    """

    times: np.ndarray
    estimates: np.ndarray
    standard_errors: np.ndarray
    free: np.ndarray
    free_errors: np.ndarray
    n: int
    n_at_risk: np.ndarray
    n_events: np.ndarray
    fewest_at_risk: np.ndarray
    n_clusters: int | None = None
    df: float = np.inf

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return both ends (T, K) of the log-log interval, with Student's t of ``df``.

        At an estimate of 0 (or 1) the exact interval of none (all) of those at risk, or of the clusters.
        """
        return log_log_interval(self.estimates, self.standard_errors, confidence, self.df, self.trials)

    @property
    def trials(self) -> np.ndarray:
        """What an exact bound counts at each time (T, 1): those at risk, or clusters if rows are not independent."""
        return self.n_at_risk[:, None] if self.n_clusters is None else np.full((len(self.times), 1), self.n_clusters)


def incidence(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    times: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Incidence:
    """Return the cumulative incidence of causes 1 to ``n_causes`` at ``times`` from n rows on (entry, exit].

    ``cause`` 0 is censored. ``weights`` (n,): of sampling or inverse probability, taken as known. ``clusters`` (n,):
    labels of what is independent; rows of one child that was split must share one. Errors: infinitesimal jackknife by
    row, or by cluster with the factor sqrt(G / (G - 1)).
    Raises ``ObservationError`` for rows that describe no observation (see ``counting.observed``), for times that are
    missing or negative, and for a single cluster.

    >>> found = incidence([0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [1, 2, 0, 1, 0], n_causes=2, times=[2, 4])
    >>> found.estimates.round(3).tolist()  # at 4: 1/5 + 3/5 * 1/2, and 4/5 * 1/4
    [[0.2, 0.2], [0.5, 0.2]]
    """
    rows, at = observed(entry, exit, cause, n_causes, weights), checked_times(times)
    counts = count_events(rows, times_of_events(rows, at.max()))
    reach = reached_by(counts.times, at)
    estimates = reach @ counts.increments().T
    clustered = clusters_of(clusters, rows.n)
    errors = clustered_errors(influences(rows, counts, reach), clustered)
    free_errors = clustered_errors(influences(rows, counts, reach, total=True), clustered)[:, 0]
    free = 1 - estimates.sum(axis=1)
    hidden = ~is_reached(rows, at, free)
    for values in (estimates, errors, free, free_errors):
        values[hidden] = np.nan
    n_clusters = None if clustered is None else clustered[1]
    df = np.inf if clustered is None else effective_clusters(np.bincount(clustered[0])) - 1
    return Incidence(at, estimates, errors, free, free_errors, rows.n, *_told(rows, counts, at), n_clusters, df)


def kaplan_meier(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    is_event: ArrayLike,
    times: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Incidence:
    """Return one minus Kaplan-Meier as an ``Incidence`` of one cause: every other end is taken for censored.

    Estimand: the probability of the event by t if all other ends were impossible and those who had them were like
    the others; where ends compete this is no share of anybody. Arguments and errors as ``incidence``.
    """
    return incidence(entry, exit, np.asarray(is_event, dtype="float64"), 1, times, weights, clusters)


def checked_times(times: ArrayLike) -> np.ndarray:
    """Return times (T,) at which an answer is asked for; raises ``ObservationError`` where one is no time."""
    at = np.atleast_1d(np.asarray(times, dtype="float64"))
    if at.size == 0 or not (np.isfinite(at) & (at >= 0)).all():
        raise ObservationError("times must be numbers from 0, at least one, none missing or endless")
    return at


def is_reached(rows: Observed, at: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Return whether (T,) somebody was observed until each time, or nobody was left for whom it could matter."""
    return (at <= rows.exit.max()) | (free <= 1e-12)


def clustered_errors(found: np.ndarray, clustered: tuple[np.ndarray, int] | None) -> np.ndarray:
    """Return standard errors from influences (n, ...): of rows, or of clusters with the factor G / (G - 1)."""
    if clustered is None:
        return np.sqrt((found**2).sum(axis=0))
    codes, n_clusters = clustered
    return np.sqrt(n_clusters / (n_clusters - 1) * (summed_by(found, codes, n_clusters) ** 2).sum(axis=0))


def clusters_of(labels: ArrayLike | None, n_rows: int) -> tuple[np.ndarray, int] | None:
    """Return codes (n,) of clusters and how many, or ``None`` without; ``ObservationError`` for a single one."""
    return None if labels is None else coded_clusters(labels, n_rows)


def coded_clusters(labels: ArrayLike, n_rows: int) -> tuple[np.ndarray, int]:
    """Return codes (n,) of clusters and how many; ``ObservationError`` for a single one."""
    codes, levels = coded(labels, n_rows, "cluster")
    if len(levels) < 2:
        raise ObservationError("one cluster only: its error cannot be told; pool clusters, or leave clusters out")
    return codes, len(levels)


def _told(rows: Observed, counts: Counts, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, not weighted: at risk just before each time (T,), events so far (T, K), fewest at risk so far (T,)."""
    plain = Observed(rows.entry, rows.exit, rows.cause, np.ones(rows.n), rows.n_causes)
    simple = count_events(plain, counts.times)
    entered = np.searchsorted(np.sort(rows.entry), at, side="left")
    left = np.searchsorted(np.sort(rows.exit), at, side="left")
    so_far = np.searchsorted(counts.times, at, side="right")
    events = np.concatenate([np.zeros((rows.n_causes, 1)), simple.events.cumsum(axis=1)], axis=1)[:, so_far].T
    fewest = np.concatenate([[rows.n], np.minimum.accumulate(simple.at_risk)])[so_far]
    return (entered - left).astype("int64"), events.astype("int64"), fewest.astype("int64")
