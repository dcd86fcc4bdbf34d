"""Marks of a roll-out: ratios by years since the start, by year of the start, and what the ratio over all hangs on."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis import charts, country

ALONE, AT_ONCE, ALL = "by itself", "all years at once", "all"
SINCE, BEFORE, COHORT, HOW = "years since the start", "years before the start", "year of the start", "how it was told"
CHECKS = {  # level: label, the main one first
    ALL: "As told here",
    "never started only": "Never started only",
    "last year only": "Last year before only",
    "a year early": "Change from a year earlier",
    "additive trends": "Trends not in proportion",
    "drift goes on": "Earlier drift goes on",
    "provinces": f"{country.PROVINCES.capitalize()} as clusters",
    "two-way regression": "Usual regression",
}
TWO_WAY = "two-way regression"
TICKS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
MOST_TICKS = 7
FURTHEST = 10.0  # times 1: an interval that goes on beyond says nothing, and is cut


def by_time(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the ratio of each year before and since the start, intervals by itself and for all years at once."""
    rows = numbers[numbers["term"].isin([SINCE, BEFORE]) & (numbers["level"] != ALL)]
    rows = rows.assign(since=rows["level"].astype("int64"))
    axes.axhline(1, color=charts.INK, lw=1, zorder=1)
    axes.axvline(-0.5, color=charts.MUTED, lw=1, ls=":", zorder=1)
    for row in rows[rows["measure"] == AT_ONCE].dropna(subset=["ci_low"]).itertuples():
        axes.plot([row.since] * 2, _cut(row), color=_colour(row.since), lw=1.2, zorder=1)
    for row in rows[rows["measure"] == ALONE].itertuples():
        _one_year(axes, row)
    limits = _limits(rows)
    axes.set(xlabel="years since the start of the programme", ylabel="entries, times those expected")
    axes.set_xticks(range(rows["since"].min(), rows["since"].max() + 1))
    axes.set_xlim(rows["since"].min() - 0.6, rows["since"].max() + 0.6)
    _on_ratios(axes, limits, "y")
    axes.text(-0.6, limits[1], "before", ha="right", va="top", color=charts.MUTED, size=10)
    axes.text(-0.4, limits[1], "under the programme", ha="left", va="top", color=charts.MUTED, size=10)


def by_cohort(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the ratio of each group of communes by the year in which it started."""
    rows = _cohorts(numbers)
    labels = [f"Started in {level}" for level in rows["level"]]
    _listed(axes, rows.assign(label=labels, colour=charts.BLUE), _limits(pd.concat([rows, _checks(numbers)])))


def checks(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the ratio over all as it is told here, and as it would be told otherwise."""
    rows = _checks(numbers)
    colours = rows["level"].map({ALL: charts.BLUE, TWO_WAY: charts.ORANGE}).fillna(charts.MUTED)
    rows = rows.assign(label=rows["level"].map(CHECKS), colour=colours)
    _listed(axes, rows, _limits(pd.concat([rows, _cohorts(numbers)])))
    axes.set_xlabel("entries, times those expected, all years")


def _cohorts(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[(numbers["term"] == COHORT) & (numbers["level"] != ALL)].sort_values("level")


def _checks(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the ratio over all and its other versions in the order of ``CHECKS``."""
    is_main = (numbers["term"] == SINCE) & (numbers["level"] == ALL)
    rows = numbers[is_main | ((numbers["term"] == HOW) & numbers["level"].isin(CHECKS))]
    return rows.assign(place=rows["level"].map(list(CHECKS).index)).sort_values("place")


def _listed(axes: Axes, rows: pd.DataFrame, limits: tuple[float, float]) -> None:
    """Draw one row a line, the first above, with a sentence where a number is missing."""
    heights = -np.arange(len(rows), dtype="float64")
    shown = rows.assign(y=heights).dropna(subset="estimate")
    cut = shown.assign(ci_low=shown["ci_low"].clip(1 / FURTHEST), ci_high=shown["ci_high"].clip(upper=FURTHEST))
    charts.interval_dots(axes, cut, cut["y"], colour=list(cut["colour"]), size=6)
    for row, y in zip(rows.itertuples(), heights, strict=True):
        if pd.isna(row.estimate):
            charts.say_missing(axes, y, "withheld" if pd.notna(row.withheld) else "not told")
    axes.axvline(1, color=charts.INK, lw=1, zorder=1)
    axes.set_yticks(heights, rows["label"], size=9.5)
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    _on_ratios(axes, limits, "x")
    charts.only_x_grid(axes)


def _one_year(axes: Axes, row: Any) -> None:
    colour = _colour(row.since)
    if pd.isna(row.estimate):
        text = "withheld" if pd.notna(row.withheld) else "not told"
        axes.text(row.since, 1, text, rotation=90, ha="center", va="center", color=charts.MUTED, size=9, style="italic")
        return
    if pd.notna(row.ci_low):
        axes.plot([row.since] * 2, _cut(row), color=colour, lw=4, alpha=0.55, zorder=2)
    axes.plot(
        row.since, row.estimate, "o", ms=8, mfc="white" if row.since < 0 else colour, mec=colour, mew=1.8, zorder=3
    )


def _colour(since: int) -> str:
    return charts.MUTED if since < 0 else charts.BLUE


def _cut(row: Any) -> list[float]:
    return [max(row.ci_low, 1 / FURTHEST), min(row.ci_high, FURTHEST)]


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Return where the scale of ratios ends, 1 within it and room for words above."""
    low, high = rows[["estimate", "ci_low"]].min().min(), rows[["estimate", "ci_high"]].max().max()
    low, high = (1.0 if pd.isna(end) else float(end) for end in (low, high))
    return max(min(low, 0.9) / 1.06, 1 / FURTHEST), min(max(high, 1.1) * 1.08, FURTHEST)


def _on_ratios(axes: Axes, limits: tuple[float, float], which: str) -> None:
    """Put one axis on a log scale with plain numbers on it."""
    inside = [tick for tick in TICKS if limits[0] <= tick <= limits[1]]
    step = -(-len(inside) // MOST_TICKS)
    kept = [tick for place, tick in enumerate(inside) if (place - inside.index(1.0)) % step == 0]
    axes.set(**{f"{which}scale": "log", f"{which}lim": limits})
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(FixedLocator(kept))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
