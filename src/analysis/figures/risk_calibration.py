"""Risk calibration: of children with a predicted risk, in villages the model has not seen, how many were placed."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _risk_measures as measures
from analysis.kinds import Estimate, Release
from analysis.study import Study

ALL = "all"
PER_1000 = "per 1,000 children"
SCALES = (PER_1000, "probability", "ratio", "log odds", "ratio of log odds", "share of the error", "share")
NUMBERS = estimate_table(
    one_row_is="a measure of how well placements are predicted, of all children at risk or of a group",
    extra={
        "group": Column("str", "whole; answers: what term is a value of"),
        "at": Column("str", "the mean predicted risk, or the one the curve is at, per 1,000 children", nullable=True),
        "n_hits": Column("Int64", "of n children, those who were placed", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "group", "term", "level"),
    release=Release(
        kinds={scale: Estimate(hits="n_hits") for scale in SCALES},
        totals={"term": ALL},
        population="surveyed children by predicted risk",
        harmless="who was asked is a sample that nobody knows: that none or all of a group were placed is said of none",
    ),
)
OBSERVED, CURVE = "observed risk", "calibration curve"
ASKED = (
    *("concordance", "concordance by answers", "observed to expected", "calibration intercept", "calibration slope"),
    *("scaled Brier score", OBSERVED, CURVE, "instability", "optimism"),
)
TICKS = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
WHAT = "calibration of predicted risks"


def build(risk_performance: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the measures of calibration and discrimination; predicted risks in text, to the digits that may leave."""
    rows = risk_performance[risk_performance["outcome"].isin(ASKED)]
    digits = study.disclosure.digits_modelled
    counts = {name: rows[name].mask(rows["n"] == 0) for name in ("n", "n_hits")}
    at = rows["at"].map(lambda risk: f"{float(f'{risk:.{digits}g}'):g}", na_action="ignore").astype("str")
    return _absent.SURVEY.told(
        rows.assign(**counts, at=at, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)], NUMBERS
    )


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say whether groups fit, and of how many of the highest group the prediction did not come about."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.SURVEY.words(WHAT)
    which = _whose.this(numbers, "survey")
    groups, told = _groups(numbers), measures.told(numbers)
    spoken = "; ".join(f"{row.at} predicted, {_observed(row)} placed" for row in groups.itertuples())
    beside = "; ".join(f"{name}: {value}" for name, value in told)
    n_withheld = int(groups["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which}, predicted risks {measures.fit(numbers)}; {_highest(groups)}",
        caption="Of 1,000 children not in care, how many were placed within 12 months. Each dot: a group in which a "
        "model of other villages expected equally many placements; on the diagonal it is right. Lines and band "
        f"(smooth curve): {charts.CONFIDENCE} intervals of the survey's design. Both scales are logarithmic."
        + (
            f" Withheld: {n_withheld} groups of fewer than {charts.LEAST} placed; not to be read as 0."
            if n_withheld
            else ""
        ),
        reading=f"Of 1,000 children, by group: {spoken}. {beside}.",
        alt_text=f"A diagonal with {len(groups)} dots and a band. Of 1,000 children: {spoken}. Beside it: {beside}.",
        source="the household survey that was imported, those with permission for anonymous reporting; each village "
        "is predicted by a model that has not seen it.",
        limits="For planning support by area; never to decide about a child. Predictions were tried on this survey, at "
        "one time and in the villages it reached; elsewhere and later they are worse until shown. Placements lie "
        "before the interview, and some answers may follow from them. Intervals take the predictions as they are. "
        "Children whom no household counts are not in it. Ethnicity is not recorded, so nothing is known by it.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw observed against predicted risk, and beside it the measures in words."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.draw()
    figure = charts.canvas(7.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
    _calibration(left, numbers)
    _write(right, measures.told(numbers))
    return figure


def _calibration(axes: Axes, numbers: pd.DataFrame) -> Axes:
    groups, curve = _groups(numbers), _curve(numbers)
    axes.fill_between(curve["x"], curve["ci_low"], curve["ci_high"], color=charts.BLUE, alpha=0.15, lw=0)
    axes.plot(curve["x"], curve["estimate"], color=charts.BLUE, lw=1.6)
    shown = groups.dropna(subset="estimate")
    low, high = _limits(groups, curve)
    axes.vlines(shown["x"], shown["ci_low"].clip(lower=low), shown["ci_high"], color=charts.ORANGE, lw=3, alpha=0.55)
    axes.plot(shown["x"], shown["estimate"], "o", ms=8, color=charts.ORANGE)
    axes.plot([low, high], [low, high], color=charts.MUTED, lw=1, ls="--", zorder=1)
    for row in groups[groups["estimate"].isna()].itertuples():
        axes.text(row.x, low * 1.1, "withheld", rotation=90, ha="center", va="bottom", size=9, color=charts.MUTED)
    axes.text(low * 1.15, high * 0.86, "more placed\nthan predicted", size=9.5, color=charts.MUTED, va="top")
    axes.text(high * 0.87, low * 1.15, "fewer placed\nthan predicted", size=9.5, color=charts.MUTED, ha="right")
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high), aspect="equal")
    ticks = [tick for tick in TICKS if low < tick < high]
    for which in (axes.set_xticks, axes.set_yticks):
        which(ticks, [f"{tick:g}" for tick in ticks])
        which([], minor=True)
    axes.set(xlabel="predicted, per 1,000 children", ylabel="placed within 12 months, per 1,000 children")
    return axes


def _limits(groups: pd.DataFrame, curve: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of both scales, around everything that lies above 0."""
    ends = pd.concat([rows[["x", "ci_low", "ci_high"]] for rows in (groups, curve)]).astype("float64").to_numpy()
    told = ends[ends > 0]
    return 0.8 * told.min(), 1.25 * told.max()


def _write(axes: Axes, told: list[tuple[str, str]]) -> Axes:
    """Write what is measured and beneath it the number."""
    step = 1 / len(told)
    for place, (name, value) in enumerate(told):
        y = 1 - place * step
        axes.text(0.02, y, name, size=9.5, color=charts.MUTED, va="top")
        axes.text(0.02, y - step * 0.34, value, size=11.5, weight="bold", va="top", color=charts.INK)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    return axes


def _groups(numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers[(numbers["outcome"] == OBSERVED) & (numbers["term"] != ALL)]
    return rows.assign(x=rows["at"].astype("float64")).sort_values("x")


def _curve(numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers[numbers["outcome"] == CURVE].dropna(subset="estimate")
    ends = rows[["estimate", "ci_low", "ci_high"]].astype("float64")
    return ends.assign(x=rows["at"].astype("float64")).sort_values("x")


def _highest(groups: pd.DataFrame) -> str:
    """Say of how many of the highest group that is shown the prediction did not come about."""
    shown = groups.dropna(subset="estimate")
    if shown.empty:
        return "no group may be shown"
    which = "highest group" if shown.index[-1] == groups.index[-1] else "highest group shown"
    return f"of 1,000 in the {which}, about {1000 - shown['estimate'].iloc[-1]:.0f} were not placed"


def _observed(row: Any) -> str:
    return "withheld" if pd.isna(row.estimate) else charts.interval_in_print(row)
