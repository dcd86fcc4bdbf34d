"""Posts of workers: where, filled when, and how long training, staying and replacing take.

Reference: Balinski and Young (1982) Fair Representation, appendix A (rules that give out seats; Webster's is here).
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Posts:
    """Posts that are filled, left and filled again.

    Of each post (N,): its ``area``, the ``start`` step at which it is first filled, and whether its first worker counts
    at once, ``is_trained``. Of each replication (R,): ``training_steps`` before a worker counts, the ``leaving_rate``
    per step, and ``vacancy_steps`` until the next is hired, who is trained again.
    """

    area: np.ndarray
    start: np.ndarray
    is_trained: np.ndarray
    training_steps: np.ndarray
    leaving_rate: np.ndarray
    vacancy_steps: np.ndarray

    @property
    def n(self) -> int:
        """Posts, N."""
        return len(self.area)


def allotted(shares: ArrayLike, n_posts: int) -> np.ndarray:
    """Return the areas (n_posts,) of posts given out one after the other by ``shares`` of the work (A,).

    Each goes to the area with the largest share per 2 k + 1, k the posts it has (Webster, Sainte-Lague): the first n
    are the nearest to proportional that n can be, and more posts never take one away. Raises ``ValueError`` for shares
    below 0 or none above it.
    """
    share = np.asarray(shares, dtype="float64")
    if share.ndim != 1 or not (share >= 0).all() or not share.sum() > 0:
        raise ValueError("shares of work by area must be 0 or more, with one above 0")
    claims = [(-float(value), area, 0) for area, value in enumerate(share) if value > 0]
    heapq.heapify(claims)
    return np.array([_next_area(claims, share) for _ in range(n_posts)], dtype="int64")


def _next_area(claims: list[tuple[float, int, int]], share: np.ndarray) -> int:
    _, area, held = claims[0]
    heapq.heapreplace(claims, (-share[area] / (2 * held + 3), area, held + 1))
    return area
