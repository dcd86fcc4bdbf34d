"""Marks of wellbeing change: a row a domain with low scores, changes and what chance alone brings; below, closing."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

BEFORE, LAST = (charts.GREY, True), (charts.BLUE, False)  # colour, hollow
UP = 0.17  # of a row: two marks of one row stand so far from its middle
LABEL_WIDTH = 30  # letters
ENDS = ["estimate", "ci_low", "ci_high"]
KEY_STEP = 0.16  # inches between two lines of a key


def low_scores(axes: Axes, labels: pd.Series, before: pd.DataFrame, last: pd.DataFrame, *, of: str) -> None:
    """Draw the percent with a low score before and at last, a row each of ``labels`` (term to words), from the top."""
    for rows, (colour, hollow), up in ((before, BEFORE, UP), (last, LAST, -UP)):
        _dots(axes, _in_order(_percent(rows), labels), up, colour=colour, hollow=hollow)
    _rows(axes, labels)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"% of children {of}")
    _key(axes, [(*BEFORE, "before going home"), (*LAST, "last follow-up")])


def changes(axes: Axes, labels: pd.Series, rows: pd.DataFrame) -> None:
    """Draw the mean change in points, a row each of ``labels``."""
    _dots(axes, _in_order(rows, labels), 0, colour=charts.TEAL, hollow=False)
    axes.axvline(0, color=charts.INK, lw=0.8, zorder=0)
    axes.tick_params(axis="y", labelleft=False, length=0)
    axes.set_xlabel("points, of a scale from 1 to 4")
    charts.only_x_grid(axes)
    _key(axes, [(charts.TEAL, False, "mean change")])


def of_the_low(axes: Axes, labels: pd.Series, seen: pd.DataFrame, chance: pd.DataFrame) -> None:
    """Draw, of those with a low score before, the change seen and the change that chance alone would bring."""
    _dots(axes, _in_order(seen, labels), UP, colour=charts.TEAL, hollow=False)
    _dots(axes, _in_order(chance, labels), -UP, colour=charts.ORANGE, hollow=True)
    axes.tick_params(axis="y", labelleft=False, length=0)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.set_xlabel("points, of those low before")
    charts.only_x_grid(axes)
    _key(axes, [(charts.TEAL, False, "their mean change"), (charts.ORANGE, True, "of it by chance alone")])


def closing(axes: Axes, labels: pd.Series, met: dict[str, pd.DataFrame], may_be: dict[str, pd.DataFrame]) -> None:
    """Draw, for each group of cases, the percent that meet each condition: from what is known to what is left open."""
    looks = dict(zip(met, ((charts.BLUE, UP), (charts.ORANGE, -UP)), strict=True))
    for group, (colour, up) in looks.items():
        known, possible = (_in_order(_percent(rows[group]), labels) for rows in (met, may_be))
        for least, most in zip(known.itertuples(), possible.itertuples(), strict=True):
            _span(axes, least, most, up, colour)
    _rows(axes, labels)
    axes.set_xlim(-2, 102)
    axes.set_xlabel("% of cases")
    charts.only_x_grid(axes)
    _key(axes, [(colour, False, group) for group, (colour, _) in looks.items()])


def _span(axes: Axes, least: pd.Series, most: pd.Series, up: float, colour: str) -> None:
    """Draw one condition: a thick line from known to possible, ends of their intervals thin; withheld is said."""
    y = least.y + up
    if pd.isna(least.estimate) and pd.isna(most.estimate):
        charts.say_missing(axes, y, "withheld")
        return
    ends = [(least.ci_low, least.estimate, 0.0, False), (most.ci_high, most.estimate, 100.0, True)]
    known = [at for _, at, _, _ in ends if pd.notna(at)]
    axes.plot(known, [y] * len(known), color=colour, lw=5, alpha=0.8, solid_capstyle="butt", zorder=3)
    for end, at, bound, hollow in ends:
        if pd.isna(at):
            axes.plot([known[0], bound], [y, y], ":", color=colour, lw=1.6, zorder=2)
            continue
        axes.plot([end, at], [y, y], color=colour, lw=1.2, zorder=2)
        axes.plot(at, y, "o", ms=6, mfc="white" if hollow else colour, mec=colour, mew=1.6, zorder=4)


def _dots(axes: Axes, rows: pd.DataFrame, up: float, *, colour: str, hollow: bool) -> None:
    shown = rows.dropna(subset="estimate")
    charts.interval_dots(axes, shown, shown["y"] + up, colour=colour, hollow=hollow, size=6)
    missing = rows[rows["estimate"].isna()]
    is_asked = missing["n"].notna() | missing["withheld"].notna()
    for row in missing[is_asked].itertuples():
        charts.say_missing(axes, row.y + up, "withheld" if pd.notna(row.withheld) else "not estimated")
    for row in missing[~is_asked & (up >= 0)].itertuples():  # once, not for each mark
        charts.say_missing(axes, row.y, "not asked")


def _in_order(rows: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return ``rows`` by term in the order of ``labels``, with the height ``y`` of each from the top."""
    placed = rows.set_index("term").reindex(labels.index).reset_index()
    return placed.astype(dict.fromkeys(ENDS, "float64")).assign(y=[-float(place) for place in range(len(labels))])


def _percent(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{end: 100 * rows[end].astype("float64") for end in ENDS})


def _rows(axes: Axes, labels: pd.Series) -> None:
    words = [textwrap.fill(label, LABEL_WIDTH) for label in labels]
    axes.set_yticks([-place for place in range(len(labels))], words, size=9.5)
    axes.set_ylim(-len(labels) + 0.4, 0.6)
    charts.only_x_grid(axes)


def _key(axes: Axes, marks: list[tuple[str, bool, str]]) -> None:
    """Write above the axes which mark is what."""
    for place, (colour, hollow, what) in enumerate(reversed(marks)):
        text = f"{'○' if hollow else '●'} {what}"
        look: charts.Look = {"textcoords": "offset points", "xycoords": "axes fraction", "size": 9.5, "weight": "bold"}
        axes.annotate(text, (0, 1), (0, 5 + 72 * KEY_STEP * place), color=colour, **look)
