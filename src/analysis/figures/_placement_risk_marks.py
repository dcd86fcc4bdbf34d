"""Marks of the placement model: a row a term, in groups with a heading; odds ratios, and risks per 1,000 children."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

TOLD, NOT_TOLD = "can be told from none", "cannot be told from none"  # of interactions
GROUPS = {
    "root cause": "Root causes: what support could change or make up for",
    "correlate": "Correlates: who is concerned",
    "interaction": "Interactions, tested together: {} told from 1",
}
LOOKS = {  # colour, hollow, size, where in its row, what it is
    "placed": (charts.ORANGE, False, 6.5, 0.2, "placed within 12 months"),
    "complete": (charts.GREY, True, 5, 0.0, "the same, every question answered"),
    "in care": (charts.BLUE, False, 5, -0.2, "living in residential care"),
    "interactions": (charts.ORANGE, False, 6.5, 0.0, ""),
}
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
HEADING = 1.2  # rows that a heading takes
LABEL_WIDTH = 32  # letters


def of_placements(numbers: pd.DataFrame, measure: str, level: str | None = None) -> pd.DataFrame:
    """Return what is told of placements by one ``measure``, in order."""
    rows = numbers[(numbers["outcome"] == "placed_12m") & (numbers["measure"] == measure)]
    return (rows if level is None else rows[rows["level"] == level]).sort_values("position", ignore_index=True)


def heights_of(terms: pd.DataFrame, interactions: pd.DataFrame) -> pd.DataFrame:
    """Return ``term``, ``label``, ``sort`` and the height ``y`` of each row, from top to bottom."""
    rows = pd.concat([terms, interactions], ignore_index=True)[["term", "label", "sort"]]
    is_first = rows["sort"] != rows["sort"].shift()
    return rows.assign(y=-(rows.index + HEADING * is_first.cumsum()), is_first=is_first)


def ratios(axes: Axes, heights: pd.DataFrame, drawn: dict[str, pd.DataFrame]) -> None:
    """Draw odds ratios on a logarithmic scale, with headings and what is withheld."""
    for name, (colour, hollow, size, up, _) in LOOKS.items():
        _dots(axes, _at_heights(drawn[name], heights), up, colour=colour, hollow=hollow, size=size)
    for name in ("placed", "interactions"):
        _say_missing(axes, _at_heights(drawn[name], heights))
    n_told = int(drawn["interactions"]["finding"].eq(TOLD).sum())
    for row in heights[heights["is_first"]].itertuples():
        _write(axes, row.y + 0.95, GROUPS[row.sort].format(n_told or "none"), by_row=True)
    axes.axvline(1, color=charts.INK, lw=0.8, zorder=0)
    axes.set_yticks(heights["y"], [textwrap.fill(label, LABEL_WIDTH) for label in heights["label"]], size=9)
    axes.set_ylim(heights["y"].min() - 0.7, 0.4)
    _on_log_scale(axes)
    named = [(colour, hollow, what) for colour, hollow, _, _, what in LOOKS.values() if what]
    for place, (colour, hollow, what) in enumerate(named):
        _write(axes, 1.055 - 0.022 * place, f"{'○' if hollow else '●'} {what}", colour=colour)


def risks(axes: Axes, heights: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw by how many per 1,000 children the mean risk of placement moves with each term, in the same rows."""
    placed = _at_heights(rows, heights)
    _dots(axes, placed, 0, colour=charts.ORANGE, hollow=False, size=6)
    _say_missing(axes, placed)
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    axes.tick_params(axis="y", labelleft=False, length=0)
    axes.set_xlabel("more placed a year, of 1,000 children")
    charts.only_x_grid(axes)
    _write(axes, 1.011, "● mean risk, with and without it", colour=charts.ORANGE)


def shares(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the share of placements that goes with each root cause, in percent."""
    percent = rows.assign(**{end: 100 * rows[end].astype("float64") for end in ("estimate", "ci_low", "ci_high")})
    placed = percent.assign(y=-percent.index.to_numpy("float64"))
    _dots(axes, placed, 0, colour=charts.TEAL, hollow=False, size=6)
    _say_missing(axes, placed)
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    axes.set_yticks(placed["y"], [textwrap.fill(label, LABEL_WIDTH) for label in placed["label"]], size=9)
    axes.set(ylim=(placed["y"].min() - 0.6, 0.6), xlabel="% of placements")
    charts.only_x_grid(axes)
    _write(axes, 1.02, "● share of placements that goes with it", colour=charts.TEAL)


def _dots(axes: Axes, rows: pd.DataFrame, up: float, *, colour: str, hollow: bool, size: float) -> None:
    shown = rows.dropna(subset="estimate").astype(dict.fromkeys(("estimate", "ci_low", "ci_high"), float))
    charts.interval_dots(axes, shown, shown["y"] + up, colour=colour, hollow=hollow, size=size)


def _say_missing(axes: Axes, rows: pd.DataFrame) -> None:
    for row in rows[rows["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, "withheld" if pd.notna(row.withheld) else "not estimated")


def _at_heights(rows: pd.DataFrame, heights: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(heights[["term", "y"]], on="term", validate="1:1")


def _write(axes: Axes, y: float, text: str, *, colour: str = charts.INK, by_row: bool = False) -> None:
    """Write ``text`` at the left: above all rows, or at one, where it may run over and the layout leaves it out."""
    place = axes.get_yaxis_transform() if by_row else axes.transAxes
    axes.text(0, y, text, transform=place, weight="bold", size=9.5, color=colour).set_in_layout(not by_row)


def _on_log_scale(axes: Axes) -> None:
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("times the odds")
    charts.only_x_grid(axes)
