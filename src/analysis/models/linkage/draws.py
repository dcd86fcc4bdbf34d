"""Plausible linkages: what else the lists could mean, so that the error of linkage reaches what is counted after it.

In a draw each pair is a link with its probability, and no row has two partners in one other list: pairs are taken in
random order, a pair whose rows are still free with its probability given that they are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.models.linkage.clusters import Known, facility_keys, grouped
from analysis.models.linkage.rulings import Ruled, ruled
from analysis.models.linkage.settings import LinkageSettings

LEAST_FREE = 1e-6  # a row is never held for surely taken


def draws(
    pairs: pd.DataFrame,
    row_ids: Sequence[str],
    lists: Sequence[str],
    rulings: pd.DataFrame,
    n: int,
    settings: LinkageSettings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return ``n`` linkages drawn from the probabilities of ``pairs``: draw (1 to n), row_id, facility_key.

    Estimand: the distribution of the partition of rows into facilities, given the lists. ASSUME: what is uncertain in
    pairs that share no row is independent; a pair below the floor is never a link. Arguments and errors as those of
    ``clusters``; rulings hold in every draw.
    """
    given = ruled(pairs, row_ids, lists, rulings)
    drawn, known = [], Known()
    for draw in range(1, n + 1):
        is_link = _drawn_links(given, rng)
        keys = facility_keys(given, grouped(given, is_link, is_link.astype(float), settings, known))
        drawn.append(keys.reset_index().assign(draw=draw))
    columns = ["draw", "row_id", "facility_key"]
    return pd.concat(drawn, ignore_index=True)[columns] if drawn else pd.DataFrame(columns=columns)


def _drawn_links(given: Ruled, rng: np.random.Generator) -> np.ndarray:
    is_within = given.is_within
    is_link = is_within & (rng.random(len(given.a)) < given.probability)
    units = _units(given, is_link)
    a, b = units[given.a[~is_within]], units[given.b[~is_within]]
    n_rows = len(units)
    keys, number = np.unique(np.minimum(a, b) * n_rows + np.maximum(a, b), return_inverse=True)
    probability = np.zeros(len(keys))
    np.maximum.at(probability, number, given.probability[~is_within])
    is_sure = np.zeros(len(keys), dtype=bool)
    np.logical_or.at(is_sure, number, (given.is_ruled & (given.probability == 1))[~is_within])
    ends = _ends(keys // n_rows, keys % n_rows, given.lists)
    is_link[~is_within] = matching(ends, probability, is_sure, rng)[number]
    return is_link & ~(given.is_ruled & (given.probability == 0))


def matching(
    ends: tuple[np.ndarray, np.ndarray], probability: np.ndarray, is_sure: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return which pairs are drawn, so that no end is in two: each with about its ``probability`` (n_pairs,).

    Exact where the pairs of an end compete with nothing else; ``is_sure`` pairs come first.
    """
    order = rng.permutation(len(probability)) - is_sure * len(probability)
    luck = rng.random(len(probability))
    n_ends = max((int(end.max(initial=-1)) + 1 for end in ends), default=0)
    is_drawn, waits = np.zeros(len(probability), dtype=bool), np.ones(len(probability), dtype=bool)
    spent = np.zeros(n_ends)
    while waits.any():
        now = np.flatnonzero(waits)
        first = np.full(n_ends, len(probability))
        for end in ends:
            np.minimum.at(first, end[now], order[now])
        now = now[(first[ends[0][now]] == order[now]) & (first[ends[1][now]] == order[now])]
        free = np.maximum((1 - spent[ends[0][now]]) * (1 - spent[ends[1][now]]), LEAST_FREE)
        is_drawn[now] = luck[now] * free < probability[now]
        for end in ends:
            spent[end[now]] += probability[now]
            waits &= ~_touches(end, end[now[is_drawn[now]]], n_ends)
        waits[now] = False
    return is_drawn


def _touches(end: np.ndarray, taken: np.ndarray, n_ends: int) -> np.ndarray:
    is_taken = np.zeros(n_ends, dtype=bool)
    is_taken[taken] = True
    return is_taken[end]


def _units(given: Ruled, is_link: np.ndarray) -> np.ndarray:
    """Return the first row among those that a list has of the same facility."""
    n = len(given.row_ids)
    graph = coo_array((np.ones(is_link.sum()), (given.a[is_link], given.b[is_link])), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)
    return first[component]


def _ends(a: np.ndarray, b: np.ndarray, lists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of each pair: a row as one other list sees it."""
    n_lists = int(lists.max(initial=0)) + 1
    _, numbers = np.unique(np.concatenate([a * n_lists + lists[b], b * n_lists + lists[a]]), return_inverse=True)
    return numbers[: len(a)], numbers[len(a) :]
