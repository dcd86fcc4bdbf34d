"""What was drawn at each stage of a survey, and how much of it there was to draw."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

Populations = tuple[np.ndarray | None, ...] | None


class SurveyDesignError(ValueError):
    """What was given does not describe a survey; the message says what to do."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Units drawn at one stage out of their parents: strata at the first stage, the units of the stage before later.

    ``rows`` (n,): unit of each row; ``parents`` (G,): parent of each unit; ``counts`` (P,): units drawn of a parent;
    ``remaining`` (P,): share of a parent's units that was not drawn, 1 with replacement; ``reach`` (P,): product of
    the sampling fractions above the parent, which is what the stage's variance counts with.
    """

    rows: np.ndarray
    parents: np.ndarray
    counts: np.ndarray
    remaining: np.ndarray
    reach: np.ndarray

    @property
    def is_lonely(self) -> np.ndarray:
        """Parents (P,) of which one unit was drawn although there are more, and whose spread adds to a variance."""
        return (self.counts == 1) & (self.remaining > 1e-7) & (self.reach > 0)


def parents_of(units: np.ndarray, parents: np.ndarray) -> np.ndarray:
    """Return the parent (G,) of each unit, from the ``units`` and ``parents`` (n,) of the rows."""
    of_unit = np.empty(int(units.max()) + 1, dtype="int64")
    of_unit[units] = parents
    return of_unit


def stages_of(strata: np.ndarray, clusters: tuple[np.ndarray, ...], populations: Populations) -> Iterator[Stage]:
    """Yield the stages of a design that add to a variance: what was drawn with replacement hides what lies below.

    ``strata`` (n,), and ``clusters`` (n,) of each stage. Raises ``SurveyDesignError`` for a population that differs
    within a parent or is smaller than what was drawn.
    """
    above, reach = strata, np.ones(int(strata.max()) + 1)
    for units, population in zip(clusters, populations or (None,), strict=False):
        parents = parents_of(units, above)
        counts = np.bincount(parents, minlength=len(reach))
        fraction = np.zeros(len(reach)) if population is None else counts / _size_of_parents(population, above, counts)
        yield Stage(units, parents, counts, 1 - fraction, reach)
        if population is None:
            return
        above, reach = units, (reach * fraction)[parents]


def _size_of_parents(population: np.ndarray, parents: np.ndarray, counts: np.ndarray) -> np.ndarray:
    size = np.empty(len(counts))
    size[parents] = population
    if (size[parents] != population).any():
        raise SurveyDesignError("the population differs between rows of one stratum or cluster: give one number to all")
    if (size < counts).any():
        raise SurveyDesignError("more units were drawn than the population has: give numbers of units of that stage")
    return size
