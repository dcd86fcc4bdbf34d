"""The weighted maximum of a logistic or Poisson likelihood by Newton's method, or one clear reason why there is none.

Reference: Albert and Anderson (1984) Biometrika 71:1-10 (a maximum is missing where the outcomes are separated).
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.survey.families import Family

GAIN = 1e-20  # of log-likelihood a unit of weight, still to be gained by the last step: shifts of predictors squared
MOST_STEPS = 25  # separated outcomes move by 1 a step: many more, and 1 - mean is lost to rounding
MOST_HALVINGS = 30
LEAST_OWN_PART = 1e-8  # of a column's length that columns before it must leave unexplained
CLEARLY_APART = 1e-10  # of the information of columns of length 1; LEAST_OWN_PART is looked at only below it
PART_ROWS = 1024
SLACK = 1e-4  # of the largest change of a predictor along a step that seems to go on for ever
TOLD_APART = 1e-2  # of the largest change: what a column must add to it to be named


class NotEstimableError(ValueError):
    """The rows do not tell the coefficients; the message names the column."""


class SeparationError(NotEstimableError):
    """A combination of columns foretells outcomes without fail, so that a coefficient would be infinite."""


@dataclass(frozen=True, eq=False)
class ModelRows:
    """Rows of a regression: ``outcome``, ``offset``, ``weights`` (n,), ``covariates`` (n, k) and their ``names``."""

    outcome: np.ndarray
    covariates: np.ndarray
    offset: np.ndarray
    weights: np.ndarray
    names: tuple[str, ...]

    def predictor(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the linear predictor (n,)."""
        return self.offset + self.covariates @ coefficients


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the weighted log-likelihood is highest: ``coefficients`` (k,), ``information`` (k, k) and its value."""

    coefficients: np.ndarray
    information: np.ndarray
    log_likelihood: float


def maximum(rows: ModelRows, family: Family) -> Maximum:
    """Return the maximum of sum of weights * log-likelihood.

    Raises ``SeparationError`` where outcomes are separated and ``NotEstimableError`` where no maximum is found. Columns
    are taken to be independent: see ``check_columns``.
    """
    at = _first(rows, family)
    predictor, total = rows.predictor(at), rows.weights.sum()
    value = _log_likelihood(rows, family, predictor)
    for _ in range(MOST_STEPS):
        gradient, information = _derivatives(rows, family, predictor)
        step = _solved(information, gradient)
        if gradient @ step < GAIN * total:
            at = at + step
            predictor = rows.predictor(at)
            return Maximum(at, _derivatives(rows, family, predictor)[1], _log_likelihood(rows, family, predictor))
        at, predictor, value = _climbed(rows, family, at, step, value)
    raise _reason(rows, family, step)


def check_columns(covariates: np.ndarray, names: tuple[str, ...]) -> None:
    """Raise ``NotEstimableError`` naming the first column of (n, k) that is a combination of those before it."""
    n, k = covariates.shape
    if n < k:
        raise NotEstimableError(f"{k} coefficients cannot be estimated from {n} rows: leave columns out")
    products = _products(covariates, np.ones(n))
    lengths = np.sqrt(np.diag(products))
    if not (lengths > 0).all():
        raise NotEstimableError(f"column {names[int(np.argmin(lengths))]} is 0 in every row: leave it out")
    if np.linalg.eigvalsh(products / np.outer(lengths, lengths))[0] > CLEARLY_APART:
        return  # what each column adds to those before it is the root of this or more
    left = np.abs(np.diag(np.linalg.qr(covariates / lengths, mode="r")))
    if not (left > LEAST_OWN_PART).all():
        name = names[int(np.argmax(left <= LEAST_OWN_PART))]
        raise NotEstimableError(f"column {name} is a combination of the columns before it (collinear): leave it out")


def _first(rows: ModelRows, family: Family) -> np.ndarray:
    predictor = family.first_predictor(rows.outcome)
    mean = family.mean(predictor)
    slope = rows.weights * family.variance(mean)
    score = slope * (predictor - rows.offset) + rows.weights * (rows.outcome - mean)
    return _solved(_products(rows.covariates, slope), rows.covariates.T @ score)


def _derivatives(rows: ModelRows, family: Family, predictor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = family.mean(predictor)
    gradient = rows.covariates.T @ (rows.weights * (rows.outcome - mean))
    return gradient, _products(rows.covariates, rows.weights * family.variance(mean))


def _products(covariates: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return sum_i weights_i x_i x_i' (k, k), by parts of the rows that stay in the cache."""
    products = np.zeros((covariates.shape[1],) * 2)
    for start in range(0, len(covariates), PART_ROWS):
        part = covariates[start : start + PART_ROWS]
        products += (part * weights[start : start + PART_ROWS, None]).T @ part
    return products


def _log_likelihood(rows: ModelRows, family: Family, predictor: np.ndarray) -> float:
    with np.errstate(over="ignore"):  # a step much too long has the likelihood 0, and is halved
        return float(rows.weights @ family.log_likelihood(rows.outcome, predictor))


def _climbed(
    rows: ModelRows, family: Family, at: np.ndarray, step: np.ndarray, value: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return where the step leads, the predictor and the value there, halved until it is no lower, but for rounding."""
    lowest = value - 1e-9 * abs(value)
    for _ in range(MOST_HALVINGS):
        after = at + step
        predictor = rows.predictor(after)
        reached = _log_likelihood(rows, family, predictor)
        if reached >= lowest:
            break
        step = step / 2
    return after, predictor, reached


def _solved(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return information^-1 gradient, of columns scaled alike."""
    scale = 1 / np.sqrt(np.maximum(np.diag(information), np.finfo("float64").tiny))
    try:
        return scale * np.linalg.solve(information * np.outer(scale, scale), scale * gradient)
    except np.linalg.LinAlgError:
        raise NotEstimableError(
            "the rows tell nothing of some combination of the columns: leave columns out or join levels"
        ) from None


def _reason(rows: ModelRows, family: Family, step: np.ndarray) -> NotEstimableError:
    """Return why the search did not end: where it still goes on, it follows the direction of separation."""
    change = rows.covariates @ step
    largest = np.abs(change).max()
    if not family.recedes(rows.outcome, change, SLACK * largest).all():
        return NotEstimableError(f"no maximum of the {family.name} likelihood in {MOST_STEPS} steps: scale the columns")
    parts = np.abs(step) * np.ptp(rows.covariates, axis=0)  # the constant only goes along with the others
    names = ", ".join(name for name, part in zip(rows.names, parts, strict=True) if part > TOLD_APART * parts.max())
    return SeparationError(
        f"outcomes are separated: column {names} foretells some of them without fail, and its coefficient would be"
        " infinite; join levels, leave the column out, or ask about fewer subgroups"
    )
