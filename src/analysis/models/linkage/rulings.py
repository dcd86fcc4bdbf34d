"""Pairs with what a person ruled about them: a ruling goes before every probability."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ANSWERS = {"yes": True, "no": False, True: True, False: False}


@dataclass(frozen=True)
class Ruled:
    """Rows sorted by ``row_ids`` with the number of their list; pairs of rows a < b, sorted, with their probability.

    ``is_decided``: ``link`` decided for a link; ``is_ruled``: a person said yes (probability 1) or no (0).
    """

    row_ids: np.ndarray
    lists: np.ndarray
    a: np.ndarray
    b: np.ndarray
    probability: np.ndarray
    is_decided: np.ndarray
    is_ruled: np.ndarray

    @cached_property
    def is_within(self) -> np.ndarray:
        """Return which pairs lie within one list."""
        return self.lists[self.a] == self.lists[self.b]


def ruled(pairs: pd.DataFrame, row_ids: Sequence[str], lists: Sequence[str], rulings: pd.DataFrame) -> Ruled:
    """Return ``pairs`` as from ``link`` and ``rulings`` (row_id_a, row_id_b, is_same) over the rows of ``row_ids``.

    Raises ``ValueError`` for rows that are not there or are there twice, for answers that are neither yes nor no, and
    for rulings that contradict each other: rows ruled apart that other rulings join.
    """
    rows = pd.Series(np.asarray(lists, dtype=object), index=pd.Index(row_ids, dtype="object")).sort_index()
    if rows.index.has_duplicates:
        raise ValueError(f"a row is there twice: {rows.index[rows.index.duplicated()][0]}")
    answers = _answers(rulings, rows.index)
    _check_agreement(answers, len(rows))
    decided = _numbered(pairs, rows.index).assign(
        probability=pairs["probability"].to_numpy(), is_decided=pairs["decision"].eq("link").to_numpy()
    )
    both = decided.merge(answers, on=["a", "b"], how="outer", validate="1:1").sort_values(["a", "b"])
    is_ruled, is_same = both["is_same"].notna().to_numpy(), both["is_same"].eq(True).to_numpy()
    return Ruled(
        row_ids=rows.index.to_numpy(),
        lists=pd.factorize(rows, sort=True)[0],
        a=both["a"].to_numpy(dtype=np.int64),
        b=both["b"].to_numpy(dtype=np.int64),
        probability=np.where(is_ruled, is_same, both["probability"].to_numpy(dtype=float)),
        is_decided=np.where(is_ruled, is_same, both["is_decided"].eq(True).to_numpy()),
        is_ruled=is_ruled,
    )


def _numbered(pairs: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Return the numbers of both rows of each pair, the smaller first."""
    one, other = (index.get_indexer(pairs[side]) for side in ("row_id_a", "row_id_b"))
    missing = {*pairs.loc[one < 0, "row_id_a"], *pairs.loc[other < 0, "row_id_b"]}
    if missing:
        raise ValueError(f"pairs of rows that are not there: {', '.join(sorted(map(str, missing))[:5])}")
    return pd.DataFrame({"a": np.minimum(one, other), "b": np.maximum(one, other)})


def _answers(rulings: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    unread = [answer for answer in rulings["is_same"] if answer not in ANSWERS]
    if unread:
        raise ValueError(f"a ruling is yes or no, not {unread[0]!r}")
    answers = _numbered(rulings, index).assign(is_same=[ANSWERS[answer] for answer in rulings["is_same"]])
    answers["is_same"] = answers["is_same"].astype("object")
    if answers["a"].eq(answers["b"]).any():
        raise ValueError("a ruling about a row and itself")
    return answers.drop_duplicates()


def _check_agreement(answers: pd.DataFrame, n: int) -> None:
    yes, no = (answers[answers["is_same"].eq(answer)] for answer in (True, False))
    graph = coo_array((np.ones(len(yes)), (yes["a"], yes["b"])), shape=(n, n))
    _, group = connected_components(graph, directed=False)
    n_joined = (group[no["a"]] == group[no["b"]]).sum()
    if n_joined:
        raise ValueError(f"rulings contradict each other: {n_joined} pair(s) ruled apart are joined by other rulings")
