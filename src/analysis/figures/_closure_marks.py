"""Marks of the closure funnel from records: stages by kind of closure, children not traced by group, tiers."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

ALL, MODE, PRESENT = "all", "closure_mode", "present"
SHARE, LEAST, MOST, TIER_SHARE, UNACCOUNTED = (
    "share of",
    "at least of",
    "at most of",
    "share of tiers",
    "unaccounted for",
)
STAGES = {
    "identified": "Identified",
    "traced": "Traced",
    "assessed": "Assessed",
    "enrolled": "Enrolled",
    "in school": "In school",
}
TIERS = {"high risk": "High", "medium risk": "Medium", "low risk": "Low"}
KINDS = {  # level: colour, name, place above the middle of its row
    "sudden": (charts.ORANGE, "sudden", -0.27),
    "planned, ordered or not told": (charts.TEAL, "all others", 0.0),
    ALL: (charts.INK, "all closures", 0.27),
}
PALE = "#DCE4EC"
ENDS = ("estimate", "ci_low", "ci_high")


def row_of(numbers: pd.DataFrame, outcome: str, measure: str, term: str = MODE, level: str = ALL) -> dict[str, Any]:
    """Return the one row of an outcome for a group; empty where it is not there."""
    is_it = (numbers["outcome"] == outcome) & (numbers["measure"] == measure)
    rows = numbers[is_it & (numbers["term"] == term) & (numbers["level"] == level)]
    return rows.iloc[0].to_dict() if len(rows) else dict.fromkeys(numbers.columns)


def stages(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the share of children present at each stage, by kind of closure, in percent, over its bounds."""
    for place, stage in enumerate(STAGES):
        for level, (colour, _, below) in KINDS.items():
            _share(axes, numbers, stage, (MODE, level), place + below, colour, 0.22)
    axes.set_yticks(range(len(STAGES)), STAGES.values())
    axes.set(xlim=(0, 100), ylim=(len(STAGES) - 0.45, -0.55), xlabel="% of the children who lived there")
    axes.set_title("How far they were followed", loc="left", pad=24)
    for (colour, name, _), right in zip(KINDS.values(), (0, 68, 158), strict=True):
        look: charts.Look = {"xytext": (right, 7), "textcoords": "offset points", "color": colour, "weight": "bold"}
        axes.annotate(f"● {name}", (0, 1), xycoords="axes fraction", size=9, **look)
    charts.only_x_grid(axes)


def unaccounted(axes: Axes, numbers: pd.DataFrame, groups: dict[tuple[str, str], str]) -> None:
    """Draw the share of children present whom nobody traced, by group, in percent, over its bounds."""
    for place, group in enumerate(groups):
        colour = KINDS.get(group[1], (charts.BLUE,))[0] if group[0] == MODE else charts.BLUE
        _share(axes, numbers, UNACCOUNTED, group, place, colour, 0.5)
        row = row_of(numbers, UNACCOUNTED, f"{SHARE} {PRESENT}", *group)
        if pd.notna(row["ci_high"]):
            said = f"{row['estimate']:.0%} ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"
            charts.direct_label(axes, 100 * row["ci_high"], place, said, size=9, colour=colour)
    axes.set_yticks(range(len(groups)), groups.values())
    axes.set(xlim=(0, 100), ylim=(len(groups) - 0.5, -0.5), xlabel="% of the children who lived there")
    axes.set_title("Not traced", loc="left")
    charts.only_x_grid(axes)


def tiers(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the share of each tier among children with one, by kind of closure, in percent."""
    for place, tier in enumerate(TIERS):
        for level, (colour, _, below) in KINDS.items():
            _dot(axes, row_of(numbers, tier, TIER_SHARE, level=level), place + below, colour)
    axes.set_yticks(range(len(TIERS)), TIERS.values())
    axes.set(xlim=(0, 100), ylim=(len(TIERS) - 0.5, -0.5), xlabel="% of the children with a tier")
    axes.set_title("Risk of those assessed", loc="left")
    charts.only_x_grid(axes)


def _share(
    axes: Axes, numbers: pd.DataFrame, outcome: str, group: tuple[str, str], y: float, colour: str, thick: float
) -> None:
    """Draw a share with its interval over a pale bar from its least to its most; say where it is missing."""
    low, high = (row_of(numbers, outcome, f"{kind} {PRESENT}", *group)["estimate"] for kind in (LEAST, MOST))
    if pd.notna(low) and pd.notna(high):
        axes.barh(y, 100 * (high - low), thick, left=100 * low, color=PALE, zorder=1)
    _dot(axes, row_of(numbers, outcome, f"{SHARE} {PRESENT}", *group), y, colour)


def _dot(axes: Axes, row: dict[str, Any], y: float, colour: str) -> None:
    if pd.isna(row["estimate"]):
        charts.say_missing(axes, y, "withheld" if pd.notna(row["withheld"]) else "not recorded")
        return
    percent = pd.DataFrame([{end: 100 * float(row[end]) if pd.notna(row[end]) else None for end in ENDS}])
    charts.interval_dots(axes, percent, [y], colour=colour, size=6)
