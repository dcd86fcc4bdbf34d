"""Ordered scores given their linear predictors: a cumulative logit, its likelihood and derivatives.

P(y <= k) = F(c_k - eta), F logistic, cut points c_1 < ... < c_(K-1), categories 0 to K-1. With a the cut above a
score and b the one below it, both less eta,

    F(a) - F(b) = (1 - exp(b - a)) F(a) (1 - F(b)),

so a log-probability is two logistic terms and one of the cut points alone: no digits are lost in the tails, and it is
concave in eta. Reference: McCullagh (1980) J R Stat Soc B 42:109-142.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

FARTHEST = 600.0  # stands for the cut points below the lowest and above the highest category


@dataclass(frozen=True)
class Scores:
    """The likelihood of scores ``y`` (n,) at linear predictors ``eta`` (..., n) and ``cuts`` (K - 1,)."""

    y: np.ndarray
    eta: np.ndarray
    cuts: np.ndarray

    @cached_property
    def log_density(self) -> np.ndarray:
        """Log-probabilities of the scores."""
        return np.log(self._f_above) + np.log(self._rest_below) + np.log1p(-np.exp(-self._gaps))[self.y]

    @cached_property
    def score(self) -> np.ndarray:
        """First derivatives by eta."""
        return self._f_above - self._rest_below

    @cached_property
    def weight(self) -> np.ndarray:
        """Minus the second derivatives by eta: above 0."""
        return self.density_above + self.density_below

    @cached_property
    def weight_slope(self) -> np.ndarray:
        """Derivatives of the weights by eta."""
        return -(self.slope_above + self.slope_below)

    @cached_property
    def density_above(self) -> np.ndarray:
        """Logistic density at the cut above: the derivative of ``score`` by that cut."""
        return self._f_above * (1 - self._f_above)

    @cached_property
    def density_below(self) -> np.ndarray:
        """The same at the cut below."""
        return self._rest_below * (1 - self._rest_below)

    @cached_property
    def slope_above(self) -> np.ndarray:
        """Derivative of ``weight`` by the cut above."""
        return self.density_above * (1 - 2 * self._f_above)

    @cached_property
    def slope_below(self) -> np.ndarray:
        """The same for the cut below."""
        return self.density_below * (2 * self._rest_below - 1)

    @property
    def by_above(self) -> np.ndarray:
        """Derivatives of ``log_density`` by the cut above."""
        return 1 - self._f_above + self._by_gaps

    @property
    def by_below(self) -> np.ndarray:
        """The same by the cut below."""
        return self._rest_below - 1 - self._by_gaps

    def by_cuts(self, above: np.ndarray, below: np.ndarray) -> np.ndarray:
        """Return sums (K - 1,) over units of derivatives (n,) by the cut above and by the one below each score."""
        n_cuts = len(self.cuts)
        sums = np.bincount(self.y, above, n_cuts + 1)[:n_cuts]
        return sums + np.bincount(self.y, below, n_cuts + 1)[1:]

    @cached_property
    def _gaps(self) -> np.ndarray:
        """The distance (K,) of the two cuts of every category; at the ends it is taken for endless."""
        return np.minimum(np.diff(np.concatenate([[-FARTHEST], self.cuts, [FARTHEST]])), FARTHEST)

    @property
    def _by_gaps(self) -> np.ndarray:
        return (1 / np.expm1(self._gaps))[self.y]

    @cached_property
    def _f_above(self) -> np.ndarray:
        return _logistic(np.append(self.cuts, FARTHEST)[self.y] - self.eta)

    @cached_property
    def _rest_below(self) -> np.ndarray:
        """1 - F at the cut below, which far above its cut is not a difference of two numbers near 1."""
        return _logistic(self.eta - np.append(-FARTHEST, self.cuts)[self.y])


def probabilities(cuts: np.ndarray, eta: np.ndarray) -> np.ndarray:
    """Return the probability (..., K) of every category at linear predictors ``eta`` (...).

    >>> probabilities(np.array([-1.0, 1.0]), np.array([0.0])).round(3).tolist()
    [[0.269, 0.462, 0.269]]
    """
    below = _logistic(cuts - np.asarray(eta)[..., None])
    ends = np.zeros((*below.shape[:-1], 1))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=-1), axis=-1)


def _logistic(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(value, -FARTHEST, FARTHEST)))
