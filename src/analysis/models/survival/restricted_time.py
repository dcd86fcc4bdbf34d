"""Mean time before a horizon that is spent at home, and that is lost to each cause: areas under the curves.

Estimand: with T the time of the first end, E min(T, t) at home, and E max(t - T, 0) of ends by cause k lost to it; home
and losses add up to t. In the unit of the times, of one row. It needs no proportional hazards and says how much, not
only how often. Linear in the increments of the Aalen-Johansen estimator, so its error is the infinitesimal jackknife.
ASSUME: as ``incidence``. Held to R's ``survfit`` (``rmean``).
Reference: Andersen (2013) Stat Med 32:5278-5285 (number of years lost by cause).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survival.counting import count_events, observed, times_of_events
from analysis.models.survival.incidence import checked_times, clustered_errors, clusters_of, is_reached
from analysis.models.survival.incidence_intervals import effective_clusters, log_log_interval
from analysis.models.survival.influence import influences, left_of, reached_by


@dataclass(frozen=True, eq=False)
class RestrictedTime:
    """Mean times before each of ``horizons`` (T,): ``free`` (T,) without an end, ``lost`` (T, K) to each cause.

    With ``free_errors`` (T,), ``lost_errors`` (T, K); ``trials``: clusters, or rows if they are independent; ``df``
    of Student's t: effective clusters less one, or without end. ``nan`` for a horizon that nobody was observed to.
    """

    horizons: np.ndarray
    free: np.ndarray
    free_errors: np.ndarray
    lost: np.ndarray
    lost_errors: np.ndarray
    trials: int
    df: float

    def free_interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return both ends (T,) of the time without an end: log-log of its share of the horizon."""
        return log_log_interval(self.free, self.free_errors, confidence, self.df, self.trials, self.horizons)

    def lost_interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return both ends (T, K) of the time lost to each cause: log-log of its share of the horizon."""
        most = self.horizons[:, None]
        return log_log_interval(self.lost, self.lost_errors, confidence, self.df, self.trials, most)


def restricted_time(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    horizons: ArrayLike,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> RestrictedTime:
    """Return the mean time without an end, and lost to each cause, before each of ``horizons``.

    Arguments and errors raised as ``incidence``. Times of groups compare with ``bootstrap_incidence`` and its
    ``measure`` "time_lost", which draws the clusters of all groups together.
    """
    rows, at = observed(entry, exit, cause, n_causes, weights), checked_times(horizons)
    counts = count_events(rows, times_of_events(rows, at.max()))
    g, clustered = left_of(counts.times, at), clusters_of(clusters, rows.n)
    lost = g @ counts.increments().T
    lost_errors = clustered_errors(influences(rows, counts, g), clustered)
    free_errors = clustered_errors(influences(rows, counts, g, total=True), clustered)[:, 0]
    free = at - lost.sum(axis=1)
    share_free = 1 - (reached_by(counts.times, at) @ counts.increments().T).sum(axis=1)
    hidden = ~is_reached(rows, at, share_free)
    for values in (lost, lost_errors, free, free_errors):
        values[hidden] = np.nan
    n_clusters = rows.n if clustered is None else clustered[1]
    df = np.inf if clustered is None else effective_clusters(np.bincount(clustered[0])) - 1
    return RestrictedTime(at, free, free_errors, lost, lost_errors, n_clusters, df)
