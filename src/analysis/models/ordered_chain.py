"""Ordered chain: rates at which cases move between neighbouring levels of a scale, from levels seen now and again.

A case is seen at a level, and at a level again some time later; what it did between is not seen. In a Markov chain in
continuous time that moves between neighbours only, the levels at both times have the probabilities exp(Q t), with Q
the rates; these are found by maximum likelihood, whatever the times between, and however unequal.

References: Kalbfleisch and Lawless (1985) JASA 80:863-871; Jackson (2011) J Stat Software 38(8), the R package msm, to
which the fit is held; Keilson (1979) Markov Chain Models - Rarity and Exponentiality (chains of neighbours are
reversible, so that exp(Q t) has real eigenvalues).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

LEAST_RATE, LARGEST_RATE = 1e-7, 2.0  # per unit of time: a move that was never made gets the least


@dataclass(frozen=True)
class OrderedChain:
    """Rates (2, k - 1) per unit of time: first from level i to i + 1, then back; ``log_likelihood`` of ``n`` pairs."""

    rates: np.ndarray
    log_likelihood: float
    n: int


@dataclass(frozen=True)
class ClusteredChain:
    """The chain of all clusters, the covariance (2 (k - 1),) squared of its log rates, and how many clusters."""

    chain: OrderedChain
    log_covariance: np.ndarray
    n_clusters: int

    def drawn_rates(self, n_draws: int, rng: np.random.Generator) -> np.ndarray:
        """Return rates (n_draws, 2, k - 1) that could be the true ones.

        Log rates are drawn from a multivariate t with a degree of freedom fewer than clusters, and kept within the
        bounds between which rates are sought. ASSUME: the estimate's error is about normal on the log scale.
        """
        centre, df = np.log(self.chain.rates).ravel(), self.n_clusters - 1
        normal = rng.multivariate_normal(np.zeros(len(centre)), self.log_covariance, n_draws, method="eigh")
        stretched = normal / np.sqrt(rng.chisquare(df, (n_draws, 1)) / df)
        drawn = np.clip(np.exp(centre + stretched), LEAST_RATE, LARGEST_RATE)
        return drawn.reshape(n_draws, *self.chain.rates.shape)


def transitions(rates: ArrayLike, durations: ArrayLike) -> np.ndarray:
    """Return probabilities (..., D, k, k) of the level after each of the ``durations`` (D,), by the level before.

    ``rates`` (..., 2, k - 1) as in ``OrderedChain``, above 0. Raises ``ValueError`` for other shapes or rates.
    """
    rates, durations = np.asarray(rates, dtype="float64"), np.asarray(durations, dtype="float64")
    if rates.ndim < 2 or rates.shape[-2] != 2 or not (rates > 0).all():
        raise ValueError("rates are (..., 2, levels - 1): from each level to the next, and back, all above 0")
    on, back = rates[..., 0, :], rates[..., 1, :]
    leaving = np.zeros((*on.shape[:-1], on.shape[-1] + 1))
    leaving[..., :-1] += on
    leaving[..., 1:] += back
    between = np.sqrt(on * back)
    symmetric = np.zeros((*leaving.shape, leaving.shape[-1]))
    place = np.arange(on.shape[-1])
    symmetric[..., place, place + 1] = symmetric[..., place + 1, place] = between
    symmetric -= leaving[..., None] * np.eye(leaving.shape[-1])
    values, vectors = np.linalg.eigh(symmetric)
    weight = np.concatenate([np.ones_like(on[..., :1]), np.cumprod(on / back, axis=-1)], axis=-1) ** 0.5
    grown = np.exp(values[..., None, :] * durations[:, None])
    symmetric_power = np.einsum("...im,...dm,...jm->...dij", vectors, grown, vectors)
    powers = symmetric_power * weight[..., None, None, :] / weight[..., None, :, None]
    return np.clip(powers, 0.0, 1.0)


def ordered_chain(counts: ArrayLike, durations: ArrayLike) -> OrderedChain:
    """Return the chain of most likelihood of ``counts`` (D, k, k): pairs by level before and after, by duration (D,).

    Estimand: rates of moving between neighbouring levels, the same at all times and for all cases.
    ASSUME: Markov (how long a case has been at a level says nothing of when it leaves), times of being seen do not
    depend on the level, levels are seen without error; a level given by chance makes rates too high.
    Raises ``ValueError`` for shapes that do not fit, durations of 0 or less, and a level in which no pair begins.
    """
    counts, durations = _checked(counts, durations)
    return _fitted(counts, durations, _first_guess(counts, durations))


def clustered_chain(counts: ArrayLike, durations: ArrayLike) -> ClusteredChain:
    """Return the chain of ``counts`` (G, D, k, k) of G clusters, with the covariance of leaving each out in turn.

    ASSUME: clusters arose independently of each other. Raises ``ValueError`` as ``ordered_chain``, for all clusters and
    for all without any one of them, and for fewer than three.
    """
    counts = np.asarray(counts, dtype="float64")
    if counts.ndim != 4 or len(counts) < 3:
        raise ValueError("a covariance over clusters needs counts of three or more: (clusters, durations, k, k)")
    whole = ordered_chain(counts.sum(axis=0), durations)
    start = np.log(whole.rates).ravel()
    left_out = [_fitted(*_checked(counts.sum(axis=0) - own, durations), start) for own in counts]
    apart = np.array([np.log(chain.rates).ravel() for chain in left_out]) - start
    return ClusteredChain(whole, (len(counts) - 1) / len(counts) * apart.T @ apart, len(counts))


def _checked(counts: ArrayLike, durations: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    counts, durations = np.asarray(counts, dtype="float64"), np.asarray(durations, dtype="float64")
    if counts.ndim != 3 or counts.shape[1] != counts.shape[2] or durations.shape != counts.shape[:1]:
        raise ValueError("counts are (durations, k, k) with one duration each")
    if not (durations > 0).all() or not (counts >= 0).all():
        raise ValueError("durations must be above 0, and counts not below")
    if not (counts.sum(axis=(0, 2)) > 0).all():
        raise ValueError("some level has no pair that begins in it: nothing can be said of leaving it")
    return counts, durations


def _first_guess(counts: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Return log rates as if every pair had moved once at most: moves over time spent."""
    spent = (counts.sum(axis=2) * durations[:, None]).sum(axis=0)
    moved = counts.sum(axis=0)
    on = np.triu(moved, 1).sum(axis=1)[:-1] / spent[:-1]
    back = np.tril(moved, -1).sum(axis=1)[1:] / spent[1:]
    return np.log(np.clip(np.array([on, back]), 100 * LEAST_RATE, LARGEST_RATE / 2)).ravel()


def _fitted(counts: np.ndarray, durations: np.ndarray, start: np.ndarray) -> OrderedChain:
    def lost(log_rates: np.ndarray) -> float:
        chance = transitions(np.exp(log_rates).reshape(2, -1), durations)
        return -float((counts * np.log(np.maximum(chance, 1e-300))).sum())

    bounds = [(np.log(LEAST_RATE), np.log(LARGEST_RATE))] * len(start)
    found = optimize.minimize(lost, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12, "gtol": 1e-5})
    return OrderedChain(np.exp(found.x).reshape(2, -1), -found.fun, int(counts.sum()))
