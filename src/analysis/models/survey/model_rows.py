"""What goes into a regression of a survey: outcome, covariates and design, checked before anything is fitted."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.survey.design import Design
from analysis.models.survey.families import Family
from analysis.models.survey.generalised_linear import ModelRows, check_columns
from analysis.models.survey.linearised import as_numbers
from analysis.models.survey.means import domain_rows


def model_rows(
    outcome: ArrayLike,
    covariates: ArrayLike,
    design: Design,
    family: Family,
    offset: ArrayLike | None = None,
    domain: ArrayLike | None = None,
) -> tuple[ModelRows, np.ndarray]:
    """Return all n rows of the design as a regression needs them, and the domain (n,) as booleans.

    Only rows of the domain are checked. Raises ``TypeError`` without a ``Design``; ``ValueError`` for another number of
    rows, missing values and impossible outcomes; ``NotEstimableError`` for collinear columns.
    """
    within = domain_rows(domain, design)
    columns, names = _columns(covariates, design.n)
    exposure = np.zeros(design.n) if offset is None else _numbers(offset, design.n, "offset")
    rows = ModelRows(_numbers(outcome, design.n, "outcome"), columns, exposure, design.weights, names)
    _check_known(rows, within)
    _check_outcome(rows.outcome[within], family)
    check_columns(columns[within], names)
    return rows, within


def rows_in(rows: ModelRows, domain: np.ndarray) -> ModelRows:
    """Return the rows of ``domain`` (n,) of bool."""
    if domain.all():
        return rows
    return ModelRows(
        rows.outcome[domain], rows.covariates[domain], rows.offset[domain], rows.weights[domain], rows.names
    )


def _columns(covariates: ArrayLike, n: int) -> tuple[np.ndarray, tuple[str, ...]]:
    columns = as_numbers(covariates)
    if columns.ndim != 2 or len(columns) != n:
        raise ValueError(f"covariates have the shape {columns.shape}; the design has {n} rows: give one row each")
    names = covariates.columns if isinstance(covariates, pd.DataFrame) else range(columns.shape[1])
    return columns, tuple(str(name) for name in names)


def _numbers(values: ArrayLike, n: int, what: str) -> np.ndarray:
    numbers = as_numbers(values)
    if numbers.shape != (n,):
        raise ValueError(f"the {what} has the shape {numbers.shape}; the design has {n} rows: give one number each")
    return numbers


def _check_known(rows: ModelRows, within: np.ndarray) -> None:
    is_unknown = {"outcome": ~np.isfinite(rows.outcome), "offset": ~np.isfinite(rows.offset)}
    is_unknown |= {
        f"column {name}": ~np.isfinite(column) for name, column in zip(rows.names, rows.covariates.T, strict=True)
    }
    counts = {what: int((unknown & within).sum()) for what, unknown in is_unknown.items()}
    told = ", ".join(f"{what} ({count} rows)" for what, count in counts.items() if count)
    if told:
        raise ValueError(f"values are missing or infinite in {told}: impute them, or leave the rows out by a domain")


def _check_outcome(outcome: np.ndarray, family: Family) -> None:
    if not family.allows(outcome).all():
        wrong = outcome[~family.allows(outcome)][0]
        raise ValueError(f"outcomes of a {family.name} regression are {family.expects}; one is {wrong:g}")
    if any(family.recedes(outcome, np.full(len(outcome), change), 0).all() for change in (-1.0, 1.0)):
        raise ValueError(f"the outcome is {outcome[0]:g} in every row of the domain: there is nothing to explain")
