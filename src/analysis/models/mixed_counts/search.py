"""The search for the maximum of a marginal likelihood: where it starts, its scale, and the way up.

Parameters z = (b, log s) or (b, log s, log alpha), in the units of ``marginal``.
"""

import numpy as np
from scipy import optimize

from analysis.models.mixed_counts.likelihood import Units
from analysis.models.mixed_counts.marginal import GroupedCounts, log_likelihood
from analysis.models.mixed_counts.newton import maximum, with_differences

SCALED_GRADIENT = 1e-5  # the search hands over to Newton's method this near to the maximum, in standard errors
LEAST_INFORMATION = 0.01  # of log s or log alpha: keeps the scale of the search below ten
RANGES = np.log([[1e-3, 30.0], [1e-7, 1e3]])  # of s and alpha, in which the search stays
FIRST_SD, FIRST_ALPHA = (0.1, 2.0), (1e-3, 10.0)  # ranges in which the search starts


class Surface:
    """Log-likelihood and gradient by z; remembers the modes of groups as where to look for them next."""

    def __init__(self, data: GroupedCounts, rule: tuple[np.ndarray, np.ndarray], has_alpha: bool) -> None:
        """Start with every mode at 0. ``rule`` is ``nodes_and_weights``."""
        self.data, self.rule, self.has_alpha = data, rule, has_alpha
        self.modes = np.zeros(len(data.groups))

    def __call__(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log-likelihood and its gradient."""
        value, gradient, modes = log_likelihood(self.data, *self.parts(z), self.rule, self.modes)
        self.modes = modes.peak
        return value, gradient[: len(z)]

    def parts(self, z: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Return b (p,), s and alpha (0 for Poisson)."""
        p = self.data.counts.design.shape[1]
        return z[:p], float(np.exp(z[p])), float(np.exp(z[p + 1])) if self.has_alpha else 0.0

    def slope_at_poisson(self, z: np.ndarray) -> float:
        """Return the derivative by alpha, not by its log, at (b, log s) and the Poisson limit alpha = 0."""
        b, s, _ = self.parts(z)
        alpha = 1e-6 / self.data.counts.y.mean()
        return float(log_likelihood(self.data, b, s, alpha, self.rule, self.modes)[1][-1] / alpha)


def pull_of_groups(data: GroupedCounts, b: np.ndarray, alpha: float) -> tuple[float, float]:
    """Return the derivative of the log-likelihood by s^2 at s = 0, and the s^2 that moments of scores suggest."""
    units = Units(data.counts.y, data.counts.offset + data.counts.design @ b, alpha)
    scores, weights = data.sums(units.score), data.sums(units.weight)
    excess = float((scores**2 - weights).sum())
    return excess / 2, excess / float((weights**2).sum())


def climb(surface: Surface, b: np.ndarray, alpha: float) -> np.ndarray:
    """Return z near the maximum, by L-BFGS-B in units of standard errors, from the fit without groups (b, alpha)."""
    s = np.sqrt(np.clip(pull_of_groups(surface.data, b, alpha)[1], FIRST_SD[0] ** 2, FIRST_SD[1] ** 2))
    first = [np.log(s), np.log(np.clip(alpha / 2, *FIRST_ALPHA))]
    start = np.concatenate([b, first[: 1 + surface.has_alpha]])
    turn = np.linalg.inv(np.linalg.cholesky(_information(surface, start))).T

    def descent(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = surface(start + turn @ w)
        return -value, -turn.T @ gradient

    unbounded = np.full(len(b), np.inf)
    ends = [np.concatenate([sign * unbounded, limit]) for sign, limit in zip((-1, 1), RANGES.T, strict=True)]
    bounds = [(end[: len(start)] - start) / np.diag(turn) for end in ends]
    options = {"gtol": SCALED_GRADIENT, "ftol": 0.0, "maxcor": len(start) + 5}
    limits = optimize.Bounds(*bounds)
    found = optimize.minimize(
        descent, np.zeros(len(start)), jac=True, method="L-BFGS-B", bounds=limits, options=options
    )
    return start + turn @ found.x


def polish(surface: Surface, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the maximum and the Hessian there; raises ``NoConvergenceError`` if there is none near."""
    scale = np.sqrt(np.diag(np.linalg.inv(_information(surface, near))))
    return maximum(with_differences(surface, scale), near)


def _information(surface: Surface, z: np.ndarray) -> np.ndarray:
    """Return roughly the information of z: that of weighted least squares with group effects, without cross terms."""
    (b, s, alpha), data = surface.parts(z), surface.data
    units = Units(data.counts.y, data.counts.offset + data.counts.design @ b, alpha)
    weights = units.mean / units.excess
    by_group = data.sums(weights)
    weighted = weights * data.counts.design.T
    sums = data.sums(weighted)
    information = np.zeros((len(z), len(z)))
    information[: len(b), : len(b)] = weighted @ data.counts.design - (sums * s**2 / (1 + s**2 * by_group)) @ sums.T
    known = s**2 * by_group / (1 + s**2 * by_group)
    scales = [2 * (known**2).sum(), ((1 - 1 / units.excess) ** 2).sum() / 2]
    for at in range(len(b), len(z)):
        information[at, at] = max(scales[at - len(b)], LEAST_INFORMATION)
    return information
