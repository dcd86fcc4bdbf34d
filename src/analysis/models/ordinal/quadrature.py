"""Marginal likelihood of ordered scores with normal effects of one factor, by adaptive Gauss-Hermite quadrature.

With mode m and curvature H of each group's h(u) = log likelihood - u^2 / 2, K nodes z_k and weights w_k put points at
u_k = m + sqrt(2 / H) z_k and log L_g = log sum_k w_k exp(z_k^2 + h(u_k)) - log(pi H) / 2: Laplace's approximation at
K = 1, the integral as K grows. It tells what Laplace's costs where groups have few ratings. The gradient is that of
the approximation itself. Groups rated alike are worked out once and counted as often as there are (``patterns``).
Shapes: n units, G groups, K nodes. Reference: Pinheiro and Bates (1995).
"""

import numpy as np

from analysis.models.mixed_counts.marginal import nodes_and_weights
from analysis.models.ordinal.data import OrdinalError, Ratings
from analysis.models.ordinal.laplace import Effects, Surface
from analysis.models.ordinal.patterns import of_groups
from analysis.models.ordinal.scores import Scores


class Quadrature(Surface):
    """The log-likelihood of ``ratings`` with one factor as a function of its parameters, with ``n_nodes`` a group."""

    def __init__(self, ratings: Ratings, n_nodes: int) -> None:
        if ratings.n_groups[1]:
            raise OrdinalError("quadrature takes one factor; with two, use Laplace's approximation (one node)")
        self.patterns = of_groups(ratings)
        super().__init__(self.patterns.ratings)
        self.rule = nodes_and_weights(n_nodes)
        self._starts = np.searchsorted(self.ratings.codes[0], np.arange(self.ratings.n_groups[0]))

    def __call__(self, at: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log-likelihood and its gradient; minus infinity where cut points are out of order."""
        if (np.diff(self.parts(at)[0]) <= 0).any():
            return -np.inf, np.zeros(len(at))
        modes = self.modes(at)
        nodes, log_weights = self.rule
        spread = np.sqrt(2) * nodes[:, None] / np.sqrt(modes.curvature.first)
        points = modes.first + spread
        scores = self._at(at, points)
        logs = self._by_group(scores.log_density) - points**2 / 2 + log_weights[:, None]
        highest = logs.max(axis=0)
        shares = np.exp(logs - highest)
        total = shares.sum(axis=0)
        value = self.patterns.counts @ (highest + np.log(total) - np.log(np.pi * modes.curvature.first) / 2)
        return float(value), self._slopes(at, modes, scores, points, spread, shares / total)

    def effects_of_groups(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the modes of every group, as ``Surface`` does."""
        first, second = super().effects_of_groups(at)
        return first[self.patterns.of_group], second

    def _slopes(
        self, at: np.ndarray, modes: Effects, scores: Scores, points: np.ndarray, spread: np.ndarray, shares: np.ndarray
    ) -> np.ndarray:
        """Return the gradient: parameters held at the points, then what the moving mode and curvature add."""
        codes, counts, s, top = self.ratings.codes[0], self.patterns.counts, at[-2], self._at(at, modes.first)
        pulls = self._by_group(scores.score)
        slopes = shares * (s * pulls - points)
        by_curvature = -(1 + (slopes * spread).sum(axis=0)) / (2 * modes.curvature.first)
        turned = self._by_group(top.weight_slope)
        by_mode = (slopes.sum(axis=0) + by_curvature * s**3 * turned) / modes.curvature.first
        bent, moved = s**2 * by_curvature[codes], s * by_mode[codes]
        held = shares[:, codes]
        by_eta = (held * scores.score).sum(axis=0) + bent * top.weight_slope - moved * top.weight
        by_above = (held * scores.by_above).sum(axis=0) + bent * top.slope_above + moved * top.density_above
        by_below = (held * scores.by_below).sum(axis=0) + bent * top.slope_below + moved * top.density_below
        weights = self._by_group(top.weight)
        by_s = (shares * pulls * points).sum(axis=0) + by_mode * (self._by_group(top.score) - s * modes.first * weights)
        by_s = by_s + by_curvature * (s**2 * modes.first * turned + 2 * s * weights)
        often = counts[codes]
        by_cuts = top.by_cuts(often * by_above, often * by_below)
        return np.concatenate([by_cuts, self.ratings.design.T @ (often * by_eta), [counts @ by_s, 0.0]])

    def _at(self, at: np.ndarray, effects: np.ndarray) -> Scores:
        cuts, b, s = self.parts(at)
        return Scores(self.ratings.y, self.ratings.design @ b + s[0] * effects[..., self.ratings.codes[0]], cuts)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        """Return sums (..., G) over the units of each group of values (..., n), which stand in the groups' order."""
        return np.add.reduceat(values, self._starts, axis=-1)
