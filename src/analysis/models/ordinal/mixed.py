"""Cumulative logit with one or two normal random effects (crossed or nested), by maximum likelihood.

Estimand: coefficients b of logit P(score > c | groups) = b'x + s_1 u + s_2 v - cut: log odds ratios of a higher score,
the same at every cut, of two ratings in the same groups; s_1 and s_2, standard deviations of log odds between groups.
ASSUME: odds are proportional over cuts; effects are normal and independent of the design; ratings are independent
given their groups; ratings that are missing are missing at random given those that are there.
Uncertainty: observed information of all parameters together (cut points, b, s). A standard deviation at 0 is taken out
of it and named in ``limits``. With few groups of a factor, fits without each of them (see ``start``) give a jackknife.
Laplace's approximation is rough where groups have few ratings; with one factor, ``n_nodes`` says by how much.
Held to R's ``ordinal::clmm``. References: Hedeker and Gibbons (1994) Biometrics 50:933-944; Christensen (2019), R
package ordinal.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from analysis.models.mixed_counts.newton import THERE, maximum, with_differences
from analysis.models.ordinal.data import OrdinalError, Ratings, checked
from analysis.models.ordinal.fit import OrdinalFit
from analysis.models.ordinal.laplace import Surface
from analysis.models.ordinal.quadrature import Quadrature

START_SD = (1.0, 0.4)
LEAST_START_SD = 0.2
NEAR_ZERO = 0.05  # a standard deviation of log odds below this is none, if the likelihood is as high without
LIKELIER = 1e-6  # in log-likelihood: less than this does not tell a fit from one without
LEAST_GAP = 1e-6  # of cut points at the start
FARTHEST = 12.0  # log odds between the ends of a column, 160,000-fold: beyond it scores are separated
TOLERANCE = 1e-5  # of the gradient at which the search hands over to Newton's method
NEARER = 0.1  # of the gain of the last step with another fit's curvature: where the next gains more, data are not alike
NO_VARIATION = "the groups of factor {} vary no more than chance: their standard deviation is 0"


def fit_ordinal_mixed(
    y: ArrayLike,
    design: ArrayLike,
    *factors: ArrayLike,
    names: Sequence[str] | None = None,
    start: OrdinalFit | None = None,
    n_nodes: int = 1,
) -> OrdinalFit:
    """Return the fit of scores ``y`` (n,), any ordered numbers, to a ``design`` (n, p) without a constant.

    ``factors``: one or two arrays (n,) that name the group of every score, the one with more groups first. ``start``: a
    fit to like data of the same scores and columns to begin from. ``n_nodes``: 1 is Laplace's approximation, more are
    nodes of adaptive quadrature, with one factor only. Raises ``OrdinalError`` for what ``checked`` refuses and where
    coefficients run away (complete separation); ``NoConvergenceError`` if no maximum is found.
    """
    ratings = checked(y, design, factors, names)
    surface = Surface(ratings) if n_nodes == 1 else Quadrature(ratings, n_nodes)
    near, errors = _followed(surface, start) or _climbed(surface, _start(ratings, start))
    _refuse_runaway(near, surface)
    is_free = near != 0
    is_free[:-2] = True
    at, hessian = _polished(surface, near, is_free, errors)
    return _described(ratings, surface, at, hessian, is_free)


def _start(ratings: Ratings, fit: OrdinalFit | None) -> np.ndarray:
    """Return where to begin: at ``fit`` if it is of the same scores, else cut points of the scores and no slopes.

    Standard deviations do not begin at 0, where the likelihood, which is even in them, has no slope.
    """
    is_there = np.array(ratings.n_groups) > 0
    if fit is not None and np.array_equal(fit.categories, ratings.categories):
        sds = np.where(is_there, np.maximum(fit.sds, LEAST_START_SD), 0.0)
        return np.concatenate([fit.cuts, fit.coefficients, sds])
    share_below = np.cumsum(np.bincount(ratings.y))[:-1] / len(ratings.y)
    cuts = np.log(share_below / (1 - share_below)) * np.sqrt(1 + 0.3 * START_SD[0] ** 2)
    return np.concatenate([cuts, np.zeros(ratings.design.shape[1]), np.where(is_there, START_SD, 0.0)])


def _followed(surface: Surface, fit: OrdinalFit | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the maximum and standard errors, or ``None``, by Newton's steps with the curvature of a fit to like data.

    Data that differ by a cluster have a like curvature, and each of these steps costs one gradient.
    """
    if fit is None or not np.array_equal(fit.categories, surface.ratings.categories):
        return None
    at, is_free = fit.parameters, fit.parameters != 0
    moves = fit.all_covariance[np.ix_(is_free, is_free)]
    if not np.array_equal(is_free[-2:], np.array(surface.ratings.n_groups) > 0) or not np.isfinite(moves).all():
        return None
    (height, slope), last = surface(at), np.inf
    while np.isfinite(height):
        step = moves @ slope[is_free]
        gain = float(slope[is_free] @ step)
        if gain < THERE:
            return at, np.sqrt(np.diag(fit.all_covariance))
        if gain > NEARER * last:
            return None
        at[is_free] += step
        (height, slope), last = surface(at), gain
    return None


def _climbed(surface: Surface, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return parameters near the maximum, standard deviations of no use at 0, and standard errors of their order.

    Steps are taken in the first cut point and the logs of the gaps, so that cut points stay in order.
    """
    n_cuts = surface.n_cuts
    units = np.where(np.arange(len(start)) < len(start) - 2, 1.0, np.asarray(start != 0, dtype="float64"))

    def falling(free: np.ndarray) -> tuple[float, np.ndarray]:
        at, moves = _in_order(free, n_cuts)
        value, gradient = surface(at)
        return -value, -(moves.T @ gradient) * units

    free = start.copy()
    free[1:n_cuts] = np.log(np.maximum(np.diff(start[:n_cuts]), LEAST_GAP))
    found = optimize.minimize(falling, free, jac=True, method="BFGS", options={"gtol": TOLERANCE})
    at, moves = _in_order(found.x, n_cuts)
    for place in (-2, -1):
        without = at.copy()
        without[place] = 0.0
        if abs(at[place]) < NEAR_ZERO and surface(without)[0] > surface(at)[0] - LIKELIER:
            at = without
    return at, np.sqrt(np.diag(moves @ found.hess_inv @ moves.T))


def _refuse_runaway(at: np.ndarray, surface: Surface) -> None:
    """Raise ``OrdinalError`` where the search went so far that the maximum lies at no finite place."""
    cuts, b, _ = surface.parts(at)
    reach = np.abs(b) * np.ptp(surface.ratings.design, axis=0)
    if max(reach.max(initial=0.0), np.abs(cuts).max() / 2) > FARTHEST:
        raise OrdinalError(
            "a coefficient or cut point runs away: some column tells scores apart completely (separation); leave it out"
        )


def _in_order(free: np.ndarray, n_cuts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return parameters whose cut points are in order, and their derivatives by the free ones."""
    at, moves = free.copy(), np.eye(len(free))
    gaps = np.exp(np.clip(free[1:n_cuts], -20.0, 5.0))
    at[1:n_cuts] = free[0] + np.cumsum(gaps)
    moves[1:n_cuts, 0] = 1.0
    moves[1:n_cuts, 1:n_cuts] = np.tril(np.ones((n_cuts - 1, n_cuts - 1))) * gaps
    return at, moves


def _polished(
    surface: Surface, near: np.ndarray, is_free: np.ndarray, errors: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the maximum over the free parameters by Newton's method, and the Hessian there."""

    def gradient(free: np.ndarray) -> tuple[float, np.ndarray]:
        at = near.copy()
        at[is_free] = free
        value, slope = surface(at)
        return value, slope[is_free]

    found, hessian = maximum(with_differences(gradient, errors[is_free]), near[is_free])
    at = near.copy()
    at[is_free] = found
    return at, hessian


def _described(
    ratings: Ratings, surface: Surface, at: np.ndarray, hessian: np.ndarray, is_free: np.ndarray
) -> OrdinalFit:
    n_cuts = surface.n_cuts
    at[-2:] = np.abs(at[-2:])
    covariance = np.full((len(at), len(at)), np.nan)
    covariance[np.ix_(is_free, is_free)] = np.linalg.inv(-hessian)
    at_zero = [place for place in (0, 1) if ratings.n_groups[place] and not is_free[-2 + place]]
    return OrdinalFit(
        names=ratings.names,
        coefficients=at[n_cuts:-2],
        cuts=at[:n_cuts],
        categories=ratings.categories,
        sds=at[-2:],
        all_covariance=covariance,
        modes=surface.effects_of_groups(at),
        log_likelihood=surface(at)[0],
        limits=tuple(NO_VARIATION.format(place + 1) for place in at_zero),
        n=len(ratings.y),
        n_groups=ratings.n_groups,
    )
