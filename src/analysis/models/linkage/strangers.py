"""Pairs of strangers: what two rows have in common by chance, from pairs drawn at random.

Agreement on place and operator together, or on the name in both scripts, is too rare to be drawn, but easily counted
over all pairs. Pairs that are probably true are taken out of both, by their probability.
"""

from dataclasses import dataclass

import numpy as np

from analysis.models.linkage import weights
from analysis.models.linkage.candidates import distinct
from analysis.models.linkage.coded import Rows, joined
from analysis.models.linkage.comparisons import (
    NAME,
    NAME_POSITION,
    OPERATOR,
    PLACE,
    WHERE,
    WHERE_POSITION,
    compared,
    place_and_operator,
)

N_RANDOM_PAIRS = 200_000
ALL_UP_TO = 1_200_000  # pairs up to which all are compared
_PLACES, _OPERATORS = place_and_operator(np.arange(len(WHERE.meanings)))
IN_DISTRICT = [PLACE.meanings.index(one) for one in ("same commune", "same district, other commune", "same district")]
IS_COUNTED = {  # levels of which all pairs are counted, by position of the comparison
    WHERE_POSITION: np.isin(_PLACES, IN_DISTRICT) & np.isin(_OPERATORS, OPERATOR.meanings.index("same")),
    NAME_POSITION: np.arange(len(NAME.meanings)) == len(NAME.meanings) - 1,
}


@dataclass(frozen=True)
class Strangers:
    """Pairs drawn at random by sorted ``keys`` (a * n_rows + b), and how many of each level were drawn and counted."""

    keys: np.ndarray
    levels: np.ndarray
    n_drawn: tuple[np.ndarray, ...]
    n_counted: dict[int, np.ndarray]
    share_drawn: float

    @classmethod
    def drawn(cls, rows: Rows, candidate_levels: np.ndarray, rng: np.random.Generator) -> "Strangers":
        """Draw pairs of ``rows``, all pairs if they are few.

        ``candidate_levels`` (n_pairs, n_comparisons) are those of all candidates.
        All pairs of one operator in one district must be candidates.
        """
        n = len(rows)
        n_pairs = n * (n - 1) // 2
        keys = _all_keys(n) if n_pairs <= ALL_UP_TO else _random_keys(n, rng)
        levels = compared(rows, keys // n, keys % n)
        n_counted = {
            WHERE_POSITION: weights.level_counts(candidate_levels)[WHERE_POSITION],
            NAME_POSITION: np.full(len(NAME.meanings), _n_namesakes(rows)),
        }
        return cls(keys, levels, weights.level_counts(levels), n_counted, len(keys) / n_pairs if n_pairs else 1.0)

    def shares(self, keys: np.ndarray, levels: np.ndarray, probability: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return ``u`` less the candidates ``keys`` (n_pairs,), sorted, that are true with this ``probability``."""
        at = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
        is_drawn = self.keys[at] == keys if len(self.keys) else np.zeros(len(keys), dtype=bool)
        true_drawn = weights.level_counts(self.levels[at[is_drawn]], probability[is_drawn])
        counts = [np.maximum(drawn - true, 0) for drawn, true in zip(self.n_drawn, true_drawn, strict=True)]
        n_prior = [1.0] * len(counts)
        true = weights.level_counts(levels, probability)
        for i, is_counted in IS_COUNTED.items():
            strangers = np.maximum(self.n_counted[i] - true[i], 0) * self.share_drawn
            counts[i] = np.where(is_counted, strangers, counts[i])
        n_prior[WHERE_POSITION] = self.share_drawn
        return weights.shares_of_strangers(counts, n_prior)


def _all_keys(n: int) -> np.ndarray:
    a, b = np.triu_indices(n, 1)
    return a * n + b


def _random_keys(n: int, rng: np.random.Generator) -> np.ndarray:
    a, b = np.sort(rng.integers(n, size=(2, N_RANDOM_PAIRS)), axis=0)
    return distinct((a * n + b)[a != b])


def _n_namesakes(rows: Rows) -> int:
    """Return the number of pairs with the same name in both scripts."""
    both = joined(rows.latin.numbers, rows.khmer.numbers)
    _, n = np.unique(both[both >= 0], return_counts=True)
    return int((n * (n - 1) // 2).sum())
