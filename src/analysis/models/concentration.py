"""Concentration of people in clusters over places: the curve, the Gini index, the share of the fullest places.

The curve starts with the places that have most per inhabitant: its height at x is the share of the counted people who
live in the places with the highest rates that hold a share x of the population. The Gini index is twice the area
between the curve and the diagonal: 0 where every place has the same rate.

What is seen is more concentrated than the rates behind it: chance alone puts more in some places than in others, and
resampling what was seen adds the same chance once more. So the intervals here invert a test instead (``behind``).

References: Kakwani (1977) Econometrica 45:719-727 (the curve of one amount over another); Efron (1985) Biometrika
72:45-58 (why percentiles of resamples fail where the estimate is biased).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

Statistic = Callable[[np.ndarray], np.ndarray]  # totals (draws, places) -> one number a draw

MOST_SPREAD = 3.0  # deviations of rates from their mean are sought up to so many times those seen
HALVINGS = 16  # of the range above: the factor is then known to 0.00005


def curve(totals: ArrayLike, population: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of the population and of the totals, both cumulated from the highest rate on, from 0 to 1.

    Shapes: (places,) in, (places + 1,) out. Places with the same rate make one straight line in any order.
    Raises ``ValueError`` for negative or missing totals, a total of nothing, a population not above 0.
    """
    amounts, people = _checked(totals, population)
    order = np.argsort(-amounts / people, kind="stable")
    return _cumulated(people[order]), _cumulated(amounts[order])


def gini(totals: ArrayLike, population: ArrayLike) -> np.ndarray:
    """Return the Gini index of the rates totals / population, weighted by population: 0 (all alike) to below 1.

    Shapes: totals (..., places), population (places,); one index for each leading position.
    Raises ``ValueError`` as ``curve`` does.

    >>> gini([[10, 10], [20, 0]], [100, 100]).tolist()  # alike everywhere; all in one of two places
    [0.0, 0.5]
    """
    amounts, people = _checked(totals, population)
    order = np.argsort(-amounts / people, axis=-1, kind="stable")
    heights = np.take_along_axis(amounts, order, -1)
    widths = people[order] / people.sum()
    above = np.cumsum(heights, -1) / heights.sum(-1, keepdims=True)
    below = above - heights / heights.sum(-1, keepdims=True)
    return (widths * (above + below)).sum(-1) - 1


def share_of_fullest(totals: ArrayLike, n_places: int) -> np.ndarray:
    """Return the share of all in the ``n_places`` places with the largest totals; (..., places) in, (...) out.

    >>> float(share_of_fullest([5, 3, 2], 1))
    0.5
    """
    amounts = np.sort(np.asarray(totals, dtype="float64"), -1)
    return amounts[..., -n_places:].sum(-1) / amounts.sum(-1)


def behind(
    statistic: Statistic,
    sizes: ArrayLike,
    places: ArrayLike,
    population: ArrayLike,
    confidence: float,
    n_draws: int,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return (estimate, low, high) of a ``statistic`` of the rates that lie behind clusters of people in places.

    Worlds are compared in which the rate of each place deviates f times as far from the common rate as was seen, and
    never below 0; at f = 0 all rates are alike. In each, as many clusters as there are fall into places by these rates
    and take sizes from those seen. The interval holds the statistic of the worlds in which what was seen is neither
    among the lowest nor the highest ``(1 - confidence) / 2`` of draws; the estimate is that of the world in which it is
    the median.

    Estimand: ``statistic`` of the expected totals. ASSUME: clusters fall into places independently of each other and
    of their size, and their sizes are alike everywhere. Shapes: sizes and places (clusters,), places numbered from 0;
    population (places,). An end that no world reaches is the statistic of the outermost one.
    Raises ``ValueError`` as ``curve`` does and for a confidence outside (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    size, at, people = np.asarray(sizes, dtype="float64"), np.asarray(places, dtype="int64"), np.asarray(population)
    seen, people = _checked(np.bincount(at, size, len(people)), people)
    shape = (n_draws, len(size))
    uniforms, drawn = rng.random(shape), rng.choice(size, shape)  # the same in every world: ends move smoothly
    tails = (0.5, (1 + confidence) / 2, (1 - confidence) / 2)
    found = [_world_with(statistic, seen, people, uniforms, drawn, tail) for tail in tails]
    return found[0], found[1], found[2]


def _world_with(
    statistic: Statistic, seen: np.ndarray, people: np.ndarray, uniforms: np.ndarray, drawn: np.ndarray, tail: float
) -> float:
    """Return the statistic of the world whose draws have what was seen as their quantile ``tail``."""
    target, low, high = float(statistic(seen[None])[0]), 0.0, MOST_SPREAD
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        draws = _totals(_expected(seen, people, middle), uniforms, drawn)
        low, high = (middle, high) if np.quantile(statistic(draws), tail) < target else (low, middle)
    return float(statistic(_expected(seen, people, (low + high) / 2)[None])[0])


def _expected(seen: np.ndarray, people: np.ndarray, factor: float) -> np.ndarray:
    common = seen.sum() / people.sum()
    return np.clip(common + factor * (seen / people - common), 0, None) * people


def _totals(expected: np.ndarray, uniforms: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return the totals of places, (draws, places), of clusters that fall into them as is ``expected``."""
    ends = np.cumsum(expected) / expected.sum()
    at = np.minimum(np.searchsorted(ends, uniforms, side="right"), len(expected) - 1)
    at += len(expected) * np.arange(len(uniforms))[:, None]
    return np.bincount(at.ravel(), drawn.ravel(), len(uniforms) * len(expected)).reshape(len(uniforms), -1)


def _cumulated(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values) / values.sum()])


def _checked(totals: ArrayLike, population: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    amounts, people = np.asarray(totals, dtype="float64"), np.asarray(population, dtype="float64")
    if not (amounts >= 0).all() or not (amounts.sum(-1) > 0).all():
        raise ValueError("totals must be 0 or more, none missing, and not all 0")
    if not (people > 0).all() or people.ndim != 1 or amounts.shape[-1] != len(people):
        raise ValueError("every place needs a population above 0")
    return amounts, people
