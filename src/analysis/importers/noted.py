"""Places of rows that were noted in parts: eight bytes each in their order, and no table of hashes beside them."""

from collections.abc import Sequence

import numpy as np
import polars as pl


def once_each(parts: Sequence[pl.Series]) -> np.ndarray:
    """Return the places of all ``parts``, each once, in their order."""
    noted = np.sort(np.concatenate([np.empty(0, np.uint64), *(part.to_numpy() for part in parts)]))
    return noted[np.append(True, noted[1:] != noted[:-1])[: len(noted)]]


def are_among(places: np.ndarray, noted: np.ndarray) -> np.ndarray:
    """Return which of ``places`` are among ``noted``, which stand in their order and once each."""
    at = np.searchsorted(noted, places)
    is_inside = at < len(noted)
    return is_inside & (noted[np.where(is_inside, at, 0)] == places) if len(noted) else is_inside
