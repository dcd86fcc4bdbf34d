"""Groups rated alike, kept once: scores are few, so thousands of children share a few hundred patterns of ratings.

What a group adds to the likelihood hangs on its ratings alone, in whatever order. Of groups with the same rows of
design and scores one is kept, with how many there are, and the likelihood costs what the patterns cost.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.models.ordinal.data import Ratings

LONGEST = (
    100  # ratings of a group: groups with more are hardly alike, and looking for it would cost more than it spares
)


@dataclass(frozen=True)
class Patterns:
    """Ratings of one group a pattern, in their order; ``counts`` (P,) of groups, ``of_group`` (G,) its pattern."""

    ratings: Ratings
    counts: np.ndarray
    of_group: np.ndarray


def of_groups(ratings: Ratings) -> Patterns:
    """Return the patterns of the groups of the first factor, which must be the only one."""
    kinds = _same_rows(np.column_stack([ratings.design, ratings.y]))
    order = np.lexsort((kinds, ratings.codes[0]))
    sizes = np.bincount(ratings.codes[0], minlength=ratings.n_groups[0])
    of_group = _patterns(kinds[order], ratings.codes[0][order], sizes)
    _, kept, counts = np.unique(of_group, return_index=True, return_counts=True)
    number = np.full(len(sizes), -1)
    number[kept] = np.arange(len(kept))
    codes = number[ratings.codes[0]]
    rows = order[codes[order] >= 0]
    rows = rows[np.argsort(codes[rows], kind="stable")]
    of_patterns = replace(
        ratings,
        y=ratings.y[rows],
        design=ratings.design[rows],
        codes=(codes[rows], np.zeros(len(rows), dtype="int64")),
        n_groups=(len(kept), 0),
    )
    return Patterns(of_patterns, counts, of_group)


def _patterns(kinds: np.ndarray, codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the pattern (G,) of each group, whose rows are of ``kinds`` (n,), sorted within groups."""
    if sizes.max() > LONGEST:
        return np.arange(len(sizes))
    table = np.full((len(sizes), sizes.max()), -1)
    table[codes, np.arange(len(codes)) - (np.cumsum(sizes) - sizes)[codes]] = kinds
    return _same_rows(table)


def _same_rows(table: np.ndarray) -> np.ndarray:
    """Return a number (n,) for each row of a table (n, k): the same for rows that are equal."""
    rows = pd.DataFrame(table)
    return rows.groupby(list(rows.columns), sort=False).ngroup().to_numpy()
