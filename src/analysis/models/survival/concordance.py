"""Concordance: of two children of whom one is the first to have the event, is the higher risk predicted to that one?

0.5 is guessing, 1 a perfect order. Harrell's index takes all pairs whose order is known, and so depends on how long
rows are followed; Uno's weighs pairs by one over the squared chance of not being censored before, up to a horizon, and
does not. Where ends compete, give the time of another end as endless (``np.inf``): who ended otherwise first never has
the event, and is told apart from one who has it later (Wolbers).

References: Harrell et al. (1996) Stat Med 15:361-387; Uno et al. (2011) Stat Med 30:1105-1117; Wolbers et al. (2009)
Epidemiology 20:555-561. Held to R's ``survival::concordance`` (3.5-3) in the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import expit, logit

from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.counting import coded
from analysis.models.survival.ranked_sums import sums_below

WeightAt = Callable[[np.ndarray], np.ndarray]  # of pairs, at the time of the first of the two


@dataclass(frozen=True)
class Concordance:
    """``estimate`` and ``standard_error`` of the index; ``n_pairs`` compared (weighted), from ``n_clusters``."""

    estimate: float
    standard_error: float
    n_pairs: float
    n_clusters: int

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval on the logit scale, Student's t with one degree of freedom less than clusters."""
        spread = self.estimate * (1 - self.estimate)
        if self.n_clusters < 2 or not spread > 0:
            return 0.0, 1.0
        half_width = stats.t.isf((1 - confidence) / 2, self.n_clusters - 1) * self.standard_error / spread
        low, high = expit(logit(self.estimate) + np.array([-half_width, half_width]))
        return float(low), float(high)


def harrell(
    entry: ArrayLike, exit_: ArrayLike, event: ArrayLike, risk: ArrayLike, clusters: ArrayLike | None = None
) -> Concordance:
    """Return the share of comparable pairs in which the one with the earlier event has the higher ``risk`` (n,).

    Comparable: one has the event while the other is under observation and stays on; equal risks count half, events of
    the same day not at all. The standard error is the infinitesimal jackknife over ``clusters`` (rows, if not given).
    ASSUME: censoring says nothing of the risk. Raises ``NotEstimableError`` where no pair can be compared.
    """
    return _index(_arrays(entry, exit_, event, risk), np.ones_like, np.inf, clusters)


def uno(
    exit_: ArrayLike, event: ArrayLike, risk: ArrayLike, horizon: float, clusters: ArrayLike | None = None
) -> Concordance:
    """Return Uno's index of events up to ``horizon``; delayed entry has no such index, so none is taken.

    Arguments as ``harrell``. Pairs weigh 1 / G(t)^2, G the product-limit chance not to be censored before t. Standard
    error as ``harrell``, the weights taken as known. ASSUME: censoring depends neither on the risk nor on what is to
    come. Raises ``ValueError`` as ``harrell``.
    """
    rows = _arrays(np.full(np.shape(exit_), -np.inf), exit_, event, risk)
    return _index(rows, lambda times: 1 / _uncensored_before(rows, times) ** 2, horizon, clusters)


def _arrays(entry: ArrayLike, exit_: ArrayLike, event: ArrayLike, risk: ArrayLike) -> tuple[np.ndarray, ...]:
    start, end, score = (np.asarray(values, dtype="float64") for values in (entry, exit_, risk))
    if np.isnan(end).any() or not np.isfinite(score).all():
        raise ValueError("times and risks must be known: leave rows without them out")
    return start, end, np.asarray(event).astype(bool), score


def _index(
    rows: tuple[np.ndarray, ...], weight_at: WeightAt, horizon: float, clusters: ArrayLike | None
) -> Concordance:
    pairs = _pairs(rows, weight_at, horizon)
    if not pairs.n > 0:
        raise NotEstimableError("no two rows can be compared: nobody with the event while another is still followed")
    estimate = pairs.n_right / pairs.n
    influence = (pairs.right - estimate * pairs.all) / pairs.n
    codes, labels = coded(np.arange(len(influence)) if clusters is None else clusters, len(influence), "cluster")
    by_cluster = np.bincount(codes, influence, len(labels))
    return Concordance(float(estimate), float(np.sqrt(by_cluster @ by_cluster)), float(pairs.n), len(labels))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Weight of the pairs in the right order, ``n_right``, and of all, ``n``; of each row's pairs (n,) the same.

    Each pair is in two rows.
    """

    n_right: float
    n: float
    right: np.ndarray
    all: np.ndarray


def _pairs(rows: tuple[np.ndarray, ...], weight_at: WeightAt, horizon: float) -> _Pairs:
    entry, end, event, risk = rows
    first = np.flatnonzero(event & (end <= horizon))
    first = first[np.argsort(end[first], kind="stable")]
    weights, days = weight_at(end[first]), np.unique(end[first])
    number, rank = np.searchsorted(days, end[first]), np.unique(risk, return_inverse=True)[1]
    joins = np.searchsorted(days, entry, side="right")  # the first day on which a row is compared, and the first after
    leaves = np.where(event, np.searchsorted(days, end, side="left"), np.searchsorted(days, end, side="right"))
    leaves = np.maximum(leaves, joins)
    before = np.concatenate([[0.0], np.cumsum(weights)])
    of_first = np.zeros((2, len(first)))  # right and all, of the row with the event
    right, every = np.zeros((2, len(end)))
    for bound, sign in ((joins, 1), (leaves, -1)):
        order = np.argsort(bound, kind="stable")
        n_others = np.searchsorted(bound[order], number, side="right")
        below, equal = sums_below(rank[order], np.ones(len(order)), n_others, rank[first])
        of_first += sign * np.array([below + 0.5 * equal, n_others])
        n_events = np.searchsorted(number, bound, side="left")
        below, equal = sums_below(rank[first], weights, n_events, rank)
        right -= sign * (before[n_events] - below - 0.5 * equal)
        every -= sign * before[n_events]
    of_first *= weights
    right[first] += of_first[0]
    every[first] += of_first[1]
    n_right, n_all = of_first.sum(axis=1)
    return _Pairs(n_right, n_all, right, every)


def _uncensored_before(rows: tuple[np.ndarray, ...], times: np.ndarray) -> np.ndarray:
    """Return the product-limit chance not to be censored before each of ``times``; events come first on a day."""
    _, end, event, _ = rows
    days, n_censored = np.unique(end[~event & np.isfinite(end)], return_counts=True)
    ends, events = np.sort(end), np.sort(end[event])
    n_left = len(end) - np.searchsorted(ends, days, side="left")
    n_left = n_left - (np.searchsorted(events, days, side="right") - np.searchsorted(events, days, side="left"))
    return np.concatenate([[1.0], np.cumprod(1 - n_censored / n_left)])[np.searchsorted(days, times, side="left")]
