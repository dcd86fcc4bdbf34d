"""Poisson regression observed only through sums over blocks of units.

Model: Y_b has mean mu_b = sum over units u of block b of N_u exp(alpha + x_u' beta) and variance phi mu_b, with one
dispersion phi. Estimand: beta, the log ratio of the rates of two units one step of x apart. Every unit enters with
its own N_u and x_u, so no block average of x is taken; only the total is averaged.

Shapes: B blocks, U units, k covariates. With one unit a block this is ``statsmodels`` GLM Poisson and R's
``glm(family = quasipoisson)``, to which the tests hold it.

ASSUME: the slope is the same in every unit (no ecological bias from what is not in the model).
ASSUME: the dispersion of blocks is proportional to their mean, whatever the number of units in them;
``tests/validation/test_aggregated_poisson.py`` shows what the interval is worth when units, not blocks, differ.
References: McCullagh and Nelder (1989) Generalized Linear Models, ch. 9; Wakefield (2008) Annu Rev Public Health 29.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analysis.models.sum_likelihood import condition, derivatives, deviance, maximum

SEARCH_STEP = 0.5  # in slopes: two crossings closer than this can be taken for none
SINGULAR = 1e8  # condition of the scaled design above which a covariate repeats the others


class NotEstimableError(ValueError):
    """The block totals do not carry the model: too few, collinear covariates, or a slope that runs away."""


@dataclass(frozen=True)
class Blocks:
    """Totals (B,) of the blocks, membership (B, U) true where a unit lies in a block, population (U,) > 0 and
    covariates (U, k); a unit of no block plays no part. Raises ``ValueError`` for data that cannot be fitted."""

    totals: np.ndarray
    membership: np.ndarray
    population: np.ndarray
    covariates: np.ndarray

    def __post_init__(self) -> None:
        n_blocks, n_parameters = len(self.totals), 1 + self.covariates.shape[1]
        if not (np.isfinite(self.population).all() and (self.population > 0).all()):
            raise ValueError("every unit needs a population above 0")
        if not (self.totals >= 0).all() or not self.totals.sum() > 0:
            raise ValueError("block totals must be 0 or more, none missing and not all 0")
        if not np.isfinite(self.covariates).all():
            raise ValueError("every unit needs a value of every covariate")
        if not self.membership.any(axis=1).all() or (self.membership.sum(axis=0) > 1).any():
            raise ValueError("every block needs a unit, and no unit may lie in two blocks")
        if n_blocks < n_parameters:
            raise NotEstimableError(f"{n_blocks} block totals cannot carry {n_parameters} parameters")
        if condition(_information(self, _equal_rates(self))) > SINGULAR:
            raise NotEstimableError("the covariates are collinear over the blocks; leave one of them out")

    @property
    def design(self) -> np.ndarray:
        """The covariates with a leading column of ones, (U, 1 + k)."""
        return np.column_stack([np.ones(len(self.population)), self.covariates])

    @property
    def df_residual(self) -> int:
        """Blocks minus parameters."""
        return len(self.totals) - 1 - self.covariates.shape[1]

    def without_block(self, index: int) -> "Blocks":
        """Return the data without one block and its units."""
        return Blocks(
            np.delete(self.totals, index),
            np.delete(self.membership, index, axis=0),
            self.population,
            self.covariates,
        )


@dataclass(frozen=True)
class Fit:
    """Coefficients (intercept first), fitted block totals and what the fit is worth.

    ``dispersion`` is Pearson's statistic over the residual degrees of freedom, ``nan`` without any; ``covariance``
    (of observed information, times the dispersion) likewise; ``condition`` is that of the scaled design, 1 at best.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    fitted: np.ndarray
    deviance: float
    deviance_explained: float
    dispersion: float
    condition: float


def fit(blocks: Blocks, bound: float = 8.0) -> Fit:
    """Return the maximum likelihood fit with slopes within ``bound`` of 0, in units of the covariates.

    Raises ``NotEstimableError`` if the likelihood still rises at the bound.

    >>> blocks = Blocks(np.array([10, 40]), np.eye(2, dtype=bool), np.array([100, 100]), np.array([[0], [1]]))
    >>> np.exp(fit(blocks).coefficients).round(3).tolist()  # the first rate, and how many times as high the second is
    [0.1, 4.0]
    """
    theta = maximum(blocks.totals, blocks.membership, np.log(blocks.population), blocks.design, bound)
    if (np.abs(theta[1:]) >= bound).any():
        raise NotEstimableError(f"the likelihood has no maximum with every slope within {bound} of 0")
    means = [_mean_of_units(blocks, t) for t in (theta, _equal_rates(blocks))]
    fitted, null = (blocks.membership @ mean for mean in means)
    distance, null_distance = (deviance(blocks.totals, mean) for mean in (fitted, null))
    pearson = float(((blocks.totals - fitted) ** 2 / fitted).sum())
    dispersion = pearson / blocks.df_residual if blocks.df_residual > 0 else np.nan
    hessian = derivatives(blocks.totals, blocks.membership, means[0], blocks.design)[1]
    return Fit(
        coefficients=theta,
        covariance=np.linalg.inv(-hessian) * dispersion,
        fitted=fitted,
        deviance=distance,
        deviance_explained=1 - distance / null_distance if null_distance > 0 else np.nan,
        dispersion=dispersion,
        condition=condition(_information(blocks, theta)),
    )


def profile_interval(
    blocks: Blocks, best: Fit, covariate: int, confidence: float, bound: float = 8.0
) -> tuple[float, float]:
    """Return the profile quasi-likelihood interval of the slope of ``covariate`` (0 is the first).

    It holds the slopes whose profile deviance exceeds the least by no more than max(dispersion, 1) times the
    ``confidence`` quantile of F(1, df). The search looks inwards from ``bound``, so of several crossings the
    outermost counts; a bound that it does not find is ``nan``, as both are without residual degrees of freedom.
    Raises ``ValueError`` for a confidence outside (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    if blocks.df_residual == 0:
        return np.nan, np.nan
    allowed = best.deviance + max(best.dispersion, 1.0) * stats.f.ppf(confidence, 1, blocks.df_residual)
    centre = float(best.coefficients[1 + covariate])

    def excess(slope: float) -> float:
        return profile_deviance(blocks, covariate, slope, bound) - allowed

    return _outermost(excess, centre, -bound), _outermost(excess, centre, bound)


def profile_deviance(blocks: Blocks, covariate: int, slope: float, bound: float = 8.0) -> float:
    """Return the least deviance with the slope of ``covariate`` held at ``slope``, all others within the bound."""
    offset = np.log(blocks.population) + slope * blocks.covariates[:, covariate]
    design = np.delete(blocks.design, 1 + covariate, axis=1)
    theta = maximum(blocks.totals, blocks.membership, offset, design, bound)
    return deviance(blocks.totals, blocks.membership @ np.exp(offset + design @ theta))


def _equal_rates(blocks: Blocks) -> np.ndarray:
    """Return the coefficients that give every unit the same rate."""
    population = (blocks.membership @ blocks.population).sum()
    return np.concatenate([[np.log(blocks.totals.sum() / population)], np.zeros(blocks.covariates.shape[1])])


def _mean_of_units(blocks: Blocks, theta: np.ndarray) -> np.ndarray:
    return blocks.population * np.exp(blocks.design @ theta)


def _information(blocks: Blocks, theta: np.ndarray) -> np.ndarray:
    return derivatives(blocks.totals, blocks.membership, _mean_of_units(blocks, theta), blocks.design)[2]


def _outermost(excess: Callable[[float], float], centre: float, bound: float) -> float:
    """Return the crossing of ``excess`` farthest from ``centre`` towards ``bound``; ``nan`` if beyond."""
    n_steps = max(int(np.ceil(abs(bound - centre) / SEARCH_STEP)), 1)
    outer = bound
    if excess(outer) <= 0:
        return np.nan
    for slope in np.linspace(bound, centre, n_steps + 1)[1:]:
        if excess(slope) <= 0:
            return float(optimize.brentq(excess, slope, outer, xtol=1e-12, rtol=1e-12))
        outer = slope
    return centre
