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

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize

from analysis.models.mixed_counts.counts import Counts, NoConvergenceError, NotEstimableError, checked, group_codes
from analysis.models.mixed_counts.fit import Fit
from analysis.models.mixed_counts.fixed import nb2_parameters
from analysis.models.mixed_counts.likelihood import Units, constant

VARIANCE = "joint information of coefficients and group effects, and what s and theta leave unsure"
NO_VARIATION, NO_OVERDISPERSION = "no variation between groups beyond chance", "no overdispersion: theta is infinite"
LEAST_S, LARGEST_S = 1e-3, 10.0  # standard deviations of log rates between which the maximum is sought
LEAST_ALPHA, LARGEST_ALPHA = 1e-5, 1e3
MOST_STEPS, SMALLEST_STEP = 100, 1e-12  # of Newton's method
DECREMENT = 1e-8  # what the last step gains: the error after it is of the order of its square
DIFFERENCE, LARGER_DIFFERENCE = 1e-4, 1e-2  # of log s and log alpha, for slopes and for curvatures


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
    df = _degrees_of_freedom(counts.design, codes, len(groups))
    b, alpha = nb2_parameters(counts)
    joint = _Joint(counts, codes, len(groups), b)
    start = np.log(np.clip([0.5, alpha], [LEAST_S, LEAST_ALPHA], [LARGEST_S, LARGEST_ALPHA]))
    bounds = [(np.log(LEAST_S), np.log(LARGEST_S)), (np.log(LEAST_ALPHA), np.log(LARGEST_ALPHA))]
    found = optimize.minimize(joint.descent, start, method="L-BFGS-B", jac=True, bounds=bounds, options={"ftol": 1e-13})
    return _described(joint, *np.exp(found.x), groups, df)


class _Joint:
    """The likelihood of coefficients and group effects together; where it was highest last is the next start."""

    def __init__(self, counts: Counts, codes: np.ndarray, n_groups: int, b: np.ndarray) -> None:
        self.counts, self.codes = counts, codes
        self.groups = (codes[:, None] == np.arange(n_groups)).astype("float64")
        self.found = np.concatenate([b, np.zeros(n_groups)])
        self.s = 1.0
        self.penalty = np.concatenate([np.zeros(len(b)), np.ones(n_groups)])

    def descent(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """Return minus the restricted log-likelihood at (log s, log alpha) and its slope, by central differences."""
        steps = DIFFERENCE * np.eye(2)
        slope = [(self.restricted(z + step) - self.restricted(z - step)) / (2 * DIFFERENCE) for step in steps]
        return -self.restricted(z), -np.array(slope)

    def restricted(self, z: np.ndarray) -> float:
        """Return the restricted log-likelihood at (log s, log alpha)."""
        s, alpha = np.exp(z)
        value, information, _ = self.highest(s, alpha)
        p, (level, _, _) = self.counts.design.shape[1], constant(self.counts.n_above, alpha)
        log_determinant = np.linalg.slogdet(information)[1]
        return value + level - self.counts.log_factorials + (p * np.log(2 * np.pi) - log_determinant) / 2

    def coefficients(self, z: np.ndarray) -> np.ndarray:
        """Return the best coefficients (p,) at (log s, log alpha)."""
        self.highest(*np.exp(z))
        return self.found[: self.counts.design.shape[1]].copy()

    def highest(self, s: float, alpha: float) -> tuple[float, np.ndarray, Units]:
        """Return h without its constants, J and the units at the best coefficients and effects, by Newton's method."""
        columns, p = np.hstack([self.counts.design, s * self.groups]), self.counts.design.shape[1]
        self.found[p:], self.s = self.found[p:] * self.s / s, s  # effects on the log scale stay as they were
        value, units = self._value(columns, self.found, alpha)
        for _ in range(MOST_STEPS):
            step = np.linalg.solve(self._information(columns, units), self._slope(columns, units))
            is_last = self._slope(columns, units) @ step < DECREMENT
            tried = self._value(columns, self.found + step, alpha)
            while not is_last and tried[0] < value and np.abs(step).max() > SMALLEST_STEP:
                step = step / 2
                tried = self._value(columns, self.found + step, alpha)
            self.found, (value, units) = self.found + step, tried
            if is_last:
                return value, self._information(columns, units), units
        raise NoConvergenceError("no maximum of coefficients and group effects was found; the model is too large")

    def _information(self, columns: np.ndarray, units: Units) -> np.ndarray:
        return (columns.T * units.weight) @ columns + np.diag(self.penalty)

    def _slope(self, columns: np.ndarray, units: Units) -> np.ndarray:
        return columns.T @ units.score - self.penalty * self.found

    def _value(self, columns: np.ndarray, at: np.ndarray, alpha: float) -> tuple[float, Units]:
        units = Units(self.counts.y, self.counts.offset + columns @ at, alpha)
        return float(units.log_density.sum() - (self.penalty * at**2).sum() / 2), units


def _described(joint: _Joint, s: float, alpha: float, groups: np.ndarray, df: np.ndarray) -> Fit:
    p, moved = joint.counts.design.shape[1], _moved(joint, np.log([s, alpha]))
    _, information, units = joint.highest(s, alpha)
    covariance = np.linalg.inv(information)
    limits = {
        NO_VARIATION: np.log(s / LEAST_S) <= LARGER_DIFFERENCE,
        NO_OVERDISPERSION: np.log(alpha / LEAST_ALPHA) <= LARGER_DIFFERENCE,
    }
    return Fit(
        names=joint.counts.names,
        coefficients=joint.found[:p],
        covariance=covariance[:p, :p] + moved,
        variance=VARIANCE,
        covariance_given_theta=None,
        log_likelihood=joint.restricted(np.log([s, alpha])),
        theta=np.inf if limits[NO_OVERDISPERSION] else 1 / alpha,
        log_theta_se=np.nan,
        sd_group=0.0 if limits[NO_VARIATION] else s,
        log_sd_se=np.nan,
        limits=tuple(limit for limit, is_reached in limits.items() if is_reached),
        groups=groups,
        codes=joint.codes,
        group_effects=s * joint.found[p:],
        group_sds=s * np.sqrt(np.diag(covariance)[p:]),
        fitted=units.mean,
        fitted_at_zero_effect=np.exp(joint.counts.offset + joint.counts.design @ joint.found[:p]),
        df=df,
        widening=np.ones(p),  # the restricted likelihood has already given up what the coefficients take
    )


def _moved(joint: _Joint, z: np.ndarray) -> np.ndarray:
    """Return the covariance (p, p) that coefficients have because log s and log alpha are not known.

    Delta method: the slopes of the best coefficients, and the curvature of the restricted log-likelihood. A parameter
    at its limit is taken as known.
    """
    least, largest = np.log([LEAST_S, LEAST_ALPHA]), np.log([LARGEST_S, LARGEST_ALPHA])
    is_free = (z > least + LARGER_DIFFERENCE) & (z < largest - LARGER_DIFFERENCE)
    steps = LARGER_DIFFERENCE * np.eye(2)[is_free]
    curvature = np.array([[_curvature(joint, z, one, other) for other in steps] for one in steps])
    slopes = np.array([(joint.coefficients(z + step) - joint.coefficients(z - step)) for step in steps])
    if not len(steps) or not (np.linalg.eigvalsh(curvature) < 0).all():
        return np.zeros((joint.counts.design.shape[1],) * 2)
    slopes = slopes / (2 * LARGER_DIFFERENCE)
    return slopes.T @ np.linalg.solve(-curvature, slopes)


def _curvature(joint: _Joint, z: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    at = joint.restricted
    corners = at(z + one + other) - at(z + one - other) - at(z - one + other) + at(z - one - other)
    return corners / (4 * LARGER_DIFFERENCE**2)


def _degrees_of_freedom(design: np.ndarray, codes: np.ndarray, n_groups: int) -> np.ndarray:
    """Return those of the between-within rule (p,); raises ``NotEstimableError`` if groups are too few."""
    first = np.unique(codes, return_index=True)[1]
    is_between = (design == design[first][codes]).all(axis=0)
    n_between = int(is_between.sum())
    if n_groups <= n_between:
        raise NotEstimableError(f"{n_groups} groups cannot carry {n_between} columns that are constant within groups")
    within = max(len(design) - n_groups - int((~is_between).sum()), 1)
    return np.where(is_between, n_groups - n_between, within).astype("float64")
