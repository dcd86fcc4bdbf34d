"""Exact intervals that hold together for the shares of a whole in parts, also where only rounded percents are printed.

A share of a multinomial count is a binomial share, so each interval is Clopper and Pearson's; by Bonferroni's
inequality all of them hold at once with at least the confidence asked for, whatever the number counted.

References: Clopper and Pearson (1934) Biometrika 26:404-413; Goodman (1965) Technometrics 7:247-254 (Bonferroni for
multinomial shares). Sison and Glaz (1995) JASA 90:366-369 give shorter intervals, whose confidence is approximate.
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.counts import Bounds, binomial_interval, tail_of

NOISE = 1e-9  # of a count: 0.455 x 200 is not exactly 91 in binary


def simultaneous_intervals(counts: ArrayLike, confidence: float) -> Bounds:
    """Return intervals of the shares of k parts, from the ``counts`` of all parts, that hold together.

    Estimand: the k probabilities, 0 to 1. Each interval is exact at 1 - (1 - confidence) / k, so that at least
    ``confidence`` of samples have every share in its interval. A whole of nobody gives 0 to 1.
    ASSUME: those counted are independent draws from one population. Of a full count of a population there is no
    chance in the shares, and the intervals are about others like these.
    Raises ``ValueError`` for fewer than two parts, counts that are negative, missing or not whole, and for a
    confidence outside (0, 1).
    """
    counted = _whole_counts(counts)
    return _shares_between(counted, counted, confidence)


def counts_that_round_to(percents: ArrayLike, total: int, step: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most that each part can count, if ``total`` in k parts are printed as ``percents`` (k,).

    ``step``: to how many percent was rounded; a half may have gone up or down. Counts are whole and sum to ``total``,
    and every count between the two of a part occurs in some such division. Raises ``ValueError`` for fewer than two
    parts, a total that is no whole number above 0, a step not above 0, and where no counts round to what is printed.

    >>> [ends.tolist() for ends in counts_that_round_to([33, 67], 100)]
    [[33.0, 67.0], [33.0, 67.0]]
    >>> [ends.tolist() for ends in counts_that_round_to([33, 67], 1000)]
    [[325.0, 665.0], [335.0, 675.0]]
    """
    printed = _parts(percents)
    if not (total > 0 and total == int(total) and step > 0):
        raise ValueError(f"the total must be a whole number above 0 and the step above 0, not {total} and {step}")
    least = np.maximum(np.ceil(total * (printed - step / 2) / 100 - NOISE), 0)
    most = np.minimum(np.floor(total * (printed + step / 2) / 100 + NOISE), total)
    if (least > most).any() or not least.sum() <= total <= most.sum():
        raise ValueError(f"no whole counts of {total} round to {printed.tolist()} percent, to the next {step}")
    others_most, others_least = most.sum() - most, least.sum() - least
    return np.maximum(least, total - others_most), np.minimum(most, total - others_least)


def intervals_of_rounded(percents: ArrayLike, total: int, confidence: float, step: float = 1.0) -> Bounds:
    """Return intervals as ``simultaneous_intervals`` has them, of ``total`` printed as ``percents`` (k,).

    Each is the union over all counts that round to what is printed: the confidence is at least the one asked for,
    whichever they were. Assumes and raises what ``simultaneous_intervals`` and ``counts_that_round_to`` do.
    """
    return _shares_between(*counts_that_round_to(percents, total, step), confidence, total)


def _shares_between(least: np.ndarray, most: np.ndarray, confidence: float, total: float | None = None) -> Bounds:
    """Return the low end for the least and the high end for the most of each part: both rise with the count."""
    of = least.sum() if total is None else total
    each = 1 - 2 * tail_of(confidence) / len(least)
    return binomial_interval(least, of, each)[0], binomial_interval(most, of, each)[1]


def _whole_counts(counts: ArrayLike) -> np.ndarray:
    parts = _parts(counts)
    if (parts != parts.round()).any():
        raise ValueError("counts must be whole numbers")
    return parts


def _parts(values: ArrayLike) -> np.ndarray:
    parts = np.asarray(values, dtype="float64")
    if parts.ndim != 1 or len(parts) < 2:
        raise ValueError("a whole needs two parts or more, one number each")
    if not (parts >= 0).all():
        raise ValueError("parts must be 0 or more, and none may be missing")
    return parts
