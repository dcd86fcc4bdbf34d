"""Who is lost when: a Cox model of loss by kinds of rows, and counts weighted by the inverse chance of being seen.

Rows with the same covariates are one kind (P of them), so likelihood and weights are sums over kinds x times. Ties
are Breslow's. A kind of which nobody is lost has its limit, a weight of 1 throughout.
Reference: Robins and Finkelstein (2000) Biometrics 56:779-788.
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.survival.cluster_draws import count_by_cluster
from analysis.models.survival.counting import Counts, ObservationError, Observed

MOST_STEPS = 50  # of Newton's method; a kind nobody of which is lost takes about 30 to its limit
CLOSE_ENOUGH = 1e-9  # change of the log likelihood, over the number lost, at which the steps end


@dataclass(frozen=True, eq=False)
class LossModel:
    """``coefficients`` (k,): log hazard ratios of loss; ``relative`` (P,): hazard of each kind over the baseline.

    ``cumulative`` (M,): baseline hazard of loss up to each of ``times``; ``n_lost``: losses, weighted as fitted.
    """

    coefficients: np.ndarray
    relative: np.ndarray
    times: np.ndarray
    cumulative: np.ndarray
    n_lost: float

    def hazard_before(self, at: np.ndarray) -> np.ndarray:
        """Return the baseline hazard gathered before each time (...,): losses at the time come after its events."""
        return np.concatenate([[0.0], self.cumulative])[np.searchsorted(self.times, at, side="left")]

    def hazard_until(self, at: np.ndarray) -> np.ndarray:
        """Return the baseline hazard gathered up to and at each time (...,), as when a row enters there."""
        return np.concatenate([[0.0], self.cumulative])[np.searchsorted(self.times, at, side="right")]


def fit_loss(ends: Observed, draw: np.ndarray, times: np.ndarray, x: np.ndarray, pattern: np.ndarray) -> LossModel:
    """Return the model of loss, which is the last cause of ``ends``, where row i counts ``draw`` (n,) times.

    ``x`` (P, k): covariates of each kind; ``pattern`` (n,): kind of each row; ``times`` (M,): of all ends.
    Raises ``ObservationError`` if the likelihood has no end that Newton's method finds.
    """
    counts = _by_pattern(ends, draw, times, pattern)
    lost = counts.events[:, -1]
    at_risk = counts.at_risk - counts.events[:, :-1].sum(axis=1)  # who has an event cannot be lost at that time
    coefficients = _newton(x, at_risk, lost) if lost.any() and x.shape[1] else np.zeros(x.shape[1])
    relative = np.exp(x @ coefficients)
    total = relative @ at_risk
    steps = np.divide(lost.sum(axis=0), total, out=np.zeros(len(times)), where=total > 0)
    return LossModel(coefficients, relative, times, np.cumsum(steps), float(lost.sum()))


def weighted_counts(ends: Observed, draw: np.ndarray, model: LossModel, pattern: np.ndarray) -> Counts:
    """Return counts at the model's times, causes but loss, of rows weighted by the inverse chance of not being lost.

    ``draw`` and ``pattern`` (n,) as ``fit_loss``.
    """
    since_entry = np.exp(-model.relative[pattern] * model.hazard_until(ends.entry))
    counts = _by_pattern(ends, draw * since_entry, model.times, pattern)
    growth = np.exp(model.relative[:, None] * model.hazard_before(model.times))
    events = (growth[:, None] * counts.events[:, :-1]).sum(axis=0)
    return Counts(model.times, (growth * counts.at_risk).sum(axis=0), events)


def _newton(x: np.ndarray, at_risk: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Return the coefficients (k,) of the Cox model, ``at_risk`` and ``lost`` (P, M) by kind and time."""
    coefficients, last = np.zeros(x.shape[1]), -np.inf
    n_lost = lost.sum()
    for _ in range(MOST_STEPS):
        value, slope, information = _likelihood(x, at_risk, lost, coefficients)
        if abs(value - last) <= CLOSE_ENOUGH * n_lost:
            return coefficients
        step = np.linalg.lstsq(information, slope, rcond=1e-12)[0]
        coefficients, last = coefficients + step / max(1.0, np.abs(x @ step).max() / 3), value
    raise ObservationError("the model of loss has no solution: take fewer covariates, or join rare categories")


def _likelihood(
    x: np.ndarray, at_risk: np.ndarray, lost: np.ndarray, coefficients: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log partial likelihood (Breslow), its slope (k,) and its information (k, k)."""
    linear = x @ coefficients
    relative = np.exp(linear)
    n_lost = lost.sum(axis=0)
    total = relative @ at_risk
    is_used = (n_lost > 0) & (total > 0)
    n_lost, total, used = n_lost[is_used], total[is_used], at_risk[:, is_used]
    means = (x * relative[:, None]).T @ used / total
    value = float(lost.sum(axis=1) @ linear - n_lost @ np.log(total))
    slope = lost.sum(axis=1) @ x - means @ n_lost
    spread = (x * (relative * (used @ (n_lost / total)))[:, None]).T @ x
    return value, slope, spread - (means * n_lost) @ means.T


def _by_pattern(ends: Observed, weights: np.ndarray, times: np.ndarray, pattern: np.ndarray) -> Counts:
    """Return counts (P, ...) of rows by kind."""
    rows = Observed(ends.entry, ends.exit, ends.cause, weights, ends.n_causes)
    by_kind = count_by_cluster(rows, times, np.zeros(0), np.zeros(ends.n, dtype="int64"), pattern)
    counts = by_kind.weighted(np.ones((1, 1)))[0]
    return Counts(times, counts.at_risk[0], counts.events[0])
