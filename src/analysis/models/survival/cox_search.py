"""The maximum of a partial likelihood by Newton's method, or one clear reason why there is none.

Reference: Bryson and Johnson (1981) Technometrics 23:381-383 (a coefficient is infinite where a covariate orders the
events without fail).
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.survey.generalised_linear import NotEstimableError, SeparationError
from analysis.models.survival.at_risk import RiskSets
from analysis.models.survival.cox_likelihood import (
    CoxRows,
    TiedSums,
    excess_by_time,
    information,
    log_likelihood,
    tied_sums,
)

GAIN = 1e-18  # of log-likelihood a unit of weight, still to be gained: the last step in standard errors, squared
MOST_STEPS = 25  # a coefficient that is infinite moves by 1 a step: many more, and its slope is lost to rounding
MOST_HALVINGS = 30
SLIP = 1e-9  # of the log-likelihood that rounding may take off
LEAST_OWN_PART = 1e-10  # of a column's squares that risk sets and columns before it must leave unexplained
SLACK = 1e-4  # of the largest change of a predictor along a step that seems to go on for ever
TOLD_APART = 1e-2  # of the largest change: what a column must add to it to be named


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the likelihood is highest: ``coefficients`` (k,), ``information`` (k, k), and the sums there.

    Information and sums are those before the last step, a billionth of a standard error away or less.
    ``log_likelihood_start``: where the search began.
    """

    coefficients: np.ndarray
    information: np.ndarray
    sums: TiedSums
    log_likelihood: float
    log_likelihood_start: float


@np.errstate(divide="ignore", invalid="ignore", over="ignore")  # a step much too long is not a number, and is halved
def maximum(rows: CoxRows, start: np.ndarray) -> Maximum:
    """Return the maximum of the partial likelihood, looked for from ``start`` (k,).

    Raises ``SeparationError`` where a coefficient would be infinite, ``NotEstimableError`` for a column that the risk
    sets tell nothing of and where no maximum is found.
    """
    coefficients, sums = start, tied_sums(rows, start)
    value = first = log_likelihood(rows, sums)
    told = information(rows, sums)
    if not np.isfinite(told).all():
        raise NotEstimableError("the offset (or where the search starts) makes hazards too far apart for numbers")
    _check_columns(rows, sums, told)
    step: np.ndarray = np.zeros(len(start))
    enough = GAIN * rows.weights[rows.sets.event_rows].mean()
    for _ in range(MOST_STEPS):
        gradient = excess_by_time(rows, sums).sum(axis=0)
        solved = _solved(told, gradient)
        if solved is None:
            raise _reason(rows, step)
        step = solved
        if gradient @ step < enough:
            return Maximum(coefficients + step, told, sums, value, first)
        coefficients, sums, value = _climbed(rows, coefficients, step, value)
        told = information(rows, sums)
    raise _reason(rows, step)


def _climbed(
    rows: CoxRows, coefficients: np.ndarray, step: np.ndarray, value: float
) -> tuple[np.ndarray, TiedSums, float]:
    """Return where the step leads, halved until the likelihood there is no lower, but for rounding."""
    lowest = value - SLIP * abs(value)
    for _ in range(MOST_HALVINGS):
        sums = tied_sums(rows, coefficients + step)
        reached = log_likelihood(rows, sums)
        if reached >= lowest:
            break
        step = step / 2
    return coefficients + step, sums, reached


def _solved(told: np.ndarray, gradient: np.ndarray) -> np.ndarray | None:
    """Return information^-1 gradient, of columns scaled alike; nothing where the information is not positive."""
    diagonal = np.diag(told)
    if not (diagonal > 0).all():
        return None
    scale = 1 / np.sqrt(diagonal)
    try:
        lower = np.linalg.cholesky(told * np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    return scale * np.linalg.solve(lower.T, np.linalg.solve(lower, scale * gradient))


def _check_columns(rows: CoxRows, sums: TiedSums, told: np.ndarray) -> None:
    """Raise ``NotEstimableError`` naming the first column that is alike within risk sets or follows from others."""
    weight = sums.risk * rows.sets.between(sums.hazard)
    squares = np.einsum("i,ij,ij->j", weight, rows.columns, rows.columns)[1:]
    scale = 1 / np.sqrt(np.maximum(squares, np.finfo("float64").tiny))
    left = told * np.outer(scale, scale)
    if len(left) and np.linalg.eigvalsh(left)[0] > LEAST_OWN_PART:
        return
    for j, name in enumerate(rows.names):
        if not left[0, 0] > LEAST_OWN_PART:
            is_alike = not told[j, j] * scale[j] ** 2 > LEAST_OWN_PART
            what = "is alike in all rows at risk at an event" if is_alike else "follows from the columns before it"
            raise NotEstimableError(f"column {name} {what}: leave it out")
        left = left[1:, 1:] - np.outer(left[1:, 0], left[0, 1:]) / left[0, 0]


def _reason(rows: CoxRows, step: np.ndarray) -> NotEstimableError:
    """Return why the search did not end: where it still goes on, the step orders the events without fail."""
    change = rows.columns[:, 1:] @ step
    slack = SLACK * np.ptp(change)
    if not slack or not _foretells(rows.sets, change, slack):
        return NotEstimableError(f"no maximum of the partial likelihood in {MOST_STEPS} steps: scale the columns")
    parts = np.abs(step) * np.ptp(rows.columns[:, 1:], axis=0)
    names = ", ".join(name for name, part in zip(rows.names, parts, strict=True) if part > TOLD_APART * parts.max())
    return SeparationError(
        "events are separated: of those at risk, the ones with an event are always highest (or lowest) in column"
        f" {names}, whose coefficient would be infinite; join levels, or leave the column out"
    )


def _foretells(sets: RiskSets, change: np.ndarray, slack: float) -> bool:
    """Return whether at every event time nobody at risk has a larger change (n,) than the ones with the event."""
    return bool((change[sets.event_rows] >= sets.largest(change)[sets.event_number] - slack).all())
