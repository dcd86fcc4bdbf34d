"""Frequency of terms: that two rows share a rare name says more than that they share a common one.

Terms are counted once a facility: a name that two lists have because they list the same facility is not twice as
common. Reference: Winkler (2000) Frequency-based matching in the Fellegi-Sunter model of record linkage.
"""

import numpy as np
import pandas as pd

from analysis.models.linkage.coded import UNKNOWN, Rows, joined

N_UNSEEN = 0.3  # facilities of the same term that no list has, added to those seen beside the one compared
MOST = np.log(1000.0)  # no term moves the odds by more


def log_adjustment(rows: Rows, a: np.ndarray, b: np.ndarray, repeat: np.ndarray) -> np.ndarray:
    """Return what the shared terms of each pair add to its log likelihood ratio (n_pairs,); 0 on average over chance.

    ``repeat`` (n_rows,): the probability that a row is another listing of a facility counted before. The name counts
    by its Latin letters, by its Khmer ones where only those agree; the place by the smallest that agrees; operator and
    place that both agree count as one term: how many facilities the operator has there.
    """
    name = _first_shared([rows.latin.numbers, rows.khmer.numbers], a, b, repeat)
    places = [rows.commune.numbers, rows.district.numbers]
    both = [_compact(joined(place, rows.operator.numbers)) for place in places]
    where = _first_shared(both, a, b, repeat)
    apart = _first_shared(places, a, b, repeat) + _first_shared([rows.operator.numbers], a, b, repeat)
    is_joint = np.any([_is_same(numbers, a, b) for numbers in both], axis=0)
    return name + np.where(is_joint, where, apart)


def repeats(a: np.ndarray, b: np.ndarray, probability: np.ndarray, lists: np.ndarray) -> np.ndarray:
    """Return the probability (n_rows,) that an earlier list, or an earlier row of its own, has the row's facility."""
    later = np.where(lists[a] > lists[b], a, b)
    with np.errstate(divide="ignore"):
        alone = np.bincount(later, np.log1p(-np.minimum(probability, 1 - 1e-9)), minlength=len(lists))
    return -np.expm1(alone)


def _first_shared(terms: list[np.ndarray], a: np.ndarray, b: np.ndarray, repeat: np.ndarray) -> np.ndarray:
    """Return the adjustment of the first of the terms that both rows of a pair have, 0 if they share none."""
    shared = [_is_same(numbers, a, b) for numbers in terms]
    return np.select(shared, [_adjustment(numbers, a, b, repeat) for numbers in terms], 0.0)


def _compact(numbers: np.ndarray) -> np.ndarray:
    """Return the numbers as 0, 1, 2 and so on; -1 stays."""
    known = numbers >= 0
    compact = np.full(len(numbers), UNKNOWN)
    compact[known] = pd.factorize(numbers[known])[0]
    return compact


def _is_same(numbers: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (numbers[a] == numbers[b]) & (numbers[a] >= 0)


def _adjustment(numbers: np.ndarray, a: np.ndarray, b: np.ndarray, repeat: np.ndarray) -> np.ndarray:
    """Return what sharing its term adds to each pair: by how many facilities have the term beside the pair's own."""
    known, once = numbers >= 0, 1 - repeat
    if not known.any():
        return np.zeros(len(a))
    n = np.bincount(numbers[known], once[known])
    by_chance = (n * np.maximum(n - 1 + N_UNSEEN, N_UNSEEN)).sum() / n.sum()
    others = np.maximum(n[numbers[a]] - once[a] - once[b], 0) + N_UNSEEN
    return np.clip(np.log(by_chance / others), -MOST, MOST)
