"""Candidate pairs of rows as arrays: which rows, the levels they come to, and which two lists they lie in."""

from dataclasses import dataclass

import numpy as np

from analysis.models.linkage.candidates import candidate_pairs
from analysis.models.linkage.coded import Rows
from analysis.models.linkage.comparisons import compared


@dataclass(frozen=True)
class Pairs:
    """Rows ``a`` < ``b`` in order, ``levels`` (n_pairs, n_comparisons), ``of_lists``: first list * n_lists + second."""

    a: np.ndarray
    b: np.ndarray
    levels: np.ndarray
    of_lists: np.ndarray
    is_within: np.ndarray

    @classmethod
    def candidates(cls, rows: Rows) -> "Pairs":
        """Return all pairs worth a comparison, compared."""
        a, b = candidate_pairs(rows)
        one, other = np.minimum(rows.lists[a], rows.lists[b]), np.maximum(rows.lists[a], rows.lists[b])
        return cls(a, b, compared(rows, a, b), one.astype(np.int32) * len(rows.list_ids) + other, one == other)

    def keys(self, n_rows: int) -> np.ndarray:
        """Return one number for each pair, in order."""
        return self.a.astype(np.int64) * n_rows + self.b

    def kept(self, which: np.ndarray) -> "Pairs":
        """Return the pairs for which ``which`` (n_pairs,) is true."""
        return Pairs(self.a[which], self.b[which], self.levels[which], self.of_lists[which], self.is_within[which])
