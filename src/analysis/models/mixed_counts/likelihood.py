"""Log-likelihood of Poisson and NB2 counts unit by unit, and its derivatives, exact up to the Poisson limit.

NB2: E(y) = mu, var(y) = mu + alpha mu^2, theta = 1 / alpha; alpha = 0 is Poisson. Written with alpha,

    log f = y eta - (y + 1 / alpha) log(1 + alpha mu) + sum over j < y of log(1 + alpha j) - log y!, eta = log mu,

which loses no digits as alpha goes to 0 (differences of log-gammas do). The sum over j needs only how many counts
are above j, so it is taken once over all units. Reference: Hilbe (2011) Negative Binomial Regression, ch. 8.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

LARGEST_ETA = 300.0  # keeps a wild step of a search finite


@dataclass(frozen=True)
class Units:
    """The likelihood of counts ``y`` at linear predictors ``eta`` (any shape that broadcasts) and ``alpha`` >= 0.

    Derivatives by eta: ``score`` first, ``weight`` minus the second, ``weight_slope`` the slope of the weight.
    ``*_by_alpha``: their derivatives by log(alpha).
    """

    y: np.ndarray
    eta: np.ndarray
    alpha: float

    @cached_property
    def mean(self) -> np.ndarray:
        """The means."""
        return np.exp(np.minimum(self.eta, LARGEST_ETA))

    @cached_property
    def excess(self) -> np.ndarray:
        """Variance over mean, 1 + alpha mu."""
        return 1 + self.alpha * self.mean

    @cached_property
    def log_density(self) -> np.ndarray:
        """Log-likelihoods without the two terms that do not hold eta (see ``rising``)."""
        return self.y * self.eta - (1 + self.alpha * self.y) * self._log_excess

    @cached_property
    def score(self) -> np.ndarray:
        """First derivatives by eta."""
        return (self.y - self.mean) / self.excess

    @cached_property
    def weight(self) -> np.ndarray:
        """Minus the second derivatives by eta: above 0, so the likelihood is concave in eta."""
        return self.mean * (1 + self.alpha * self.y) / self.excess**2

    @cached_property
    def weight_slope(self) -> np.ndarray:
        """Derivatives of the weights by eta."""
        return self.weight * (2 / self.excess - 1)

    @property
    def log_density_by_alpha(self) -> np.ndarray:
        """Derivatives of ``log_density`` by log(alpha)."""
        return self._log_excess - (1 + self.alpha * self.y) * self.mean / self.excess

    @property
    def score_by_alpha(self) -> np.ndarray:
        """Derivatives of the scores by log(alpha)."""
        return -self.score * (1 - 1 / self.excess)

    @property
    def weight_by_alpha(self) -> np.ndarray:
        """Derivatives of the weights by log(alpha)."""
        return self.alpha * self.y * self.mean / self.excess**2 - 2 * self.weight * (1 - 1 / self.excess)

    @property
    def curvature_by_alpha(self) -> np.ndarray:
        """Second derivatives of ``log_density`` by log(alpha)."""
        share = self.mean / self.excess
        return share - self._log_excess - self.alpha * share * (self.y - (1 + self.alpha * self.y) * share)

    @cached_property
    def _log_excess(self) -> np.ndarray:
        """log(1 + alpha mu) / alpha, and mu at alpha = 0."""
        return np.log1p(self.alpha * self.mean) / self.alpha if self.alpha > 0 else self.mean
