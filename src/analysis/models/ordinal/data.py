"""Scores with their design and groups, checked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LEAST_CATEGORIES = 2
INDEPENDENT = 1e-10  # of a singular value beside the largest: below it columns depend on each other


class OrdinalError(ValueError):
    """Scores that cannot be modelled as asked; one sentence says what to change."""


@dataclass(frozen=True)
class Ratings:
    """Scores ``y`` (n,) as 0 to K-1, their ``design`` (n, p) and the number of the first and second group of each.

    ``categories`` (K,) are the scores as given, ``n_groups`` how many groups each of the two factors has: of a factor
    that is left out 0, and its codes are all 0.
    """

    y: np.ndarray
    design: np.ndarray
    categories: np.ndarray
    codes: tuple[np.ndarray, np.ndarray]
    n_groups: tuple[int, int]
    names: tuple[str, ...]


def checked(y: ArrayLike, design: ArrayLike, factors: Sequence[ArrayLike], names: Sequence[str] | None) -> Ratings:
    """Return ratings ready to be fitted.

    Raises ``OrdinalError`` for missing values, shapes that differ, fewer than two distinct scores, columns that depend
    on each other or on the cut points (a constant), a factor with one group, and more or fewer factors than 1 or 2.
    """
    scores, columns = np.asarray(y, dtype="float64"), np.asarray(design, dtype="float64")
    if columns.ndim != 2 or scores.ndim != 1 or len(columns) != len(scores):
        raise OrdinalError("scores must be (n,) and the design (n, p), with a row a score")
    if not (np.isfinite(scores).all() and np.isfinite(columns).all()):
        raise OrdinalError("no score and no covariate may be missing: leave out rows that have one")
    categories, coded = np.unique(scores, return_inverse=True)
    if len(categories) < LEAST_CATEGORIES:
        raise OrdinalError(f"two or more distinct scores are needed, not {len(categories)}: nothing varies")
    _refuse_dependent(columns)
    if len(factors) not in (1, 2):
        raise OrdinalError(f"give one or two factors with an effect of each group, not {len(factors)}")
    pairs = [_coded(factor, len(scores)) for factor in factors]
    if len(pairs) == 1:
        pairs.append((np.zeros(len(scores), dtype="int64"), 0))
    given = tuple(names) if names is not None else tuple(f"x{at + 1}" for at in range(columns.shape[1]))
    return Ratings(coded, columns, categories, (pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1]), given)


def _coded(factor: ArrayLike, n: int) -> tuple[np.ndarray, int]:
    groups, codes = np.unique(np.asarray(factor), return_inverse=True)
    if len(codes) != n:
        raise OrdinalError("a factor must name the group of every score")
    if len(groups) < 2:
        raise OrdinalError("a factor needs two or more groups: with one its effect cannot be told from the cut points")
    return codes, len(groups)


def _refuse_dependent(design: np.ndarray) -> None:
    with_constant = np.column_stack([np.ones(len(design)), design])
    sizes = np.linalg.norm(with_constant, axis=0)
    values = np.linalg.svd(with_constant / np.where(sizes > 0, sizes, 1), compute_uv=False)
    if (sizes == 0).any() or values[-1] < INDEPENDENT * values[0]:
        raise OrdinalError("a column of the design is constant or follows from others: leave it out")
