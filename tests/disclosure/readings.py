"""What a published table tells: its counts, shown or withheld, and how they hang together.

Written from what the documentation says of a release, not from the gate: inner counts are rounded, totals are sums of
rounded counts, hits are part of their group, events of a curve only grow, and an estimate beside a rounded count
tells the other one.
"""

from itertools import pairwise

import pandas as pd
from attacker import Cell, Knowledge

from analysis import study as choices
from analysis.contract import Table
from analysis.kinds import Count, Curve, Kind, Rate, Share

WHOLES = ("n", "facilities")  # what a share, or a curve, has in common with its other parts, or days


def told(published: pd.DataFrame, table: Table, name: str, with_slack: bool = False) -> Knowledge:
    """Return what the published rows of ``table`` tell about the counts behind them.

    ``with_slack``: also how far each number may be from its exact count, which only linking tables asks for.
    """
    rules = choices.load().disclosure
    reading = _Reading(table, name, Knowledge(rules.round_to))
    for row in published.to_dict("records"):
        reading.counts(row, rules.least_rows)
    reading.sums()
    reading.parts()
    reading.curves()
    if with_slack:
        reading.leaves()
    return reading.known


class _Reading:
    """The cells of one table under names that other tables of the same children use too."""

    def __init__(self, table: Table, name: str, known: Knowledge) -> None:
        self.known = known
        self._release, self._prefix = table.release, table.release.population or name
        self._key = [column for column in table.key if column != "scale"]
        self._cells: dict[Cell, dict] = {}
        self._rows: list[tuple[dict, Kind, dict[str, Cell]]] = []

    def counts(self, row: dict, least: int) -> None:
        kind = self._release.kinds[row.get("scale", "")]
        if pd.isna(row["withheld"]) and all(pd.isna(row[column]) for column in kind.counts.values()):
            return  # nobody counted
        cells = {role: self._cell(row, kind, role) for role in kind.counts}
        self._rows.append((row, kind, cells))
        for role, column in kind.counts.items():
            self._note(cells[role], _counted(row, kind, role, column))
        if "facilities" in cells:  # each has a child
            self.known.add({cells.get("n", cells.get("events")): 1, cells["facilities"]: -1}, 0, float("inf"))
        if isinstance(kind, Count) and row["withheld"] == f"fewer than {least}":  # the whole reason
            self.known.at_most[cells["n"]] = least - 1
        if isinstance(kind, Share):
            self.known.add({cells["n"]: 1, cells["hits"]: -1}, 0, float("inf"))

    def _cell(self, row: dict, kind: Kind, role: str) -> Cell:
        place = {column: row[column] for column in self._key}
        apart = getattr(kind, "parts", None) or getattr(kind, "day", None)
        if role in WHOLES and apart:
            place.pop(apart)
        named = {column: value for column, value in place.items() if value != self._release.totals.get(column)}
        cell = (self._prefix, role, *sorted(named.items(), key=str))
        self._cells[cell] = {"role": role, **place}
        return cell

    def _note(self, cell: Cell, count: float | None) -> None:
        self.known.withheld.add(cell)
        if count is not None and self.known.shown.setdefault(cell, round(count)) != round(count):
            raise AssertionError(f"two numbers for {cell}")

    def sums(self) -> None:
        """Add: a total is the sum of what it stands for; a group of places is one of its parts."""
        within = self._release.within
        for column, total in self._release.totals.items():
            wholes: dict[tuple, list[Cell]] = {}
            for cell, place in self._cells.items():
                if column in place and place[column] != total:
                    whole = within.get(place[column], total)
                    wholes.setdefault(_other(place, column, whole), []).append(cell)
            by_place = {_other(place, column, place.get(column)): cell for cell, place in self._cells.items()}
            for place, parts in wholes.items():
                if place in by_place:
                    self.known.add({by_place[place]: -1, **dict.fromkeys(parts, 1)})

    def leaves(self) -> None:
        """Note how far the sum of rounded counts may be from the count: half a step for each that was rounded."""
        totals = self._release.totals
        inner = [place for place in self._cells.values() if not any(place.get(c) == t for c, t in totals.items())]
        inner = [place for place in inner if place.get(self._release.place) not in set(self._release.within.values())]
        for cell, place in self._cells.items():
            n_leaves = sum(all(self._is_in(leaf, place, column) for column in place) for leaf in inner)
            self.known.slack[cell] = max(n_leaves, 1) * (self.known.base // 2)

    def _is_in(self, leaf: dict, place: dict, column: str) -> bool:
        own, whole = leaf.get(column), place[column]
        return own == whole or whole in (self._release.totals.get(column), self._release.within.get(own))

    def parts(self) -> None:
        """Add: the hits of parts that divide a denominator add up to it."""
        wholes: dict[Cell, set[Cell]] = {}
        for row, kind, cells in self._rows:
            is_part = isinstance(kind, Share) and kind.parts and row[kind.parts] != self._release.totals.get(kind.parts)
            if is_part:
                wholes.setdefault(cells["n"], set()).add(cells["hits"])
        for whole, hits in wholes.items():
            self.known.add({whole: -1, **dict.fromkeys(hits, 1)})

    def curves(self) -> None:
        """Add: from day to day events grow and those at risk become fewer; together they are no more than all."""
        curves: dict[tuple, list[tuple[float, dict[str, Cell]]]] = {}
        for row, kind, cells in self._rows:
            if isinstance(kind, Curve):
                curve = tuple(row[column] for column in self._key if column != kind.day)
                curves.setdefault(curve, []).append((row[kind.day], cells))
                weights = {cells["n"]: 1, cells["events"]: -1, cells["at_risk"]: -1}
                self.known.add(weights, -2 * self.known.base, float("inf"))  # three counts, each rounded by itself
        for days in curves.values():
            for (_, before), (_, after) in pairwise(sorted(days, key=lambda day: day[0])):
                self.known.add({after["events"]: 1, before["events"]: -1}, 0, float("inf"))
                self.known.add({before["at_risk"]: 1, after["at_risk"]: -1}, 0, float("inf"))


def _other(place: dict, column: str, value: object) -> tuple:
    return tuple(sorted((place | {column: value}).items(), key=str))


def _counted(row: dict, kind: Kind, role: str, column: str) -> float | None:
    """Return a count as shown, or worked out from an estimate that was shown without it."""
    if pd.notna(row[column]):
        return row[column]
    if pd.isna(row.get("estimate")) or role in WHOLES:
        return None
    if isinstance(kind, Share) and pd.notna(row[kind.of]):
        return row["estimate"] * row[kind.of]
    if isinstance(kind, Rate) and pd.notna(row[kind.exposure]):
        return row["estimate"] * row[kind.exposure] / kind.per
    return None
