"""Marks of triage agreement: a table of two scales of tiers, and dots with intervals."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis import charts

ALL = "all"
ENDS = ("estimate", "ci_low", "ci_high")


def cross_table(
    axes: Axes, cells: pd.DataFrame, rows: dict[str, str], columns: dict[str, str], on_scale: tuple[str, ...]
) -> None:
    """Write a count on each cell; on the scale shade it by its part of the row there, and hatch what is withheld."""
    parts = cells.loc[list(on_scale), list(on_scale)]
    shades = parts.div(parts.sum(axis=1), axis=0).reindex(index=list(rows), columns=list(columns))
    for low, row in enumerate(rows):
        for left, column in enumerate(columns):
            weight = "bold" if row == column and row in on_scale else "normal"
            _cell(axes, (left, low), cells.loc[row, column], shades.loc[row, column], weight)
    axes.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    axes.set_xticks([left + 0.485 for left in range(len(columns))], columns.values(), size=9.5)
    axes.set_yticks([low + 0.48 for low in range(len(rows))], rows.values(), size=9.5)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set(xlabel="tier from the scores", ylabel="the worker's tier")
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def dots(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """Draw ``estimate`` with its interval, a row each from the top; say where there is none."""
    y = -pd.Series(range(len(rows)), dtype="float64")
    shown = rows.astype(dict.fromkeys(ENDS, "float64"))
    is_told = shown["estimate"].notna()
    charts.interval_dots(axes, shown[is_told], y[is_told], colour=colour, size=7)
    for row, at in zip(rows[~is_told].itertuples(), y[~is_told], strict=True):
        charts.say_missing(axes, at, "withheld" if pd.notna(row.withheld) else "not estimated")
    axes.set_yticks(y, rows["label"], size=9.5)
    ends = [0.0, *shown[list(ENDS)].stack()]  # noqa: PD013
    low, high = min(ends), max(ends) if max(ends) > min(ends) else 1.0
    spare = 0.05 * (high - low)
    axes.set(ylim=(y.min() - 0.6, 0.6), xlabel=label, xlim=(low - spare, high + spare))
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    charts.only_x_grid(axes)


def _cell(axes: Axes, corner: tuple[int, int], count: float, part: float, weight: str) -> None:
    paint = "white" if pd.isna(part) else charts.SEQUENCE(0.8 * part)
    look = charts.WITHHELD if pd.isna(count) else {"facecolor": paint, "edgecolor": charts.FAINT}
    axes.add_patch(Rectangle(corner, 0.97, 0.95, linewidth=0.6, **look))
    if pd.notna(count):
        middle, ink = (corner[0] + 0.485, corner[1] + 0.48), charts.ink_on(paint)
        axes.text(*middle, f"{count:,.0f}", ha="center", va="center", size=10.5, weight=weight, color=ink)
