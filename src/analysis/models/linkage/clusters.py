"""Facilities from pairs: rows joined by links, without chains, and with at most one row of a list unless listed twice.

Links are taken strongest first. Two groups of rows are joined if no list has rows in both (except by a link within
that list, which says that it lists the facility twice), nobody ruled two of their rows apart, and the pairs between
them are probable on average: one strong link at the end of a chain of weak ones is no facility.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.models.linkage.rulings import Ruled, ruled
from analysis.models.linkage.settings import LinkageSettings

Known = dict[tuple[bytes, ...], np.ndarray]  # groups of the rows of a component, by its rows, links and support


def clusters(
    pairs: pd.DataFrame, row_ids: Sequence[str], lists: Sequence[str], rulings: pd.DataFrame, settings: LinkageSettings
) -> pd.Series:
    """Return the facility of each row, named by the smallest ``row_id`` among its rows, indexed by ``row_id``.

    ``pairs`` as from ``link``; ``lists`` are those of ``row_ids``. ``rulings`` (row_id_a, row_id_b, is_same: yes or no,
    or boolean) go before every probability. Raises ``ValueError`` for pairs or rulings of rows that are not there, a
    row that is there twice, and rulings that contradict each other.
    """
    given = ruled(pairs, row_ids, lists, rulings)
    is_link = given.is_decided & (given.probability >= settings.link_at)
    return facility_keys(given, grouped(given, is_link, given.probability, settings))


def grouped(
    given: Ruled,
    is_link: np.ndarray,
    support: np.ndarray,
    settings: LinkageSettings,
    known: Known | None = None,
) -> np.ndarray:
    """Return the group (n_rows,) of each row, given which pairs (n_pairs,) are links and what else speaks for each.

    ``known`` are components parted before: it is filled, and asked when the same pairs are grouped again.
    """
    group, known = _components(given, is_link), Known() if known is None else known
    n_groups = int(group.max(initial=-1)) + 1
    for members, inside in _doubtful(given, is_link, group):
        told = (members.tobytes(), is_link[inside].tobytes(), support[inside].tobytes())
        if told not in known:
            known[told] = _Component(given, is_link, support, members, inside).parted(settings.chain)
        group[members] = n_groups + known[told]
        n_groups += len(members)
    return group


def facility_keys(given: Ruled, group: np.ndarray) -> pd.Series:
    """Return the key of each row's facility: the smallest ``row_id`` of its ``group`` (n_rows,)."""
    _, first, number = np.unique(group, return_index=True, return_inverse=True)
    index = pd.Index(given.row_ids, name="row_id")
    return pd.Series(given.row_ids[first][number], index=index, name="facility_key")


def _components(given: Ruled, is_link: np.ndarray) -> np.ndarray:
    n = len(given.row_ids)
    a, b = given.a[is_link], given.b[is_link]
    _, group = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)
    return group.astype(np.int64)


def _doubtful(given: Ruled, is_link: np.ndarray, group: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return rows and pairs of each component that is more than rows which are all linked with each other."""
    sizes = np.bincount(group)
    n_links = np.bincount(group[given.a[is_link]], minlength=len(sizes))
    is_doubtful = n_links != sizes * (sizes - 1) // 2
    rows = np.flatnonzero(is_doubtful[group])
    pairs = np.flatnonzero((group[given.a] == group[given.b]) & is_doubtful[group[given.a]])
    of_pairs = pd.Series(pairs).groupby(group[given.a[pairs]]).indices
    of_rows = pd.Series(rows).groupby(group[rows]).indices
    return [(rows[own], pairs[of_pairs[component]]) for component, own in of_rows.items()]


class _Component:
    """The rows of one component as matrices, row by row: what joins them and what keeps them apart."""

    def __init__(
        self, given: Ruled, is_link: np.ndarray, support: np.ndarray, members: np.ndarray, inside: np.ndarray
    ) -> None:
        self.a, self.b = (np.searchsorted(members, side[inside]) for side in (given.a, given.b))
        self.n, self.lists = len(members), given.lists[members]
        self.is_link, self.probability = is_link[inside], given.probability[inside]
        self.is_sure = given.is_ruled[inside] & self.is_link
        self.is_within = given.is_within[inside]
        self.support = self._matrix(support[inside])
        self.is_apart = self._matrix(given.is_ruled[inside] & ~self.is_link) > 0
        self.is_twice = self._matrix(self.is_within & self.is_link) > 0

    def parted(self, chain: float) -> np.ndarray:
        """Return the group of each row: links strongest first, what was ruled and what is listed twice before."""
        group = np.arange(self.n)
        links = np.flatnonzero(self.is_link)
        ranks = (self.b[links], self.a[links], -self.probability[links], ~self.is_within[links], ~self.is_sure[links])
        for link in links[np.lexsort(ranks)]:
            one, other = (np.flatnonzero(group == group[end[link]]) for end in (self.a, self.b))
            if group[one[0]] != group[other[0]] and (self.is_sure[link] or self._may_join(one, other, chain)):
                group[other] = group[one[0]]
        return group

    def _may_join(self, one: np.ndarray, other: np.ndarray, chain: float) -> bool:
        between = np.ix_(one, other)
        is_same_list = self.lists[one][:, None] == self.lists[other][None, :]
        is_barred = (is_same_list & ~self.is_twice[between]) | self.is_apart[between]
        return not is_barred.any() and self.support[between].mean() >= chain

    def _matrix(self, values: np.ndarray) -> np.ndarray:
        matrix = np.zeros((self.n, self.n))
        matrix[self.a, self.b] = matrix[self.b, self.a] = values
        return matrix
