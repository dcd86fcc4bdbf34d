"""The rows of a survey on two levels: households in clusters in strata, members in households."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.imputation.items import Item, item


@dataclass(frozen=True, eq=False)
class Level:
    """Rows of one level, those of a cluster together: its ``items``, and the ``order`` (n,) the rows were given in."""

    items: tuple[Item, ...]
    order: np.ndarray

    @property
    def n_columns(self) -> int:
        """Return how many columns its items make."""
        return sum(one.n_columns for one in self.items)

    def spans(self) -> dict[str, slice]:
        """Return which columns each item makes."""
        ends = np.cumsum([0, *(one.n_columns for one in self.items)])
        return {one.name: slice(ends[at], ends[at + 1]) for at, one in enumerate(self.items)}

    def answers(self, values: Mapping[str, np.ndarray]) -> pd.DataFrame:
        """Return completed ``values``, (n,) of each item, in words, rows in the order they were given."""
        given = np.argsort(self.order, kind="stable")
        return pd.DataFrame({one.name: one.answers(values[one.name][given]) for one in self.items})


@dataclass(frozen=True, eq=False)
class Levels:
    """Both levels and how they lie in each other, made by ``levels``.

    ``cluster`` of each upper row and ``parent`` (upper row) of each lower one ascend; ``design`` (G, q) of clusters:
    the constant, their strata and the mean log weight.
    """

    upper: Level
    lower: Level
    cluster: np.ndarray
    parent: np.ndarray
    design: np.ndarray

    @property
    def names(self) -> list[str]:
        """Return the names of all items, those of the upper level first."""
        return [one.name for one in (*self.upper.items, *self.lower.items)]


def levels(
    upper: pd.DataFrame,
    lower: pd.DataFrame,
    kinds: Mapping[str, str],
    parent: ArrayLike,
    design: tuple[ArrayLike, ArrayLike, ArrayLike],
) -> Levels:
    """Return the checked rows of both levels.

    ``upper`` and ``lower`` hold the items, ``kinds`` says of each what it is (see ``items.item``). An item that all
    answered, such as the outcome of the later analysis, explains the others and is drawn for nobody. ``parent`` (n,) is
    the upper row (from 0) of each of n lower rows; ``design`` the strata, clusters and weights of the upper. Raises
    ``ValueError`` where a weight is not above 0, a cluster lies in two strata, or ``item`` refuses.
    """
    strata, clusters, weights = (np.asarray(part) for part in design)
    cluster, labels = pd.factorize(clusters, sort=True)
    of_upper = np.argsort(cluster, kind="stable")
    place = np.argsort(of_upper, kind="stable")  # of an upper row as given
    new_parent = place[np.asarray(parent, dtype="int64")]
    of_lower = np.argsort(new_parent, kind="stable")
    return Levels(
        upper=_level(upper, kinds, of_upper),
        lower=_level(lower, kinds, of_lower),
        cluster=cluster[of_upper],
        parent=new_parent[of_lower],
        design=_design(pd.factorize(strata, sort=True)[0], cluster, weights.astype("float64"), len(labels)),
    )


def _level(answers: pd.DataFrame, kinds: Mapping[str, str], order: np.ndarray) -> Level:
    items = (item(answers[name], kinds[name]) for name in answers.columns)
    return Level(tuple(replace(one, coded=one.coded[order]) for one in items), order)


def _design(stratum: np.ndarray, cluster: np.ndarray, weights: np.ndarray, n_clusters: int) -> np.ndarray:
    if not (weights > 0).all():
        raise ValueError("every household needs a sampling weight above 0; leave out those outside the survey")
    of_cluster = np.zeros(n_clusters, dtype="int64")
    of_cluster[cluster] = stratum
    if (of_cluster[cluster] != stratum).any():
        raise ValueError("a cluster lies in two strata; give clusters names that are unique over strata")
    n_each = np.bincount(cluster, minlength=n_clusters)
    log_weight = np.bincount(cluster, np.log(weights), n_clusters) / n_each
    is_in = of_cluster[:, None] == np.arange(stratum.max() + 1)
    return np.column_stack([np.ones(n_clusters), is_in, log_weight - log_weight.mean()])
