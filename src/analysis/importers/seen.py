"""What the pieces of a long file have held so far: only together do they say what stands there once more.

A text is remembered as a number of 64 bits, in order: eight bytes each, and a piece is looked for in a few milliseconds
however many came before. Two texts with one number are as unlikely as two ids with one key.
"""

import numpy as np
import polars as pl


class Seen:
    """The different texts of the pieces so far."""

    def __init__(self) -> None:
        """Start with none."""
        self._numbers = np.array([], dtype=np.uint64)

    def are_new(self, texts: pl.Series) -> pl.Series:
        """Return which of ``texts``, those of the next piece, stand there for the first time; a missing one never."""
        is_first = texts.is_first_distinct() & texts.is_not_null()
        places = is_first.arg_true().to_numpy()
        numbers = texts.hash().to_numpy()[places]
        order = np.argsort(numbers)
        ordered = numbers[order]
        at = np.searchsorted(self._numbers, ordered)
        is_new = np.append(self._numbers, 0)[at] != ordered
        is_new |= at == len(self._numbers)
        self._numbers = np.insert(self._numbers, at[is_new], ordered[is_new])
        new = np.zeros(len(texts), dtype=bool)
        new[places[order[is_new]]] = True
        return pl.Series(texts.name, new)
