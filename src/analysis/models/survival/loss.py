"""Loss to follow-up: what the incidence could be, whatever happened to those lost, and what it is if they are alike.

Three answers to one question. ``loss_bounds`` assumes nothing of the lost: none had the event (best), all had it on the
day they were lost (worst). ``weighted_incidence`` assumes that children lost are like those still seen who share their
covariates, and weights the latter up by the inverse probability of not being lost. The incidence of ``incidence``
itself assumes that they are like all others still seen.
References: Horowitz and Manski (2000) JASA 95:77-84 (bounds); Robins and Finkelstein (2000) Biometrics 56:779-788
(inverse probability of censoring weights).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.survival.cluster_draws import draws_of
from analysis.models.survival.counting import ObservationError, Observed, observed, times_of_events
from analysis.models.survival.incidence import Incidence, checked_times, coded_clusters, incidence
from analysis.models.survival.incidence_intervals import effective_clusters
from analysis.models.survival.influence import reached_by
from analysis.models.survival.loss_model import LossModel, fit_loss, weighted_counts
from analysis.models.survival.replicated import Replicated


@dataclass(frozen=True, eq=False)
class LossBounds:
    """``best``: nobody lost had the event; ``worst``: all had it when lost. ``n_lost`` (T,): lost before each time."""

    best: Incidence
    worst: Incidence
    of_cause: int
    n_lost: np.ndarray

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Return ends (T,) that hold the incidence whatever happened to the lost, chance among the others included."""
        column = self.of_cause - 1
        return self.best.interval(confidence)[0][:, column], self.worst.interval(confidence)[1][:, column]


@dataclass(frozen=True, eq=False)
class WeightedIncidence:
    """``replicated``: estimates (1, T, K + 1) with replicates in which the loss model is fitted anew.

    ``model``: who is lost. ``largest_weight`` (T,): the largest weight of a row at risk, over their mean.
    ``n_effective`` (T,): rows of one weight that would tell as much as those at risk.
    """

    replicated: Replicated
    model: LossModel
    largest_weight: np.ndarray
    n_effective: np.ndarray


def loss_bounds(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    times: ArrayLike,
    is_lost: ArrayLike,
    until: ArrayLike,
    of_cause: int = 1,
    clusters: ArrayLike | None = None,
) -> LossBounds:
    """Return the incidence of ``of_cause`` if none, and if all, of those lost had it, on the day that they were lost.

    ``is_lost`` (n,): censored because contact was lost, not because the study ended. ``until`` (n,): the time to which
    a lost row would have been observed (the end of the records); used for lost rows only. Other arguments as
    ``incidence``. Raises ``ObservationError`` for a lost row with an event or with ``until`` before its exit.
    """
    rows, at = observed(entry, exit, cause, n_causes), checked_times(times)
    lost = _lost(is_lost, rows)
    end = np.broadcast_to(np.asarray(until, dtype="float64"), rows.exit.shape)
    if not (end >= rows.exit)[lost].all():
        raise ObservationError("a lost row would have been observed until a time that is missing or before it was lost")
    stays = np.where(lost, end, rows.exit)
    returns = np.where(lost, of_cause, rows.cause)
    best = incidence(rows.entry, stays, rows.cause, n_causes, at, clusters=clusters)
    worst = incidence(rows.entry, rows.exit, returns, n_causes, at, clusters=clusters)
    n_lost = (rows.exit[lost][:, None] < at).sum(axis=0)
    return LossBounds(best, worst, of_cause, n_lost)


def weighted_incidence(
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002
    cause: ArrayLike,
    n_causes: int,
    times: ArrayLike,
    is_lost: ArrayLike,
    covariates: ArrayLike,
    clusters: ArrayLike,
    n_replicates: int,
    rng: np.random.Generator,
    largest_missing: float = 0.05,
    map: Callable = map,  # noqa: A002
) -> WeightedIncidence:
    """Return the incidence with rows weighted by the inverse probability of not being lost, given ``covariates``.

    ``covariates`` (n, k): numbers known at the entry, categories as columns of 0 and 1; the cost grows with how many
    different rows they have. Loss follows a Cox model of them; a weight starts at 1 when its row enters.
    Errors: ``clusters`` (labels, n) are drawn again and the loss model is fitted in each replicate.
    ASSUME: given the covariates loss tells nothing of what comes; each kind of row keeps some chance to be seen.
    ``map``: the one of a pool of processes works out replicates beside each other; what comes out is alike.
    Raises ``ObservationError`` as ``incidence``, and for covariates that are missing.
    """
    rows, at = observed(entry, exit, cause, n_causes), checked_times(times)
    ends = Observed(
        rows.entry, rows.exit, np.where(_lost(is_lost, rows), n_causes + 1, rows.cause), rows.weights, n_causes + 1
    )
    x, pattern = _patterns(covariates, rows.n)
    codes, n_clusters = coded_clusters(clusters, rows.n)
    events_at = times_of_events(ends, at.max())
    model, estimate = _estimate(ends, np.ones(rows.n), events_at, x, pattern, at)
    draws = draws_of(n_clusters, n_replicates, rng)[:, codes].astype("float64")
    one = partial(_replicate, ends=ends, times=events_at, x=x, pattern=pattern, at=at)
    replicates = np.array(list(map(one, draws)))
    df = np.array([effective_clusters(np.bincount(codes)) - 1])
    labels, n_of = np.array(["all"]), np.array([n_clusters])
    told = Replicated(at, labels, estimate[None], replicates[:, None], n_of, df, np.ones(len(at)), largest_missing)
    return WeightedIncidence(told, model, *_weights_at(ends, model, pattern, at))


def _replicate(
    draw: np.ndarray, ends: Observed, times: np.ndarray, x: np.ndarray, pattern: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Return the estimates (T, K + 1) of one replicate."""
    return _estimate(ends, draw, times, x, pattern, at)[1]


def _estimate(
    ends: Observed, draw: np.ndarray, times: np.ndarray, x: np.ndarray, pattern: np.ndarray, at: np.ndarray
) -> tuple[LossModel, np.ndarray]:
    """Return the loss model and the estimates (T, K + 1) of rows that count ``draw`` (n,) times each."""
    model = fit_loss(ends, draw, times, x, pattern)
    increments = weighted_counts(ends, draw, model, pattern).increments()
    found = reached_by(times, at) @ increments.T
    free = 1 - found.sum(axis=1)
    found = np.column_stack([found, free])
    found[(at > ends.exit[draw > 0].max()) & (free > 1e-12)] = np.nan
    return model, found


def _weights_at(ends: Observed, model: LossModel, pattern: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, among rows at risk at each time, the largest weight over the mean (T,) and the effective number (T,)."""
    weights = np.exp(
        model.relative[pattern][:, None] * (model.hazard_before(at) - model.hazard_until(ends.entry)[:, None])
    )
    weights = np.where((ends.entry[:, None] < at) & (at <= ends.exit[:, None]), weights, 0.0)
    total = weights.sum(axis=0)
    at_risk = np.maximum((weights > 0).sum(axis=0), 1)
    with np.errstate(invalid="ignore"):
        return weights.max(axis=0) / (total / at_risk), total**2 / (weights**2).sum(axis=0)


def _lost(is_lost: ArrayLike, rows: Observed) -> np.ndarray:
    values = np.asarray(is_lost).ravel()
    if values.shape != rows.exit.shape or pd.isna(values).any():
        raise ObservationError("is_lost must have one value a row, none missing: say of each whether it was lost")
    lost = values.astype("bool")
    if (lost & (rows.cause > 0)).any():
        raise ObservationError("no row with an event may be lost: one or the other ended its observation")
    return lost


def _patterns(covariates: ArrayLike, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the different rows (P, k) of ``covariates``, centred, and which of them each row has (n,)."""
    x = np.asarray(covariates, dtype="float64").reshape(n_rows, -1)
    if not np.isfinite(x).all():
        raise ObservationError("a covariate of the loss model is missing: give unknown a column of its own")
    found, pattern = np.unique(x, axis=0, return_inverse=True)
    return found - x.mean(axis=0), pattern.ravel()
