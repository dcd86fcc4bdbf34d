"""What goes into Cox's regression, checked before anything is fitted."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.survival.at_risk import risk_sets
from analysis.models.survival.counting import observed
from analysis.models.survival.cox_likelihood import CoxRows


def cox_rows(
    times: tuple[ArrayLike, ArrayLike, ArrayLike],
    covariates: ArrayLike,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
) -> CoxRows:
    """Return the rows of ``times``: entry, exit, event (n,), and ``covariates`` (n, k) as a regression takes them.

    Raises ``ObservationError`` for times, events and weights that cannot be (see ``counting.observed``), ``ValueError``
    where nobody has an event, for another number of rows and for missing values.
    """
    entry, exit_, event = (_floats(values) for values in times)
    given = observed(entry, exit_, event, 1, None if weights is None else _floats(weights))
    event, n = given.cause == 1, given.n
    if not event.any():
        raise ValueError("nobody has an event: there is nothing to explain")
    columns, names = _columns(covariates, n)
    centre = columns.mean(axis=0)
    codes = None if strata is None else codes_of(strata, n, "stratum")[0]
    together = np.empty((n, len(names) + 1))
    together[:, 0] = 1
    np.subtract(columns, centre, out=together[:, 1:])
    sets = risk_sets(given.entry, given.exit, event, codes)
    return CoxRows(sets, together, centre, given.weights, _offset(offset, n), names)


def codes_of(labels: ArrayLike, n: int, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (n,) as codes from 0, and the label of each code in their order.

    Raises ``ValueError`` for another shape and where one is missing.
    """
    given = np.asarray(labels)
    if given.shape != (n,):
        raise ValueError(f"the labels of the {what} have the shape {given.shape}; there are {n} rows: give one each")
    codes, found = pd.factorize(given, sort=True)
    if (codes < 0).any():
        raise ValueError(f"the {what} is missing in {(codes < 0).sum()} rows: give it a label of its own")
    return codes, np.asarray(found)


def _columns(covariates: ArrayLike, n: int) -> tuple[np.ndarray, tuple[str, ...]]:
    columns = _floats(covariates)
    if columns.ndim != 2 or len(columns) != n:
        raise ValueError(f"covariates have the shape {columns.shape}; there are {n} rows: give one row each")
    names = covariates.columns if isinstance(covariates, pd.DataFrame) else range(columns.shape[1])
    names = tuple(str(name) for name in names)
    if not np.isfinite(columns).all():
        counts = zip(names, (~np.isfinite(columns)).sum(axis=0), strict=True)
        told = ", ".join(f"{name} ({count} rows)" for name, count in counts if count)
        raise ValueError(f"values are missing or infinite in column {told}: impute them, or give unknown a level")
    return columns, names


def _offset(offset: ArrayLike | None, n: int) -> np.ndarray:
    numbers = np.zeros(n) if offset is None else _floats(offset)
    if numbers.shape != (n,) or not np.isfinite(numbers).all():
        raise ValueError(f"the offset must be {n} numbers, one a row, none of them missing or infinite")
    return numbers


def _floats(values: ArrayLike) -> np.ndarray:
    """Return ``values`` as floats, a missing one of any kind as ``nan``."""
    to_numpy = getattr(values, "to_numpy", None)
    return to_numpy("float64", na_value=np.nan) if to_numpy else np.asarray(values, dtype="float64")
