"""Marks of the models of re-separation: a row a term, in groups with a heading; incidences foretold and observed."""

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import charts

GROUPS = {"at_return": "On the day of the return", "before": "Before it", "child": "The child"}
LOOKS = {  # level: colour, hollow, size, where in its row, what it is
    "all returns": (charts.ORANGE, False, 6.5, 0.16, "● cause-specific hazard"),
    "subdistribution": (charts.BLUE, True, 5, -0.16, "○ subdistribution hazard"),
}
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
SHOWN = (0.1, 20)  # intervals beyond it are cut off at the edge with an arrow
ROW_HEIGHT = 0.4  # inches
HEADING = 1.1  # rows that a heading takes
LABEL_WIDTH = 32  # letters
ENDS = ("estimate", "ci_low", "ci_high")


def heights_of(terms: pd.DataFrame) -> pd.DataFrame:
    """Return ``term``, ``label``, ``sort`` and the height ``y`` of each row, from top to bottom."""
    rows = terms[["term", "label", "sort"]].reset_index(drop=True)
    is_first = rows["sort"] != rows["sort"].shift()
    return rows.assign(y=-(rows.index + HEADING * is_first.cumsum()), is_first=is_first)


def ratios(axes: Axes, heights: pd.DataFrame, numbers: pd.DataFrame, name: str, *, labelled: bool) -> None:
    """Draw the ratios of one outcome on a logarithmic scale, with headings and what is withheld."""
    for level, (colour, hollow, size, up, _) in LOOKS.items():
        rows = numbers[numbers["level"] == level].merge(heights[["term", "y"]], on="term", validate="1:1")
        shown = rows.dropna(subset="estimate").astype(dict.fromkeys(ENDS, float))
        _within(axes, shown, up, colour, hollow=hollow, size=size)
        if level == "all returns":
            _say_missing(axes, rows)
    headings = GROUPS.values() if labelled else [what for *_, what in LOOKS.values()]
    colours = [charts.INK] * len(GROUPS) if labelled else [colour for colour, *_ in LOOKS.values()]
    for y, text, colour in zip(heights.loc[heights["is_first"], "y"], headings, colours, strict=False):
        _write(axes, y + 0.85, text, colour)
    axes.axvline(1, color=charts.INK, lw=1, zorder=1)
    axes.set_title(name, loc="left", size=11, weight="bold").set_in_layout(False)
    axes.set_yticks(heights["y"], [textwrap.fill(label, LABEL_WIDTH) for label in heights["label"]], size=9)
    axes.tick_params(axis="y", labelleft=labelled, length=0)
    axes.set_ylim(heights["y"].min() - 0.7, 0.3)
    _on_log_scale(axes)


def groups(axes: Axes, numbers: pd.DataFrame, *, labelled: bool) -> None:
    """Draw observed incidences with intervals and foretold ones, in percent, by group of foretold incidence."""
    rows = numbers[numbers["scale"] == "incidence"].sort_values("term")
    observed, foretold = (_in_percent(rows[rows["level"] == level]) for level in ("observed", "foretold"))
    y = [-float(place) for place in range(len(observed))]
    shown = observed.dropna(subset="estimate")
    charts.interval_dots(axes, shown, [y[place] for place in shown.index], colour=charts.TEAL, size=6.5)
    axes.plot(foretold["estimate"], y, "D", ms=6, mfc="white", mec=charts.INK, mew=1.5, zorder=4)
    for place in observed.index[observed["estimate"].isna()]:
        charts.say_missing(axes, y[place], _why(observed.loc[place]))
    axes.set_yticks(y, _group_names(len(y)) if labelled else [""] * len(y), size=9)
    axes.set(ylim=(min(y, default=0) - 0.6, 0.6), xlabel="% of returns within a year")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    title = axes.set_title("● observed   ◇ foretold by other agencies", loc="left", size=9.5, color=charts.TEAL)
    title.set_in_layout(False)
    axes.tick_params(axis="y", length=0)
    charts.only_x_grid(axes)


def _group_names(n_groups: int) -> list[str]:
    return ["Least foretold", *[""] * (n_groups - 2), "Most foretold"][:n_groups]


def spoken_groups(numbers: pd.DataFrame) -> str:
    """Return the observed and foretold incidences of residential care, group by group."""
    rows = numbers[(numbers["scale"] == "incidence") & (numbers["outcome"] == "residential")].sort_values("term")
    observed, foretold = (rows[rows["level"] == level].set_index("term") for level in ("observed", "foretold"))
    told = observed.join(foretold["estimate"].rename("foretold"), validate="1:1").dropna(
        subset=["estimate", "foretold"]
    )
    return "; ".join(f"{row.foretold:.0%} foretold, {row.estimate:.0%} observed" for row in told.itertuples()) or "none"


def _within(axes: Axes, rows: pd.DataFrame, up: float, colour: str, *, hollow: bool, size: float) -> None:
    """Draw what lies within the shown range; an interval that goes on has an arrow at the edge."""
    cut = rows.assign(ci_low=rows["ci_low"].clip(*SHOWN), ci_high=rows["ci_high"].clip(*SHOWN))
    is_inside = rows["estimate"].between(*SHOWN)
    charts.interval_dots(axes, cut[is_inside], cut["y"][is_inside] + up, colour=colour, hollow=hollow, size=size)
    for end, edge, arrow in (("ci_low", SHOWN[0], "<"), ("ci_high", SHOWN[1], ">")):
        beyond = rows[is_inside & (rows[end] != cut[end])]
        for y in beyond["y"] + up:
            axes.plot(edge, y, arrow, color=colour, ms=5, clip_on=False, zorder=4)


def _in_percent(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{end: 100 * rows[end].astype("float64") for end in ENDS}).reset_index(drop=True)


def _say_missing(axes: Axes, rows: pd.DataFrame) -> None:
    for row in rows[rows["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, _why(row))


def _why(row: Any) -> str:
    return "withheld" if pd.notna(row.withheld) else "not estimated"


def _write(axes: Axes, y: float, text: str, colour: str) -> None:
    """Write a heading at the left of a row, where it may run over and the layout leaves it out."""
    place = axes.get_yaxis_transform()
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    written = axes.text(0.01, y, text, transform=place, weight="bold", size=9.5, color=colour, bbox=ground)
    written.set_in_layout(False)


def _on_log_scale(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlim(SHOWN)
    axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axes.minorticks_off()
    axes.set_xlabel("times the hazard")
    charts.only_x_grid(axes)
