"""Marginal likelihood of ordered scores with normal effects of one factor, by adaptive Gauss-Hermite quadrature.

With mode m and curvature H of each group's h(u) = log likelihood - u^2 / 2, K nodes z_k and weights w_k put points at
u_k = m + sqrt(2 / H) z_k and log L_g = log sum_k w_k exp(z_k^2 + h(u_k)) - log(pi H) / 2: Laplace's approximation at
K = 1, the integral as K grows. It tells what Laplace's costs where groups have few ratings. The gradient is that of
the approximation itself. Shapes: n units, G groups, K nodes. Reference: Pinheiro and Bates (1995).
"""

import numpy as np

from analysis.models.mixed_counts.marginal import nodes_and_weights
from analysis.models.ordinal.data import OrdinalError, Ratings
from analysis.models.ordinal.laplace import Effects, Surface
from analysis.models.ordinal.scores import Scores


class Quadrature(Surface):
    """The log-likelihood of ``ratings`` with one factor as a function of its parameters, with ``n_nodes`` a group."""

    def __init__(self, ratings: Ratings, n_nodes: int) -> None:
        if ratings.n_groups[1]:
            raise OrdinalError("quadrature takes one factor; with two, use Laplace's approximation (one node)")
        super().__init__(ratings)
        self.rule = nodes_and_weights(n_nodes)

    def __call__(self, at: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log-likelihood and its gradient; minus infinity where cut points are out of order."""
        if (np.diff(self.parts(at)[0]) <= 0).any():
            return -np.inf, np.zeros(len(at))
        modes = self.modes(at)
        nodes, log_weights = self.rule
        spread = np.sqrt(2) * nodes[:, None] / np.sqrt(modes.curvature.first)
        points = modes.first + spread
        scores = [self._at(at, point) for point in points]
        logs = np.stack([self._by_group(each.log_density) for each in scores]) - points**2 / 2 + log_weights[:, None]
        highest = logs.max(axis=0)
        shares = np.exp(logs - highest)
        total = shares.sum(axis=0)
        value = (highest + np.log(total) - np.log(np.pi * modes.curvature.first) / 2).sum()
        return float(value), self._slopes(at, modes, scores, points, spread, shares / total)

    def _slopes(
        self,
        at: np.ndarray,
        modes: Effects,
        scores: list[Scores],
        points: np.ndarray,
        spread: np.ndarray,
        shares: np.ndarray,
    ) -> np.ndarray:
        """Return the gradient: parameters held at the points, then what the moving mode and curvature add."""
        codes, s, top = self.ratings.codes[0], at[-2], self._at(at, modes.first)
        pulls = np.stack([self._by_group(each.score) for each in scores])
        slopes = shares * (s * pulls - points)
        by_curvature = -(1 + (slopes * spread).sum(axis=0)) / (2 * modes.curvature.first)
        turned = self._by_group(top.weight_slope)
        by_mode = (slopes.sum(axis=0) + by_curvature * s**3 * turned) / modes.curvature.first
        bent, moved = s**2 * by_curvature[codes], s * by_mode[codes]
        held = shares[:, codes]
        by_eta = _mean(held, [each.score for each in scores]) + bent * top.weight_slope - moved * top.weight
        by_above = _mean(held, [each.by_above for each in scores]) + bent * top.slope_above + moved * top.density_above
        by_below = _mean(held, [each.by_below for each in scores]) + bent * top.slope_below + moved * top.density_below
        weights = self._by_group(top.weight)
        by_s = (shares * pulls * points).sum(axis=0) + by_mode * (self._by_group(top.score) - s * modes.first * weights)
        by_s = by_s + by_curvature * (s**2 * modes.first * turned + 2 * s * weights)
        return np.concatenate([top.by_cuts(by_above, by_below), self.ratings.design.T @ by_eta, [by_s.sum(), 0.0]])

    def _at(self, at: np.ndarray, effects: np.ndarray) -> Scores:
        cuts, b, s = self.parts(at)
        return Scores(self.ratings.y, self.ratings.design @ b + s[0] * effects[self.ratings.codes[0]], cuts)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.ratings.codes[0], values, self.ratings.n_groups[0])


def _mean(shares: np.ndarray, values: list[np.ndarray]) -> np.ndarray:
    """Return the mean (n,) of values at the points, weighted by how likely each is."""
    return sum(share * value for share, value in zip(shares, values, strict=True))
