"""Children across agencies and systems: records joined on shared ids only, never on names or birth dates.

From the strongest id to the weakest, records with the same id become one child. A weaker id never joins children
that a stronger id tells apart, directly or through others: then nothing is joined by it there, and it is reported.
"""

import numpy as np
import polars as pl

from analysis.importers.keyed import SHARED_IDS

REFUSED = {"column": pl.String, "n": pl.Int64}


def children_of(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the child of each case (``case child_key``) and how many joins each id was refused (``column n``).

    ``records`` has one row a ``case`` and the keys of its shared ids, missing where it has none.
    """
    strengths = list(SHARED_IDS)
    group = np.arange(records.height)
    refused = []
    for position, shared_id in enumerate(strengths):
        if not _is_shared(records[shared_id]).any():
            refused.append((shared_id, 0))
            continue
        joined = _joined(records[shared_id], group)
        told_apart = _told_apart(records, strengths[:position], group, joined)
        group = np.where(np.isin(joined, told_apart), group, joined + records.height)  # numbers of their own
        group = np.unique(group, return_inverse=True)[1]
        refused.append((shared_id, len(told_apart)))
    linked = records.select("case", *strengths).with_columns(group=pl.Series(group))
    of_group = [pl.col(shared_id).min().over("group") for shared_id in strengths]
    has_joined = len(group) > 0 and group.max() + 1 < len(group)
    best = pl.coalesce(*(of_group if has_joined else strengths), pl.col("case"))
    return linked.select("case", best.alias("child_key")), pl.DataFrame(refused, schema=REFUSED, orient="row")


def _joined(ids: pl.Series, group: np.ndarray) -> np.ndarray:
    """Return the groups after joining those that share an id: components of the graph of groups and ids."""
    from scipy.sparse import coo_array  # 0.2 s to import: only where an id is shared
    from scipy.sparse.csgraph import connected_components

    n_groups = int(group.max()) + 1
    has_id = _is_shared(ids).to_numpy()
    values, number = np.unique(ids.filter(has_id).to_numpy(), return_inverse=True)
    n_nodes = n_groups + len(values)
    edges = (np.ones(has_id.sum(), dtype=np.int8), (group[has_id], n_groups + number))
    return connected_components(coo_array(edges, shape=(n_nodes, n_nodes)), directed=False)[1][group]


def _is_shared(ids: pl.Series) -> pl.Series:
    """Return where an id stands in several records: only such an id joins any."""
    return ids.is_duplicated() & ids.is_not_null()


def _told_apart(records: pl.DataFrame, stronger: list[str], group: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """Return the joined groups in which two of the groups joined both have a stronger id: then these ids differ."""
    parts = records.select("case", *stronger).with_columns(group=pl.Series(group), joined=pl.Series(joined))
    apart = [
        parts.filter(pl.col(shared_id).is_not_null())
        .group_by("joined")
        .agg(n=pl.col("group").n_unique())
        .filter(pl.col("n") > 1)["joined"]
        for shared_id in stronger
    ]
    return pl.concat(apart).unique().to_numpy() if apart else np.array([], dtype=joined.dtype)
