"""NB2 counts with an offset and one normal effect a group, by restricted maximum likelihood.

Estimand: as ``mixed_counts.fit_nb2_mixed``. Maximum likelihood takes the coefficients as if they were known when it
estimates how much groups vary: with 25 groups and four columns that are constant within them it finds too little, and
intervals of these columns too short. Here coefficients b and group effects u are integrated out together,

    log L(s, alpha) = h + p log(2 pi) / 2 - log |J| / 2,   h = log f(y | b, u) - u'u / 2 at its maximum over (b, u),

J the negative Hessian of h by (b, u): Laplace's approximation with a flat prior of b, as in ``glmmTMB(REML = TRUE)``.
ASSUME: as ``fit_nb2_mixed``. Uncertainty: the block of b in the inverse of J, and how b moves with s and theta as far
as these are unsure; t with the degrees of freedom of the between-within rule. Log-likelihoods of designs that differ
cannot be compared.
References: Patterson and Thompson (1971) Biometrika 58:545-554; Stiratelli, Laird and Ware (1984)
Biometrics 40:961-971. Held to ``glmmTMB(REML = TRUE)`` in the tests.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize

from analysis.models.mixed_counts.counts import Counts, NoConvergenceError, between_within, checked, group_codes
from analysis.models.mixed_counts.fit import Fit
from analysis.models.mixed_counts.fixed import nb2_parameters
from analysis.models.mixed_counts.likelihood import Units

VARIANCE = "joint information of coefficients and group effects, and what s and theta leave unsure"
NO_VARIATION, NO_OVERDISPERSION = "no variation between groups beyond chance", "no overdispersion: theta is infinite"
LIMITS = np.log([[1e-3, 1e-5], [10.0, 1e3]])  # of log s and log alpha, between which the maximum is sought
MOST_STEPS, SMALLEST_STEP = 100, 1e-12  # of Newton's method
DECREMENT = 1e-11  # what the last step gains: the error after it is of the order of its square
DIFFERENCE = 1e-3  # of log s and log alpha, for the curvature
SETTLED = 1e-5  # of log s and log alpha: the error after a step this short is of the order of its square
LARGEST_LEAD = 1.0  # of log s and log alpha: how far the best coefficients are followed along their slope
NEAR_LIMIT = 0.01  # of log s and log alpha: this near to an end of its range a parameter is at its limit


def fit_nb2_restricted(
    y: ArrayLike,
    X: pd.DataFrame | ArrayLike,  # noqa: N803
    offset: ArrayLike,
    group: ArrayLike,
) -> Fit:
    """Return the fit to counts ``y`` (n,), design ``X`` (n, p) with intercept and offset (n,), ``group`` (n,).

    ``log_likelihood`` is the restricted one. Errors as ``mixed_counts.fit_nb2_mixed``.
    """
    counts = checked(y, X, offset)
    groups, codes = group_codes(group, len(counts.y))
    df = between_within(counts.design, codes, len(groups))[1]
    b, alpha = nb2_parameters(counts)
    joint = _Joint(counts, codes, len(groups), b)
    start = np.log(np.clip([0.5, alpha], *np.exp(LIMITS)))
    limits = optimize.Bounds(*LIMITS)
    found = optimize.minimize(joint.descent, start, method="L-BFGS-B", jac=True, bounds=limits, options={"ftol": 1e-13})
    return _described(joint, _settled(joint, found.x), groups, df)


@dataclass(frozen=True)
class _Highest:
    """Where coefficients b and effects v = s u are most likely together (p + G,) given s and alpha.

    ``value`` of the restricted log-likelihood without log y!, the inverse of the information of (b, v), ``units``, and
    by (log s, log alpha) the slopes of the best coefficients and effects (2, p + G) and of the value (2,).
    """

    best: np.ndarray
    value: float
    covariance: np.ndarray
    units: Units
    moves: np.ndarray
    slope: np.ndarray


class _Joint:
    """The likelihood of coefficients and group effects together; where it was highest last tells the next start."""

    def __init__(self, counts: Counts, codes: np.ndarray, n_groups: int, b: np.ndarray) -> None:
        self.counts, self.codes, self.p = counts, codes, len(b)
        self.columns = np.hstack([counts.design, codes[:, None] == np.arange(n_groups)])
        self.last: tuple[np.ndarray, _Highest] | None = None
        self.first = np.concatenate([b, np.zeros(n_groups)])

    def descent(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """Return minus the restricted log-likelihood at (log s, log alpha) and its slope."""
        found = self.highest(z)
        return -found.value, -found.slope

    def highest(self, z: np.ndarray) -> _Highest:
        """Return the best coefficients and effects at (log s, log alpha), by Newton's method, and what follows."""
        s, alpha = np.exp(z)
        at = self._start(z)
        penalty = np.where(np.arange(len(at)) < self.p, 0.0, s**-2.0)
        value, units = self._value(at, alpha, penalty)
        for _ in range(MOST_STEPS):
            slope = self.columns.T @ units.score - penalty * at
            step = np.linalg.solve(self._information(units, penalty), slope)
            is_last = slope @ step < DECREMENT
            tried = self._value(at + step, alpha, penalty)
            while not is_last and tried[0] < value and np.abs(step).max() > SMALLEST_STEP:
                step = step / 2
                tried = self._value(at + step, alpha, penalty)
            at, (value, units) = at + step, tried
            if is_last:
                found = self._followed(at, value, units, penalty, alpha)
                self.last = (z, found)
                return found
        raise NoConvergenceError("no maximum of coefficients and group effects was found; the model is too large")

    def _start(self, z: np.ndarray) -> np.ndarray:
        """Return where the best (b, v) of (log s, log alpha) lies, from the last one found and how it moves."""
        if self.last is None:
            return self.first
        last_z, found = self.last
        return found.best + np.clip(z - last_z, -LARGEST_LEAD, LARGEST_LEAD) @ found.moves

    def _followed(self, at: np.ndarray, value: float, units: Units, penalty: np.ndarray, alpha: float) -> _Highest:
        """Return the restricted log-likelihood round the best (b, v), and its slope by implicit differentiation."""
        information = self._information(units, penalty)
        covariance = np.linalg.inv(information)
        pulls = np.array([2 * penalty * at, self.columns.T @ units.score_by_alpha])
        moves = pulls @ covariance
        level, level_by_alpha, _ = self.counts.rising.sums(alpha)
        n_groups, volume = len(at) - self.p, np.linalg.slogdet(covariance)[1]
        value = value + level + (self.p * np.log(2 * np.pi) + volume + np.log(penalty[self.p :]).sum()) / 2
        leverage = ((self.columns @ covariance) * self.columns).sum(axis=1)
        held = np.array([(penalty * at**2).sum() - n_groups, units.log_density_by_alpha.sum() + level_by_alpha])
        held += [(penalty * np.diag(covariance)).sum(), -(leverage @ units.weight_by_alpha) / 2]
        moved = (moves @ self.columns.T) @ (leverage * units.weight_slope) / 2
        return _Highest(at, value, covariance, units, moves, held - moved)

    def _information(self, units: Units, penalty: np.ndarray) -> np.ndarray:
        return (self.columns.T * units.weight) @ self.columns + np.diag(penalty)

    def _value(self, at: np.ndarray, alpha: float, penalty: np.ndarray) -> tuple[float, Units]:
        units = Units(self.counts.y, self.counts.offset + self.columns @ at, alpha)
        return float(units.log_density.sum() - (penalty * at**2).sum() / 2), units


def _described(joint: _Joint, z: np.ndarray, groups: np.ndarray, df: np.ndarray) -> Fit:
    p, found, (s, alpha) = joint.p, joint.highest(z), np.exp(z)
    limits = {
        NO_VARIATION: z[0] - LIMITS[0, 0] <= NEAR_LIMIT,
        NO_OVERDISPERSION: z[1] - LIMITS[0, 1] <= NEAR_LIMIT,
    }
    return Fit(
        names=joint.counts.names,
        coefficients=found.best[:p],
        covariance=found.covariance[:p, :p] + _moved(joint, z, found.moves[:, :p]),
        variance=VARIANCE,
        covariance_given_theta=None,
        log_likelihood=found.value - joint.counts.log_factorials,
        theta=np.inf if limits[NO_OVERDISPERSION] else 1 / alpha,
        log_theta_se=np.nan,
        sd_group=0.0 if limits[NO_VARIATION] else s,
        log_sd_se=np.nan,
        limits=tuple(limit for limit, is_reached in limits.items() if is_reached),
        groups=groups,
        codes=joint.codes,
        group_effects=found.best[p:],
        group_sds=np.sqrt(np.diag(found.covariance)[p:]),
        fitted=found.units.mean,
        fitted_at_zero_effect=np.exp(joint.counts.offset + joint.counts.design @ found.best[:p]),
        df=df,
        widening=np.ones(p),  # the restricted likelihood has already given up what the coefficients take
    )


def _moved(joint: _Joint, z: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Return the covariance (p, p) that coefficients have because log s and log alpha are not known.

    Delta method: ``moves`` (2, p), the slopes of the best coefficients, and the curvature of the restricted
    log-likelihood. A parameter at its limit is taken as known.
    """
    is_free, curvature = _curvature(joint, z)
    return moves[is_free].T @ np.linalg.solve(-curvature, moves[is_free])


def _settled(joint: _Joint, z: np.ndarray) -> np.ndarray:
    """Return the maximum near (log s, log alpha), by Newton's method: a search ends where its last digits let it."""
    for _ in range(MOST_STEPS):
        is_free, curvature = _curvature(joint, z)
        step = np.zeros(2)
        step[is_free] = np.linalg.solve(-curvature, joint.highest(z).slope[is_free])
        z = np.clip(z + np.clip(step, -LARGEST_LEAD, LARGEST_LEAD), *LIMITS)
        if np.abs(step).max() < SETTLED:
            break
    return z


def _curvature(joint: _Joint, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which of (log s, log alpha) are at no limit, and the curvature by them; none if it is not downwards."""
    is_free = (z > LIMITS[0] + NEAR_LIMIT) & (z < LIMITS[1] - NEAR_LIMIT)
    rows = [joint.highest(z + step).slope - joint.highest(z - step).slope for step in DIFFERENCE * np.eye(2)]
    curvature = ((np.array(rows) + np.array(rows).T) / (4 * DIFFERENCE))[np.ix_(is_free, is_free)]
    if not (np.linalg.eigvalsh(curvature) < 0).all():
        return np.zeros(2, "bool"), np.zeros((0, 0))
    return is_free, curvature
