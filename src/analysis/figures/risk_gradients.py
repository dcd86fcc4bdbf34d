"""Risk gradients: of 1,000 children alike in one thing, how many were placed within a year, how many live in care."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.kinds import Estimate, Release
from analysis.words import listed

SCALE, ALL, UNKNOWN = "per 1,000 children", "all", "unknown"
NUMBERS = estimate_table(
    one_row_is="the children of one level of a factor, or of all levels, and one outcome",
    extra={
        "factor": Column("str", "the factor in words"),
        "position": Column("str", "place of the level within its factor, in two digits; all comes last"),
        "n_hits": Column("Int64", "children of n who live in care, or were placed", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={SCALE: Estimate(hits="n_hits")},
        totals={"level": ALL},
        population="surveyed children by factor",
        harmless="who was asked is a sample that nobody knows: that none or all of a class were placed is said of none",
    ),
)

OUTCOMES = {  # in words, colour, and where its marks stand in a row
    "placed_12m": ("placed within 12 months", charts.ORANGE, 0.17),
    "lives_in_care": ("living in residential care", charts.BLUE, -0.17),
}
ON_LEFT = (
    *("id_poor", "dependable_income", "school_distance_km", "school_cost_usd", "migration", "parents"),
    "illness_or_disability",
)
ON_RIGHT = ("disability", "any_harm", "caregiver", "n_children", "age", "sex", "placed_before")
NO_LEVER = ("caregiver", "n_children", "age", "sex", "placed_before")  # they say who is concerned
ROW_HEIGHT, HEADING = 0.235, 1.25  # inches of a row; rows that the name of a factor takes
TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
WHAT, NONE_APART = "shares of surveyed children", "; no class of families can be told from another"


def build(risk_gradients: pd.DataFrame) -> pd.DataFrame:
    """Return all shares; a level that nobody is in has no counts."""
    is_nobody = risk_gradients["n"] == 0
    counts = {name: risk_gradients[name].mask(is_nobody) for name in ("n", "n_hits")}
    nothing = pd.array([None] * len(risk_gradients), "str")
    return _absent.SURVEY.told(risk_gradients.assign(**counts, withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many are placed and live in care, and between which levels of what the gap is widest."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.SURVEY.words(WHAT)
    which = _whose.this(numbers, "survey")
    told = numbers[numbers["level"] != ALL].dropna(subset="estimate")
    n_withheld = int(numbers["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which}, {_whole(numbers, 'placed_12m', where='')}{_span(told)}",
        caption=f"Of 1,000 children of households, weighted. Dots: shares; lines: {charts.CONFIDENCE} intervals of the "
        "survey's design (strata and villages); dashed: all children. The scale is logarithmic: equal steps are equal "
        "ratios. Each factor by itself: levels differ in all that goes with it."
        + (f" Withheld: fewer than {charts.LEAST} children; not to be read as 0." if n_withheld else ""),
        reading=f"In {which}, {_whole(numbers, 'placed_12m')}, and {_whole(numbers, 'lives_in_care')}{_widest(told)}.",
        alt_text=f"Dots with intervals in two columns, a row a level of {numbers['term'].nunique()} factors, two "
        f"colours for the two outcomes. Placed within 12 months, per 1,000: {_spoken(told)}. "
        f"{n_withheld} of {len(numbers)} numbers are withheld.",
        source="the household survey that was imported, those with permission for anonymous reporting.",
        limits="A share says who is concerned, not why: no gap is the effect of what it is named after. Households "
        "tell of their own children; who lives in care and is counted by no household is missing, so the shares are "
        "too low for all children. What was not answered is a level of its own. Violence in the home is only told "
        "together with alcohol and drugs.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the factors in two columns, a row a level, both outcomes in each."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.draw()
    columns = [_placed(numbers, factors) for factors in (ON_LEFT, ON_RIGHT)]
    most = max(-rows["y"].min() for rows in columns)
    figure = charts.canvas(3.4 + ROW_HEIGHT * most)
    for axes, rows in zip(figure.subplots(1, 2, sharex=True), columns, strict=True):
        _draw_column(axes, rows, numbers)
        axes.set_ylim(-most - 0.7, 0.3)
    return figure


def _placed(numbers: pd.DataFrame, factors: tuple[str, ...]) -> pd.DataFrame:
    """Return the levels that anybody is in, or may be in, from top to bottom with their height ``y``."""
    is_there = numbers["n"].notna() | numbers["withheld"].notna()
    rows = numbers[is_there & (numbers["level"] != ALL)].drop_duplicates(["term", "level"])
    rows = rows[rows["term"].isin(factors)]
    order = rows["term"].map(dict(zip(factors, range(len(factors)), strict=True)))
    rows = rows.assign(order=order).sort_values(["order", "position"], ignore_index=True)
    is_first = rows["term"] != rows["term"].shift()
    return rows.assign(y=-(np.arange(len(rows)) + HEADING * is_first.cumsum()), is_first=is_first)


def _draw_column(axes: Axes, rows: pd.DataFrame, numbers: pd.DataFrame) -> None:
    end = _end_of_scale(numbers)
    for outcome, (name, colour, up) in OUTCOMES.items():
        own = rows[["term", "level", "y"]].merge(
            numbers[numbers["outcome"] == outcome], on=["term", "level"], validate="1:1"
        )
        is_drawn = own["estimate"].between(TICKS[0] / 10, end).fillna(False)
        drawn = own[is_drawn].astype({"estimate": float, "ci_low": float, "ci_high": float})
        charts.interval_dots(axes, drawn, drawn["y"] + up, colour=colour, size=4.5)
        for row in own[~is_drawn].itertuples():
            _tell(axes, row, up, name.split()[0], colour)
        whole = numbers[(numbers["outcome"] == outcome) & (numbers["level"] == ALL)]["estimate"].dropna()
        if len(whole):
            axes.axvline(whole.iloc[0], color=colour, lw=1, ls=(0, (4, 3)), zorder=0)
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for row in rows[rows["is_first"]].itertuples():
        at: charts.Look = {"transform": axes.get_yaxis_transform(), "bbox": ground}
        axes.text(0, row.y + 0.85, row.factor, weight="bold", size=9.5, va="center", **at)
    axes.set_yticks(rows["y"], [textwrap.shorten(level, 26) for level in rows["level"]], size=9)
    _face(axes, end)


def _tell(axes: Axes, row: Any, up: float, outcome: str, colour: str) -> None:
    """Write what has no place on the scale: withheld, none at all, or so many that all else would be squeezed."""
    is_many = pd.notna(row.estimate) and row.estimate > 0
    said = "withheld" if pd.isna(row.estimate) else f"{charts.interval_in_print(row)} →" if is_many else "none"
    look: charts.Look = {"color": colour, "va": "center", "size": 8, "transform": axes.get_yaxis_transform()}
    if is_many:
        axes.text(0.99, row.y + 1.4 * up, said, ha="right", weight="bold", **look)
    else:
        axes.text(0.01, row.y + up, f"{outcome}: {said}", style="italic", **look)


def _end_of_scale(numbers: pd.DataFrame) -> float:
    """Return the tick beyond all intervals but those of an earlier placement, which is of another size."""
    most = numbers.loc[numbers["term"] != "placed_before", "ci_high"].max()
    return next((tick for tick in TICKS[4:] if not tick < most), TICKS[-1])


def _face(axes: Axes, end: float) -> None:
    ticks = [tick for tick in TICKS if tick <= end]
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xlim(ticks[0], end)
    axes.minorticks_off()
    axes.set_xlabel("of 1,000 children")
    charts.only_x_grid(axes)
    for (name, colour, _), height in zip(OUTCOMES.values(), (1.025, 1.005), strict=True):
        axes.text(0, height, f"● {name}", color=colour, weight="bold", size=9.5, transform=axes.transAxes)


def _whole(numbers: pd.DataFrame, outcome: str, where: str = " in residential care") -> str:
    """Say the share of all children, or that it is withheld."""
    rows = numbers[(numbers["outcome"] == outcome) & (numbers["level"] == ALL)].dropna(subset="estimate")
    said = {"placed_12m": f"were placed{where} within 12 months", "lives_in_care": "live in it"}[outcome]
    if rows.empty:
        return f"how many children {said} is withheld"
    return f"{charts.interval_in_print(rows.iloc[0])} of 1,000 children {said}"


def _span(told: pd.DataFrame) -> str:
    """Say by which factor the share of placements differs most, and from where to where."""
    if (apart := _furthest_apart(told)) is None:
        return NONE_APART
    low, high = (charts.in_print(row["estimate"]) for row in apart)
    return f"; by “{apart[0]['factor'].lower()}” from {low} to {high}"


def _widest(told: pd.DataFrame) -> str:
    """Say between which levels the share of placements differs most."""
    if (apart := _furthest_apart(told)) is None:
        return NONE_APART
    levels = " and ".join(f"{charts.in_print(row['estimate'])} ({row['level']})" for row in reversed(apart))
    return f"; the widest gap is by “{apart[0]['factor'].lower()}”: {levels}"


def _furthest_apart(told: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Return the lowest and highest level of the factor with the widest gap, of those whose intervals do not meet."""
    rows = told[(told["outcome"] == "placed_12m") & (told["level"] != UNKNOWN) & ~told["term"].isin(NO_LEVER)]
    ends = [
        (group.loc[group["estimate"].idxmin()], group.loc[group["estimate"].idxmax()])
        for _, group in rows[rows["estimate"] > 0].groupby("term")
    ]
    apart = [(low, high) for low, high in ends if low["ci_high"] < high["ci_low"]]
    return max(apart, key=lambda pair: pair[1]["estimate"] / pair[0]["estimate"], default=None)


def _spoken(told: pd.DataFrame) -> str:
    rows = told[told["outcome"] == "placed_12m"]
    return "; ".join(
        f"{factor.lower()}: "
        + listed(f"{row.level} {charts.in_print(row.estimate)}" for row in group.sort_values("position").itertuples())
        for factor, group in rows.groupby("factor", sort=False)
    )
