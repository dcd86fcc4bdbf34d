"""The returns and columns that a model of one cause of re-separation can be made of, and why others cannot.

Where events are few, variables are kept in an order named beforehand, as many as have enough events for each of their
columns. A level in which nobody had the event has a hazard ratio of 0 and leaves the risk sets: its returns are taken
out, which is what the likelihood would do, and its own ratio is not told.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import _reintegration_terms as told
from analysis.study import Study


@dataclass(frozen=True, eq=False)
class Modelled:
    """``rows`` of returns (entry, exit, cause, agency, sibling_group), ``columns`` of the terms, the ``cause``.

    ``are_agencies``: whether there are enough agencies to be the clusters.
    """

    rows: pd.DataFrame
    columns: pd.DataFrame
    cause: int
    are_agencies: bool

    @property
    def times(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Entry, exit and whether the cause ended the return, each (n,)."""
        return self.rows["entry"].to_numpy(), self.rows["exit"].to_numpy(), self.event

    @property
    def clusters(self) -> pd.Series:
        """The clusters that errors allow for: agencies, or siblings where there are too few agencies."""
        return self.rows["agency" if self.are_agencies else "sibling_group"]

    @property
    def event(self) -> np.ndarray:
        """Whether the cause ended the return (n,)."""
        return self.rows["cause"].to_numpy() == self.cause

    @property
    def n_events(self) -> int:
        """Returns that ended by the cause."""
        return int(self.event.sum())

    @property
    def degrees_of_freedom(self) -> int:
        """Events less coefficients: what the events leave to the model."""
        return self.n_events - self.columns.shape[1]


def modelled(rows: pd.DataFrame, columns: pd.DataFrame, cause: int, study: Study) -> Modelled | None:
    """Return what a model of ``cause`` is made of, or nothing where too few returns ended by it for any variable."""
    event = rows["cause"] == cause
    kept = columns[_affordable(columns, int(event.sum()), study)]
    is_empty = _without_event(kept, event)
    is_out = (kept.loc[:, is_empty] == 1).any(axis=1)
    kept = kept.loc[~is_out, ~is_empty]
    kept = kept[[name for name in kept if differs(kept[name]) and differs(kept.loc[event[~is_out], name])]]
    left = rows[~is_out]
    of = Modelled(left, kept, cause, has_enough_agencies(left, study))
    return of if kept.shape[1] and differs(of.clusters) else None


def has_enough_agencies(rows: pd.DataFrame, study: Study) -> bool:
    """Return whether there are enough agencies for errors to be told by them."""
    return rows["agency"].nunique() >= study.reintegration_effects.least_agencies


def _affordable(columns: pd.DataFrame, n_events: int, study: Study) -> list[str]:
    """Return the columns of the first variables, as many as have enough events for each of their columns."""
    most = n_events // study.reintegration_effects.least_events_per_term
    kept: list[str] = []
    for names in told.VARIABLES.values():
        own = [name for name in names if name in columns and differs(columns[name])]
        if len(kept) + len(own) > most:
            break
        kept += own
    return kept


def _without_event(columns: pd.DataFrame, event: pd.Series) -> pd.Series:
    """Return by column whether it is a level in which nobody had the event."""
    is_level = columns.isin((0, 1)).all()
    return is_level & (columns[event] == 0).all()


def differs(values: pd.Series) -> bool:
    """Return whether not all values are alike."""
    return len(pd.unique(values)) > 1
