"""Scores and information of a regression under many replicates of the weights at once.

A replicate multiplies whole clusters. Where all replicates stand at the same coefficients, sums by cluster are enough.
Where they do not, the rows are gone through in parts that stay in the cache, (rows, replicates) at a time, and the
information of all replicates is one matrix product over the k (k + 1) / 2 products of columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.models.survey.families import Family
from analysis.models.survey.generalised_linear import ModelRows
from analysis.models.survey.linearised import sums_by

PART_ROWS = 256  # with as many replicates numbers of 8 bytes take half a megabyte: a few such arrays stay in the cache


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of a regression, the cluster (n,) of each and by what each of r replicates multiplies it, (G, r)."""

    rows: ModelRows
    clusters: np.ndarray
    factors: np.ndarray
    family: Family

    def derivatives_at(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return gradient (r, k) and information (r, k, k) of all replicates at the same coefficients ``at`` (k,)."""
        mean = self.family.mean(self.rows.predictor(at))
        slope = self.rows.weights * self.family.variance(mean)
        score = self._columns * (self.rows.weights * (self.rows.outcome - mean))
        products = [self._replicated(self._columns[j:] * (column * slope)) for j, column in enumerate(self._columns)]
        return self._replicated(score), self._matrices(np.concatenate(products, axis=1))

    def derivatives(
        self, at: np.ndarray, replicates: np.ndarray, with_information: bool
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return gradient and, if wanted, information of some ``replicates`` (numbers), each at a row of ``at``."""
        factors, slopes = self.factors[:, replicates], np.ascontiguousarray(at.T)
        (first, second), expected = self._pairs, np.zeros(slopes.shape)
        products = np.zeros((len(first), len(at))) if with_information else None
        for part in _parts(len(self.clusters)):
            columns, weighted = self._columns[:, part], self._weighted[:, part]
            with np.errstate(over="ignore", invalid="ignore"):  # of a replicate without a maximum, which is told later
                mean = self.family.mean(self._predictor(part, slopes))
                factor = factors[self.clusters[part]]
                if products is not None:
                    products += (columns[first] * weighted[second]) @ (self.family.variance(mean) * factor)
                factor *= mean
                expected += weighted @ factor
        return self._observed[replicates] - expected.T, None if products is None else self._matrices(products.T)

    @cached_property
    def total_weights(self) -> np.ndarray:
        """Sums of weights (r,)."""
        return self._replicated(self.rows.weights[None])[:, 0]

    def _predictor(self, part: slice, slopes: np.ndarray) -> np.ndarray:
        predictor = self._columns[:, part].T @ slopes
        if self._has_offset:
            predictor += self.rows.offset[part, None]
        return predictor

    @cached_property
    def _has_offset(self) -> bool:
        return bool(self.rows.offset.any())

    @cached_property
    def _columns(self) -> np.ndarray:
        """Covariates (k, n): rows of a part then lie together."""
        return np.ascontiguousarray(self.rows.covariates.T)

    @cached_property
    def _weighted(self) -> np.ndarray:
        return self._columns * self.rows.weights

    @cached_property
    def _observed(self) -> np.ndarray:
        return self._replicated(self._weighted * self.rows.outcome)

    def _replicated(self, values: np.ndarray) -> np.ndarray:
        """Return the sums (r, k) of ``values`` (k, n) in every replicate."""
        return self.factors.T @ sums_by(self.clusters, values.T)

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of two columns, once for each pair."""
        return np.triu_indices(len(self._columns))

    def _matrices(self, products: np.ndarray) -> np.ndarray:
        """Return matrices (r, k, k) from the products (r, pairs) of their columns."""
        k, (first, second) = len(self._columns), self._pairs
        number = np.empty((k, k), dtype="int64")
        number[first, second] = number[second, first] = np.arange(len(first))
        return products[:, number]


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, start + PART_ROWS) for start in range(0, n, PART_ROWS))
