"""What a published number is made of, so that the gate knows which of its rules apply.

A table of numbers that may descend from records declares a ``Release``: one kind for each value of its column
``scale``, the values that stand for totals, and whether none and all of a group may be told.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Kind(ABC):
    """A kind of number; its fields name the columns that the rules need. ``unit``: who or what is counted.

    Children who live in facilities: ``n_facilities``, the facilities behind the number, of a share or an estimate
    those behind all of whom it is a share or an estimate; ``top_two_share``, the share that the two largest of them
    hold, where a row has several counts the largest of theirs. An amount of money that is summed over the units takes
    ``top_two_share`` alone: the share that was spent on two of them.
    """

    unit: str = "children"
    n_facilities: str | None = None
    top_two_share: str | None = None

    @property
    @abstractmethod
    def _counted(self) -> dict[str, str]:
        """The columns with counts of units, by what they count."""

    @property
    def counts(self) -> dict[str, str]:
        """The columns with counts, by what they count."""
        return self._counted | ({"facilities": self.n_facilities} if self.n_facilities else {})

    @property
    def whole(self) -> str:
        """The column with the count of all of whom the number is."""
        return self.counts["n"]

    @property
    def not_published(self) -> tuple[str, ...]:
        """The columns that only the rules need."""
        return (self.top_two_share,) if self.top_two_share else ()

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that may hold numbers in rows of this kind, besides the estimate and its interval."""
        return (*self.counts.values(), *self.not_published)


@dataclass(frozen=True, kw_only=True)
class Count(Kind):
    """A number of children, households or facilities."""

    count: str = "estimate"

    @property
    def _counted(self) -> dict[str, str]:
        return {"n": self.count}


@dataclass(frozen=True, kw_only=True)
class Share(Kind):
    """The share ``hits`` / ``of`` of counted units; ``estimate`` is made again from the rounded counts.

    ``parts``: the column whose values, in rows alike in all else, divide the denominator among them.
    """

    hits: str = "n_hits"
    of: str = "n"
    parts: str | None = None

    @property
    def _counted(self) -> dict[str, str]:
        return {"hits": self.hits, "n": self.of}


@dataclass(frozen=True, kw_only=True)
class Rate(Kind):
    """``per`` x ``events`` / ``exposure``; the exposure is a population in print, which needs no protection."""

    events: str = "n_events"
    exposure: str = "exposure"
    per: float = 100_000

    @property
    def _counted(self) -> dict[str, str]:
        return {"events": self.events}

    @property
    def whole(self) -> str:
        """The column with the count of all of whom the number is: the exposure needs no protection."""
        return self.events

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that may hold numbers in rows of this kind, besides the estimate and its interval."""
        return (*super().named, self.exposure)


@dataclass(frozen=True, kw_only=True)
class Estimate(Kind):
    """A weighted or modelled number, or a mean, from ``n`` observations; ``hits`` of them have the property, if any."""

    n: str = "n"
    hits: str | None = None

    @property
    def _counted(self) -> dict[str, str]:
        return {"n": self.n} | ({"hits": self.hits} if self.hits else {})


@dataclass(frozen=True, kw_only=True)
class Coefficient(Kind):
    """A coefficient of a model of ``n`` observations with ``df`` residual degrees of freedom."""

    n: str = "n"
    df: str = "df_residual"

    @property
    def _counted(self) -> dict[str, str]:
        return {"n": self.n}

    @property
    def not_published(self) -> tuple[str, ...]:
        """The columns that only the rules need."""
        return (self.df, *super().not_published)


@dataclass(frozen=True, kw_only=True)
class Curve(Kind):
    """A cumulative probability at ``day``: of ``n`` at the start ``at_risk`` are left, ``events`` happened so far."""

    day: str = "day"
    n: str = "n"
    at_risk: str = "n_at_risk"
    events: str = "n_events"

    @property
    def _counted(self) -> dict[str, str]:
        return {"n": self.n, "at_risk": self.at_risk, "events": self.events}

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that may hold numbers in rows of this kind, besides the estimate and its interval."""
        return (*super().named, self.day)


@dataclass(frozen=True)
class Release:
    """How the numbers of a table leave.

    ``kinds``: the kind of number by value of the column ``scale`` ("" where the table has no such column).
    ``totals``: by column, the value that stands for the sum over all others. ``within``: by value of such a column,
    the value of the group it is part of, as provinces are of a group of provinces. ``place``: the column with codes of
    provinces or of their groups. ``population``: a name shared by the tables that count the same children, whose
    cells are then the same. ``harmless``: why none and all of a group may be told, where that is no secret of a
    child; empty, such cells are withheld.
    """

    kinds: Mapping[str, Kind]
    totals: Mapping[str, str] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    place: str | None = None
    population: str = ""
    harmless: str = ""

    @property
    def not_published(self) -> tuple[str, ...]:
        """The columns that only the rules need."""
        return tuple(dict.fromkeys(column for kind in self.kinds.values() for column in kind.not_published))

    @property
    def named(self) -> tuple[str, ...]:
        """The columns with numbers that some kind names."""
        return tuple(dict.fromkeys(column for kind in self.kinds.values() for column in kind.named))
