"""Marks of re-separation: stacked ends by day, dots by level, and what one year's number hangs on."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import charts
from analysis.figures import _re_separation_rows as told

WIDE = 70  # percentage points: an interval as wide tells hardly anything
LABEL_WIDTH = 30  # letters


def stack(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the ends above each other up to the last day at which all are told, and how many were followed."""
    curves = {name: curve for name in told.ENDS if len(curve := told.curve_of(numbers, name))}
    last = min((int(curve["day"].max()) for curve in curves.values()), default=0)
    days = np.unique([0, *(int(day) for curve in curves.values() for day in curve["day"] if day <= last)])
    below, said = np.zeros(len(days)), []
    for name, curve in curves.items():
        text, colour = told.ENDS[name]
        shown = curve[curve["day"] <= last]
        if shown.empty:  # of this end only later days may be told
            said.append((f"● {text}: withheld", charts.MUTED))
            continue
        above = below + np.interp(days, [0, *curve["day"].astype(int)], [0, *curve["estimate"]])
        if above[-1] > below[-1]:
            axes.fill_between(days, below, above, color=colour, alpha=0.75, lw=0)
            at = shown["day"].astype(int).to_numpy()
            axes.plot(at, np.interp(at, days, above), "o", ms=5, color=colour, mec="white", mew=0.8, zorder=4)
        ink = charts.MUTED if colour == charts.GREY else colour  # grey letters are too faint on white
        said.append((f"● {text}: {told.interval_of(shown.iloc[-1])}", ink))
        below = above
    _intervals(axes, curves.get("residential"), last)
    _face(axes, numbers, days[1:], float(below.max(initial=1)))
    said.append((f"After {told.in_words(last)}, of all who went home:", charts.INK))
    for place, (text, colour) in enumerate(reversed(said)):
        look: charts.Look = {"size": 9.5, "weight": "bold", "color": colour, "transform": axes.transAxes, "zorder": 5}
        axes.text(0.02, 0.95 - 0.085 * place, text, va="center", **look)


def levels(axes: Axes, rows: pd.DataFrame, numbers: pd.DataFrame) -> None:
    """Draw the share back in care of each level with its interval, in splits with a heading."""
    limit = _limit_of(rows)
    _dots(axes, rows, charts.ORANGE, limit)
    whole = told.checks_told(numbers).set_index("measure")["estimate"].reindex([told.INCIDENCE]).dropna()
    if len(whole):
        axes.axvline(whole.iloc[0], color=charts.ORANGE, lw=1, ls=(0, (4, 3)), zorder=0)
    findings = numbers[numbers["outcome"] == "residential"].dropna(subset="finding")
    said = dict(zip(findings["term"], findings["finding"], strict=True))
    for row in rows[rows["is_first"]].itertuples():
        text = f"{row.factor}: {said.get(row.term, 'not tested')}"
        ground, at = {"facecolor": "white", "edgecolor": "none", "pad": 1}, axes.get_yaxis_transform()
        look: charts.Look = {"weight": "bold", "size": 9, "va": "center", "bbox": ground, "transform": at}
        axes.text(0, row.y + 0.95, text, **look).set_in_layout(False)
    axes.set_yticks(rows["y"], [textwrap.shorten(label, LABEL_WIDTH) for label in rows["label"]], size=9)
    axes.set(ylim=(_lowest(rows) - 0.7, 0.3), xlabel=f"% back in care within {_day_of(numbers)}")
    _on_percent(axes, limit)
    if rows.empty:
        charts.say_missing(axes, 0.0, "no two levels on record")


def checks(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the share back in care as it would be told otherwise."""
    is_main = rows["measure"] == told.INCIDENCE
    limit = _limit_of(rows)
    _dots(axes, rows[is_main], charts.ORANGE, limit)
    _dots(axes, rows[~is_main], charts.MUTED, limit)
    axes.set_yticks(rows["y"], rows["text"], size=9)
    axes.set(ylim=(_lowest(rows) - 0.7, 0.7), xlabel=f"% back in care within {_day_of(rows)}, told otherwise")
    _on_percent(axes, limit)


def _day_of(numbers: pd.DataFrame) -> str:
    day = told.at_one_day(numbers)
    return "the days told" if day is None else told.in_words(day)


def _lowest(rows: pd.DataFrame) -> float:
    return rows["y"].min() if len(rows) else 0.0


def _dots(axes: Axes, rows: pd.DataFrame, colour: str, limit: float) -> None:
    """Draw dots and intervals; one that goes on beyond the scale has an arrow at its end."""
    shown = rows.dropna(subset="estimate")
    shown = shown[shown["estimate"] <= limit]
    cut = shown.assign(ci_high=shown["ci_high"].clip(upper=limit))
    charts.interval_dots(axes, cut, cut["y"], colour=colour, size=6)
    for row in shown[shown["ci_high"] > limit].itertuples():
        axes.text(limit, row.y, "▸", color=colour, ha="right", va="center")
    for row in rows[rows["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, "withheld" if pd.notna(row.withheld) else "not followed so long")


def _intervals(axes: Axes, curve: pd.DataFrame | None, last: int) -> None:
    shown = pd.DataFrame() if curve is None else curve[curve["day"] <= last].dropna(subset=["ci_low", "ci_high"])
    for row in shown.itertuples():
        axes.plot([int(row.day)] * 2, [row.ci_low, row.ci_high], color=charts.INK, lw=1.4, zorder=3)


def _face(axes: Axes, numbers: pd.DataFrame, days: np.ndarray, highest: float) -> None:
    """Set the axes of the stack; under each day stands how many returns were still followed."""
    is_curve = (numbers["term"] == told.RETURNS) & (numbers["measure"] == told.INCIDENCE)
    followed = numbers[is_curve].dropna(subset="n_at_risk").groupby("day")["n_at_risk"].max()
    axes.set_xticks(days, [f"{day}\n{followed.get(day, 0):,}" for day in days])
    axes.set(xlim=(0, max(days.max(initial=1) * 1.03, 1)), ylim=(0, highest * 1.15))
    axes.set(xlabel="days after the return, and returns still followed", ylabel="% of children who went home")


def _on_percent(axes: Axes, limit: float) -> None:
    axes.set_xlim(0, limit)
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    charts.only_x_grid(axes)


def _limit_of(rows: pd.DataFrame) -> float:
    """Return where the scale ends: beyond all intervals but those that tell hardly anything."""
    narrow = rows[(rows["ci_high"] - rows["ci_low"]).fillna(0) < WIDE]
    most = narrow[["estimate", "ci_high"]].max().max()
    return min(1.1 * most, 100.0) if most > 0 else 100.0
