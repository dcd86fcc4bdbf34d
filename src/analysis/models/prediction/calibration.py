"""Calibration: of those to whom a risk of 3 in 1,000 is predicted, do 3 in 1,000 have the outcome?

References: Cox (1958) Biometrika 45:562-565 (intercept and slope); Van Calster et al. (2016) J Clin Epidemiol
74:167-176 (levels of calibration); Harrell (2015) Regression Modeling Strategies, section 2.4.5 (restricted splines).
Held to R's ``survey`` in the tests.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from analysis.models.prediction.judged import Judged, PredictionError
from analysis.models.survey.linearised import Estimated
from analysis.models.survey.means import ratio
from analysis.models.survey.regression import logistic

TOLERANCE, MOST_STEPS = 1e-12, 50


def observed_to_expected(judged: Judged) -> Estimated:
    """Return how many have the outcome for each one that was expected, one value; 1 is right on the whole.

    Estimand: weighted outcomes over weighted predictions. Linearised; take the interval on the log scale. ASSUME:
    predictions of a row do not rest on its own outcome, as for every function here.
    """
    return ratio(judged.outcome, judged.risks, judged.design, judged.domain)


def calibration_intercept(judged: Judged) -> Estimated:
    """Return what is to be added to every predicted log odds for the mean to be right, one value; 0 is right.

    The constant of a weighted logistic model with the predicted log odds as an offset. Linearised.
    Raises ``PredictionError`` if Newton's method does not reach it.
    """
    weights, shift = judged.weights, 0.0
    for _ in range(MOST_STEPS):
        risks = expit(judged.log_odds + shift)
        information = weights @ (risks * (1 - risks))
        if not information > 0:
            break
        step = weights @ (judged.outcome - risks) / information
        shift += step
        if abs(step) < TOLERANCE:
            return judged.estimated(shift, (judged.outcome - risks) / information)
    raise PredictionError("no calibration intercept was found; look at the predictions: they may be near 0 or 1")


def calibration_slope(judged: Judged) -> Estimated:
    """Return by what the predicted log odds are to be multiplied, one value; below 1 predictions are too far apart.

    The slope of a weighted logistic model of the outcome on the predicted log odds. Linearised.
    """
    covariates = np.column_stack([np.ones(judged.design.n), judged.log_odds])
    fit = logistic(judged.outcome, covariates, judged.design, domain=judged.domain)
    return Estimated(fit.coefficients[1:], fit.covariance[1:, 1:], fit.degrees_of_freedom)


def groups_of_equal_expectation(judged: Judged, n_groups: int) -> np.ndarray:
    """Return a group (n,) from 0, in the order of predictions; each expects the same weighted number of outcomes.

    Of a rare outcome groups of equally many people would leave nearly all outcomes to the last one. Equal predictions
    are in one group, so that groups may differ a little, and some be empty where many are equal. Outside the domain:
    the group that the prediction 0.5 would have.
    """
    values, place = np.unique(judged.log_odds, return_inverse=True)
    expected = np.bincount(place, weights=judged.weights * judged.risks, minlength=len(values))
    middle = (np.cumsum(expected) - expected / 2) / expected.sum()
    return np.minimum((middle * n_groups).astype("int64"), n_groups - 1)[place]


def observed_by_group(judged: Judged, groups: np.ndarray, n_groups: int) -> tuple[Estimated, np.ndarray]:
    """Return the share with the outcome and the mean prediction of each group, both (n_groups,).

    ``groups`` (n,) from 0. Shares are weighted and linearised; take intervals on the logit scale. The groups are taken
    as given. Raises ``PredictionError`` if a group is empty.
    """
    member = (groups[:, None] == np.arange(n_groups)) & judged.domain[:, None]
    if not member.any(axis=0).all():
        raise PredictionError(f"group {int(member.any(axis=0).argmin())} has nobody; ask for fewer groups")
    shares = ratio(member * judged.outcome[:, None], member, judged.design, judged.domain)
    return shares, judged.weights * judged.risks @ member / (judged.weights @ member)


def knots_of_expectation(judged: Judged, shares: ArrayLike) -> np.ndarray:
    """Return the log odds (k,) below which ``shares`` (k,) of all expected outcomes lie: knots of ``smooth_curve``."""
    order = np.argsort(judged.log_odds, kind="stable")
    expected = np.cumsum((judged.weights * judged.risks)[order])
    return judged.log_odds[order][np.searchsorted(expected, np.asarray(shares) * expected[-1])]


def smooth_curve(judged: Judged, at: ArrayLike, knots: ArrayLike) -> Estimated:
    """Return the log odds (k,) that were observed where the log odds ``at`` (k,) were predicted.

    A weighted logistic model of the outcome on a restricted cubic spline of the predicted log odds, straight beyond
    the outer of at least three ``knots``. Linearised. ASSUME: the spline can follow the curve; wide bands at the ends
    are honest, a narrow one between few knots rests on the form.
    """
    basis = _restricted_spline(judged.log_odds, knots)
    fit = logistic(judged.outcome, basis, judged.design, domain=judged.domain)
    points = _restricted_spline(np.atleast_1d(np.asarray(at, dtype="float64")), knots)
    return Estimated(points @ fit.coefficients, points @ fit.covariance @ points.T, fit.degrees_of_freedom)


def _restricted_spline(values: np.ndarray, knots: ArrayLike) -> np.ndarray:
    """Return a constant, ``values`` and their cubic pieces, scaled by the range of the knots: (n, n_knots)."""
    knot = np.asarray(knots, dtype="float64")
    if len(knot) < 3 or not (np.diff(knot) > 0).all():
        raise PredictionError("a restricted spline needs at least three knots, each above the last")
    last, before = knot[-1], knot[-2]
    pieces = [
        _cubed(values - own)
        - _cubed(values - before) * (last - own) / (last - before)
        + _cubed(values - last) * (before - own) / (last - before)
        for own in knot[:-2]
    ]
    return np.column_stack([np.ones(len(values)), values, *(piece / (last - knot[0]) ** 2 for piece in pieces)])


def _cubed(values: np.ndarray) -> np.ndarray:
    return np.maximum(values, 0) ** 3
