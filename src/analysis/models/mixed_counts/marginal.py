"""Marginal likelihood of counts with one normal random intercept a group, and its exact gradient.

Model: log mu_i = offset_i + x_i' b + s u_g, u_g ~ N(0, 1), counts NB2 (alpha > 0) or Poisson (alpha = 0) given u.
With h(u) = log f(y_g | u) - u^2 / 2, mode m and curvature H = -h''(m) of each group, K adaptive Gauss-Hermite nodes
z_k with weights w_k put points at u_k = m + sqrt(2 / H) z_k:

    log L_g = log sum_k w_k exp(z_k^2 + h(u_k)) - log(pi H) / 2,

which is the Laplace approximation at K = 1. Modes are found by Newton with the observed curvature. The gradient is
that of this approximation itself: m and H move with the parameters (implicit differentiation), so a maximum is one
of the number that is reported. Shapes: n units sorted by group, G groups, K nodes.
References: Pinheiro and Bates (1995) J Comput Graph Stat 4:12-35; Skaug and Fournier (2006) CSDA 51:699-709.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.mixed_counts.counts import Counts, NoConvergenceError, group_codes
from analysis.models.mixed_counts.likelihood import Units

MOST_STEPS = 12  # of Newton's method for modes, before it starts again from a bracket
HALVINGS = 60
LARGEST_STEP = 2.0  # of a mode, in log rates
MODE_TOLERANCE = 1e-7  # the last Newton step of a mode; what is left is of the order of its square


@dataclass(frozen=True)
class GroupedCounts:
    """Counts with their units sorted by group: where groups start (G,), and the group of every unit (n,)."""

    counts: Counts
    groups: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    codes: np.ndarray

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return sums (..., G) over the units (..., n) of each group."""
        return np.add.reduceat(values, self.starts, axis=-1)


@dataclass(frozen=True)
class Modes:
    """Where each group's effect is most likely (G,), in units of s, and the curvature there (G,)."""

    peak: np.ndarray
    curvature: np.ndarray


def grouped(counts: Counts, group: ArrayLike) -> GroupedCounts:
    """Return counts sorted by group; errors as ``group_codes``."""
    groups, codes = group_codes(group, len(counts.y))
    order = np.argsort(codes, kind="stable")
    ordered = Counts(
        counts.y[order],
        counts.design[order],
        counts.offset[order],
        counts.names,
        counts.rising,
        counts.log_factorials,
    )
    starts = np.searchsorted(codes[order], np.arange(len(groups)))
    return GroupedCounts(ordered, groups, order, starts, codes[order])


def nodes_and_weights(n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Gauss-Hermite nodes z (K,) and log(w) + z^2 (K,); raises ``ValueError`` for a number not 1 to 50."""
    if n_nodes not in range(1, 51):
        raise ValueError(f"the number of quadrature nodes must be a whole number from 1 to 50, not {n_nodes}")
    nodes, weights = np.polynomial.hermite.hermgauss(n_nodes)
    return nodes, np.log(weights) + nodes**2


def find_modes(data: GroupedCounts, eta: np.ndarray, s: float, alpha: float, start: np.ndarray) -> Modes:
    """Return every group's mode by Newton's method from ``start`` (G,); from afar, halving of a bracket comes first.

    ``eta`` (n,) are the linear predictors without the group's effect. Raises ``NoConvergenceError`` for a group without
    a mode.
    """
    peak = _newton(data, eta, s, alpha, start)
    if peak is None:
        peak = _newton(data, eta, s, alpha, _bisected(data, eta, s, alpha))
    if peak is None:
        raise NoConvergenceError("the effect of a group has no mode: look at its counts and populations")
    return Modes(peak, _slope_and_curvature(data, eta, s, alpha, peak)[1])


def _newton(data: GroupedCounts, eta: np.ndarray, s: float, alpha: float, start: np.ndarray) -> np.ndarray | None:
    at = start
    for _ in range(MOST_STEPS):
        slope, curvature = _slope_and_curvature(data, eta, s, alpha, at)
        step = np.clip(slope / curvature, -LARGEST_STEP / s, LARGEST_STEP / s)
        at = at + step
        if np.abs(step).max() < MODE_TOLERANCE:
            return at
    return None


def _bisected(data: GroupedCounts, eta: np.ndarray, s: float, alpha: float) -> np.ndarray:
    """Return near modes: scores fall as u rises, so each lies between 0 and the slope at 0."""
    zeros = np.zeros(len(data.starts))
    slope = _slope_and_curvature(data, eta, s, alpha, zeros)[0]
    low, high = np.minimum(slope, 0), np.maximum(slope, 0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_left = _slope_and_curvature(data, eta, s, alpha, middle)[0] > 0
        low, high = np.where(is_left, middle, low), np.where(is_left, high, middle)
    return (low + high) / 2


def _slope_and_curvature(
    data: GroupedCounts, eta: np.ndarray, s: float, alpha: float, at: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    units = Units(data.counts.y, eta + s * at[data.codes], alpha)
    return s * data.sums(units.score) - at, 1 + s**2 * data.sums(units.weight)


def log_likelihood(
    data: GroupedCounts, b: np.ndarray, s: float, alpha: float, rule: tuple[np.ndarray, np.ndarray], start: np.ndarray
) -> tuple[float, np.ndarray, Modes]:
    """Return the log-likelihood, its gradient by (b, log s, log alpha) and the modes it was taken round.

    ``rule`` is ``nodes_and_weights``; ``start`` (G,) is where modes are looked for. At alpha = 0 the last is 0.
    """
    counts, (nodes, log_weights) = data.counts, rule
    eta = counts.offset + counts.design @ b
    modes = find_modes(data, eta, s, alpha, start)
    at_mode = Units(counts.y, eta + s * modes.peak[data.codes], alpha)
    spread = np.sqrt(2) * nodes[:, None]
    points = modes.peak + spread / np.sqrt(modes.curvature)
    at_nodes = Units(counts.y, eta + s * points[:, data.codes], alpha) if len(nodes) > 1 else at_mode
    logs = data.sums(np.atleast_2d(at_nodes.log_density)) - points**2 / 2 + log_weights[:, None]
    highest = logs.max(axis=0)
    shares = np.exp(logs - highest)
    total = shares.sum(axis=0)
    value = (highest + np.log(total) - np.log(np.pi * modes.curvature) / 2).sum()
    level, level_by_alpha, _ = counts.rising.sums(alpha)
    gradient = _gradient(data, at_mode, at_nodes, s, modes, points, spread, shares / total)
    gradient[-1] = gradient[-1] + level_by_alpha if alpha > 0 else 0.0
    return float(value + level - counts.log_factorials), gradient, modes


def _gradient(
    data: GroupedCounts,
    at_mode: Units,
    at_nodes: Units,
    s: float,
    modes: Modes,
    points: np.ndarray,
    spread: np.ndarray,
    shares: np.ndarray,
) -> np.ndarray:
    """Return the gradient by (b, log s, log alpha): parameters held, then what the moving mode and curvature add."""
    at, curvature = modes.peak, modes.curvature
    scores = data.sums(np.atleast_2d(at_nodes.score))
    slopes = shares * (s * scores - points)
    by_curvature = -(1 + (slopes * spread).sum(axis=0) / np.sqrt(curvature)) / (2 * curvature)
    weights, weight_slopes = data.sums(at_mode.weight), data.sums(at_mode.weight_slope)
    by_mode = (slopes.sum(axis=0) + by_curvature * s**3 * weight_slopes) / curvature
    unit_shares = shares[:, data.codes]
    held = (unit_shares * at_nodes.score).sum(axis=0)
    moved = s**2 * by_curvature[data.codes] * at_mode.weight_slope - s * by_mode[data.codes] * at_mode.weight
    held_s = (shares * points * scores).sum()
    moved_s = by_mode * (data.sums(at_mode.score) - s * at * weights)
    moved_s = moved_s + by_curvature * (2 * s * weights + s**2 * at * weight_slopes)
    by_alpha = (unit_shares * at_nodes.log_density_by_alpha).sum() + (
        s * by_mode[data.codes] * at_mode.score_by_alpha + s**2 * by_curvature[data.codes] * at_mode.weight_by_alpha
    ).sum()
    return np.concatenate([data.counts.design.T @ (held + moved), [s * (held_s + moved_s.sum()), by_alpha]])
