"""Who competes with whom for a partner, and the odds before any comparison."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.models.linkage.coded import Rows
from analysis.models.linkage.competition import Competition
from analysis.models.linkage.pairs import Pairs

FIRST_IN_BOTH, FIRST_TWICE = 0.5, 0.01  # of the rows of a list, at the start: in the other list too, listed twice
LEAST_TRUE = 0.01  # true pairs that two lists have at least: none at all could never be changed by what is seen
LEAST_LEFT = 0.05  # of a list without a partner, at least: the last rows of two lists are not forced on each other
LIKELY = 0.5  # probability from which two rows of one list compete as one


class PriorOdds:
    """The odds of a pair before it is looked at, by pair of lists; follow from how many pairs are true.

    Of all one-to-one linkages of as many pairs none is preferred, so that a row without a partner has fewer to choose
    from the more rows have found theirs. Reference: Sadinle (2017), Journal of the American Statistical Association
    112:600-612.
    """

    def __init__(self, sizes: np.ndarray) -> None:
        """Start from half of the smaller list in both, and one row in a hundred listed twice."""
        one, other = (side.ravel() for side in np.meshgrid(sizes, sizes, indexing="ij"))
        self.is_within = np.eye(len(sizes), dtype=bool).ravel()
        self.sides = one, other
        self.update(np.minimum(one, other) * np.where(self.is_within, FIRST_TWICE, FIRST_IN_BOTH))

    def update(self, n_true: np.ndarray) -> None:
        """Set the odds at which ``n_true`` pairs, (lists * lists,), are expected if rows were all alike."""
        one, other = self.sides
        n_true = np.clip(n_true, LEAST_TRUE, np.minimum(one, other))
        left_one, left_other = (np.maximum(side - n_true + 1, LEAST_LEFT * side) for side in (one, other))
        left = np.where(self.is_within, one * other / 2, left_one * left_other)
        self.log = np.log(n_true / np.maximum(left, 1))


@dataclass(frozen=True)
class Rivals:
    """Pairs of rows as pairs of units (a unit is a row with its duplicates): what competes for a partner."""

    is_within: np.ndarray
    unit_pair: np.ndarray  # of each pair across lists
    competition: Competition
    of_lists: np.ndarray  # of each unit pair
    own_lists: np.ndarray  # of each pair within a list

    @classmethod
    def of(cls, rows: Rows, pairs: Pairs, units: np.ndarray) -> "Rivals":
        """Return what competes among ``pairs``, given ``units`` (n_rows,): the unit of each row."""
        across = ~pairs.is_within
        a, b = units[pairs.a[across]], units[pairs.b[across]]
        keys, first, number = np.unique(
            np.minimum(a, b).astype(np.int64) * len(rows) + np.maximum(a, b), return_index=True, return_inverse=True
        )
        competition = Competition.of(keys // len(rows), keys % len(rows), rows.lists.astype(np.int64))
        return cls(pairs.is_within, number, competition, pairs.of_lists[across][first], pairs.of_lists[pairs.is_within])

    def probabilities(self, log_odds: np.ndarray, n_sweeps: int) -> np.ndarray:
        """Return the probability (n_pairs,); pairs within a list do not compete, a facility may be listed thrice."""
        best = np.full(len(self.of_lists), -np.inf)
        np.maximum.at(best, self.unit_pair, log_odds[~self.is_within])
        found = 1 / (1 + np.exp(-log_odds))
        found[~self.is_within] = self.competition.probabilities(best, n_sweeps)[self.unit_pair]
        return found

    def n_true(self, probability: np.ndarray, n_list_pairs: int) -> np.ndarray:
        """Return the expected number of true pairs, (lists * lists,), duplicates counted once."""
        of_unit_pair = np.zeros(len(self.of_lists))
        of_unit_pair[self.unit_pair] = probability[~self.is_within]
        across = np.bincount(self.of_lists, of_unit_pair, minlength=n_list_pairs)
        return across + np.bincount(self.own_lists, probability[self.is_within], minlength=n_list_pairs)


def duplicates(n_rows: int, pairs: Pairs, probability: np.ndarray) -> np.ndarray:
    """Return the first row (n_rows,) of the facility that each row lists in its own list."""
    which = pairs.is_within & (probability >= LIKELY)
    graph = coo_array((np.ones(which.sum()), (pairs.a[which], pairs.b[which])), shape=(n_rows, n_rows))
    _, component = connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)
    return first[component]
