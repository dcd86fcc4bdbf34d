"""Pairs of rows that are worth a comparison: several rules united, so that what one misses another finds.

A renamed facility is found by its operator in its district, one with a wrong district by its name in its province, one
with a wrong province by a name that few bear or by name and operator. Rules are joins of whole numbers, and within a
place a matrix of likenesses; no loop goes over pairs.
"""

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from analysis.models.linkage.coded import Rows, Terms, joined

FEW = 30  # bearers of a name in the country among whom it still says something by itself
CHEAP = {"country": 3_000_000, "province": 60_000_000}  # comparisons up to which all names of the area are compared
NEAREST = {"country": 80.0, "province": 70.0, "district": 74.0}  # least likeness of a candidate, percent
SHORT = 4  # letters of a name below which it is compared whole
BASE = np.uint64(0x9E3779B97F4A7C15)  # an odd number without a pattern
BLOCK = 3000  # rows whose likenesses are held at once


def candidate_pairs(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows a < b, two arrays, of all pairs that a rule proposes, each once, in order."""
    keys = distinct(np.concatenate([*_joined(rows), *_alike(rows)]))
    return (keys // len(rows)).astype(np.int32), (keys % len(rows)).astype(np.int32)


def distinct(keys: np.ndarray) -> np.ndarray:
    """Return each of the keys (n,) once, in order."""
    keys = np.sort(keys, kind="stable")  # faster here: the keys come in runs that are in order
    return keys[np.r_[True, keys[1:] != keys[:-1]]] if len(keys) else keys


def _joined(rows: Rows) -> list[np.ndarray]:
    n, everyone = len(rows), np.arange(len(rows))
    both_scripts = (rows.latin, rows.khmer)
    # one script after the other: the forms of all names are the most that is held at once
    one_slip = [pairs for name in both_scripts for pairs in _one_slip(rows, name)]
    same_operator = [
        _pairs_of(joined(other.numbers, rows.operator.numbers), everyone, n) for other in (rows.district, *both_scripts)
    ]
    rare = [_pairs_of(name.numbers, everyone, n, FEW) for name in both_scripts]
    return one_slip + same_operator + rare


def _pairs_of(key: np.ndarray, row: np.ndarray, n_rows: int, most: int | None = None) -> np.ndarray:
    """Return ``a * n_rows + b`` for all pairs a < b of ``row`` with the same known ``key``; none of keys > ``most``."""
    known = key >= 0
    key, row = np.divmod(distinct(key[known].astype(np.int64) * n_rows + row[known]), n_rows)
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, dtype=int)
    sizes = np.diff(np.r_[starts, len(key)])
    n_after = np.repeat(starts + sizes, sizes) - np.arange(len(key)) - 1
    if most is not None:
        n_after = np.where(np.repeat(sizes, sizes) > most, 0, n_after)
    first = np.repeat(np.arange(len(key), dtype=np.int32), n_after)
    return row[first] * n_rows + row[first + 1 + _steps(n_after)]


def _steps(sizes: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 and so on for each of the sizes, one after the other."""
    starts = np.cumsum(sizes) - sizes
    return np.arange(sizes.sum(), dtype=np.int32) - np.repeat(starts.astype(np.int32), sizes)


def _one_slip(rows: Rows, terms: Terms) -> list[np.ndarray]:
    """Return pairs with the same name in a province, and pairs whose names there are one slip apart.

    A name is compared once a province, however many rows there bear it.
    """
    key, n = joined(rows.province.numbers, terms.numbers), len(rows)
    bearers = np.argsort(key, kind="stable")[(key < 0).sum() :]
    _, starts, sizes = np.unique(key[bearers], return_index=True, return_counts=True)
    first = bearers[starts]
    of_name, form = _forms(terms, terms.numbers[first])
    pairs = distinct(_pairs_of(joined(rows.province.numbers[first][of_name], form), of_name, len(first)))
    one, other = np.divmod(pairs, max(len(first), 1))
    n_pairs = sizes[one] * sizes[other]
    turn, step = np.repeat(np.arange(len(pairs), dtype=np.int32), n_pairs), _steps(n_pairs)
    of_one, of_other = np.divmod(step, sizes[other].astype(np.int32)[turn])
    a, b = bearers[starts[one][turn] + of_one], bearers[starts[other][turn] + of_other]
    return [_pairs_of(key, np.arange(n), n), np.minimum(a, b) * n + np.maximum(a, b)]


def _forms(terms: Terms, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return positions in ``names`` and numbers: the letters of a name and what is left when any one is left out.

    Two names share one of these if they differ by a letter more, a letter less, another letter or two swapped. What is
    left is a sum over letters and positions, modulo 2^64: two that are equal by chance are one candidate too many.
    """
    parts = [_left(terms.letters[start : start + BLOCK]) for start in range(0, len(terms.letters), BLOCK)]
    numbers = pd.factorize(np.concatenate([np.empty(0, dtype=np.uint64), *(left for left, _ in parts)]))[0]
    n_forms = np.concatenate([np.empty(0, dtype=int), *(n for _, n in parts)])
    sizes = n_forms[names]
    first = (np.cumsum(n_forms) - n_forms)[names]
    return np.repeat(np.arange(len(names)), sizes), numbers[np.repeat(first, sizes) + _steps(sizes)]


def _left(names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what is left of names, one after the other, and how many forms each has."""
    letters = np.array(names, dtype="S")
    matrix = letters.view(np.uint8).reshape(len(letters), letters.itemsize).astype(np.uint64)
    by_place = BASE ** np.arange(matrix.shape[1] + 1, dtype=np.uint64)
    before, after = (np.cumsum(matrix * powers, axis=1) for powers in (by_place[1:], by_place[:-1]))
    left = np.hstack([before[:, -1:], before - matrix * by_place[1:] + after[:, -1:] - after])
    n_letters = (matrix > 0).sum(axis=1)
    # of a short name a letter is too much: what is left is shared by half the country
    n_forms = 1 + np.where(n_letters >= SHORT, n_letters, 0)
    return left[np.arange(left.shape[1]) < n_forms[:, None]], n_forms


def _alike(rows: Rows) -> list[np.ndarray]:
    """Return pairs of two lists with alike Latin names, in the widest area that is still cheap."""
    areas = {"country": np.zeros(len(rows), dtype=int), "province": rows.province.numbers}
    costs = {name: (np.bincount(area[area >= 0]).astype(float) ** 2).sum() / 2 for name, area in areas.items()}
    name = next((name for name in areas if costs[name] <= CHEAP[name]), "district")
    area = areas.get(name, rows.district.numbers)
    known = (area >= 0) & (rows.latin.numbers >= 0)
    return [
        _alike_of(rows, one, other, NEAREST[name])
        for members in pd.Series(np.flatnonzero(known)).groupby(area[known]).indices.values()
        for one, other in _of_two_lists(np.flatnonzero(known)[members], rows.lists)
    ]


def _of_two_lists(members: np.ndarray, lists: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the members of each list, in blocks, beside those of all lists after it."""
    of_list = lists[members]
    return [
        (own[start : start + BLOCK], later)
        for one in np.unique(of_list)
        for own, later in [(members[of_list == one], members[of_list > one])]
        for start in range(0, len(own), BLOCK)
        if len(later)
    ]


def _alike_of(rows: Rows, one: np.ndarray, other: np.ndarray, nearest: float) -> np.ndarray:
    texts = (rows.latin.letters[rows.latin.numbers[part]] for part in (one, other))
    likeness = process.cdist(*texts, scorer=fuzz.ratio, score_cutoff=nearest, dtype=np.uint8, workers=-1)
    a, b = np.divmod(np.flatnonzero(likeness.astype(bool)), len(other))
    a, b = one[a].astype(np.int64), other[b].astype(np.int64)
    return np.minimum(a, b) * len(rows) + np.maximum(a, b)
