"""Weights: who is whose neighbour, as a sparse n x n array with a zero diagonal. A place without any is an island."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

Pairs = Iterable[tuple[str, str]]


def pair_weights(pairs: Pairs, codes: Sequence[str]) -> csr_array:
    """Return binary symmetric weights: 1 between the two places of each of ``pairs``, in the order of ``codes``.

    A pair may be given once or both ways round. Raises ``ValueError`` for a code given twice, a pair with a code that
    is not among ``codes``, and a place paired with itself.
    """
    row_of = _rows(codes)
    both = {(one, other) for pair in pairs for one, other in (tuple(pair), tuple(pair)[::-1])}
    if unknown := {code for pair in both for code in pair} - set(row_of):
        raise ValueError(f"pairs name places that are not among the codes: {', '.join(sorted(map(str, unknown)))}")
    if itself := [one for one, other in both if one == other]:
        raise ValueError(f"{itself[0]!r} is paired with itself")
    at = np.array([(row_of[one], row_of[other]) for one, other in sorted(both)], dtype="int64").reshape(-1, 2)
    return csr_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(codes), len(codes)))


def block_weights(groups: Sequence[str] | np.ndarray, neighbours: Pairs = (), between: float = 0.0) -> csr_array:
    """Return weights of places known only by their group: 1 within a group, ``between`` across neighbouring groups.

    For districts without outlines: ``groups`` (n,) is the province of each, ``neighbours`` pairs of provinces. With
    ``between`` 0 the only place of a group is an island. Raises ``ValueError`` for ``between`` outside 0 to 1.
    """
    if not 0 <= between <= 1:
        raise ValueError(f"the weight between groups must lie between 0 and 1, not {between}")
    names, group_of = np.unique(np.asarray(groups, dtype="str"), return_inverse=True)
    known = set(names)
    present = [pair for pair in neighbours if set(pair) <= known]
    of_groups = np.eye(len(names)) + between * pair_weights(present, list(names)).toarray()
    of_places = of_groups[np.ix_(group_of, group_of)]
    np.fill_diagonal(of_places, 0.0)
    return csr_array(of_places)


def row_standardised(weights: csr_array) -> csr_array:
    """Return ``weights`` with each row divided by its sum: the lag of a value is then the mean of its neighbours.

    The empty row of an island stays empty.

    >>> row_standardised(pair_weights([("a", "b"), ("b", "c")], "abc")).toarray().tolist()
    [[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]]
    """
    sums = np.asarray(weights.sum(axis=1), dtype="float64")
    scale = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
    return csr_array(weights.multiply(scale[:, None]))


def checked(values: ArrayLike, weights: csr_array) -> tuple[np.ndarray, csr_array, np.ndarray]:
    """Return values and weights of the places that have a neighbour, and which these are.

    An island says nothing about how alike neighbours are, so it enters neither the mean nor the number of places.
    Raises ``ValueError`` for a missing value, a shape that does not fit, a diagonal that is not zero, a negative
    weight, fewer than four places with a neighbour, and values that are all the same.
    """
    numbers = np.asarray(values, dtype="float64")
    weights = csr_array(weights, dtype="float64")
    if numbers.ndim != 1 or weights.shape != (len(numbers), len(numbers)):
        raise ValueError(f"{numbers.shape} values do not fit weights of {weights.shape}")
    if not np.isfinite(numbers).all():
        raise ValueError("no value may be missing: leave the place out of the values and of the weights")
    if weights.diagonal().any() or (weights.data < 0).any():
        raise ValueError("no place is its own neighbour, and no weight is negative")
    is_linked = np.asarray((weights.sum(axis=0) + weights.sum(axis=1)) > 0)
    kept = numbers[is_linked]
    if len(kept) < 4:  # the variance of Moran's I divides by n - 3
        raise ValueError(f"only {len(kept)} places have a neighbour; at least 4 are needed")
    if np.ptp(kept) <= 1e-12 * np.abs(kept).max():
        raise ValueError("all values are the same: there is nothing by which neighbours could be alike")
    return kept, weights[is_linked][:, is_linked], is_linked


def _rows(codes: Sequence[str]) -> dict[str, int]:
    row_of = {code: row for row, code in enumerate(codes)}
    if len(row_of) != len(codes):
        raise ValueError("a place stands twice among the codes")
    return row_of
