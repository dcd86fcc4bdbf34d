"""National survey coverage: how often the interval of each estimator holds the true number of made-up countries."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.estimates import _national_estimators as ways
from analysis.estimates.national_survey import INTERVALS
from analysis.estimates.national_survey_coverage import COUNTRY, COVERAGE, MEAN, OPEN, WIDTH
from analysis.kinds import Estimate, Release
from analysis.simulate.sampled_countries import BY_FACILITIES, BY_POPULATION

OF_SAMPLES = Estimate(unit="samples")
NUMBERS = estimate_table(
    one_row_is="how an interval of an estimator did, under a design, in the samples of made-up countries",
    extra={
        "interval": Column("str", "how the interval is made", isin=INTERVALS),
        "design": Column("str", "how communes are drawn"),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "level", "interval", "design"),
    release=Release(kinds={"share": OF_SAMPLES, "relative": OF_SAMPLES}),
)

TITLES = {
    BY_FACILITIES: "COMMUNES DRAWN BY THE FACILITIES REPORTED IN THEM",
    BY_POPULATION: "COMMUNES DRAWN BY POPULATION, which suits a single rate best",
}
SHOWN = {  # estimator: its label and the intervals shown of it
    (ways.ONE_RATE, (ways.POISSON,)): "One rate, as published",
    (ways.ONE_RATE, (ways.T, ways.STUDENTISED)): "One rate, as communes differ",
    (ways.NEGATIVE_BINOMIAL, (ways.MODEL,)): "Negative binomial rate",
    (ways.RATIO, (ways.POISSON,)): "Weighted rate, Poisson interval",
    (ways.RATIO, (ways.T, ways.STUDENTISED)): "Weighted rate",
    (ways.WEIGHTED, (ways.T, ways.STUDENTISED)): "Weighted total",
    (ways.ASSISTED, (ways.T, ways.STUDENTISED)): "Total helped by people and reports",
    (ways.ASSISTED_MORE, (ways.T, ways.STUDENTISED)): "Total helped by town and poverty too",
}
COLOURS = {ways.POISSON: charts.ORANGE, ways.MODEL: charts.ORANGE, ways.T: charts.BLUE, ways.STUDENTISED: charts.TEAL}
MARKS = {ways.POISSON: "o", ways.MODEL: "o", ways.T: "o", ways.STUDENTISED: "s"}
NAMES = {ways.POISSON: "Poisson", ways.MODEL: "model", ways.T: "bootstrap, t", ways.STUDENTISED: "bootstrap-t"}
ADVISED = {BY_FACILITIES: ways.T, BY_POPULATION: ways.STUDENTISED}
OURS = (ways.RATIO, ways.WEIGHTED, ways.ASSISTED, ways.ASSISTED_MORE)
NOMINAL, GOOD = 95, (93, 97)  # %
STEP = 0.22  # of a row, from its middle to each of two marks
AT = (0, 0.39, 0.6, 0.79, 1)  # columns beside a panel, of their width


def build(national_survey_coverage: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, bias and width of every interval."""
    withheld = pd.array([None] * len(national_survey_coverage), "str")
    return national_survey_coverage.assign(withheld=withheld)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how often the published style of interval holds the true number and how often the others do, and why."""
    published, weighted_poisson = (
        [_percent(numbers, estimator, ways.POISSON, design) for design in TITLES]
        for estimator in (ways.ONE_RATE, ways.RATIO)
    )
    advised = {design: _range_of(numbers, design) for design in TITLES}
    mean = [_value(numbers, MEAN, ways.ONE_RATE, ways.POISSON, design) for design in TITLES]
    width = _value(numbers, WIDTH, ways.WEIGHTED, ways.STUDENTISED, BY_POPULATION)
    n_open = _value(numbers, OPEN, ways.WEIGHTED, ways.STUDENTISED, BY_POPULATION)
    country = _value(numbers, COVERAGE, ways.WEIGHTED, ways.T, BY_FACILITIES, COUNTRY)
    n = numbers["n"].max()
    return charts.Words(
        title=f"In made-up countries the one-rate interval holds the true number in {published[0]} or "
        f"{published[1]} of samples, by how these are drawn; ours in {advised[BY_FACILITIES]} or "
        f"{advised[BY_POPULATION]}",
        caption=f"Share of {n:,.0f} samples of communes whose {charts.CONFIDENCE} interval holds the true number of "
        "children in the communes that could be drawn; lines: what chance leaves open in that many samples. Shaded: "
        f"{GOOD[0]} to {GOOD[1]}%. Right: mean estimate and median width of the interval, over the true number, and "
        "how many have no upper end.",
        reading=f"One rate fails twice. Without weights it is {mean[0]:.1f} times the true number where communes were "
        f"drawn for their facilities, {mean[1]:.2f} times where by population. And with the weights right, a Poisson "
        f"interval holds in {weighted_poisson[0]} and {weighted_poisson[1]}: it takes children for independent, who "
        "live together in facilities, and these in few communes.",
        alt_text="; ".join(
            f"{title}: " + ", ".join(f"{label} {_row_told(numbers, key, design)}" for key, label in SHOWN.items())
            for design, title in TITLES.items()
        )
        + ".",
        source="countries, lists and samples made by the project's simulator with the parameters in its repository.",
        limits="Shares hold for these made-up countries. Drawn by population, so few communes hold few facilities: the "
        f"only intervals that hold are {width:.1f} times as wide as the number itself, and {n_open:.0%} of them have "
        "no upper end. No estimator sees facilities where nobody reports one: of the whole country the weighted "
        f"total's interval holds the number in {country:.0%}.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw a panel for each design, a row for each estimator, its numbers beside it."""
    figure = charts.canvas(11.6)
    grid = figure.add_gridspec(4, 2, width_ratios=[1, 0.82], height_ratios=[0.1, 1, 0.1, 1])
    for number, (design, title) in enumerate(TITLES.items()):
        head, axes = figure.add_subplot(grid[2 * number, :]), figure.add_subplot(grid[2 * number + 1, 0])
        head.axis("off")
        head.text(0, 0.2, title, size=11, weight="bold", transform=head.transAxes)
        beside = figure.add_subplot(grid[2 * number + 1, 1], sharey=axes)
        _draw_design(axes, beside, numbers[(numbers["design"] == design) & (numbers["level"] == ways.DRAWABLE)])
        axes.set_xlabel("% of samples whose interval holds the true number")
    return figure


def _draw_design(axes: Axes, beside: Axes, rows: pd.DataFrame) -> Axes:
    axes.axvspan(*GOOD, color=charts.MUTED, alpha=0.15, lw=0, zorder=0)
    axes.axvline(NOMINAL, color=charts.MUTED, lw=0.8, zorder=1)
    for place, (estimator, intervals) in enumerate(SHOWN):
        for number, interval in enumerate(intervals):
            y = -place - STEP * (2 * number - len(intervals) + 1)
            own = rows[(rows["term"] == estimator) & (rows["interval"] == interval)].set_index("outcome")
            percent = 100 * own.loc[[COVERAGE], ["estimate", "ci_low", "ci_high"]]
            charts.interval_dots(axes, percent, [y], colour=COLOURS[interval], marker=MARKS[interval], size=6)
            for x, text in zip(AT, (NAMES[interval], *_numbers_of(own["estimate"])), strict=True):
                beside.text(x, y, text, ha="right" if x else "left", va="center", size=9, color=COLOURS[interval])
    for x, text in zip(AT, ("interval", "holds", "mean\nestimate", "median\nwidth", "no upper\nend"), strict=True):
        beside.text(x, 0.62, text, ha="right" if x else "left", va="bottom", size=9, color=charts.MUTED)
    axes.set_yticks([-place for place in range(len(SHOWN))], list(SHOWN.values()), size=9.5)
    axes.set(xlim=(-2, 102), ylim=(-len(SHOWN) + 0.3, 0.6))
    beside.set_xlim(0, 1)
    beside.axis("off")
    return charts.only_x_grid(axes)


def _numbers_of(of: pd.Series) -> tuple[str, ...]:
    is_open = of[OPEN] > 0
    return f"{of[COVERAGE]:.0%}", f"× {of[MEAN]:.2f}", f"× {of[WIDTH]:.2f}", f"{of[OPEN]:.0%}" if is_open else "–"


def _value(
    numbers: pd.DataFrame, outcome: str, estimator: str, interval: str, design: str, level: str = ways.DRAWABLE
) -> float:
    keys = {"outcome": outcome, "term": estimator, "interval": interval, "design": design, "level": level}
    of = numbers[list(keys)].eq(pd.Series(keys)).all(axis=1)
    return float(numbers.loc[of, "estimate"].iloc[0])


def _percent(numbers: pd.DataFrame, estimator: str, interval: str, design: str) -> str:
    return f"{_value(numbers, COVERAGE, estimator, interval, design):.0%}"


def _range_of(numbers: pd.DataFrame, design: str) -> str:
    """Return how often the advised interval of our estimators holds, from the least to the most."""
    held = [100 * _value(numbers, COVERAGE, estimator, ADVISED[design], design) for estimator in OURS]
    return f"{min(held):.0f} to {max(held):.0f}%"


def _row_told(numbers: pd.DataFrame, key: tuple[str, Any], design: str) -> str:
    estimator, intervals = key
    return " or ".join(_percent(numbers, estimator, interval, design) for interval in intervals)
