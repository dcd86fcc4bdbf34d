"""Probabilities of pairs when a row has at most one partner in each other list: candidates of one row compete.

A linkage of two lists is a set of pairs that share no row; its probability is proportional to the product of the odds
of its pairs (a monomer-dimer model). The probability that a pair is in the linkage follows by belief propagation: what
the rest of the linkage leaves free at one end of a pair is a message to that pair. Exact where candidates form no
ring, and known to converge where they do.

References: Sadinle (2017) Journal of the American Statistical Association 112:600-612 (one-to-one linkage as the
model); Zdeborova and Mezard (2006) Journal of Statistical Mechanics P05003 (messages for matchings).
"""

from dataclasses import dataclass

import numpy as np

MOST_LOG_ODDS = np.log(1e8)  # beyond it a probability is 1 in any table, and sums of odds lose their small terms
TOLERANCE = 1e-3  # relative change of a message that ends the sweeps


@dataclass
class Competition:
    """Pairs by the two nodes they join, each a row (or the duplicates of one) seen from one other list."""

    ends: tuple[np.ndarray, np.ndarray]
    n_nodes: int
    messages: list[np.ndarray]

    @classmethod
    def of(cls, a: np.ndarray, b: np.ndarray, lists: np.ndarray) -> "Competition":
        """Return the competition among pairs of rows ``a`` and ``b`` (n_pairs,), which lie in ``lists`` (n_rows,)."""
        n_lists = int(lists.max(initial=0)) + 1
        seen_from = np.concatenate([a * n_lists + lists[b], b * n_lists + lists[a]])
        nodes, numbers = np.unique(seen_from, return_inverse=True)
        return cls((numbers[: len(a)], numbers[len(a) :]), len(nodes), [np.ones(len(a)), np.ones(len(a))])

    def probabilities(self, log_odds: np.ndarray, n_sweeps: int) -> np.ndarray:
        """Return the probability (n_pairs,) that each pair is in the linkage, from its ``log_odds`` (n_pairs,).

        Messages start from those of the last call.
        """
        odds = np.exp(np.minimum(log_odds, MOST_LOG_ODDS))
        for _ in range(n_sweeps):
            before = self.messages
            free_a = np.sqrt(before[0] * self._left_free(self.ends[0], odds * before[1]))
            free_b = np.sqrt(before[1] * self._left_free(self.ends[1], odds * free_a))
            self.messages = [free_a, free_b]
            if all(
                np.abs(np.log(new / old)).max(initial=0) < TOLERANCE
                for new, old in zip(self.messages, before, strict=True)
            ):
                break
        together = odds * self.messages[0] * self.messages[1]
        return together / (1 + together)

    def _left_free(self, end: np.ndarray, pull: np.ndarray) -> np.ndarray:
        """Return the chance that no other pair takes the row at this end, given the ``pull`` of each pair."""
        others = np.bincount(end, pull, minlength=self.n_nodes)[end] - pull
        return 1 / (1 + np.maximum(others, 0))
