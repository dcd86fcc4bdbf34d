"""Risk sets in which some rows stay after their end, with a weight that falls: those of a subdistribution hazard.

The weight of a kept row at a later event time is a share of that time divided by the share at the row's own end. So a
sum over the kept rows is the share of the time multiplied by a running sum, forwards in time, of what came to be kept
until then: no row is repeated for the times at which its weight falls, and the work grows with the rows.
Reference: Kawaguchi et al. (2021) R Journal 12(2):43-60 (the same two running sums).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.models.survival.at_risk import RiskSets, sums_by


@dataclass(frozen=True, eq=False)
class KeptAtRisk(RiskSets):
    """Risk sets of one stratum, to each of which the rows ``kept`` (m,) belong that ended before it.

    ``since`` (m,): number of the first event time after the row's end, K if there is none; ``own`` (m,): one over the
    share at its end. ``share`` (K,): share at each event time. A kept row counts ``own`` times ``share``.
    """

    kept: np.ndarray
    since: np.ndarray
    own: np.ndarray
    share: np.ndarray

    def sums(self, values: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return sum of values (n,) times columns (n, q) over the rows at risk at each event time (K, q)."""
        came = sums_by(self.since, len(self.share) + 1, columns[self.kept], self.own * values[self.kept])
        return super().sums(values, columns) + self.share[:, None] * np.cumsum(came, axis=0)[:-1]

    def between(self, steps: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """Return the weighted sum of steps (K, ...) over the event times at which each row is at risk (n, ...).

        ``values`` (n,): numbers that the sums of steps (K, q) are multiplied by.
        """
        found = super().between(steps, values)
        factors = self.own if values is None else self.own * values[self.kept]
        later = self._later(steps)[self.since]
        found[self.kept] += later * factors.reshape(-1, *(1,) * (later.ndim - 1))
        return found

    def between_by(self, codes: np.ndarray, n_codes: int, values: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Return values (n,) times ``between`` of steps (K, q), added up by codes (n,): (n_codes, q), no line a row."""
        came = sparse.coo_array(
            (self.own * values[self.kept], (codes[self.kept], self.since)), shape=(n_codes, len(steps) + 1)
        )
        kept = came.tocsr() @ self._later(steps)
        return super().between_by(codes, n_codes, values, steps) + kept

    def largest(self, values: np.ndarray) -> np.ndarray:
        """Return the largest of values (n,) of the rows at risk at each event time (K,)."""
        came = np.full(len(self.share) + 1, -np.inf)
        np.maximum.at(came, self.since, values[self.kept])
        return np.maximum(super().largest(values), np.maximum.accumulate(came)[:-1])

    def _later(self, steps: np.ndarray) -> np.ndarray:
        """Return the sum of shares times steps (K, ...) from each event time on (K + 1, ...), 0 after the last."""
        shared = (self.share * steps.T).T
        return np.concatenate([np.cumsum(shared[::-1], axis=0)[::-1], np.zeros((1, *steps.shape[1:]))])
