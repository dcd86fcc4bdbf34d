"""Reach: whom a threshold of risk misses, and how many a choice of places by their predicted risk reaches.

Thresholds and choices are taken as given, so errors are those of a share in a domain, linearised. Take intervals on
the logit scale.
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.prediction.judged import Judged
from analysis.models.survey.linearised import Estimated
from analysis.models.survey.means import mean


def missed(judged: Judged, thresholds: ArrayLike) -> Estimated:
    """Return the share (k,) of those with the outcome whose predicted risk is below each of ``thresholds`` (k,).

    Estimand: 1 less the sensitivity, in the population. ASSUME: predictions do not rest on the row's own outcome.
    """
    is_below = judged.risks[:, None] < np.atleast_1d(np.asarray(thresholds, dtype="float64"))
    return mean(is_below, judged.design, judged.outcome == 1)


def flagged(judged: Judged, thresholds: ArrayLike) -> Estimated:
    """Return the share (k,) of everyone whose predicted risk is at least each of ``thresholds`` (k,)."""
    is_at_least = judged.risks[:, None] >= np.atleast_1d(np.asarray(thresholds, dtype="float64"))
    return mean(is_at_least, judged.design, judged.domain)


def chosen_clusters(judged: Judged, shares: ArrayLike) -> np.ndarray:
    """Return which part (G, k) of each first-stage cluster is chosen, those with the highest mean predicted risk first.

    ``shares`` (k,): of the population that the chosen clusters are to hold; the last one is chosen in part.
    """
    codes, n_clusters = judged.design.clusters[0], judged.design.n_clusters
    size = np.bincount(codes, weights=judged.weights, minlength=n_clusters)
    expected = np.bincount(codes, weights=judged.weights * judged.risks, minlength=n_clusters)
    risk = np.divide(expected, size, out=np.zeros(n_clusters), where=size > 0)
    order = np.argsort(-risk, kind="stable")
    before = np.cumsum(size[order]) - size[order]
    left = np.asarray(shares, dtype="float64") * size.sum() - before[:, None]
    chosen = np.empty(left.shape)
    chosen[order] = np.clip(np.divide(left, size[order][:, None], where=size[order][:, None] > 0, out=left), 0, 1)
    return chosen


def reached_in_clusters(judged: Judged, chosen: np.ndarray) -> Estimated:
    """Return the share (k,) of those with the outcome who live in the clusters ``chosen`` (G, k), in part or whole.

    A choice by chance would reach the share of the population that it holds. ASSUME: as ``missed``; clusters of the
    survey are like those that are to be chosen from (villages, say), and their mean is predicted from like numbers of
    rows.
    """
    return mean(chosen[judged.design.clusters[0]], judged.design, judged.outcome == 1)
