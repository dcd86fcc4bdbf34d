"""Marks of response plans: workers needed, and what the workers there are would do, a row a wave of children."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

LABEL_WIDTH = 36  # letters
ON_TIME, SEEN = "contacts on time", "children seen in time"
LOOKS = {ON_TIME: (charts.TEAL, 0.16, False), SEEN: (charts.ORANGE, -0.16, True)}  # colour, how far up, hollow
ENDS = ("estimate", "ci_low", "ci_high")
AT_RIGHT = 150  # percent: where the workers who do it stand


def heights_of(waves: list[str], n_headings: list[int] | None = None) -> dict[str, float]:
    """Return the height of each row, from top to bottom, below as many headings as stand above it."""
    above = n_headings or [0] * len(waves)
    return {wave: -float(place) - 0.9 * n for place, (wave, n) in enumerate(zip(waves, above, strict=True))}


def of_workers(axes: Axes, rows: pd.DataFrame, heights: dict[str, float], there_are: tuple[float, str] | None) -> None:
    """Draw the workers needed with their interval, and a line at those ``there_are``, a number and its name."""
    placed = rows.assign(y=rows["term"].map(heights))
    shown = placed.assign(ci_high=placed["ci_high"].fillna(placed["estimate"]))  # an open end is said, not drawn
    charts.interval_dots(axes, shown, shown["y"], colour=charts.BLUE, size=8)
    for row, end in zip(placed.itertuples(), shown["ci_high"], strict=True):
        if pd.isna(row.estimate):
            charts.say_missing(axes, row.y, why(row))
        else:
            charts.direct_label(axes, end, row.y, in_workers(row), size=9.5)
    axes.set_yticks(list(heights.values()), [_label(wave) for wave in heights], size=9.5)
    widest = np.nanmax(shown[["estimate", "ci_high"]].to_numpy("float64"), initial=1.0)
    axes.set(xlim=(0, 1.45 * widest), ylim=_limits(heights), xlabel="social workers, full time")
    if there_are:
        number, name = there_are
        axes.axvline(number, color=charts.MUTED, lw=1.2, ls=(0, (4, 3)), zorder=1)
        words = f"{number:.0f}: {name}"
        axes.annotate(
            words, (number, 1), (3, 4), xycoords=axes.get_xaxis_transform(), textcoords="offset points", size=9
        )
    charts.only_x_grid(axes)


def in_workers(row: Any) -> str:
    """Return workers needed and their interval in whole people; an end beyond all that were tried is left open."""
    low, high = ("…" if pd.isna(end) else f"{end:.0f}" for end in (row.ci_low, row.ci_high))
    return f"{row.estimate:.0f} ({low}–{high})"


def of_shares(axes: Axes, rows: pd.DataFrame, heights: dict[str, float], target: float) -> None:
    """Draw the shares of contacts on time and of children seen in time, in percent, beside a line at the target.

    The column ``staff`` says who does it. Rows whose wave stands in the column ``heading`` carry it above them.
    """
    placed = rows.assign(y=rows["term"].map(heights))
    for outcome, (colour, up, is_hollow) in LOOKS.items():
        told = placed[placed["outcome"] == outcome].dropna(subset="estimate")
        percent = told.assign(**{end: 100 * told[end].astype("float64") for end in ENDS})
        charts.interval_dots(axes, percent, percent["y"] + up, colour=colour, hollow=is_hollow, size=6.5)
    for row in placed[placed["outcome"] == ON_TIME].itertuples():
        if pd.isna(row.estimate):
            charts.say_missing(axes, row.y, why(row))
        axes.text(AT_RIGHT, row.y, row.staff, ha="right", va="center", size=9, color=charts.MUTED)
        if row.heading:
            axes.text(0, row.y + 0.62, _label(row.heading), va="center", size=9.5, weight="bold")
    axes.axvline(100 * target, color=charts.MUTED, lw=1, ls=(0, (4, 3)), zorder=1)
    axes.set_yticks([])
    axes.set_xticks(range(0, 101, 25))
    axes.set(xlim=(-2, AT_RIGHT), ylim=_limits(heights), xlabel="%")
    for place, (outcome, (colour, _, is_hollow)) in enumerate(reversed(LOOKS.items())):
        mark = "○" if is_hollow else "●"
        above: charts.Look = {"xytext": (0, 5 + 14 * place), "textcoords": "offset points"}
        axes.annotate(
            f"{mark} {outcome}", (0, 1), xycoords="axes fraction", weight="bold", size=9, color=colour, **above
        )
    charts.only_x_grid(axes)


def why(row: Any) -> str:
    """Return why a row has no number."""
    return "withheld" if pd.notna(getattr(row, "withheld", None)) else "more than were tried"


def _label(wave: str) -> str:
    """Return the name of a wave as a label begins and is broken."""
    return "\n".join(textwrap.wrap(wave[:1].upper() + wave[1:], LABEL_WIDTH))


def _limits(heights: dict[str, float]) -> tuple[float, float]:
    return min(heights.values()) - 0.6, 0.6


def target(needed: pd.DataFrame) -> float:
    """Return the share of contacts on time that the workers needed are needed for, as the level says it."""
    return float(needed["level"].iloc[0].partition("%")[0]) / 100
