"""Risks with and without the support package at a horizon, with their error: how the models are put together.

Of the models fitted first, those of ends and of losses have only the covariates' levels with enough of either; the
propensity has them all. The error is from leaving out one agency after the other, every model fitted anew. With few
agencies sibling groups are the clusters of a sandwich: what agencies differ in is then not in the interval.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates._support_returns import RESIDENTIAL, Compared
from analysis.models.causal import censoring, doubly_robust
from analysis.models.causal.regressions import NotEstimableError
from analysis.models.causal.stacked_variance import Stacked, jackknife
from analysis.models.survey.linearised import Estimated
from analysis.study import Study

WITHOUT_AT, WITH_AT, DIFFERENCE_AT, RATIO_AT = range(4)  # in the estimates of ``contrast``; the ratio as its logarithm
BY_AGENCY, BY_SANDWICH, BY_SIBLINGS = (
    "agencies left out one by one",
    "sandwich over agencies: without one of them a model has no maximum",
    "sandwich over sibling groups: too few agencies to tell how they differ",
)

MOST_COLUMNS = 300  # a column an agency for a thousand agencies, fitted anew a hundred times, would take hours


class NothingToCompareError(ValueError):
    """Too few returns, ends or returns followed so long; the message says which."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """Risks without and with, their difference and log ratio (4,) as ``Estimated``; ``error``: how it was found.

    ``n`` and ``n_ends``: returns and ends seen by the horizon, without and with.
    """

    found: Estimated
    error: str
    n: tuple[int, int]
    n_ends: tuple[int, int]

    def interval(self, at: int, confidence: float) -> tuple[float, float]:
        """Return the interval of one of the four: of a risk symmetric on the logit scale."""
        whole = self.found
        one = Estimated(whole.estimate[[at]], whole.covariance[[at]][:, [at]], whole.degrees_of_freedom)
        low, high = one.interval(confidence, "logit" if at in (WITHOUT_AT, WITH_AT) else "identity")
        return float(low[0]), float(high[0])


@dataclass(frozen=True, eq=False)
class _Rows:
    """Arrays (n,) of the returns at a horizon, indicators ``x`` (n, k): what every fit takes a part of."""

    treated: np.ndarray
    x: np.ndarray
    days: np.ndarray
    is_lost: np.ndarray
    ended: np.ndarray

    def part(self, kept: np.ndarray) -> "_Rows":
        """Return the rows ``kept`` (n,), without indicators that are the same in all of them."""
        x = self.x[kept]
        x = x[:, x.min(axis=0, initial=1) < x.max(axis=0, initial=0)]
        return _Rows(self.treated[kept], x, self.days[kept], self.is_lost[kept], self.ended[kept])


def contrast(
    returns: Compared,
    horizon: int,
    study: Study,
    *,
    method: str = doubly_robust.DOUBLY_ROBUST,
    state: str = RESIDENTIAL,
) -> Contrast:
    """Return the risks of ``state`` by ``horizon`` days after time zero if nobody and if everybody had the package.

    Raises ``NothingToCompareError`` where an arm has fewer than the least number followed to the horizon, or no end,
    where a model has no maximum, and for more than ``MOST_COLUMNS`` columns.
    """
    if returns.columns.shape[1] > MOST_COLUMNS:
        raise NothingToCompareError(
            f"{returns.columns.shape[1]} columns, more than the {MOST_COLUMNS} that are modelled"
        )
    choices, rows = study.support_effect, _rows(returns, horizon, state)
    arms = [~rows.treated, rows.treated]
    if min(int((arm & (rows.days >= horizon)).sum()) for arm in arms) < choices.least_followed:
        raise NothingToCompareError(f"fewer than {choices.least_followed} returns of an arm were followed so long")
    n, n_ends = (tuple(int((arm & of).sum()) for arm in arms) for of in (np.ones_like(rows.ended), rows.ended))
    if min(n_ends) < 1:
        raise NothingToCompareError("an arm has no such end")
    try:
        found, error = _with_error(rows, returns.returns, horizon, method, choices)
    except NotEstimableError as reason:
        raise NothingToCompareError(f"a model has no maximum: {reason}") from reason
    return Contrast(found, error, n, n_ends)


def _rows(returns: Compared, horizon: int, state: str) -> _Rows:
    days = returns.returns["days"].to_numpy(dtype=float)
    ended = (returns.returns["state"] == state).to_numpy(dtype=bool) & (days <= horizon)
    return _Rows(returns.treated, returns.columns.to_numpy(dtype=float), days, returns.is_lost, ended)


def _with_error(rows: _Rows, returns: pd.DataFrame, horizon: int, method: str, choices: Study) -> tuple[Estimated, str]:
    agencies = returns["agency"].to_numpy(dtype=object)
    if len(np.unique(agencies)) < choices.least_agencies:
        siblings = returns["sibling_group"].to_numpy(dtype=object)
        return _four(rows, horizon, method, choices).clustered(siblings), BY_SIBLINGS
    try:
        return jackknife(lambda kept: _four(rows.part(kept), horizon, method, choices).estimate, agencies), BY_AGENCY
    except (NotEstimableError, NothingToCompareError):
        return _four(rows, horizon, method, choices).clustered(agencies), BY_SANDWICH


def _four(rows: _Rows, horizon: int, method: str, choices: Study) -> Stacked:
    """Return the risks without and with, their difference and the logarithm of their ratio."""
    means = _means(rows, horizon, method, choices)
    if not (means.estimate > 0).all():
        raise NothingToCompareError("an arm has no such end")
    slope = [[1, 0], [0, 1], [-1, 1], [-1 / means.estimate[0], 1 / means.estimate[1]]]
    return means.moved(lambda risks: np.array([*risks, risks[1] - risks[0], np.log(risks[1] / risks[0])]), slope)


def _means(rows: _Rows, horizon: int, method: str, choices: Study) -> Stacked:
    """Return both risks (2,) by the horizon."""
    lost_by = rows.is_lost & (rows.days < horizon)
    edges = np.append(np.arange(0, horizon, choices.loss_piece_days), horizon)
    of_loss = np.column_stack([_estimable(rows.x, lost_by, ~lost_by, choices.least_events), rows.treated])
    known = censoring.censoring(rows.days, rows.is_lost, of_loss, edges).known_at(horizon)
    others = ~rows.ended & (known.weights > 0)
    of_ends = _estimable(rows.x, rows.ended, others, choices.least_events)
    return doubly_robust.arm_means(
        rows.ended, rows.treated, rows.x, method=method, known=known, outcome_columns=of_ends
    )


def _estimable(x: np.ndarray, first: np.ndarray, second: np.ndarray, least: int) -> np.ndarray:
    """Return the indicators (n, k) of which at least so many rows of both kinds are 1."""
    return x[:, np.minimum(first @ x, second @ x) >= least]
