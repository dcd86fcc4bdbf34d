"""The curvature of effects of two crossed factors, kept where a group of one meets a group of the other.

H is two diagonals, D (G1,) of the first factor and A (G2,) of the second, and C (G1, G2) between them. A child is rated
by one or two agencies, so C has little more than G1 entries that are not 0. The pairs of entries of a child are found
once, and the complement A - C' D^-1 C and the entries of H^-1 that are asked for are sums over these pairs. Only the
complement, (G2, G2), is kept whole.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from analysis.models.ordinal.data import Ratings


@dataclass(frozen=True)
class Crossing:
    """Where two factors meet: E entries, each of a ``first`` and a ``second`` group (E,), and that of every unit (n,).

    ``left`` and ``right`` (P,) are the pairs of entries of one first group, either way round and with themselves.
    """

    n_groups: tuple[int, int]
    codes: tuple[np.ndarray, np.ndarray]
    of_unit: np.ndarray
    first: np.ndarray
    second: np.ndarray
    left: np.ndarray
    right: np.ndarray

    @classmethod
    def of(cls, ratings: Ratings) -> "Crossing":
        """Return where the factors of ratings meet: nowhere, if there is one factor only."""
        n_second = ratings.n_groups[1]
        if not n_second:
            nothing = np.zeros(0, dtype="int64")
            return cls(ratings.n_groups, ratings.codes, nothing, nothing, nothing, nothing, nothing)
        places, of_unit = np.unique(ratings.codes[0] * n_second + ratings.codes[1], return_inverse=True)
        first, second = np.divmod(places, n_second)
        sizes = np.bincount(first, minlength=ratings.n_groups[0])
        repeats = sizes[first]  # entries stand in the order of their first group
        left = np.repeat(np.arange(len(first)), repeats)
        starts = np.repeat(np.cumsum(sizes) - sizes, sizes**2)
        within = np.arange(len(left)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        return cls(ratings.n_groups, ratings.codes, of_unit, first, second, left, starts + within)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return sums (E,) of values (n,) of units over the entries."""
        return np.bincount(self.of_unit, values, len(self.first)) if len(self.first) else np.zeros(0)


@dataclass(frozen=True)
class Curvature:
    """H at effects: ``first`` D (G1,), ``scaled`` D^-1 C at entries (E,), the complement's ``factor``, log det H."""

    crossing: Crossing
    first: np.ndarray
    scaled: np.ndarray
    factor: np.ndarray
    log_determinant: float

    @classmethod
    def of(cls, crossing: Crossing, first: np.ndarray, between: np.ndarray, second: np.ndarray) -> "Curvature":
        """Return the curvature of diagonals (G1,) and (G2,) and what is ``between`` them at the entries (E,)."""
        n_second = crossing.n_groups[1]
        log_determinant = float(np.log(first).sum())
        if not n_second:
            return cls(crossing, first, between, np.zeros((0, 0)), log_determinant)
        scaled = between / first[crossing.first]
        places = crossing.second[crossing.left] * n_second + crossing.second[crossing.right]
        shared = np.bincount(places, between[crossing.left] * scaled[crossing.right], n_second**2)
        factor = cho_factor(np.diag(second) - shared.reshape(n_second, n_second), lower=True)[0]
        return cls(crossing, first, scaled, factor, log_determinant + float(2 * np.log(np.diag(factor)).sum()))

    def solved(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return H^-1 times a vector given in its two parts, (G1,) and (G2,), in two such parts."""
        at, n = self.crossing, self.crossing.n_groups
        if not n[1]:
            return first / self.first, second
        of_second = self._inverse_times(second - np.bincount(at.second, self.scaled * first[at.first], n[1]))
        return first / self.first - np.bincount(at.first, self.scaled * of_second[at.second], n[0]), of_second

    def inverse_of_units(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the entries of H^-1 of every unit's two groups (n,): first with first, second with second, both."""
        at, codes, n = self.crossing, self.crossing.codes, self.crossing.n_groups
        if not n[1]:
            nothing = np.zeros(len(codes[0]))
            return (1 / self.first)[codes[0]], nothing, nothing
        inverse = self._inverse
        pulled = self.scaled[at.left] * inverse[at.second[at.left], at.second[at.right]]
        within = np.bincount(at.right, pulled, len(at.second))
        of_first = 1 / self.first + np.bincount(at.first, within * self.scaled, n[0])
        return of_first[codes[0]], np.diag(inverse)[codes[1]], -within[at.of_unit]

    @cached_property
    def _inverse(self) -> np.ndarray:
        return self._inverse_times(np.eye(self.crossing.n_groups[1]))

    def _inverse_times(self, values: np.ndarray) -> np.ndarray:
        return cho_solve((self.factor, True), values)
