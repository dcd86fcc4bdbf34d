"""What the attacker gained of random tables that passed the gate."""

from collections.abc import Iterable

import pandas as pd
from attacker import Interval, Knowledge, intervals
from random_tables import Sample
from ratios import telling
from readings import told

from analysis import disclosure
from analysis import study as choices

RULES = choices.load().disclosure


def published(sample: Sample) -> pd.DataFrame:
    return disclosure.publishable(sample.rows, sample.table, sample.name, "records").numbers


def width_of(sample: Sample, known: Knowledge, cell: object) -> int:
    """Return how wide an interval must be; a table without totals says itself that a count is 0 to 9."""
    (kind,) = sample.table.release.kinds.values()
    least = RULES.least_facilities if "facilities" in (kind.unit, cell[1]) else RULES.least_rows
    return least - 1 if cell in known.at_most else least


def gained(sample: Sample, rows: pd.DataFrame) -> dict[object, Interval]:
    """Return the withheld cells of published ``rows`` whose counts the attacker knows too well."""
    known = told(rows, sample.table, sample.name)
    found = intervals(known, enough=RULES.least_rows)
    return {
        cell: interval
        for cell, interval in found.items()
        if interval.width < width_of(sample, known, cell) and not is_off_the_grid(cell)
    }


def is_off_the_grid(cell: tuple) -> bool:
    """Return whether it is a day that is not published for its day's sake, between two that are and agree."""
    return any(name == "day" and day not in RULES.curve_days for name, day in cell[2:])


def failures(released: Iterable[tuple[Sample, pd.DataFrame]]) -> list[str]:
    """Return what the attacker gained in tables that passed the gate."""
    said = []
    for sample, rows in released:
        said += [f"{sample.name}: {cell} is {interval}" for cell, interval in gained(sample, rows).items()]
        said += [f"{sample.name}: {row.name} tells more" for _, row in telling(rows, sample.table).iterrows()]
    return said
