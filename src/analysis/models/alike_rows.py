"""Rows that are alike, worked out once: of indicators thousands of rows share a few hundred patterns.

What a row adds to a sum over rows is a function of its columns; so is what all rows of a pattern add, times how many
there are or what they weigh. A search that goes through the rows at every step then costs what the patterns cost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SEED = 20260101  # of the factors that tell rows apart; any other gives the same patterns


@dataclass(frozen=True, eq=False)
class AlikeRows:
    """``first`` (P,): the first row of each pattern, in the order of rows; ``of_row`` (n,): the pattern of each."""

    first: np.ndarray
    of_row: np.ndarray

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return values (n,) or (n, q) added up by pattern (P,) or (P, q)."""
        if values.ndim == 1:
            return np.bincount(self.of_row, weights=values, minlength=len(self.first))
        return np.column_stack([self.sums(column) for column in values.T])


def alike_rows(*tables: np.ndarray) -> AlikeRows:
    """Return which rows of ``tables`` (n,) or (n, k) of finite numbers are equal in all of them.

    A sum of each row's numbers times as many factors drawn by lot tells rows apart; should two that differ ever have
    the same sum, numbers are compared one by one.
    """
    rng = np.random.default_rng(SEED)
    keys = sum(table @ rng.random(table.shape[1]) if table.ndim > 1 else table * rng.random() for table in tables)
    found = _by_first(pd.factorize(keys)[0])
    if any((table != table[found.first][found.of_row]).any() for table in tables):
        columns = pd.DataFrame(np.column_stack(tables))
        found = _by_first(columns.groupby(list(columns), sort=False).ngroup().to_numpy())
    return found


def _by_first(codes: np.ndarray) -> AlikeRows:
    """Return the patterns of ``codes`` (n,), numbered from 0 as they come."""
    first = np.empty(codes.max(initial=-1) + 1, dtype="int64")
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return AlikeRows(first, codes)
