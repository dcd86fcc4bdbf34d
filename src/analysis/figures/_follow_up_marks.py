"""Marks of follow-up: what became of contacts due, how soon the first was made, and what else is known of contacts."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

ENDS = ("estimate", "ci_low", "ci_high")
LOOKS = {"on time": (charts.TEAL, 0.13), "not made": (charts.ORANGE, -0.13)}
HEADING = 1.15  # rows that the name of a group takes


def heights_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the height ``y`` of each stretch, from top to bottom, a heading above each group."""
    lines = rows.drop_duplicates(["place", "stretch"])[["place", "label", "stretch"]].reset_index(drop=True)
    is_first = lines["place"] != lines["place"].shift()
    lines = lines.assign(y=-(lines.index + HEADING * is_first.cumsum()), is_first=is_first)
    return rows.merge(lines.drop(columns="label"), on=["place", "stretch"], validate="m:1")


def of_due(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the shares on time and not made, in percent of contacts due, a row a group and stretch of time."""
    lines = rows.drop_duplicates("y")
    for outcome, (colour, up) in LOOKS.items():
        _dots(axes, rows[rows["outcome"] == outcome], up, colour)
    for row in lines[lines["is_first"]].itertuples():
        axes.text(0, row.y + 0.95, row.label, transform=axes.get_yaxis_transform(), weight="bold", size=9.5)
    for row in rows[(rows["outcome"] == "on time") & rows["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, _why(row, "none due"))
    axes.set_yticks(lines["y"], lines["stretch"], size=9)
    axes.set(ylim=(lines["y"].min() - 0.7, 0.5), xlim=(-2, 102), xlabel="% of contacts due")
    _key(axes, {"● on time": charts.TEAL, "● not made": charts.ORANGE})
    charts.only_x_grid(axes)


def of_first(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the shares of returns with a first contact by two days, and write the median days at the right."""
    stretches = list(dict.fromkeys(rows.sort_values("position")["stretch"]))
    own, by, median = (rows[rows["stretch"] == stretch].assign(y=lambda own: -own["place"]) for stretch in stretches)
    _dots(axes, own, 0.13, charts.BLUE)
    _dots(axes, by, -0.13, charts.GREY, hollow=True)
    for row in own[own["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, _why(row, "too few seen from the first days"))
    for row in median.dropna(subset="estimate").itertuples():
        axes.text(135, row.y, f"{row.estimate:.0f} days", ha="right", va="center", size=9)
    axes.set_yticks(own["y"], own["label"], size=9)
    axes.set_xticks(range(0, 101, 25))
    axes.set(ylim=(own["y"].min() - 0.6, 0.6), xlim=(-2, 137), xlabel="% of returns with a first contact")
    _key(axes, {"● by the day asked for": charts.BLUE, f"○ {stretches[1]}": charts.MUTED})
    axes.annotate("half by", (1, 1), (0, 5), xycoords="axes fraction", textcoords="offset points", ha="right", size=9)
    charts.only_x_grid(axes)


def of_others(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw what else is known of contacts, in percent; a share without interval is a diamond."""
    placed = rows.assign(y=[-float(at) for at in range(len(rows))])
    _dots(axes, placed, 0.0, charts.INK)
    for row in placed.itertuples():
        axes.text(0, row.y + 0.32, row.label, va="center", size=9)
        if pd.isna(row.estimate):
            charts.say_missing(axes, row.y, _why(row, "not recorded"))
    axes.set_yticks([])
    axes.set_xticks(range(0, 101, 25))
    axes.set(ylim=(placed["y"].min() - 0.4, 0.6), xlim=(-2, 137), xlabel="%")
    charts.only_x_grid(axes)


def _dots(axes: Axes, rows: pd.DataFrame, up: float, colour: str, *, hollow: bool = False) -> None:
    told = rows.dropna(subset="estimate")
    percent = told.assign(**{end: 100 * told[end].astype("float64") for end in ENDS})
    charts.interval_dots(axes, percent, percent["y"] + up, colour=colour, hollow=hollow, size=5.5)


def _key(axes: Axes, said: dict[str, str]) -> None:
    """Say above the panel what each colour is, a line each."""
    for place, (text, colour) in enumerate(reversed(said.items())):
        above: charts.Look = {"xytext": (0, 5 + 14 * place), "textcoords": "offset points"}
        axes.annotate(text, (0, 1), xycoords="axes fraction", weight="bold", size=9, color=colour, **above)


def _why(row: Any, otherwise: str) -> str:
    return "withheld" if pd.notna(row.withheld) else otherwise
