"""Facility concentration: the curve of children in institutions over children of a province, and its measures."""

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.kinds import Count, Estimate, Release, Share

OF_INSTITUTIONS = {"unit": "facilities", "top_two_share": "top_two_share"}
NUMBERS = estimate_table(
    one_row_is="a measure of concentration, or a point of the curve, in one round",
    extra={
        "round_id": Column("str", "year of the lists"),
        "measure": Column("str", "what is measured, in words"),
        "n_hits": Column("Int64", "children or institutions in the fullest provinces", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children in the two largest institutions", ge=0, le=1),
        "printed": Column("str", "what the mapping of 2014-15 printed of the same share", nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "level", "round_id"),
    release=Release(
        kinds={
            "index": Estimate(**OF_INSTITUTIONS),
            "share_of_children": Share(),
            "share_of_facilities": Share(unit="facilities"),
            "facilities": Count(unit="facilities"),
        },
        harmless="that all institutions lie in a few provinces, or none is left out, tells of no child",
    ),
)
AS_FOUND, BEHIND = "as found", "rates behind"
MEASURES = ("gini", "children in the fullest provinces", "institutions in the fullest provinces")
TOLD_AT = "0.20"  # the point of the curve that is said in words
PRINTED_GROUND = "#FBF6EC"
STEP = 3.0  # rows from one measure to the next
LABELS_LEFT_FROM = 65  # %: to the right of it a label would not fit


def build(facility_concentration: pd.DataFrame) -> pd.DataFrame:
    """Return all measures and points with a place for the reason why one may be withheld."""
    rows = facility_concentration
    not_of_counts = rows["n"].mask(rows["scale"] == "facilities")  # there it would repeat the exact number
    return rows.assign(n=not_of_counts, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say what share of the children lives where a fifth of all children do, and how much of that may be chance."""
    if "curve" not in set(numbers["outcome"]):
        return _absent.words("concentration", "a list of enough institutions and their provinces")
    which = _whose.these(numbers, "lists")
    latest = _latest(numbers)
    curve = latest.loc["curve"]["estimate"].dropna()
    found, behind = (
        [f"{row.measure} {_interval(row)}" for row in latest.xs(level, level="level").loc[list(MEASURES)].itertuples()]
        for level in (AS_FOUND, BEHIND)
    )
    points = [f"{_share(height)} where {float(at):.0%} of all children live" for at, height in curve.items()]
    return charts.Words(
        title=f"In {which}, provinces with {float(TOLD_AT):.0%} of all children hold {_share(curve.get(TOLD_AT))} of "
        "the children in residential care institutions",
        caption="Left: provinces from the highest rate on; the more the line bows, the more concentrated; told at a "
        "few points only, without intervals. Right: as found (diamonds) and, as chance alone concentrates, for the "
        f"rates behind (dots, {charts.CONFIDENCE} intervals).",
        reading=f"As found: {'; '.join(found)}; for the rates behind: {'; '.join(behind)}.",
        alt_text=f"A curve above the diagonal: {'; '.join(points) or 'withheld'} of the children in institutions. "
        f"{'; '.join(found)}.",
        source=f"lists of facilities of {numbers['round_id'].max()}, linked; children registered in 2011. Printed: "
        "MoSVY and UNICEF, joint press release of the mapping (2017).",
        limits="Only institutions that a list has, that call themselves so, and whose province and children are known. "
        "Children may come from other provinces. If lists miss more in some provinces than in others, the curve is "
        "that of listing. What is printed is of other institutions.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the curve, beside it the measures, and on a ground of its own what is printed."""
    if "curve" not in set(numbers["outcome"]):
        return _absent.draw()
    latest = _latest(numbers)
    figure = charts.canvas(6.4)
    left, right, printed = figure.subplots(1, 3, width_ratios=[1, 1, 0.42])
    _curve(left, latest.loc["curve"]["estimate"].dropna())
    _measures(right, latest)
    _in_print(printed, latest)
    return figure


def _curve(axes: Axes, heights: pd.Series) -> Axes:
    x, y = [0, *(100 * heights.index.astype("float64")), 100], [0, *(100 * heights), 100]
    axes.plot([0, 100], [0, 100], color=charts.FAINT, lw=1.2)
    axes.plot(x, y, color=charts.BLUE, marker="o", ms=5)
    axes.text(101, 42, "if every province\nwere alike", color=charts.MUTED, size=9.5, ha="right", va="top")
    if TOLD_AT in heights.index:
        at, height = 100 * float(TOLD_AT), 100 * heights[TOLD_AT]
        axes.plot([at, at, 0], [0, height, height], color=charts.ORANGE, lw=1.2, ls="--", zorder=1)
        charts.direct_label(axes, at, height, f"{height:.0f}% of them", dx=12, dy=-9, colour=charts.ORANGE)
    axes.set(xlim=(0, 103), ylim=(0, 103), xlabel="% of all children, provinces from\nthe highest rate on")
    axes.set_title("% of the children in institutions")
    return axes


def _measures(axes: Axes, latest: pd.DataFrame) -> Axes:
    """Draw each measure as found and of the rates behind, and write what is printed below it."""
    ticks = {}
    for place, outcome in enumerate(MEASURES):
        rows = latest.loc[outcome].loc[[AS_FOUND, BEHIND]]
        percent = rows.assign(**{end: 100 * rows[end] for end in ("estimate", "ci_low", "ci_high")})
        y = [-STEP * place, -STEP * place - 1]
        ticks[-STEP * place - 0.5] = textwrap.fill(rows["measure"].iloc[0], 17)
        charts.interval_dots(axes, percent, y, colour=[charts.MUTED, charts.BLUE])
        for row, height in zip(percent.itertuples(), y, strict=True):
            text = "withheld" if pd.isna(row.estimate) else f"{row.estimate:.0f}"
            text += f" ({row.ci_low:.0f}–{row.ci_high:.0f})" if pd.notna(row.ci_high) else ""
            is_low = pd.isna(row.estimate) or row.estimate < LABELS_LEFT_FROM
            ends = [end for end in (row.ci_low, row.estimate, row.ci_high) if pd.notna(end)] or [0]
            at, dx = (max(ends), 10) if is_low else (min(ends), -10)
            charts.direct_label(axes, at, height, f"{row.Index}: {text}", dx=dx, size=9.5)
    axes.set(xlim=(0, 100), ylim=(-2 * STEP - 1.8, 0.8), xlabel="% (Gini index: 0 all alike,\n100 all in one place)")
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_title("How concentrated")
    return charts.only_x_grid(axes)


def _in_print(axes: Axes, latest: pd.DataFrame) -> Axes:
    """Write what the mapping printed, as text on a ground of its own."""
    axes.set_facecolor(PRINTED_GROUND)
    for place, outcome in enumerate(MEASURES):
        printed = latest.loc[(outcome, AS_FOUND), "printed"]
        text = textwrap.fill(printed if pd.notna(printed) else "nothing found in print", 15)
        axes.text(0.08, -STEP * place - 0.5, text, size=10, va="center", linespacing=1.25, color=charts.INK)
    axes.set(xlim=(0, 1), ylim=(-2 * STEP - 1.8, 0.8), xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title("Printed\n(2014–15)")
    return axes


def _latest(numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers[numbers["round_id"] == numbers["round_id"].max()]
    return rows.set_index(["outcome", "level"]).sort_index()


def _share(share: float | None) -> str:
    return "a withheld share" if pd.isna(share) else f"{share:.0%}"


def _interval(row: Any) -> str:
    if pd.isna(row.estimate) or pd.isna(row.ci_low):
        return _share(row.estimate)
    return f"{row.estimate:.0%} ({charts.CONFIDENCE} interval {row.ci_low:.0%} to {row.ci_high:.0%})"
