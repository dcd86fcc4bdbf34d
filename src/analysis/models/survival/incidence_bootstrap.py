"""Cumulative incidence, time lost and their differences between groups, with errors from clusters drawn again.

Children of one agency, and siblings, share what happens to them; a group (planned, abrupt) has children in many
agencies. So clusters are drawn whole, the same for all groups, and what differs between groups keeps its covariance.
ASSUME: clusters are independent and alike in kind; a dozen is few, and the intervals then lean on Student's t.
References: Davison and Hinkley (1997) Bootstrap Methods and their Application, section 3.8; Efron (1981) JASA
76:312-319 (rows of a censored sample drawn whole).
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survival.cluster_draws import ClusterCounts, blocks_of, count_by_cluster, draws_of
from analysis.models.survival.counting import Counts, ObservationError, coded, observed, times_of_events
from analysis.models.survival.incidence import checked_times
from analysis.models.survival.incidence_intervals import effective_clusters
from analysis.models.survival.influence import left_of, reached_by
from analysis.models.survival.replicated import Replicated

MEASURES = {"incidence": reached_by, "time_lost": left_of}


def bootstrap_incidence(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    times: ArrayLike,
    clusters: ArrayLike,
    n_replicates: int,
    rng: np.random.Generator,
    groups: ArrayLike | None = None,
    within: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    measure: str = "incidence",
    largest_missing: float = 0.05,
    map: Callable = map,  # noqa: A002
) -> Replicated:
    """Return ``n_replicates`` of the cumulative incidence, or of the time lost, at ``times`` by group.

    Estimand: that of ``incidence``; of ``measure`` "time_lost" the mean time before each of ``times`` that is spent
    after an end of each cause. The K + 1st column is the share without any end (the time before it).
    ``clusters`` (n,): labels of what is drawn. ``within`` (n,): labels of clusters inside them that are drawn again
    in each (siblings in agencies). ``groups`` (n,): labels, one group without. ``weights``: taken as known.
    ``largest_missing``: share of replicates that may be without an estimate before a standard error is not told.
    ``map``: the one of a pool of processes works out blocks of replicates beside each other; what comes out is alike.
    Raises ``ObservationError`` as ``incidence``, and for missing labels; ``ValueError`` for fewer than 2 replicates.
    """
    rows, at = observed(entry, exit, cause, n_causes, weights), checked_times(times)
    if measure not in MEASURES or n_replicates < 2:
        raise ValueError(f"take one of the measures {', '.join(MEASURES)}, and 2 replicates or more")
    group, labels = coded(np.zeros(rows.n) if groups is None else groups, rows.n, "group")
    drawn, outer = _drawn_clusters(clusters, within, rows.n)
    events_at = times_of_events(rows, at.max())
    counts = count_by_cluster(rows, events_at, at, drawn, group)
    g = MEASURES[measure](events_at, at)
    whole = np.ones(len(at)) if measure == "incidence" else at
    estimates = _estimates(*counts.weighted(np.ones((1, counts.n_clusters))), g, whole)[0]
    blocks = (
        draws_of(counts.n_clusters, size, rng, outer)
        for size in blocks_of(n_replicates, counts.cells.shape[0] + counts.n_clusters)
    )
    replicates = np.concatenate(list(map(partial(_replicates, counts=counts, g=g, whole=whole), blocks)))
    first_stage = drawn if outer is None else outer[drawn]
    sizes = [np.unique(first_stage[group == code], return_counts=True)[1] for code in range(len(labels))]
    n_clusters, df = np.array([[len(size), effective_clusters(size) - 1] for size in sizes]).T
    return Replicated(at, labels, estimates, replicates, n_clusters.astype(int), df, whole, largest_missing)


def _drawn_clusters(clusters: ArrayLike, within: ArrayLike | None, n_rows: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the code (n,) of what is drawn last, and, with two levels, the code (G,) of what each of them lies in."""
    outer, levels = coded(clusters, n_rows, "cluster")
    if len(levels) < 2:
        raise ObservationError(
            "one cluster only: its error cannot be told; pool clusters, or take siblings as clusters"
        )
    if within is None:
        return outer, None
    inner, inner_levels = coded(within, n_rows, "inner cluster")
    pairs, codes = np.unique(outer * len(inner_levels) + inner, return_inverse=True)
    return codes.ravel(), pairs // len(inner_levels)


def _replicates(block: np.ndarray, counts: ClusterCounts, g: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return the estimates (B, L, T, K + 1) of a ``block`` (B, G) of clusters drawn."""
    return _estimates(*counts.weighted(block), g, whole)


def _estimates(counts: Counts, reach: np.ndarray, g: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return estimates (B, L, T, K + 1) from ``counts`` (B, L, ...) and how many were observed until each time."""
    increments = counts.increments()
    found = np.swapaxes(increments @ g.T, -1, -2)
    free = whole - found.sum(axis=-1)
    found = np.concatenate([found, free[..., None]], axis=-1)
    left = 1 - increments.sum(axis=(-1, -2))
    is_hidden = (reach <= 0) & ~(left <= 1e-12)[..., None]
    found[is_hidden] = np.nan
    return found
