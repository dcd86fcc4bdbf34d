"""Weights for rows whose follow-up ended before a horizon: the inverse of the chance to be followed so long.

Model: the hazard of being lost is constant within pieces of time and proportional in the columns,
lambda_k exp(x b); a parametric Cox model whose pieces may be as short as the data allow. A row whose status at the
horizon is known (an end before it, or followed to it) weighs 1 / G(min(days, horizon) | x), any other 0.
ASSUME: given the columns, who is lost would have fared as who is not; somebody like each row is followed.
References: Robins and Finkelstein (2000) Biometrics 56:779-788; Scheike, Zhang and Gerds (2008) Biometrika 95:205-220.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.alike_rows import alike_rows
from analysis.models.causal.regressions import SeparationError

MOST_STEPS = 30
CLOSE = 1e-10  # change of the coefficients at which the search ends
MOST_LOG_RATIO = 15.0  # a coefficient on its way to infinity


@dataclass(frozen=True, eq=False)
class Known:
    """Weights (n,) of rows known at a horizon; their ``slope`` (n, q) in q coefficients with ``influence`` (n, q).

    Both are worked out by ``of_coefficients`` when somebody asks: only the error of an estimate needs them.
    """

    weights: np.ndarray
    of_coefficients: Callable[[], tuple[np.ndarray, np.ndarray]]

    @property
    def slope(self) -> np.ndarray:
        """How the weights change with the coefficients (n, q)."""
        return self._both[0]

    @property
    def influence(self) -> np.ndarray:
        """What each row adds to the coefficients (n, q)."""
        return self._both[1]

    @cached_property
    def _both(self) -> tuple[np.ndarray, np.ndarray]:
        return self.of_coefficients()

    def error_of(self, slope: np.ndarray) -> np.ndarray:
        """Return what the fitted weights add to the influence (n, m) of estimates; ``slope`` (n, m) by the weights."""
        return self.influence @ (self.slope.T @ slope)


def all_known(n: int) -> Known:
    """Return weights of 1 for ``n`` rows, of which none was lost."""
    return Known(np.ones(n), lambda: (np.zeros((n, 0)), np.zeros((n, 0))))


@dataclass(frozen=True, eq=False)
class Censoring:
    """A fitted hazard of being lost: ``hazards`` (K,) of the pieces between ``edges`` (K + 1,), ``log_ratios`` (p,)."""

    days: np.ndarray
    is_lost: np.ndarray
    columns: np.ndarray
    edges: np.ndarray
    hazards: np.ndarray
    log_ratios: np.ndarray

    def known_at(self, horizon: float) -> Known:
        """Return the weights of the rows at ``horizon`` days. Raises ``ValueError`` for one beyond the last edge."""
        if not 0 < horizon <= self.edges[-1]:
            raise ValueError(f"the horizon must lie between 0 and {self.edges[-1]:g} days; it is {horizon:g}")
        is_known = ~self.is_lost & (self.days <= horizon) | (self.days >= horizon)
        gained = self._gained(np.minimum(self.days, horizon))
        total = gained.sum(axis=1)
        weights = np.where(is_known, np.exp(total), 0.0)

        def of_coefficients() -> tuple[np.ndarray, np.ndarray]:
            within = self.hazards > 0
            if not within.any():  # nobody was lost
                return np.zeros((len(weights), 0)), np.zeros((len(weights), 0))
            slope = weights[:, None] * np.column_stack([gained[:, within], total[:, None] * self.columns])
            return slope, self._influence(within)

        return Known(weights, of_coefficients)

    def _gained(self, days: np.ndarray) -> np.ndarray:
        """Return the cumulative hazard (n, K) that each row has gone through in each piece by ``days`` (n,)."""
        return _exposure(days, self.edges) * self.hazards * np.exp(self.columns @ self.log_ratios)[:, None]

    def _influence(self, within: np.ndarray) -> np.ndarray:
        lost = _lost_in(self.days, self.is_lost, self.edges)[:, within]
        gained = self._gained(self.days)[:, within]
        left = (lost - gained).sum(axis=1)[:, None] * self.columns
        cross = gained.T @ self.columns
        information = np.block(
            [
                [np.diag(gained.sum(axis=0)), cross],
                [cross.T, (self.columns * gained.sum(axis=1)[:, None]).T @ self.columns],
            ]
        )
        return np.column_stack([lost - gained, left]) @ np.linalg.inv(information)


def censoring(days: ArrayLike, is_lost: ArrayLike, columns: ArrayLike, edges: ArrayLike) -> Censoring:
    """Return the hazard of being lost after ``days`` (n,) of follow-up, ``is_lost`` (n,), by ``columns`` (n, p).

    ``columns`` without a constant, the arm among them; ``edges`` (K + 1,) of the pieces, from 0 to the last horizon.
    Raises ``ValueError`` for negative or missing days, other lengths and edges that do not rise from 0;
    ``SeparationError`` where nobody, or everybody at risk, of a column is lost: leave it out or join levels.
    """
    t, lost, x = (
        np.asarray(days, dtype="float64"),
        np.asarray(is_lost, dtype=bool),
        np.asarray(columns, dtype="float64"),
    )
    ends = np.asarray(edges, dtype="float64")
    _check(t, lost, x, ends)
    lost = lost & (t < ends[-1])
    n_lost, alike = _lost_in(t, lost, ends).sum(axis=0), alike_rows(x)
    exposure, patterns, of_lost = alike.sums(_exposure(t, ends)), x[alike.first], x[lost].sum(axis=0)
    log_ratios = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS if n_lost.any() else 0):
        step = _step(exposure, n_lost, patterns, of_lost, log_ratios)
        log_ratios = log_ratios + step
        if np.abs(step).max(initial=0) < CLOSE:
            break
        if np.abs(log_ratios).max() > MOST_LOG_RATIO:
            worst = int(np.abs(log_ratios).argmax())
            raise SeparationError(f"of column {worst} nobody, or everybody, is lost: leave it out or join levels")
    at_risk = (exposure * np.exp(patterns @ log_ratios)[:, None]).sum(axis=0)
    hazards = np.divide(n_lost, at_risk, out=np.zeros(len(n_lost)), where=at_risk > 0)
    return Censoring(t, lost, x, ends, hazards, log_ratios)


def _step(
    exposure: np.ndarray, n_lost: np.ndarray, x: np.ndarray, of_lost: np.ndarray, log_ratios: np.ndarray
) -> np.ndarray:
    """Return Newton's step of the log ratios, the hazards of the pieces profiled out.

    ``exposure`` (P, K) of all rows with the columns ``x`` (P, p); ``of_lost`` (p,): sums of columns over the lost.
    """
    at_risk = exposure * np.exp(x @ log_ratios)[:, None]
    used = n_lost > 0
    at_risk, counts = at_risk[:, used], n_lost[used]
    total = at_risk.sum(axis=0)
    means = at_risk.T @ x / total[:, None]
    share = at_risk @ (counts / total)
    gradient = of_lost - counts @ means
    information = (x * share[:, None]).T @ x - (means * counts[:, None]).T @ means
    return np.linalg.lstsq(information, gradient, rcond=None)[0]


def _exposure(days: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the days (n, K) spent in each piece."""
    return np.clip(days[:, None] - edges[:-1], 0, np.diff(edges))


def _lost_in(days: np.ndarray, is_lost: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return who is lost in which piece (n, K), a day on an edge in the piece that it ends."""
    piece = np.clip(np.searchsorted(edges, days, side="left") - 1, 0, len(edges) - 2)
    return is_lost[:, None] * (piece[:, None] == np.arange(len(edges) - 1))


def _check(t: np.ndarray, lost: np.ndarray, x: np.ndarray, ends: np.ndarray) -> None:
    if t.ndim != 1 or lost.shape != t.shape or x.ndim != 2 or len(x) != len(t):
        raise ValueError(f"days {t.shape}, losses {lost.shape} and columns {x.shape} must have one row each")
    if not ((t >= 0).all() and np.isfinite(t).all() and np.isfinite(x).all()):
        raise ValueError("days of follow-up must be known and not negative, columns known")
    if len(ends) < 2 or ends[0] != 0 or not (np.diff(ends) > 0).all():
        raise ValueError("edges of the pieces must rise from 0")
