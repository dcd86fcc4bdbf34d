"""Ordered chain: rates at which cases move between neighbouring levels of a scale, from levels seen now and again.

A case is seen at a level, and at a level again some time later; what it did between is not seen. In a Markov chain in
continuous time that moves between neighbours only, levels at both times have the probabilities exp(Q t) with rates Q;
these are found by maximum likelihood, whatever the times between.

References: Kalbfleisch and Lawless (1985) JASA 80:863-871; Jackson (2011) J Stat Software 38(8), R's msm, to which the
fit is held; Keilson (1979) Markov Chain Models (chains of neighbours are reversible: exp(Q t) has real eigenvalues).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LEAST_RATE, LARGEST_RATE = 1e-7, 2.0  # per unit of time: a move that was never made gets the least
FASTER = (1.0, 4.0, 16.0, 64.0)  # a first guess times each: of pairs years apart it takes many moves for one
MOST_STEPS, MOST_HALVINGS = 200, 30
STILL = 1e-12  # of log rates: a smaller step tells nothing
ROUNDING = 1e-13  # of the log likelihood beside its size: a step may seem to lose so much
LEAST_CHANCE = 1e-20  # of a pair of levels: what is below is rounding, and nothing is divided by it


@dataclass(frozen=True)
class OrderedChain:
    """Rates (2, k - 1) per unit of time: first from level i to i + 1, then back; ``log_likelihood`` of ``n`` pairs."""

    rates: np.ndarray
    log_likelihood: float
    n: int


@dataclass(frozen=True)
class ClusteredChain:
    """The chain of all clusters, and how far its log rates move (G, 2 (k - 1)) as each of G clusters is left out."""

    chain: OrderedChain
    moved: np.ndarray

    @property
    def n_clusters(self) -> int:
        """Clusters, G."""
        return len(self.moved)

    @property
    def log_covariance(self) -> np.ndarray:
        """The jackknife's covariance of the log rates, (2 (k - 1),) squared."""
        return (self.n_clusters - 1) / self.n_clusters * self.moved.T @ self.moved

    def drawn_rates(self, n_draws: int, rng: np.random.Generator) -> np.ndarray:
        """Return rates (n_draws, 2, k - 1) that could be the true ones.

        Log rates are drawn from a multivariate t with a degree of freedom fewer than clusters, and kept within the
        bounds between which rates are sought. ASSUME: the estimate's error is about normal on the log scale.
        """
        centre, df = np.log(self.chain.rates).ravel(), self.n_clusters - 1
        # the moves, each times a normal number, have the covariance: no factor of it, whose signs processors choose
        normal = rng.standard_normal((n_draws, self.n_clusters)) @ self.moved * np.sqrt(df / self.n_clusters)
        stretched = normal / np.sqrt(rng.chisquare(df, (n_draws, 1)) / df)
        drawn = np.clip(np.exp(centre + stretched), LEAST_RATE, LARGEST_RATE)
        return drawn.reshape(n_draws, *self.chain.rates.shape)


def transitions(rates: ArrayLike, durations: ArrayLike) -> np.ndarray:
    """Return probabilities (..., D, k, k) of the level after each of the ``durations`` (D,), by the level before.

    ``rates`` (..., 2, k - 1) as in ``OrderedChain``, above 0. Raises ``ValueError`` for other shapes or rates.

    >>> transitions([[0.5], [0.5]], [1.0]).round(3).tolist()  # to stay: (1 + exp(-1)) / 2
    [[[0.684, 0.316], [0.316, 0.684]]]
    """
    rates, durations = np.asarray(rates, dtype="float64"), np.asarray(durations, dtype="float64")
    if rates.ndim < 2 or rates.shape[-2] != 2 or not (rates > 0).all():
        raise ValueError("rates are (..., 2, levels - 1): from each level to the next, and back, all above 0")
    values, vectors, weight = _spectrum(rates)
    grown = np.exp(values[..., None, :] * durations[:, None])
    symmetric_power = np.einsum("...im,...dm,...jm->...dij", vectors, grown, vectors)
    powers = symmetric_power * weight[..., None, None, :] / weight[..., None, :, None]
    return np.clip(powers, 0.0, 1.0)


def _spectrum(rates: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return eigenvalues and vectors of the rates made symmetric, and the weights (..., k) that made them so."""
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
    return values, vectors, weight


def ordered_chain(counts: ArrayLike, durations: ArrayLike) -> OrderedChain:
    """Return the chain of most likelihood of ``counts`` (D, k, k): pairs by level before and after, by duration (D,).

    Estimand: rates of moving between neighbouring levels, the same at all times and for all cases.
    ASSUME: Markov (how long a case has been at a level says nothing of when it leaves), times of being seen do not
    depend on the level, levels are seen without error (one given by chance makes rates too high). Raises ``ValueError``
    for shapes that do not fit, durations of 0 or less, and a level in which no pair begins.
    """
    counts, durations = _checked(counts, durations)
    return _fitted(counts, durations, _first_guesses(counts, durations))


def clustered_chain(counts: ArrayLike, durations: ArrayLike) -> ClusteredChain:
    """Return the chain of ``counts`` (G, D, k, k) of G clusters, with the covariance of leaving each out in turn.

    ASSUME: clusters arose independently of each other. Raises ``ValueError`` as ``ordered_chain``, for all clusters and
    for all without any one of them, and for fewer than three.
    """
    counts = np.asarray(counts, dtype="float64")
    if counts.ndim != 4 or len(counts) < 3:
        raise ValueError("a covariance over clusters needs counts of three or more: (clusters, durations, k, k)")
    whole = ordered_chain(counts.sum(axis=0), durations)
    start = np.log(whole.rates).reshape(1, -1)
    left_out = [_fitted(*_checked(counts.sum(axis=0) - own, durations), start) for own in counts]
    return ClusteredChain(whole, np.array([np.log(chain.rates).ravel() for chain in left_out]) - start)


def _checked(counts: ArrayLike, durations: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    counts, durations = np.asarray(counts, dtype="float64"), np.asarray(durations, dtype="float64")
    if counts.ndim != 3 or counts.shape[1] != counts.shape[2] or durations.shape != counts.shape[:1]:
        raise ValueError("counts are (durations, k, k) with one duration each")
    if not (durations > 0).all() or not (counts >= 0).all():
        raise ValueError("durations must be above 0, and counts not below")
    if not (counts.sum(axis=(0, 2)) > 0).all():
        raise ValueError("some level has no pair that begins in it: nothing can be said of leaving it")
    return counts, durations


def _first_guesses(counts: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Return log rates (S, 2 (k - 1)) as if every pair had moved once at most, moves over time spent, and faster."""
    spent = (counts.sum(axis=2) * durations[:, None]).sum(axis=0)
    moved = counts.sum(axis=0)
    on, back = np.triu(moved, 1).sum(axis=1)[:-1] / spent[:-1], np.tril(moved, -1).sum(axis=1)[1:] / spent[1:]
    guesses = np.array(FASTER)[:, None] * np.concatenate([on, back])
    return np.log(np.clip(guesses, 100 * LEAST_RATE, LARGEST_RATE / 2))


def _fitted(counts: np.ndarray, durations: np.ndarray, starts: np.ndarray) -> OrderedChain:
    """Return the likeliest chain that is found from any of ``starts`` (S, 2 (k - 1)), log rates."""
    height, at = max((_scored(counts, durations, start) for start in starts), key=lambda top: top[0])
    return OrderedChain(np.exp(at).reshape(2, -1), height, int(counts.sum()))


def _scored(counts: np.ndarray, durations: np.ndarray, at: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the log likelihood and the log rates where Fisher's scoring from ``at`` ends."""
    low, high = np.log([LEAST_RATE, LARGEST_RATE])
    value, score, information = _likelihood(at, counts, durations)
    for _ in range(MOST_STEPS):
        is_free = ~(((at <= low) & (score <= 0)) | ((at >= high) & (score >= 0)))
        step = np.zeros(len(at))
        step[is_free] = np.linalg.solve(information[np.ix_(is_free, is_free)], score[is_free])
        step = step / max(1.0, np.abs(step).max())  # where all is fast chains look alike, and no slope leads back
        for _ in range(MOST_HALVINGS):
            tried = np.clip(at + step, low, high)
            reached = _likelihood(tried, counts, durations)
            if reached[0] >= value - ROUNDING * abs(value):
                break
            step = step / 2
        if np.abs(tried - at).max() < STILL:
            return value, at
        at, (value, score, information) = tried, reached
    return value, at


def _likelihood(
    log_rates: np.ndarray, counts: np.ndarray, durations: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log likelihood, its slopes (2 (k - 1),) and the expected information, a little above singular."""
    rates = np.exp(log_rates).reshape(2, -1)
    chance, slopes = np.maximum(transitions(rates, durations), LEAST_CHANCE), _slopes(rates, durations)
    score = (slopes * (counts / chance)).sum(axis=(1, 2, 3))
    expected = counts.sum(axis=2, keepdims=True) / chance
    information = np.einsum("udij,vdij,dij->uv", slopes, slopes, expected)
    information += 1e-9 * np.trace(information) * np.eye(len(score))
    return float((counts * np.log(chance)).sum()), score, information


def _slopes(rates: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Return the slopes (2 (k - 1), D, k, k) of ``transitions`` along each log rate (Kalbfleisch and Lawless)."""
    values, vectors, weight = _spectrum(rates)
    left, right = vectors / weight[:, None], vectors.T * weight
    steps = np.arange(rates.shape[1])
    moves = np.zeros((2, len(steps), len(weight), len(weight)))
    for way, (leaves, enters) in enumerate([(steps, steps + 1), (steps + 1, steps)]):
        moves[way, steps, leaves, enters], moves[way, steps, leaves, leaves] = rates[way], -rates[way]
    turned = right @ moves.reshape(-1, *moves.shape[2:]) @ left
    larger, apart = np.maximum(values[:, None], values), np.abs(values[:, None] - values)
    time = durations[:, None, None]
    mean = np.where(apart * time > 0, -np.expm1(-apart * time) / np.maximum(apart * time, 1e-300), 1.0)
    return left @ (turned[:, None] * (np.exp(larger * time) * time * mean)) @ right
