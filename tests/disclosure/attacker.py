"""An attacker: knows all that was published and every rule, and works out what each withheld count can be.

It shares no code with the gate. A count is a whole number of steps of the rounding base; sums are sums of rounded
counts. For each withheld cell two integer programmes give the least and the most that agrees with all of it, exactly,
for tables of any shape. ``cells`` says what a table tells, here it is only worked on.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

MOST = 10**6  # nobody counts more children than this
MAX_FAILURES, WORTHWHILE = 3, 0.02  # directions that widened hardly any of the narrow intervals, before it gives up
TOLERANCE = 1e-6
Cell = Hashable


class ContradictionError(ValueError):
    """What was published agrees with no counts at all: it was not made by the rules the attacker knows."""


@dataclass(frozen=True)
class Interval:
    """The least and the most that a count can be."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How far apart the two are: 0 where the count is known."""
        return self.high - self.low

    def __contains__(self, count: float) -> bool:
        return self.low <= count <= self.high


@dataclass
class Knowledge:
    """What is known: counts that were ``shown``, counts that were ``withheld``, and linear facts about both.

    A fact is (weights by cell, low, high): the weighted sum lies between the two. Counts are multiples of ``base``
    once rounded; a shown total is the sum of rounded counts. ``at_most``: what a count is known not to exceed.
    ``slack``: how far what is shown of a cell, or would be, may be from its exact count.
    """

    base: int = 5
    shown: dict[Cell, int] = field(default_factory=dict)
    withheld: set[Cell] = field(default_factory=set)
    facts: list[tuple[Mapping[Cell, float], float, float]] = field(default_factory=list)
    at_most: dict[Cell, int] = field(default_factory=dict)
    slack: dict[Cell, int] = field(default_factory=dict)

    def add(self, weights: Mapping[Cell, float], low: float = 0.0, high: float = 0.0) -> None:
        """Note that the weighted sum of cells lies between ``low`` and ``high``; a sum of parts less the total is 0."""
        self.facts.append((weights, low, high))

    def hidden(self) -> list[Cell]:
        """Return the cells that were shown nowhere, in a fixed order."""
        return sorted(self.withheld - self.shown.keys(), key=repr)

    def renamed(self, of: Callable[[Cell], Cell]) -> "Knowledge":
        """Return the same under other names of cells."""
        facts = [({of(cell): weight for cell, weight in weights.items()}, *ends) for weights, *ends in self.facts]
        shown, at_most, slack = (
            {of(cell): count for cell, count in counts.items()} for counts in (self.shown, self.at_most, self.slack)
        )
        return Knowledge(self.base, shown, set(map(of, self.withheld)), facts, at_most, slack)

    def joined(self, other: "Knowledge") -> "Knowledge":
        """Return what both tell; cells of the same name are the same number."""
        twice = {cell for cell in self.shown.keys() & other.shown.keys() if self.shown[cell] != other.shown[cell]}
        if twice:
            raise ContradictionError(f"two numbers were shown of {min(map(repr, twice))}")
        return Knowledge(
            self.base,
            self.shown | other.shown,
            self.withheld | other.withheld,
            self.facts + other.facts,
            self.at_most | other.at_most,
            self.slack | other.slack,
        )


def linked(one: Knowledge, other: Knowledge, changes: Mapping[Cell, int] | None = None) -> Knowledge:
    """Return what two tables tell of the cells they share, each rounded in its own way.

    ``changes``: by how much the attacker knows a cell to be larger in the ``other``; none where it is not named.
    """
    both = one.joined(other.renamed(lambda cell: ("other", cell)))
    for cell in one.withheld & other.withheld:
        apart = one.slack[cell] + other.slack[cell]
        change = (changes or {}).get(cell, 0)
        both.add({("other", cell): 1, cell: -1}, change - apart, change + apart)
    return both


def intervals(known: Knowledge, enough: float = np.inf, seed: int = 0) -> dict[Cell, Interval]:
    """Return for every withheld cell the interval of exact counts that agree with all that is known.

    An interval at least ``enough`` wide may be given narrower than it is, which saves most of the work.
    """
    hidden = known.hidden()
    if not hidden:
        return {}
    attack = _Attack(known, hidden)
    attack.widen(np.random.default_rng(seed), enough)
    half = known.base // 2
    low = np.maximum(attack.least * known.base - half, 0)
    high = np.minimum(attack.most * known.base + half, [known.at_most.get(cell, MOST) for cell in hidden])
    return {cell: Interval(int(low[at]), int(high[at])) for at, cell in enumerate(hidden)}


def narrow(found: Mapping[Cell, Interval], least: float) -> dict[Cell, Interval]:
    """Return the intervals that are narrower than ``least``: what the attacker gained."""
    return {cell: interval for cell, interval in found.items() if interval.width < least}


class _Attack:
    """The integer programme over the hidden cells, in steps of the base."""

    def __init__(self, known: Knowledge, hidden: list[Cell]) -> None:
        self._base = known.base
        place = {cell: at for at, cell in enumerate(hidden)}
        rows, lows, highs = [], [], []
        for weights, low, high in known.facts:
            told = sum(weight * known.shown[cell] for cell, weight in weights.items() if cell in known.shown)
            row = {place[cell]: weight for cell, weight in weights.items() if cell in place}
            if row:
                rows.append(row)
                lows.append((low - told) / known.base)
                highs.append((high - told) / known.base)
            elif not low - TOLERANCE <= told <= high + TOLERANCE:
                raise ContradictionError(f"shown numbers disagree: {sorted(map(repr, weights))[:3]} give {told}")
        self._rules = [LinearConstraint(_matrix(rows, len(hidden)), lows, highs)] if rows else []
        most = np.array([known.at_most.get(cell, MOST) for cell in hidden])
        self._bounds = Bounds(0, (most + known.base // 2) // known.base)
        self._whole = np.ones(len(hidden))
        self.least, self.most = np.full(len(hidden), np.iinfo("int64").max), np.zeros(len(hidden), "int64")

    def widen(self, rng: np.random.Generator, enough: float) -> None:
        """Find solutions until each cell's interval is ``enough`` wide or as wide as it can be.

        Random directions widen many intervals at once; cells that none of them widens take programmes of their own.
        """
        n_cells, n_failures = len(self._whole), 0 if np.isfinite(enough) else MAX_FAILURES
        while (is_narrow := ~self._is_wide(enough)).any() and n_failures < MAX_FAILURES:
            direction = is_narrow * rng.choice([-1.0, 1.0], n_cells)
            self._go(direction)
            self._go(-direction)
            n_failures += bool(self._is_wide(enough)[is_narrow].mean() < WORTHWHILE)
        for cell, sign in product(np.flatnonzero(~self._is_wide(enough)), (1.0, -1.0)):
            if not self._is_wide(enough)[cell]:
                self._go(sign * np.eye(1, n_cells, cell)[0])

    def _is_wide(self, enough: float) -> np.ndarray:
        return (self.most >= self.least) & ((self.most - self.least) * self._base >= enough)

    def _go(self, direction: np.ndarray) -> None:
        steps = np.round(self._furthest(direction)).astype("int64")
        self.least, self.most = np.minimum(self.least, steps), np.maximum(self.most, steps)

    def _furthest(self, direction: np.ndarray) -> np.ndarray:
        """Return the solution furthest against ``direction``: whole by itself in most tables, or else made so."""
        for integrality in (0 * self._whole, self._whole):
            found = milp(direction, constraints=self._rules, bounds=self._bounds, integrality=integrality)
            if found.x is None:
                raise ContradictionError(f"no counts agree with what was published: {found.message}")
            if np.abs(found.x - np.round(found.x)).max() < TOLERANCE:
                break
        return found.x


def _matrix(rows: Iterable[Mapping[int, float]], n_cells: int) -> sparse.csr_array:
    rows = list(rows)
    at = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    columns = np.concatenate([np.fromiter(row, "int64") for row in rows])
    values = np.concatenate([np.fromiter(row.values(), "float64") for row in rows])
    return sparse.csr_array((values, (at, columns)), shape=(len(rows), n_cells))
