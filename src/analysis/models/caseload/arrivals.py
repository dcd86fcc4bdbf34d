"""Children who arrive: how many together, in which step and area; a closure, or a week's referrals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Groups of children: the ``step`` and ``area`` they arrive in and their number ``n``, ints (R, G) or (G,)."""

    step: np.ndarray
    area: np.ndarray
    n: np.ndarray


def arrivals_at_rates(rates: ArrayLike, rng: np.random.Generator) -> Arrivals:
    """Return Poisson numbers of children by step and area.

    ``rates`` (R, S, A): children expected. ASSUME: children arrive independently of each other; siblings, and children
    of one facility, do not: use ``arrivals_of_closures``. Raises ``ValueError`` for rates below 0 or missing.
    """
    expected = np.asarray(rates, dtype="float64")
    if expected.ndim != 3 or not (expected >= 0).all():
        raise ValueError("rates of arrival are of 0 or more, by replication, step and area")
    step, area = np.indices(expected.shape[1:]).reshape(2, -1)
    return Arrivals(step, area, rng.poisson(expected).reshape(len(expected), -1))


def arrivals_of_closures(
    n_children: ArrayLike, n_facilities: int, step_share: ArrayLike, area_share: ArrayLike, rng: np.random.Generator
) -> Arrivals:
    """Return the children of ``n_facilities`` that close, each at one time in one area.

    ``n_children`` (R,) are spread over the facilities as if each child had chosen one by chance. ``step_share`` (S,)
    and ``area_share`` (A,) are probabilities. ASSUME: facilities close independently, wherever and how large they are.
    Raises ``ValueError`` for shares that do not sum to 1 and for no facilities.
    """
    total = np.atleast_1d(np.asarray(n_children, dtype="int64"))
    if n_facilities < 1 or (total < 0).any():
        raise ValueError("closures need at least one facility and numbers of children of 0 or more")
    shape = len(total), n_facilities
    step, area = (rng.choice(len(share), shape, p=share) for share in (_shares(step_share), _shares(area_share)))
    return Arrivals(step, area, rng.multinomial(total, np.full(n_facilities, 1 / n_facilities)))


def _shares(values: ArrayLike) -> np.ndarray:
    shares = np.asarray(values, dtype="float64")
    if not (shares >= 0).all() or abs(shares.sum() - 1) > 1e-9:
        raise ValueError("shares of steps and areas must be 0 or more and sum to 1")
    return shares / shares.sum()
