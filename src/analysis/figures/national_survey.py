"""National survey: the total that one sample of communes gives by each estimator, and to whom a rate is applied."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.disclosure.rounding import step_of
from analysis.estimates import _national_estimators as ways
from analysis.estimates.national_survey import CHILDREN, INTERVALS
from analysis.figures import _absent, _whose
from analysis.kinds import Estimate, Release
from analysis.study import Study

NUMBERS = estimate_table(
    one_row_is="children in residential care by one estimator, for one target and with one interval",
    extra={
        "interval": Column("str", "how the interval is made", isin=(*INTERVALS, _absent.SURVEY.mark)),
        "n_facilities": Column("Int64", "facilities visited", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children that the two largest hold", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "level", "interval"),
    release=Release(kinds={"children": Estimate(n_facilities="n_facilities", top_two_share="top_two_share")}),
)

SHOWN = {  # heading: its rows as (estimator, target, interval, label)
    "ONE RATE WITHOUT WEIGHTS, AS PUBLISHED": (
        (ways.ONE_RATE, ways.REPORTED, ways.POISSON, "in districts with a report, Poisson interval"),
        (ways.ONE_RATE, ways.REPORTED, ways.T, "the same, as communes and lists differ"),
        (ways.NEGATIVE_BINOMIAL, ways.REPORTED, ways.MODEL, "negative binomial rate, same districts"),
        (ways.ONE_RATE, ways.ALL, ways.T, "one rate in all districts"),
    ),
    "RATE WITH THE WEIGHTS OF THE SAMPLE": (
        (ways.RATIO, ways.ALL, ways.T, "in all districts"),
        (ways.RATIO, ways.REPORTED, ways.T, "in districts with a report"),
        (ways.RATIO, ways.DRAWABLE, ways.T, "in communes with a report, which alone could be drawn"),
    ),
    "TOTAL OF THE COMMUNES THAT COULD BE DRAWN": (
        (ways.WEIGHTED, ways.DRAWABLE, ways.T, "by weights alone"),
        (ways.ASSISTED, ways.DRAWABLE, ways.T, "helped by people and reported facilities"),
        (ways.ASSISTED_MORE, ways.DRAWABLE, ways.T, "helped by town and poverty too"),
    ),
}
COLOURS = (charts.ORANGE, charts.TEAL, charts.BLUE)
TICKS = [625 * 2**power for power in range(12)]
NEEDED = "a list of sampled communes with strata and weights"


def build(national_survey: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the totals of children, by every estimator, in as many digits as the ends of their intervals."""
    rows = national_survey[national_survey["outcome"] == CHILDREN]
    step = step_of(rows["estimate"], study.disclosure.digits_modelled)
    rounded = (rows["estimate"] / step).round() * step
    rows = rows.assign(estimate=rounded, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)]
    return _absent.SURVEY.told(rows, NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how far the estimators lie apart on the same sample, and what the choice of districts does."""
    if numbers["estimate"].isna().all():
        return _absent.words("national total from sampled communes", NEEDED)
    which = _whose.these(numbers, "records")
    at = numbers.set_index(["term", "level", "interval"])
    published, own = (at.loc[key] for key in _compared())
    ratio = at.xs(ways.RATIO, level="term").xs(ways.T, level="interval")
    return charts.Words(
        title=f"In {which}, one sample of communes gives {_told(own)} children by weights, {_told(published)} by "
        "one rate",
        caption=f"Children in facilities, four nights a week. Lines: {charts.CONFIDENCE} intervals. A rate counts as "
        "many children for every person of its target; communes were drawn because facilities were reported there, so "
        "their rate is that of such communes.",
        reading=f"By weights alone {_told(own)} children live in facilities of the communes that could be drawn; the "
        f"single rate of all that was counted, applied to every district with a report, says {_told(published)}. Which "
        "districts count matters as much: the weighted rate gives "
        + "; ".join(f"{_told(row)} in {level}" for level, row in ratio.iterrows())
        + ".",
        alt_text="Dots with lines, one row an estimator. "
        + "; ".join(f"{heading.lower()}, {label}: {_told(row)}" for heading, label, row in _rows(numbers))
        + ".",
        source="the list of sampled communes that was imported, and the lists asked before; people registered in 2011.",
        limits="Weights hold if communes were drawn with the chances they say. Facilities in communes where nobody "
        "reports any are in no weighted number. Which interval can be trusted is shown by the figure on how often they "
        "hold, for made-up countries. This sample is not that of the study of 2015, of which no count by commune is in "
        "print.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one row an estimator and target, in three groups."""
    if numbers["estimate"].isna().all():
        return _absent.draw()
    figure = charts.canvas(7.6)
    axes = figure.subplots()
    height, ticks = 0.0, {}
    widest = numbers["ci_high"].max()
    for (heading, shown), colour in zip(SHOWN.items(), COLOURS, strict=True):
        ticks[height] = (heading, colour)
        for estimator, target, interval, label in shown:
            height -= 1
            row = _row(numbers, estimator, target, interval)
            ticks[height] = (label, charts.INK)
            charts.interval_dots(axes, row, [height], colour=colour)
            own = row.iloc[0]
            charts.direct_label(
                axes, own["ci_high"] if pd.notna(own["ci_high"]) else widest, height, _told(own), size=9.5
            )
        height -= 1.5
    axes.set_yticks(list(ticks), [text for text, _ in ticks.values()], size=9.5)
    for tick, (text, colour) in zip(axes.get_yticklabels(), ticks.values(), strict=True):
        tick.set(color=colour, weight="bold" if text.isupper() else "normal", size=8.5 if text.isupper() else 9.5)
    low = numbers["ci_low"].min()
    axes.set(xscale="log", xlim=(low * 0.9, widest * (widest / low) ** 0.6), ylim=(height + 0.8, 0.7))
    axes.set_xlabel("children in residential care (each step doubles)")
    axes.set_xticks([tick for tick in TICKS if low * 0.9 <= tick <= widest * 1.5])
    axes.minorticks_off()
    axes.xaxis.set_major_formatter("{x:,.0f}")
    charts.only_x_grid(axes)
    return figure


def _compared() -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Return the way of published studies and the one by weights alone."""
    return (ways.ONE_RATE, ways.REPORTED, ways.POISSON), (ways.WEIGHTED, ways.DRAWABLE, ways.T)


def _row(numbers: pd.DataFrame, estimator: str, target: str, interval: str) -> pd.DataFrame:
    of = (numbers["term"] == estimator) & (numbers["level"] == target) & (numbers["interval"] == interval)
    return numbers[of]


def _rows(numbers: pd.DataFrame) -> list[tuple[str, str, Any]]:
    return [(heading, row[3], _row(numbers, *row[:3]).iloc[0]) for heading, rows in SHOWN.items() for row in rows]


def _told(row: Any) -> str:
    if pd.isna(row["estimate"]):
        return f"withheld ({row['withheld']})" if pd.notna(row["withheld"]) else "none"
    high = "…" if pd.isna(row["ci_high"]) else f"{row['ci_high']:,.0f}"
    return f"{row['estimate']:,.0f} ({row['ci_low']:,.0f}–{high})"
