"""Rows of a Cox regression with an effect of each cluster, which is a column in which one row of each cluster has a 1.

Such columns are not written out: their sums are sums by cluster, so that the work grows with the rows and not with
rows times clusters.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.models.survival.at_risk import backwards, sums_by
from analysis.models.survival.cox_likelihood import CoxRows


@dataclass(frozen=True, eq=False)
class ClusterRows(CoxRows):
    """Rows whose columns (1 + k) are followed by one for each of the G clusters: ``codes`` (n,) from 0 to G - 1."""

    codes: np.ndarray
    n_clusters: int

    def predictor(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the log relative hazards (n,) at ``coefficients`` (k + G,)."""
        k = len(coefficients) - self.n_clusters
        return super().predictor(coefficients[:k]) + coefficients[k:][self.codes]

    def at_risk(self, values: np.ndarray) -> np.ndarray:
        """Return the sums over those at risk at each event time (K, 1 + k + G)."""
        flows = self.sets.flows(values)
        steps = np.bincount(self._place_of_flows, flows.data, flows.shape[0] * self._width).reshape(-1, self._width)
        steps[:, : self.columns.shape[1]] = flows @ self.columns
        return backwards(steps)[1:]

    def tied(self, values: np.ndarray) -> np.ndarray:
        """Return the sums over those with the event at each event time (K, 1 + k + G)."""
        n_times = len(self.sets.time)
        sums = np.bincount(self._place_of_events, values, n_times * self._width).reshape(n_times, self._width)
        sums[:, : self.columns.shape[1]] = super().tied(values)
        return sums

    def squares(self, weights: np.ndarray) -> np.ndarray:
        """Return sum_i weights_i x_i x_i' (1 + k + G, 1 + k + G) over all rows (n,)."""
        return self._bordered(super().squares(weights), self.columns, self.codes, weights)

    def event_squares(self, weights: np.ndarray) -> np.ndarray:
        """Return the same over the rows with an event (E,)."""
        codes = self.codes[self.sets.event_rows]
        return self._bordered(super().event_squares(weights), self.event_columns, codes, weights)

    @property
    def _width(self) -> int:
        return self.columns.shape[1] + self.n_clusters

    @cached_property
    def _place_of_flows(self) -> np.ndarray:
        """Return where in lines of the event times stands the column of the cluster of what leaves and enters."""
        flows = self.sets.flows(self.weights)
        codes = np.repeat(self.codes, np.diff(flows.indptr))
        return flows.indices * np.int64(self._width) + self.columns.shape[1] + codes

    @cached_property
    def _place_of_events(self) -> np.ndarray:
        codes = self.codes[self.sets.event_rows]
        return self.sets.event_number * self._width + self.columns.shape[1] + codes

    def _bordered(self, squares: np.ndarray, columns: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return the ``squares`` of the written columns with those of the clusters beside and below them."""
        found, n_written, own = np.zeros((self._width, self._width)), len(squares), np.arange(len(squares), self._width)
        found[:n_written, :n_written] = squares
        found[n_written:, :n_written] = sums_by(codes, self.n_clusters, columns, weights)
        found[:n_written, n_written:] = found[n_written:, :n_written].T
        found[own, own] = np.bincount(codes, weights, self.n_clusters)
        return found
