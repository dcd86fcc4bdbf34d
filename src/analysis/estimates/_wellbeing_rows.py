"""Numbers of ``wellbeing_change``: shares, changes and ranks, each with the interval of its clusters."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.models.cluster_totals import clustered_share_interval
from analysis.models.left_out import Jackknifed, clustered_means, jackknifed, rank_intervals

SHARE, POINTS, RANK = "share", "points", "rank"
NOTHING = {"estimate": np.nan, "ci_low": np.nan, "ci_high": np.nan}
Numbers = dict[str, Any]


def share(rows: pd.DataFrame, hit: str, confidence: float) -> Numbers:
    """Return the share of ``rows`` in which ``hit`` (true or false) holds; without rows only that there is none."""
    if rows.empty:
        return {"scale": SHARE, **NOTHING, "n": 0, "n_hits": 0}
    by_cluster = rows.assign(hit=rows[hit].astype("int64")).groupby("cluster")["hit"].agg(["sum", "size"])
    n_hits, n = int(by_cluster["sum"].sum()), int(by_cluster["size"].sum())
    low, high = clustered_share_interval(by_cluster["sum"], by_cluster["size"], confidence)
    return {"scale": SHARE, "estimate": n_hits / n, "ci_low": low, "ci_high": high, "n": n, "n_hits": n_hits}


def changes(both: pd.DataFrame, terms: list[str], least: int) -> Jackknifed | None:
    """Return the mean ``change`` of each of ``terms``; ``None`` with one cluster or fewer than ``least`` pairs of any.

    ``both`` has a row a child and ``term``.
    """
    known = both[both["term"].isin(terms)]
    if known["cluster"].nunique() < 2 or known["term"].value_counts().reindex(terms, fill_value=0).min() < least:
        return None
    by_cluster = known.groupby(["cluster", "term"])["change"].agg(["sum", "size"]).astype("float64")
    wide = by_cluster.unstack("term", fill_value=0.0)  # noqa: PD010
    return clustered_means(wide["sum"][terms], wide["size"][terms])


def points(found: Jackknifed | None, n_of: pd.Series, confidence: float) -> list[Numbers]:
    """Return all changes with their intervals; ``n_of``: children behind each."""
    if found is None:
        return [{"scale": POINTS, **NOTHING, "n": int(n)} for n in n_of]
    low, high = found.interval(confidence)
    return _together(POINTS, found.estimates, low, high, n_of)


def ranks(found: Jackknifed | None, n_of: pd.Series, confidence: float) -> list[Numbers]:
    """Return the rank of each change, 1 the largest, with intervals that hold one by one."""
    if found is None:
        return [{"scale": RANK, **NOTHING, "n": int(n)} for n in n_of]
    order = (-found.estimates).argsort(kind="stable").argsort(kind="stable") + 1
    low, high = rank_intervals(found, confidence)
    return _together(RANK, order, low, high, n_of)


def contrast(found: Jackknifed | None, is_chosen: list[bool], n: int, confidence: float) -> Numbers:
    """Return the mean of the chosen changes less that of the others, where there are both."""
    if found is None or len(set(is_chosen)) < 2:
        return {"scale": POINTS, **NOTHING, "n": n}
    chosen = np.array(is_chosen)
    weights = chosen / chosen.sum() - ~chosen / (~chosen).sum()
    apart = jackknifed(weights @ found.estimates, found.left_out @ weights[:, None])
    return _together(POINTS, apart.estimates, *apart.interval(confidence), pd.Series([n]))[0]


def _together(scale: str, estimate: np.ndarray, low: np.ndarray, high: np.ndarray, n_of: pd.Series) -> list[Numbers]:
    return [
        {"scale": scale, "estimate": float(at), "ci_low": float(least), "ci_high": float(most), "n": int(n)}
        for at, least, most, n in zip(estimate, low, high, n_of, strict=True)
    ]
