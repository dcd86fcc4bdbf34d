"""Counts with a design and an offset, checked once: what every model of this package is fitted to.

Shapes: n units, p columns of the design. The offset is the natural logarithm of the population at risk.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from analysis.models.mixed_counts.rising import Rising, rising

LARGEST_COUNT = 1_000_000  # places and children of a district are far fewer: a larger number is another quantity
LARGEST_OFFSET = 50.0  # exp(50) people live nowhere: such an offset is a population that was not logged
RANK_TOLERANCE = 1e-9  # of scaled columns: below it a column repeats the ones before it


class NotEstimableError(ValueError):
    """The counts do not carry the model: a column repeats others, or the likelihood rises without end."""


class NoConvergenceError(ValueError):
    """The search ended where the likelihood is not at its maximum; no fit is returned."""


@dataclass(frozen=True)
class Counts:
    """Counts y (n,), design (n, p) with the names of its columns, offset (n,) and what the likelihood needs of y.

    ``rising``: sums that hang on y and alpha alone; ``log_factorials``: the sum of log y!.
    """

    y: np.ndarray
    design: np.ndarray
    offset: np.ndarray
    names: tuple[str, ...]
    rising: Rising
    log_factorials: float


def checked(y: ArrayLike, design: pd.DataFrame | ArrayLike, offset: ArrayLike) -> Counts:
    """Return the counts ``y`` (n,) with their ``design`` (n, p) and ``offset`` (n,), if they can be modelled.

    Raises ``ValueError`` for counts that are negative, missing, not whole or all 0, for missing values in the
    design or an offset that is not finite (a population of 0) or looks like a population that was not logged;
    ``NotEstimableError``, with the columns, if a column of the design is a combination of those before it.
    """
    names = tuple(str(name) for name in getattr(design, "columns", range(1, np.shape(design)[1] + 1)))
    y, design, offset = (np.asarray(values, dtype="float64") for values in (y, design, offset))
    if not len(y) == len(design) == len(offset):
        raise ValueError(f"{len(y)} counts, {len(design)} rows of the design and {len(offset)} offsets do not match")
    _check_counts(y)
    _check_offset(offset)
    _check_design(design, names)
    return Counts(y, design, offset, names, rising(y), float(special.gammaln(y + 1).sum()))


def group_codes(group: ArrayLike, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the groups in sorted order (G,) and the position of every unit's group among them (n,).

    Raises ``ValueError`` for a missing group, another number of groups than counts, or fewer than two groups.
    """
    codes, groups = pd.factorize(np.asarray(group), sort=True)
    if len(codes) != n:
        raise ValueError(f"{len(codes)} groups do not match {n} counts")
    if (codes < 0).any():
        raise ValueError(f"every unit needs a group; {(codes < 0).sum()} have none")
    if len(groups) < 2:
        raise ValueError("variation between groups cannot be told from fewer than two groups")
    return np.asarray(groups), codes


def between_within(design: np.ndarray, codes: np.ndarray, n_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which columns are constant within groups (p,) and degrees of freedom (p,), by the between-within rule.

    Raises ``NotEstimableError`` if groups are too few.
    """
    first = np.unique(codes, return_index=True)[1]
    is_between = (design == design[first][codes]).all(axis=0)
    n_between = int(is_between.sum())
    if n_groups <= n_between:
        raise NotEstimableError(f"{n_groups} groups cannot carry {n_between} columns that are constant within groups")
    within = max(len(design) - n_groups - int((~is_between).sum()), 1)
    return is_between, np.where(is_between, n_groups - n_between, within).astype("float64")


def _check_counts(y: np.ndarray) -> None:
    if np.isnan(y).any():
        raise ValueError(f"{np.isnan(y).sum()} counts are missing; leave these units out, and say so")
    if (y < 0).any() or (y != np.floor(y)).any():
        raise ValueError("counts must be whole numbers of 0 or more, not rates or weighted totals")
    if y.max(initial=0) > LARGEST_COUNT:
        raise ValueError(f"counts above {LARGEST_COUNT:,} are not meant")
    if not y.any():
        raise ValueError("every count is 0: no rate can be estimated")


def _check_offset(offset: np.ndarray) -> None:
    if not np.isfinite(offset).all():
        n = (~np.isfinite(offset)).sum()
        raise ValueError(f"{n} offsets are not finite: a population is 0 or missing, so the unit has no rate")
    if offset.max() > LARGEST_OFFSET:
        raise ValueError(f"an offset of {offset.max():g} is no log of a population; give the log, not the population")


def _check_design(design: np.ndarray, names: tuple[str, ...]) -> None:
    bad = [name for name, column in zip(names, design.T, strict=True) if not np.isfinite(column).all()]
    if bad:
        raise ValueError(f"missing or infinite values in column {', '.join(bad)}")
    if design.shape[0] <= design.shape[1]:
        raise NotEstimableError(f"{design.shape[0]} counts cannot carry {design.shape[1]} coefficients")
    lengths = np.sqrt((design**2).sum(axis=0))
    rests = np.abs(np.diag(np.linalg.qr(design / np.where(lengths > 0, lengths, 1), mode="r")))
    repeated = [name for name, rest in zip(names, rests, strict=False) if rest < RANK_TOLERANCE]
    if repeated:
        raise NotEstimableError(f"column {', '.join(repeated)} is a combination of the columns before it: leave it out")
