"""Printed totals over sets of units, turned into disjoint blocks with known totals.

Publications print totals of overlapping sets: a country, a group of its provinces, one province. As long as any two
sets are either apart or one inside the other, what they say together is a list of blocks that do not overlap: every
set, less the sets inside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class TotalsError(ValueError):
    """Printed totals contradict each other or cannot be taken apart; the message names the sets and the numbers."""


@dataclass(frozen=True)
class SetTotal:
    """A printed total: the ``name`` of the set, its ``units`` and the ``total`` over them."""

    name: str
    units: frozenset[str]
    total: int


@dataclass(frozen=True)
class Block:
    """Units of which only the ``total`` together is known; ``name`` says which printed set less which others."""

    name: str
    units: tuple[str, ...]
    total: int


def disjoint_blocks(printed: Iterable[SetTotal]) -> list[Block]:
    """Return the blocks that hold exactly what the ``printed`` totals say, the units of each in sorted order.

    A total that follows from the others drops out. Raises ``TotalsError`` if a total is negative or its set empty,
    if one set carries two totals, if two sets cross, if the parts of a set hold more than the set, or if parts that
    make up the whole set do not add up to its total.

    >>> printed = [SetTotal("all", frozenset("abc"), 10), SetTotal("north", frozenset("ab"), 7)]
    >>> [(block.name, block.units, block.total) for block in disjoint_blocks(printed)]
    [('north', ('a', 'b'), 7), ('all less north', ('c',), 3)]
    """
    sets = _largest_first(printed)
    _refuse_crossing(sets)
    blocks = []
    for position, whole in enumerate(sets):
        parts = _parts_of(whole, sets[position + 1 :])
        rest = whole.units - frozenset().union(*(part.units for part in parts))
        remainder = whole.total - sum(part.total for part in parts)
        _refuse_remainder(whole, parts, remainder, rest)
        if rest:
            less = f" less {', '.join(part.name for part in parts)}" if parts else ""
            blocks.append(Block(f"{whole.name}{less}", tuple(sorted(rest)), remainder))
    return sorted(blocks, key=lambda block: block.units)


def _largest_first(printed: Iterable[SetTotal]) -> list[SetTotal]:
    """Return one total a set, the largest sets first."""
    by_units: dict[frozenset[str], SetTotal] = {}
    for given in printed:
        if not given.units:
            raise TotalsError(f"the total {given.total} of {given.name!r} covers no unit")
        if given.total < 0:
            raise TotalsError(f"the total {given.total} of {given.name!r} is negative")
        known = by_units.setdefault(given.units, given)
        if known.total != given.total:
            raise TotalsError(
                f"{known.name!r} and {given.name!r} are the same units, but one total says {known.total}, "
                f"the other {given.total}; keep the one you trust"
            )
    return sorted(by_units.values(), key=lambda given: (-len(given.units), sorted(given.units)))


def _refuse_crossing(sets: list[SetTotal]) -> None:
    for position, larger in enumerate(sets):
        for smaller in sets[position + 1 :]:
            shared = larger.units & smaller.units
            if shared and shared != smaller.units:
                raise TotalsError(
                    f"the sets {larger.name!r} ({larger.total}) and {smaller.name!r} ({smaller.total}) cross: they "
                    f"share {_listed(shared)}, but neither lies inside the other. Print their parts instead."
                )


def _parts_of(whole: SetTotal, smaller: list[SetTotal]) -> list[SetTotal]:
    """Return the largest sets inside ``whole``, given the sets not larger than it, the largest first."""
    parts: list[SetTotal] = []
    for candidate in smaller:
        if candidate.units < whole.units and not any(candidate.units < part.units for part in parts):
            parts.append(candidate)
    return parts


def _refuse_remainder(whole: SetTotal, parts: list[SetTotal], remainder: int, rest: frozenset[str]) -> None:
    """Raise if the parts hold more than the whole, or make it up with another sum."""
    sums = " + ".join(f"{part.name!r} {part.total}" for part in parts)
    if remainder < 0:
        raise TotalsError(
            f"the parts of {whole.name!r} hold more than its total {whole.total}: {sums} is {whole.total - remainder}"
        )
    if not rest and remainder:
        raise TotalsError(
            f"the parts of {whole.name!r} do not add up to its total {whole.total}: {sums} is {whole.total - remainder}"
        )


def _listed(units: frozenset[str]) -> str:
    return ", ".join(str(unit) for unit in sorted(units))
