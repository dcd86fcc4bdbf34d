"""Logistic and Poisson regression once a replicate of a survey's weights, all replicates together.

Estimand: the coefficients of ``regression`` under each replicate's weights, for ``replicates.replicate_covariance``.
Newton's method from the coefficients of the full sample; once steps are short, with the information of the step before.
Each replicate ends at its own maximum, no approximation by one step: differences from a fit of its own are rounding.

Reference: Rao, Wu and Yue (1992) Survey Methodology 18:209-217.
"""

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.survey.families import LOGISTIC, POISSON, Family
from analysis.models.survey.generalised_linear import ModelRows, NotEstimableError, check_columns, maximum
from analysis.models.survey.model_rows import model_rows, rows_in
from analysis.models.survey.replicate_block import Block
from analysis.models.survey.replicates import Replicates

BLOCK_REPLICATES = 256
NEAR = 0.02  # shift of predictors, root mean square; after a step this short the information is kept for the next ones
ERROR = 1e-10  # of predictors, root mean square, that the last step may leave, going by how fast steps grow shorter
MOST_STEPS = 12  # a replicate that needs more is fitted alone, with steps that always climb


def logistic_replicates(
    outcome: ArrayLike, covariates: ArrayLike, replicates: Replicates, domain: ArrayLike | None = None
) -> np.ndarray:
    """Return coefficients (R, k) of the logistic regression under the weights of each of R replicates.

    Arguments and errors as ``regression.logistic``; ``NotEstimableError`` and its kind ``SeparationError`` also where a
    replicate, which leaves clusters out, has no maximum. None is dropped: those left would vary too little.
    """
    rows, within = model_rows(outcome, covariates, replicates.design, LOGISTIC, domain=domain)
    return _coefficients(rows_in(rows, within), replicates.design.clusters[0][within], replicates.factors, LOGISTIC)


def poisson_replicates(
    outcome: ArrayLike,
    covariates: ArrayLike,
    replicates: Replicates,
    offset: ArrayLike | None = None,
    domain: ArrayLike | None = None,
) -> np.ndarray:
    """Return coefficients (R, k) of the Poisson regression by replicate; see ``logistic_replicates``."""
    rows, within = model_rows(outcome, covariates, replicates.design, POISSON, offset, domain)
    return _coefficients(rows_in(rows, within), replicates.design.clusters[0][within], replicates.factors, POISSON)


def _coefficients(rows: ModelRows, clusters: np.ndarray, factors: np.ndarray, family: Family) -> np.ndarray:
    present, clusters = np.unique(clusters, return_inverse=True)
    factors = np.ascontiguousarray(factors[:, present].T)
    start = maximum(rows, family).coefficients
    found = np.empty((factors.shape[1], len(start)))
    for first in range(0, len(found), BLOCK_REPLICATES):
        block = slice(first, first + BLOCK_REPLICATES)
        found[block], is_found = _maxima(Block(rows, clusters, factors[:, block], family), start)
        for number in (first + np.flatnonzero(~is_found)).tolist():
            found[number] = _alone(rows, factors[clusters, number], family, number)
    return found


def _maxima(block: Block, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients (r, k) of a block of replicates, and whether each ended at a maximum (r,)."""
    gradient, information = block.derivatives_at(start)
    step = _steps(information, gradient)
    at, shift = start + step, _shift(step, gradient, block.total_weights)
    goes_on = np.ones(len(at), dtype=bool)
    for _ in range(MOST_STEPS):
        now = np.flatnonzero(goes_on)
        gradient, renewed = block.derivatives(at[now], now, with_information=not shift[now].max() < NEAR)
        if renewed is not None:
            information[now] = renewed
        step = _steps(information[now], gradient)
        at[now] += step
        before, shift[now] = shift[now], _shift(step, gradient, block.total_weights[now])
        goes_on[now] = ~(shift[now] ** 2 < ERROR * before)  # a missing one, of singular information, goes on as well
        if not goes_on.any():
            break
    return at, ~goes_on


def _shift(step: np.ndarray, gradient: np.ndarray, total_weights: np.ndarray) -> np.ndarray:
    """Return by how much a step shifts predictors (r,), root mean square over rows by what they tell."""
    return np.sqrt(np.abs((step * gradient).sum(axis=1)) / total_weights)


def _steps(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return information^-1 gradient (r, k); missing where the information is singular."""
    try:
        return np.linalg.solve(information, gradient[..., None])[..., 0]
    except np.linalg.LinAlgError:
        if len(gradient) == 1:
            return np.full(gradient.shape, np.nan)
        each = (slice(one, one + 1) for one in range(len(gradient)))
        return np.concatenate([_steps(information[one], gradient[one]) for one in each])


def _alone(rows: ModelRows, factors: np.ndarray, family: Family, number: int) -> np.ndarray:
    present = rows_in(rows, factors > 0)
    weights = present.weights * factors[factors > 0]
    present = ModelRows(present.outcome, present.covariates, present.offset, weights, present.names)
    try:
        check_columns(present.covariates, present.names)
        return maximum(present, family).coefficients
    except NotEstimableError as reason:
        raise type(reason)(f"in replicate {number}, which leaves clusters out, {reason}; or linearise") from None
