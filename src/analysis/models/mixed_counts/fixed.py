"""Poisson and NB2 regression of counts with an offset, without group effects, by Newton's method.

Estimand: coefficients b of log E(y) = offset + design b, log rate ratios; NB2 also theta, var(y) = mu + mu^2 / theta.
ASSUME: units are independent given the design; log rates are linear in it; the offset is the log of a population
that is known. Uncertainty: inverse information, named in the fit. Held to R's ``glm`` and ``MASS::glm.nb``.
References: McCullagh and Nelder (1989) Generalized Linear Models, ch. 6; Lawless (1987) Can J Stat 15:209-225.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.mixed_counts.counts import Counts, NotEstimableError, checked
from analysis.models.mixed_counts.fit import EXPECTED, OBSERVED, Fit
from analysis.models.mixed_counts.likelihood import Units
from analysis.models.mixed_counts.newton import maximum

SINGULAR = 1e9  # condition of the information over that of the design above which a coefficient has run away
POISSON_LIMIT = "no overdispersion: theta is infinite, the fit is Poisson"


def fit_poisson(y: ArrayLike, X: pd.DataFrame | ArrayLike, offset: ArrayLike) -> Fit:  # noqa: N803
    """Return the Poisson fit of counts ``y`` (n,) to the design ``X`` (n, p), intercept included, and offset (n,).

    Raises ``ValueError`` for counts, offset or design that cannot be modelled, ``NotEstimableError`` for a column
    that repeats others or whose coefficient has no finite estimate, ``NoConvergenceError`` if no maximum is found.
    """
    counts = checked(y, X, offset)
    return described_without_groups(counts, poisson_coefficients(counts), 0.0, is_nb2=False)


def fit_nb2(y: ArrayLike, X: pd.DataFrame | ArrayLike, offset: ArrayLike) -> Fit:  # noqa: N803
    """Return the NB2 fit, theta estimated with the coefficients; shapes and errors as ``fit_poisson``.

    Where the counts vary no more than Poisson counts the fit is the Poisson one, and ``limits`` says so.
    """
    counts = checked(y, X, offset)
    return described_without_groups(counts, *nb2_parameters(counts), is_nb2=True)


def poisson_coefficients(counts: Counts) -> np.ndarray:
    """Return the coefficients (p,) of highest Poisson likelihood."""
    rates = np.log((counts.y + counts.y.mean()) / 2) - counts.offset
    start = np.linalg.lstsq(counts.design, rates)[0]
    found, _ = maximum(lambda b: _poisson_derivatives(counts, b), start)
    _check_finite(counts, found, 0.0)
    return found


def nb2_parameters(counts: Counts) -> tuple[np.ndarray, float]:
    """Return the coefficients (p,) and alpha = 1 / theta of highest NB2 likelihood; alpha is 0 at the limit."""
    start = poisson_coefficients(counts)
    mean = np.exp(counts.offset + counts.design @ start)
    excess = ((counts.y - mean) ** 2 - counts.y).sum()  # twice the slope of the likelihood in alpha at alpha = 0
    if excess <= 0:
        return start, 0.0
    alpha = excess / (mean**2).sum()
    found, _ = maximum(lambda z: _nb2_derivatives(counts, z), np.append(start, np.log(alpha)))
    _check_finite(counts, found[:-1], np.exp(found[-1]))
    return found[:-1], float(np.exp(found[-1]))


def described_without_groups(counts: Counts, coefficients: np.ndarray, alpha: float, is_nb2: bool) -> Fit:
    """Return the fit at its maximum, ``coefficients`` (p,): of ``fit_poisson`` or, with ``is_nb2``, ``fit_nb2``."""
    units = Units(counts.y, counts.offset + counts.design @ coefficients, alpha)
    expected = np.linalg.inv(counts.design.T @ (counts.design * (units.mean / units.excess)[:, None]))
    joint = np.linalg.inv(_nb2_information(counts, coefficients, alpha)) if alpha > 0 else None
    n_coefficients = len(coefficients)
    return Fit(
        names=counts.names,
        coefficients=coefficients,
        covariance=expected if joint is None else joint[:-1, :-1],
        variance=EXPECTED if joint is None else OBSERVED,
        covariance_given_theta=expected if is_nb2 else None,
        log_likelihood=float(units.log_density.sum()) + counts.rising.sums(alpha)[0] - counts.log_factorials,
        theta=1 / alpha if alpha > 0 else np.inf,
        log_theta_se=np.nan if joint is None else float(np.sqrt(joint[-1, -1])),
        sd_group=0.0,
        log_sd_se=np.nan,
        limits=(POISSON_LIMIT,) if is_nb2 and alpha == 0 else (),
        groups=np.empty(0),
        codes=np.empty(0, dtype="int64"),
        group_effects=np.empty(0),
        group_sds=np.empty(0),
        fitted=units.mean,
        fitted_at_zero_effect=units.mean,
        df=np.full(n_coefficients, np.inf),
        widening=np.ones(n_coefficients),
    )


def _poisson_derivatives(counts: Counts, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    units = Units(counts.y, counts.offset + counts.design @ b, 0.0)
    hessian = -(counts.design.T * units.weight) @ counts.design
    return float(units.log_density.sum()), counts.design.T @ units.score, hessian


def _nb2_derivatives(counts: Counts, z: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    alpha = float(np.exp(z[-1]))
    units = Units(counts.y, counts.offset + counts.design @ z[:-1], alpha)
    value, slope, curvature = counts.rising.sums(alpha)
    cross = counts.design.T @ units.score_by_alpha
    hessian = np.empty((len(z), len(z)))
    hessian[:-1, :-1] = -(counts.design.T * units.weight) @ counts.design
    hessian[:-1, -1] = hessian[-1, :-1] = cross
    hessian[-1, -1] = units.curvature_by_alpha.sum() + curvature
    gradient = np.append(counts.design.T @ units.score, units.log_density_by_alpha.sum() + slope)
    return float(units.log_density.sum()) + value, gradient, hessian


def _nb2_information(counts: Counts, coefficients: np.ndarray, alpha: float) -> np.ndarray:
    """Return the observed information (p + 1, p + 1) of the coefficients and log(alpha)."""
    return -_nb2_derivatives(counts, np.append(coefficients, np.log(alpha)))[2]


def _check_finite(counts: Counts, coefficients: np.ndarray, alpha: float) -> None:
    """Raise ``NotEstimableError`` if the likelihood has no maximum: a coefficient runs away as its means go to 0."""
    units = Units(counts.y, counts.offset + counts.design @ coefficients, alpha)
    weights = units.mean / units.excess
    basis, triangle = np.linalg.qr(counts.design)
    values, vectors = np.linalg.eigh((basis.T * (weights / weights.max())) @ basis)
    if values[0] * SINGULAR < values[-1]:
        runaway = np.linalg.solve(triangle, vectors[:, 0]) * np.sqrt((counts.design**2).sum(axis=0))
        worst = counts.names[int(np.abs(runaway).argmax())]
        raise NotEstimableError(f"the coefficient of column {worst} has no finite estimate: it separates the zeros")
