"""Decision curve: what acting on predicted risks is worth, how far villages chosen by them reach, whom it misses."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures._decision_rows import (
    ALL,
    BY_GROUP,
    EVERYONE,
    FLAGGED,
    MISSED,
    MODEL,
    REACHED,
    at_the_threshold,
    curve_of,
    groups_of,
    in_percent,
    name_of,
    reach_of,
    share_of,
    worth_of,
)
from analysis.kinds import Estimate, Release

SHARE, OF_PLACED, PER_10_000 = "share", "share of placed children", "per 10,000 children"
NUMBERS = estimate_table(
    one_row_is="what acting on predicted risks is worth, reaches or misses, at a threshold or of a group of children",
    extra={
        "group": Column("str", "whole; sex, disability, age_band or area: what term is a value of"),
        "at": Column("str", "threshold per 1,000 children, or percent of children in the villages", nullable=True),
        "n_hits": Column("Int64", "of n, those of whom it holds; the note says what", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "group", "term", "level"),
    release=Release(
        kinds={
            PER_10_000: Estimate(hits="n_hits"),
            SHARE: Estimate(hits="n_hits"),
            OF_PLACED: Estimate(),
            "ratio": Estimate(),
        },
        totals={"term": ALL, "level": ALL},
        population="surveyed children by threshold",
        harmless="who was asked is a sample that nobody knows: that none or all of a group were placed is said of none",
    ),
)
ASKED = (MODEL, EVERYONE, MISSED, FLAGGED, REACHED, BY_GROUP, "flagged children", "gain over everyone")
TOLD_REACH = "20"  # percent of the children whose villages are told in words
FROM_LOW = 0.25  # of the largest net benefit, how far below 0 is drawn
MOST_CHOSEN = 62  # percent of the children, the right end of the scale
ROW_HEIGHT = 0.34  # inches
WHAT = "worth of acting on predicted risks"


def build(risk_performance: pd.DataFrame) -> pd.DataFrame:
    """Return net benefit, reach and misses, thresholds in text; a group that nobody is in has no counts."""
    rows = risk_performance[risk_performance["outcome"].isin(ASKED)]
    counts = {name: rows[name].mask(rows["n"] == 0) for name in ("n", "n_hits")}
    at = rows["at"].map("{:g}".format, na_action="ignore").astype("str")
    return _absent.SURVEY.told(
        rows.assign(**counts, at=at, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)], NUMBERS
    )


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many placed children a threshold misses, and how many chosen villages reach."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.SURVEY.words(WHAT)
    which = _whose.this(numbers, "survey")
    line, missed, flagged = at_the_threshold(numbers)
    reached = numbers[numbers["outcome"] == REACHED].set_index("at")
    by_group = groups_of(numbers)
    spoken = "; ".join(f"{name_of(row)} {in_percent(row)}" for row in by_group.itertuples())
    n_withheld = int(by_group["estimate"].isna().sum())
    reach = in_percent(reached.loc[TOLD_REACH])
    worth = "; ".join(f"{row.at} in 1,000: {worth_of(row)}" for row in curve_of(numbers, MODEL).itertuples())
    return charts.Words(
        title=f"In {which}, acting from a risk of {line} in 1,000 on misses {share_of(missed)} of placed children; "
        f"villages with {TOLD_REACH}% of children, chosen by risk, hold {share_of(reached.loc[TOLD_REACH])}",
        caption="Top left: placed children reached per 10,000, less those reached in vain at the price that the line "
        "of risk sets on them. Top right: share of placed children in the villages with the highest predicted risk. "
        f"Below: placed children whose predicted risk is below {line} in 1,000. Lines and bands: {charts.CONFIDENCE} "
        "intervals of the survey's design."
        + (f" Withheld ({n_withheld}): fewer than {charts.LEAST}; not to be read as 0." if n_withheld else ""),
        reading=f"At {line} in 1,000 the model picks {in_percent(flagged)} of the children and misses "
        f"{in_percent(missed)} of the placed ones: {spoken}. Villages with {TOLD_REACH}% of the children hold {reach} "
        f"of the placed ones. Net benefit per 10,000 children, at a line of {worth}.",
        alt_text=f"Three panels. Net benefit of the model per 10,000 children by line of risk: {worth}. Placed "
        f"children in chosen villages: {reach_of(reached)}. Missed at {line} in 1,000: {spoken}.",
        source="the household survey that was imported, those with permission for anonymous reporting; each village "
        "is predicted by a model that has not seen it.",
        limits="For planning support by area; never to decide about a child: most of those above any line are not "
        "placed, and many who are placed lie below it. Net benefit takes it that what is done helps, which a survey "
        "cannot show, and harms no one. Where the line lies is for those to say who bear the costs. A group with wide "
        "intervals has few placed children; that its numbers look alike shows nothing. Ethnicity is not recorded, so "
        "whom it misses by it is not known.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw net benefit, reach by villages, and below them who is missed."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.draw()
    rows = groups_of(numbers)
    figure = charts.canvas(7.2 + ROW_HEIGHT * len(rows))
    grid = figure.add_gridspec(2, 2, height_ratios=[3.1, 0.5 + ROW_HEIGHT * len(rows)])
    _net_benefit(figure.add_subplot(grid[0, 0]), numbers)
    _villages(figure.add_subplot(grid[0, 1]), numbers[numbers["outcome"] == REACHED])
    _missed(figure.add_subplot(grid[1, :]), rows, at_the_threshold(numbers)[0])
    return figure


def _net_benefit(axes: Axes, numbers: pd.DataFrame) -> Axes:
    model, everyone = curve_of(numbers, MODEL), curve_of(numbers, EVERYONE)
    axes.fill_between(model["x"], model["ci_low"], model["ci_high"], color=charts.BLUE, alpha=0.18, lw=0)
    axes.plot(model["x"], model["estimate"], color=charts.BLUE, marker="o", ms=5)
    axes.fill_between(everyone["x"], everyone["ci_low"], everyone["ci_high"], color=charts.ORANGE, alpha=0.15, lw=0)
    axes.axhline(0, color=charts.INK, lw=1.2)
    top = 1.15 * np.nanmax([*model["ci_high"], *everyone["ci_high"], 0.1])
    axes.plot(*_above(everyone.dropna(subset="estimate"), -FROM_LOW * top), color=charts.ORANGE)
    axes.set(xscale="log", ylim=(-FROM_LOW * top, top), xlabel="line of risk, per 1,000 children")
    axes.set_xticks(model["x"], model["at"])
    axes.set_xticks([], minor=True)
    for row in model.dropna(subset="estimate").tail(4).head(1).itertuples():
        charts.direct_label(axes, row.x, row.ci_high, "from the line on", dx=2, dy=12, colour=charts.BLUE)
    charts.direct_label(axes, model["x"].max(), 0, "for no one", dx=-2, dy=-9)
    charts.direct_label(axes, everyone["x"].min(), -0.5 * FROM_LOW * top, "for everyone", dx=2, colour=charts.ORANGE)
    axes.set_title("Worth of acting, per 10,000 children")
    return axes


def _above(falling: pd.DataFrame, floor: float) -> tuple[list[float], list[float]]:
    """Return the points of a falling curve down to where it reaches ``floor``."""
    x, y = falling["x"].tolist(), falling["estimate"].tolist()
    n_above = sum(value >= floor for value in y)
    if n_above == len(y):
        return x, y
    return [*x[:n_above], float(np.interp(-floor, [-value for value in y], x))], [*y[:n_above], floor]


def _villages(axes: Axes, reached: pd.DataFrame) -> Axes:
    rows = reached.assign(x=reached["at"].astype("float64")).sort_values("x")
    axes.plot([0, MOST_CHOSEN], [0, MOST_CHOSEN], color=charts.MUTED, lw=1, ls="--")
    for row in rows.itertuples():
        if pd.isna(row.estimate):
            axes.text(row.x, 3, "withheld", rotation=90, ha="center", va="bottom", size=9, color=charts.MUTED)
            continue
        axes.plot([row.x] * 2, [100 * row.ci_low, 100 * row.ci_high], color=charts.BLUE, lw=3, alpha=0.55)
        axes.plot(row.x, 100 * row.estimate, "o", ms=8, color=charts.BLUE)
        charts.direct_label(axes, row.x, 100 * row.estimate, f"{row.estimate:.0%}", dx=8, dy=-3, size=9.5)
    axes.text(60, 45, "by chance", color=charts.MUTED, size=9.5, ha="right", va="top")
    axes.set(xlim=(0, MOST_CHOSEN), ylim=(0, 100), xlabel="% of children, villages from the highest risk on")
    axes.set_title("% of placed children who live there")
    return axes


def _missed(axes: Axes, rows: pd.DataFrame, line: str) -> Axes:
    y = -np.arange(len(rows), dtype="float64")
    percent = rows.assign(**{end: 100 * rows[end] for end in ("estimate", "ci_low", "ci_high")})
    is_all = (rows["term"] == ALL).tolist()
    charts.interval_dots(axes, percent, y, colour=[charts.INK if whole else charts.BLUE for whole in is_all], size=8)
    for row, height in zip(percent.itertuples(), y, strict=True):
        if pd.isna(row.estimate):
            charts.say_missing(axes, height, f"withheld: {row.withheld}")
        else:
            charts.direct_label(axes, row.ci_high, height, f"{row.estimate:.0f}%", size=9.5)
    axes.set_yticks(y, [name_of(row) for row in rows.itertuples()], size=9.5)
    axes.set(xlim=(0, 104), ylim=(y.min() - 0.6, 0.6), xlabel="% of placed children")
    axes.set_title(f"Missed: predicted risk below {line} in 1,000")
    return charts.only_x_grid(axes)
