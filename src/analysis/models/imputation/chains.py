"""One chain: the current values of all items, and the columns they make where they explain each other."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.models.imputation.clustered import Rows, State
from analysis.models.imputation.items import Item, redrawn
from analysis.models.imputation.levels import Level, Levels


class Chain:
    """A chain of one set of ``levels``, begun with random answers of the same item.

    ``states``: where each model's mode was last found, in this chain or an earlier one, to search from; chains start
    from random answers all the same.
    """

    def __init__(self, levels: Levels, rng: np.random.Generator, states: Mapping[str, list[State]]) -> None:
        """Fill every blank with the answer of a random row."""
        self.levels = levels
        self.states = dict(states)
        self.values = {one.name: _filled(one, rng) for one in (*levels.upper.items, *levels.lower.items)}
        self._members = _summing(levels.parent, len(levels.cluster))
        n_more = levels.upper.n_columns + levels.lower.n_columns
        self._upper = _Half(levels.upper, levels.cluster, levels.design, levels.lower.n_columns + 1)
        in_cluster = levels.cluster[levels.parent]
        self._lower = _Half(levels.lower, in_cluster, levels.design, n_more)
        for half in (self._upper, self._lower):
            for one in half.level.items:
                half.put(one, self.values[one.name])

    def swept(self, rng: np.random.Generator) -> np.ndarray:
        """Draw every blank anew, and return the mean of what was drawn for each item."""
        self._upper.put_others(self._sums_of_members())
        drawn = [self._redraw(self._upper, one, rng) for one in self.levels.upper.items]
        if any(one.is_blank.any() for one in self.levels.lower.items):
            self._lower.put_others(self._of_household(), self._of_others())
        drawn += [self._redraw(self._lower, one, rng) for one in self.levels.lower.items]
        return np.array(drawn)

    def answers(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the completed items of both levels in words, rows as they were given."""
        return self.levels.upper.answers(self.values), self.levels.lower.answers(self.values)

    def _redraw(self, half: "_Half", one: Item, rng: np.random.Generator) -> float:
        if not one.is_blank.any():
            return float("nan")
        values, states = redrawn(one, half.rows, half.used_for(one), self.states.get(one.name, ()), rng)
        self.values[one.name], self.states[one.name] = values, states
        half.put(one, values)
        drawn = values[one.is_blank]
        return float((one.logs(drawn) if one.kind == "amount" else drawn).mean())

    def _sums_of_members(self) -> np.ndarray:
        """Return the number of members of each household, and what their items add up to.

        The number is needed beside the sums: two of two tell more of the household than two of six.
        """
        n_members = self._members.sum(axis=1)
        return np.column_stack([n_members, self._members @ self._lower.own])

    def _of_household(self) -> np.ndarray:
        return self._upper.own[self.levels.parent]

    def _of_others(self) -> np.ndarray:
        """Return the items of the other members of each member's household, summed."""
        items = self._lower.own
        return (self._members @ items)[self.levels.parent] - items


class _Half:
    """One level within a chain: columns of its items, and of what the other level says."""

    def __init__(self, level: Level, cluster: np.ndarray, design: np.ndarray, n_others: int) -> None:
        self.level = level
        columns = np.zeros((len(cluster), level.n_columns + n_others))
        summing = _summing(cluster, len(design))
        self._mean = sparse.diags_array(1 / np.maximum(summing.sum(axis=1), 1)) @ summing
        context = np.hstack([design, self._mean @ columns])
        self.rows = Rows(columns, context, cluster)
        self._n_design = design.shape[1]
        self._spans = level.spans()

    @property
    def own(self) -> np.ndarray:
        """Return the columns of its items."""
        return self.rows.columns[:, : self.level.n_columns]

    def put(self, one: Item, values: np.ndarray) -> None:
        """Set the columns of an item to its current values."""
        self._set(self._spans[one.name], one.columns(values))

    def put_others(self, *parts: np.ndarray) -> None:
        """Set the columns that come from the other level, ``parts`` (n, ...) of them beside each other."""
        start = self.level.n_columns
        for columns in parts:
            self._set(slice(start, start + columns.shape[1]), columns)
            start += columns.shape[1]

    def used_for(self, one: Item) -> np.ndarray:
        """Return the coefficients that explain an item: all but its own columns and their means."""
        n_columns = self.rows.columns.shape[1]
        is_used = np.ones(n_columns + self.rows.context.shape[1], dtype=bool)
        span = self._spans[one.name]
        is_used[span] = False
        is_used[n_columns + self._n_design + span.start : n_columns + self._n_design + span.stop] = False
        return np.flatnonzero(is_used)

    def _set(self, span: slice, columns: np.ndarray) -> None:
        self.rows.columns[:, span] = columns
        self.rows.context[:, self._n_design + span.start : self._n_design + span.stop] = self._mean @ columns


def _filled(one: Item, rng: np.random.Generator) -> np.ndarray:
    values = one.coded.copy()
    values[one.is_blank] = rng.choice(one.coded[~one.is_blank], size=int(one.is_blank.sum()))
    return values


def _summing(group: np.ndarray, n_groups: int) -> sparse.csr_array:
    """Return the matrix (groups, rows) that sums ascending groups."""
    ends = np.searchsorted(group, np.arange(n_groups + 1))
    return sparse.csr_array((np.ones(len(group)), np.arange(len(group)), ends), (n_groups, len(group)))
