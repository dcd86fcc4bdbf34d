"""Histories: on which lists a unit stands, in the one order that all counts of this package have."""

import itertools

import numpy as np


def histories(n_lists: int) -> np.ndarray:
    """Return the histories a unit on any list can have, (2^n_lists - 1, n_lists): 1 if on the list, else 0.

    The first list changes fastest: of two lists first only, second only, both. Raises ``ValueError`` below two lists.

    >>> histories(2).tolist()
    [[1, 0], [0, 1], [1, 1]]
    """
    if n_lists < 2:
        raise ValueError(f"one list alone does not tell what it misses: at least 2 are needed, not {n_lists}")
    every = [history[::-1] for history in itertools.product((0, 1), repeat=n_lists)]
    return np.array(every[1:])


def checked_counts(counts: np.ndarray, n_lists: int) -> np.ndarray:
    """Return ``counts`` (..., strata, histories) as floats; raise ``ValueError`` if they are none of ``n_lists``."""
    counts = np.asarray(counts, dtype="float64")
    n_histories = len(histories(n_lists))
    if counts.ndim < 2 or counts.shape[-1] != n_histories:
        raise ValueError(f"{n_lists} lists have {n_histories} histories by stratum; the counts have {counts.shape}")
    if not (counts >= 0).all():
        raise ValueError("counts must be 0 or more, and none may be missing")
    return counts


def checked_continuity(continuity: float) -> float:
    """Return ``continuity``; raise ``ValueError`` if it is not above 0."""
    if not continuity > 0:
        raise ValueError(f"the continuity must be above 0, not {continuity}")
    return continuity
