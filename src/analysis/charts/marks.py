"""Marks: dots with intervals, joined segments and labels at the mark. Axes in, axes out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.palette import BLUE, INK, MUTED


def in_print(value: float) -> str:
    """Return a number as it is read aloud: thousands apart, one decimal below ten, two below one."""
    size = abs(value)
    digits = 0 if size >= 9.95 or value == 0 else 1 if size >= 0.995 else 2
    return f"{value:,.{digits}f}"


def range_in_print(values: pd.Series) -> str:
    """Return values as one number, or from the least to the largest where they differ in print."""
    low, high = in_print(values.min()), in_print(values.max())
    return low if low == high else f"{low} to {high}"


def interval_in_print(row: Any) -> str:
    """Return an estimate and its interval as ``30 (25–36)``; an end that does not exist is left open."""
    low, high = ("…" if pd.isna(end) else in_print(end) for end in (row.ci_low, row.ci_high))
    return f"{in_print(row.estimate)} ({low}–{high})"


def times_apart(rows: pd.DataFrame) -> pd.Series:
    """Return how many times the low end of each interval its high end is."""
    return rows["ci_high"] / rows["ci_low"]


def interval_dots(
    axes: Axes,
    rows: pd.DataFrame,
    y: Sequence[float] | np.ndarray,
    *,
    colour: str | Sequence[str] = BLUE,
    hollow: Sequence[bool] | bool = False,
    marker: str = "o",
    size: float = 9,
) -> Axes:
    """Draw ``estimate`` as a dot and ``ci_low`` to ``ci_high`` as a line, one row at each ``y``.

    A row without interval gets a diamond and no line, so that it cannot be mistaken for a certain one.
    """
    colours = [colour] * len(rows) if isinstance(colour, str) else list(colour)
    empties = [hollow] * len(rows) if isinstance(hollow, bool) else list(hollow)
    for row, height, paint, empty in zip(rows.itertuples(), y, colours, empties, strict=True):
        known = pd.notna(row.ci_low) and pd.notna(row.ci_high)
        if known:
            axes.plot([row.ci_low, row.ci_high], [height] * 2, color=paint, lw=3, alpha=0.55, zorder=2)
        face = "white" if empty else paint
        shape = marker if known else "D"
        if pd.notna(row.estimate):
            axes.plot(
                row.estimate, height, shape, ms=size if known else size * 0.8, mfc=face, mec=paint, mew=1.8, zorder=3
            )
    return axes


def direct_label(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    dx: float = 8,
    dy: float = 0,
    colour: str = INK,
    size: float = 10,
    **look: Any,
) -> Axes:
    """Write ``text`` beside the point (x, y), ``dx`` and ``dy`` points away from it."""
    ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8}  # over grid lines
    look = {"ha": "left" if dx >= 0 else "right", "va": "center", "bbox": ground, **look}
    axes.annotate(text, (x, y), (dx, dy), textcoords="offset points", color=colour, size=size, **look)
    return axes


def say_missing(axes: Axes, y: float, text: str) -> Axes:
    """Say at the left of row ``y`` why it holds no mark."""
    axes.text(0.02, y, text, transform=axes.get_yaxis_transform(), va="center", color=MUTED, style="italic", size=9.5)
    return axes


def only_x_grid(axes: Axes) -> Axes:
    """Keep the vertical lines a reader reads values on and remove the rest."""
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return axes
