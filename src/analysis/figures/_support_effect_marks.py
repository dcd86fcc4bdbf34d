"""Marks of the comparison of support: risks and differences by horizon, other ways to compare, balance."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import charts
from analysis import study as choices
from analysis.estimates._support_checks import AFTER, BALANCE, BEFORE
from analysis.estimates._support_returns import MOVED, RESIDENTIAL, WITH, WITHOUT
from analysis.estimates._support_visits import STRUCTURAL
from analysis.estimates.support_effect import AGENCIES_ALIKE, EVER, FIRST_DAY, LONGER_GRACE, ONE_SERVICE
from analysis.models.causal.doubly_robust import CRUDE, DOUBLY_ROBUST, STANDARDISED, WEIGHTED

__all__ = ["CRUDE", "DOUBLY_ROBUST", "MOVED", "STRUCTURAL", "WITH", "WITHOUT"]
LIMIT = choices.load().support_effect.largest_difference
DAYS_PER_MONTH = 365.25 / 12
WAYS = {  # outcome and level: how it is called, colour
    (RESIDENTIAL, DOUBLY_ROBUST): ("Doubly robust", charts.BLUE),
    (RESIDENTIAL, WEIGHTED): ("Weighted only", charts.BLUE),
    (RESIDENTIAL, STANDARDISED): ("Outcome model only", charts.BLUE),
    (RESIDENTIAL, AGENCIES_ALIKE): ("Within agencies", charts.TEAL),
    (RESIDENTIAL, ONE_SERVICE): ("One service or more", charts.TEAL),
    (RESIDENTIAL, FIRST_DAY): ("Begun on the first day", charts.TEAL),
    (RESIDENTIAL, LONGER_GRACE): ("Twice the days of grace", charts.TEAL),
    (RESIDENTIAL, CRUDE): ("As they are (crude)", charts.GREY),
    (RESIDENTIAL, EVER): ("Ever had it (immortal time)", charts.GREY),
    (MOVED, DOUBLY_ROBUST): ("Moved away (should be 0)", charts.ORANGE),
}
COLOURS = {WITH: charts.BLUE, WITHOUT: charts.ORANGE}
ENDS = ["estimate", "ci_low", "ci_high"]


def one(numbers: pd.DataFrame, measure: str, level: str, within: str, outcome: str = RESIDENTIAL) -> Any | None:
    """Return the row of a measure, or nothing where its number is missing."""
    keys = {"measure": measure, "level": level, "within": within, "outcome": outcome}
    rows = numbers[(numbers[list(keys)] == pd.Series(keys)).all(axis=1)].dropna(subset=ENDS)
    return None if rows.empty else next(rows.itertuples())


def risk_rows(numbers: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return the risks of residential re-entry told in one way, by term and day."""
    rows = numbers[(numbers["measure"] == "risk") & (numbers["level"] == level) & (numbers["outcome"] == RESIDENTIAL)]
    return _dated(rows).sort_values(["term", "day"], ignore_index=True)


def told_ways(numbers: pd.DataFrame, within: str) -> pd.DataFrame:
    """Return the differences after a year, a row a way in the order drawn, with ``label`` and ``colour``."""
    rows = numbers[(numbers["measure"] == "difference") & (numbers["within"] == within)]
    ways = [(*key, *look) for key, look in WAYS.items()]
    named = pd.DataFrame(ways, columns=["outcome", "level", "label", "colour"])
    return named.merge(rows, on=["outcome", "level"], how="left", validate="1:1")


def points_in_print(row: Any) -> str:
    """Return a difference of shares as percentage points with its interval, signed."""
    estimate, low, high = (_signed(end) for end in (row.estimate, row.ci_low, row.ci_high))
    return f"{estimate} points ({low} to {high})"


def _signed(share: float) -> str:
    points = round(100 * share)
    return f"{points:+d}".replace("-", "−") if points else "0"


def said_of_balance(numbers: pd.DataFrame) -> str:
    """Return how far apart both groups are at most, before and after weighting."""
    rows = numbers[numbers["measure"] == BALANCE]
    largest = rows.assign(size=rows["estimate"].abs()).groupby("level")["size"].max()
    told = [f"{level} at most {largest[level]:.2f}" for level in (BEFORE, AFTER) if pd.notna(largest.get(level))]
    return f"{', '.join(told)} standard deviations apart" if told else "withheld"


def risks(axes: Axes, numbers: pd.DataFrame) -> Axes:
    """Draw both risks by horizon, in percent."""
    rows = risk_rows(numbers, DOUBLY_ROBUST)
    for term, shift in ((WITH, 0.35), (WITHOUT, -0.35)):
        _upright(axes, rows[rows["term"] == term], shift, COLOURS[term])
    _say_missing(axes, rows)
    axes.set_ylim(bottom=0)
    _months(axes, rows)
    return _headed(axes, "Back in residential care, %", ("● with", COLOURS[WITH]), ("● without", COLOURS[WITHOUT]))


def differences(axes: Axes, numbers: pd.DataFrame) -> Axes:
    """Draw the difference of risks by horizon, doubly robust and as it is, in percentage points."""
    rows = _dated(numbers[(numbers["measure"] == "difference") & (numbers["outcome"] == RESIDENTIAL)])
    rows = rows[rows["level"].isin((DOUBLY_ROBUST, CRUDE))]
    for level, shift, colour, hollow in ((DOUBLY_ROBUST, -0.35, charts.BLUE, False), (CRUDE, 0.35, charts.GREY, True)):
        _upright(axes, rows[rows["level"] == level].sort_values("day"), shift, colour, hollow=hollow)
    axes.axhline(0, color=charts.INK, lw=0.8, zorder=0)
    _say_missing(axes, rows[rows["level"] == DOUBLY_ROBUST])
    _months(axes, rows)
    return _headed(axes, "Difference, points", ("● alike", charts.BLUE), ("○ as they are", charts.GREY))


def unmeasured(axes: Axes, numbers: pd.DataFrame, within: str) -> Axes:
    """Draw the ratio of risks as it is told, and as unmeasured causes of growing strength could at most move it."""
    rows = numbers[(numbers["measure"] == "bound") & (numbers["within"] == within)].sort_values("level")
    told = one(numbers, "ratio", DOUBLY_ROBUST, within)
    if told is not None:
        _upright_at(axes, 0, told, charts.BLUE)
    for place, row in enumerate(rows.dropna(subset=ENDS).itertuples(), start=1):
        _upright_at(axes, place, row, charts.ORANGE)
    if told is None:
        charts.say_missing(axes, 1, "withheld or not estimable")
    axes.axhline(1, color=charts.INK, lw=0.8, zorder=0)
    axes.set_xticks(range(len(rows) + 1), ["none", *(f"{float(level):g}" for level in rows["level"])])
    axes.set_xlim(-0.6, len(rows) + 0.6)
    axes.set_xlabel("unmeasured cause: risk ratio with both")
    return _headed(axes, "Ratio of risks within a year")


def ways(axes: Axes, numbers: pd.DataFrame, within: str) -> Axes:
    """Draw the difference after a year by each way to compare."""
    rows = told_ways(numbers, within)
    heights = -rows.index.to_numpy(dtype=float)
    shown = rows.dropna(subset=ENDS)
    percent = shown.assign(**{end: 100 * shown[end].astype(float) for end in ENDS})
    charts.interval_dots(axes, percent, heights[shown.index], colour=list(shown["colour"]), size=7)
    for place in rows.index.difference(shown.index):
        is_withheld = pd.notna(rows.loc[place, "withheld"])
        charts.say_missing(axes, heights[place], "withheld" if is_withheld else "not estimable")
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    axes.set_yticks(heights, rows["label"], size=9.5)
    axes.set_xlabel("percentage points, with less without")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return charts.only_x_grid(_headed(axes, "Difference within a year, by way to compare"))


def balance(axes: Axes, numbers: pd.DataFrame) -> Axes:
    """Draw how far apart both groups are in what was known before, before and after weighting."""
    rows = numbers[numbers["measure"] == BALANCE]
    before = rows[rows["level"] == BEFORE].set_index("term")["estimate"].astype(float)
    order = before.abs().sort_values(ascending=False, kind="stable").index
    heights = pd.Series(-pd.RangeIndex(len(order)).to_numpy(dtype=float), index=order)
    axes.axvspan(-LIMIT, LIMIT, color=charts.MUTED, alpha=0.15, lw=0, zorder=0)
    for level, colour, hollow in ((BEFORE, charts.GREY, True), (AFTER, charts.BLUE, False)):
        own = rows[rows["level"] == level].dropna(subset="estimate")
        face = "white" if hollow else colour
        axes.plot(own["estimate"].astype(float), heights[own["term"]], "o", ms=6, mfc=face, mec=colour, mew=1.6)
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    axes.set_yticks(heights, order, size=9.5)
    axes.set_xlabel(f"standard deviations apart (shaded: {LIMIT:g})")
    headed = _headed(axes, "How alike they are", ("● weighted", charts.BLUE), ("○ as they are", charts.GREY))
    return charts.only_x_grid(headed)


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with the ``day`` by which an end counts as a number."""
    return rows.assign(day=rows["within"].str.removesuffix(" days").astype(int))


def _upright(axes: Axes, rows: pd.DataFrame, shift: float, colour: str, *, hollow: bool = False) -> None:
    """Draw shares or differences as dots with upright intervals at their month, in percent."""
    percent = rows.assign(**{end: 100 * rows[end].astype(float) for end in ENDS})
    for row in percent.dropna(subset=ENDS).itertuples():
        _upright_at(axes, row.day / DAYS_PER_MONTH + shift, row, colour, hollow=hollow)


def _upright_at(axes: Axes, at: float, row: Any, colour: str, *, hollow: bool = False) -> None:
    axes.plot([at, at], [row.ci_low, row.ci_high], color=colour, lw=3, alpha=0.55, zorder=2)
    axes.plot(at, row.estimate, "o", ms=7, mfc="white" if hollow else colour, mec=colour, mew=1.8, zorder=3)


def _headed(axes: Axes, title: str, *legend: tuple[str, str]) -> Axes:
    """Write a title, and under it, above the axes, what the marks are in their colours."""
    axes.set_title(title + ("\n" if legend else ""), loc="left", size=10.5, weight="bold")
    at = 0.0
    for text, colour in legend:
        axes.text(at, 1.03, text, color=colour, transform=axes.transAxes, size=9.5)
        at += 0.28
    return axes


def _say_missing(axes: Axes, rows: pd.DataFrame) -> None:
    for day, own in rows.groupby("day"):
        if own["estimate"].isna().all():
            text = "withheld" if own["withheld"].notna().any() else "too few followed"
            look: charts.Look = {"rotation": 90, "ha": "center", "va": "center", "style": "italic", "size": 9}
            axes.text(day / DAYS_PER_MONTH, 0.5, text, transform=axes.get_xaxis_transform(), color=charts.MUTED, **look)


def _months(axes: Axes, rows: pd.DataFrame) -> None:
    days = sorted(rows["day"].unique())
    axes.set_xticks([day / DAYS_PER_MONTH for day in days], [f"{day / DAYS_PER_MONTH:.0f}" for day in days])
    axes.set_xlim(0, max(days) / DAYS_PER_MONTH + 3)
    axes.set_xlabel("months after the days of grace")
    axes.grid(visible=False, axis="x")
