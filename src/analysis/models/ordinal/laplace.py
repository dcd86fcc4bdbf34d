"""Marginal likelihood of ordered scores with normal effects of two crossed factors, by Laplace, and its gradient.

eta_i = x_i' b + s_1 u_g(i) + s_2 v_a(i), u and v standard normal. With h the log of likelihood times density, m its
maximum over all effects and H = -h''(m), log L = h(m) - log det(H) / 2. H is two diagonal blocks D (first factor) and
A (second) with C between them, so everything is done in the few groups of the second factor through its complement
A - C' D^-1 C: groups may be nested or crossed (``curvature``). The gradient is that of this approximation itself: m and
H move with the parameters (implicit differentiation).
Parameters: (K - 1 cut points, p coefficients, s_1, s_2); L is even in both s, whose sign therefore says nothing.
References: Pinheiro and Bates (1995) J Comput Graph Stat 4:12-35; Christensen (2019), R package ordinal.
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.ordinal.curvature import Crossing, Curvature
from analysis.models.ordinal.data import OrdinalError, Ratings
from analysis.models.ordinal.scores import Scores

MOST_STEPS = 60
MOST_HALVINGS = 30
GAIN = 1e-9  # of h by the last Newton step of the modes; the error of a mode is then of this order too
ROUNDING = 1e-12  # of h beside its size: a step may seem to lose so much


@dataclass(frozen=True)
class Effects:
    """Modes of the effects of both factors, in units of their standard deviations, the value h there, and H."""

    first: np.ndarray
    second: np.ndarray
    height: float
    curvature: Curvature


class Surface:
    """The log-likelihood of ``ratings`` as a function of its parameters; modes start where they were last found."""

    def __init__(self, ratings: Ratings) -> None:
        self.ratings = ratings
        self.n_cuts = len(ratings.categories) - 1
        self.crossing = Crossing.of(ratings)
        self._last = tuple(np.zeros(n) for n in ratings.n_groups)

    def parts(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return cut points (K - 1,), coefficients (p,) and standard deviations (2,) of the parameters ``at``."""
        return at[: self.n_cuts], at[self.n_cuts : -2], at[-2:]

    def __call__(self, at: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log-likelihood and its gradient; minus infinity where cut points are out of order."""
        cuts = self.parts(at)[0]
        if (np.diff(cuts) <= 0).any():
            return -np.inf, np.zeros(len(at))
        modes = self.modes(at)
        return modes.height - modes.curvature.log_determinant / 2, self._gradient(at, modes)

    def modes(self, at: np.ndarray) -> Effects:
        """Return the most likely effects given the parameters ``at`` (K - 1 + p + 2,), by Newton's method.

        Raises ``OrdinalError`` if there are none.
        """
        u, v = self._last
        s = self.parts(at)[2]
        height, scores = self._height(at, u, v)
        for _ in range(MOST_STEPS):
            slope = self._slope(scores, s, u, v)
            step = self._curvature(scores, s).solved(*slope)
            gain = float(slope[0] @ step[0] + slope[1] @ step[1])
            u, v, height, scores = self._climbed(at, (u, v), step, height)
            if gain < GAIN:
                self._last = (u, v)
                return Effects(u, v, height, self._curvature(scores, s))
        raise OrdinalError("the effects of groups have no mode: look at the scores of groups that are all alike")

    def effects_of_groups(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the modes of the effects of every group of both factors, in log odds."""
        modes = self.modes(at)
        return at[-2] * modes.first, at[-1] * modes.second

    def _climbed(
        self, at: np.ndarray, effects: tuple[np.ndarray, np.ndarray], step: tuple[np.ndarray, np.ndarray], height: float
    ) -> tuple[np.ndarray, np.ndarray, float, Scores]:
        size = 1.0
        for _ in range(MOST_HALVINGS):
            u, v = effects[0] + size * step[0], effects[1] + size * step[1]
            reached, scores = self._height(at, u, v)
            if reached >= height - ROUNDING * (1 + abs(height)):
                break
            size /= 2
        return u, v, reached, scores

    def _height(self, at: np.ndarray, u: np.ndarray, v: np.ndarray) -> tuple[float, Scores]:
        cuts, b, _ = self.parts(at)
        scores = Scores(self.ratings.y, self.ratings.design @ b + sum(self._shifts(at, u, v)), cuts)
        return float(scores.log_density.sum() - (u @ u + v @ v) / 2), scores

    def _shifts(self, at: np.ndarray, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return s_1 u and s_2 v of every unit (n,)."""
        first, second = self._of_units(u, v)
        return at[-2] * first, at[-1] * second

    def _of_units(self, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        codes, n = self.ratings.codes, len(self.ratings.y)
        return u[codes[0]], v[codes[1]] if len(v) else np.zeros(n)

    def _sums(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return sums over the units of each group of the first and of the second factor."""
        (first, second), n = self.ratings.codes, self.ratings.n_groups
        return np.bincount(first, values, n[0]), np.bincount(second, values, n[1])[: n[1]]

    def _slope(self, scores: Scores, s: np.ndarray, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_first, of_second = self._sums(scores.score)
        return s[0] * of_first - u, s[1] * of_second - v

    def _curvature(self, scores: Scores, s: np.ndarray) -> Curvature:
        of_first, of_second = self._sums(scores.weight)
        between = s[0] * s[1] * self.crossing.sums(scores.weight)
        return Curvature.of(self.crossing, 1 + s[0] ** 2 * of_first, between, 1 + s[1] ** 2 * of_second)

    def _gradient(self, at: np.ndarray, modes: Effects) -> np.ndarray:
        """Return the gradient: of h and of H with the modes held, then what the moving modes add to H."""
        scores, s = self._height(at, modes.first, modes.second)[1], at[-2:]
        u, v = self._of_units(modes.first, modes.second)
        of_first, of_second, crossed = modes.curvature.inverse_of_units()
        spread = s[0] ** 2 * of_first + 2 * s[0] * s[1] * crossed + s[1] ** 2 * of_second  # z' H^-1 z of every unit
        pulled = self._sums(spread * scores.weight_slope)
        moved = self._of_units(*modes.curvature.solved(s[0] * pulled[0], s[1] * pulled[1]))
        along = s[0] * moved[0] + s[1] * moved[1]
        by_eta = scores.score - (spread * scores.weight_slope - along * scores.weight) / 2
        by_above = scores.by_above - (spread * scores.slope_above + along * scores.density_above) / 2
        by_below = scores.by_below - (spread * scores.slope_below + along * scores.density_below) / 2
        explicit = (s[0] * of_first + s[1] * crossed, s[0] * crossed + s[1] * of_second)
        by_s = [
            by_eta @ effect - scores.weight @ inverse - moving @ scores.score / 2
            for effect, inverse, moving in zip((u, v), explicit, moved, strict=True)
        ]
        return np.concatenate([scores.by_cuts(by_above, by_below), self.ratings.design.T @ by_eta, by_s])
