"""Clusters drawn again: how often each is in a replicate, and what the rows then count, at a cost that n does not set.

Rows are counted once by cluster and distinct time; a replicate is a weighted sum of those counts, so thousands of them
are one product of matrices. With times in whole days its size is clusters x days, whatever the number of rows.
References: Davison and Hinkley (1997) Bootstrap Methods and their Application, section 3.8 (two levels).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.models.survival.counting import Counts, Observed, positions

CELLS_AT_ONCE = 2**22  # numbers held in one block of replicates, 32 MB
DENSE_FROM = 0.05  # share of cells that are filled from which a full product is faster than a sparse one


@dataclass(frozen=True, eq=False)
class ClusterCounts:
    """Counts of rows by cluster (G), group (L), and distinct time of events ``times`` (M,).

    ``cells`` (columns, G): for each group the change of the number at risk at each time, and after the last; the
    events by cause; and how many were observed until just so many of the T times asked for, 0 to T. ``ranks`` (T,):
    how many of those times are not after each of them.
    """

    times: np.ndarray
    cells: sparse.csr_array | np.ndarray
    n_groups: int
    n_causes: int
    ranks: np.ndarray

    @property
    def n_clusters(self) -> int:
        """Clusters, G."""
        return self.cells.shape[1]

    def weighted(self, draws: np.ndarray) -> tuple[Counts, np.ndarray]:
        """Return the counts (B, L, ...) of B replicates, and rows observed until each time (B, L, T).

        ``draws`` (B, G): how often each cluster is in each replicate, or any other weights of clusters.
        """
        found = np.ascontiguousarray((self.cells @ draws.T.astype("float64")).T)
        found = found.reshape(len(draws), self.n_groups, -1)
        size = len(self.times)
        changes, events, until = np.split(found, [size + 1, size + 1 + size * self.n_causes], axis=-1)
        at_risk = np.cumsum(changes[..., :-1], axis=-1)
        events = events.reshape(*events.shape[:2], self.n_causes, size)
        return Counts(self.times, at_risk, events), np.cumsum(until[..., ::-1], axis=-1)[..., ::-1][..., self.ranks]


def count_by_cluster(
    rows: Observed, times: np.ndarray, at: np.ndarray, clusters: np.ndarray, groups: np.ndarray
) -> ClusterCounts:
    """Return counts of ``rows`` at the ``times`` of events (M,) and of who is observed until each of ``at`` (T,).

    ``clusters``, ``groups``: codes (n,) from 0.
    """
    size, ordered = len(times), np.sort(at)
    first, stop = positions(rows, times)
    event = np.flatnonzero((rows.cause > 0) & (rows.exit <= (times[-1] if size else -np.inf)))
    everybody, past_events = slice(None), size + 1 + size * rows.n_causes
    entries = [
        (everybody, first, 1.0),
        (everybody, stop, -1.0),
        (event, (rows.cause[event] * size + stop[event]), 1.0),  # cause 1 starts after the size + 1 changes
        (everybody, past_events + np.searchsorted(ordered, rows.exit, side="right"), 1.0),
    ]
    width, n_groups = past_events + len(at) + 1, int(groups.max()) + 1
    cells = _cells(entries, rows.weights, groups * width, clusters, n_groups * width)
    return ClusterCounts(times, cells, n_groups, rows.n_causes, np.searchsorted(ordered, at, side="right"))


def _cells(
    entries: list, weights: np.ndarray, starts: np.ndarray, clusters: np.ndarray, n_columns: int
) -> sparse.csr_array | np.ndarray:
    """Return sums (columns, G) over ``entries``: rows, their column after ``starts`` (n,), and the sign they count."""
    n_clusters = int(clusters.max()) + 1
    shape, n_cells = (n_columns, n_clusters), n_columns * n_clusters
    if len(weights) * len(entries) < DENSE_FROM * n_cells:
        places = [(starts[some] + column, clusters[some]) for some, column, _ in entries]
        values = np.concatenate([sign * weights[some] for some, _, sign in entries])
        return sparse.coo_array((values, tuple(map(np.concatenate, zip(*places, strict=True)))), shape=shape).tocsr()
    cell, found = starts * n_clusters + clusters, np.zeros(n_cells)
    for some, column, sign in entries:
        found += sign * np.bincount(cell[some] + column * n_clusters, weights[some], minlength=n_cells)
    return found.reshape(shape)


def draws_of(
    n_clusters: int, n_replicates: int, rng: np.random.Generator, outer: np.ndarray | None = None
) -> np.ndarray:
    """Return how often (B, G) each cluster is in each of B replicates: as many as there are, with replacement.

    With ``outer`` (G,), the code of what each cluster lies in (siblings in an agency): those are drawn first, and
    within each time that one is drawn its clusters are drawn anew.
    """
    if outer is None:
        return _times_drawn(n_clusters, n_replicates, rng)
    times = _times_drawn(int(outer.max()) + 1, n_replicates, rng)
    draws = np.empty((n_replicates, n_clusters), dtype="int64")
    for code in range(times.shape[1]):
        inner = np.flatnonzero(outer == code)
        draws[:, inner] = rng.multinomial(times[:, code] * len(inner), np.full(len(inner), 1 / len(inner)))
    return draws


def blocks_of(n_replicates: int, n_cells: int) -> Iterator[int]:
    """Yield sizes of blocks of replicates that together are ``n_replicates`` and each fit into memory."""
    most = max(1, CELLS_AT_ONCE // max(n_cells, 1))
    for start in range(0, n_replicates, most):
        yield min(most, n_replicates - start)


def _times_drawn(n_clusters: int, n_replicates: int, rng: np.random.Generator) -> np.ndarray:
    picked = rng.integers(n_clusters, size=(n_replicates, n_clusters))
    picked += n_clusters * np.arange(n_replicates)[:, None]
    return np.bincount(picked.ravel(), minlength=n_replicates * n_clusters).reshape(n_replicates, n_clusters)
