"""Support effect, simulated: what two ways to compare find in made-up records, where what the package does is known."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.estimates.support_effect_simulation import COVERAGE, MEAN, RECORDED, SPREAD, TRUE, UNMEASURED
from analysis.kinds import Estimate, Release
from analysis.models.causal.doubly_robust import CRUDE, DOUBLY_ROBUST

OF_DATA_SETS = Estimate(unit="data sets")
NUMBERS = estimate_table(
    one_row_is="how a way to compare did, in a kind of made-up records",
    extra={"withheld": Column("str", "why the number is missing", nullable=True)},
    release=Release(kinds=dict.fromkeys(("share", "difference", "ratio"), OF_DATA_SETS)),
)
WAYS = {CRUDE: ("As they are (crude)", charts.GREY), DOUBLY_ROBUST: ("Doubly robust", charts.BLUE)}
WORLDS = {RECORDED: "ALL THAT WORKERS GO BY IS RECORDED", UNMEASURED: "WORKERS ALSO SEE A NEED THAT NO SYSTEM HOLDS"}
NOMINAL, GOOD = 95, (92, 97)  # %
HEADING = 1.1  # rows that a heading takes


def build(support_effect_simulation: pd.DataFrame) -> pd.DataFrame:
    """Return means, errors and coverage of both ways in both worlds."""
    withheld = pd.array([None] * len(support_effect_simulation), "str")
    return support_effect_simulation.assign(withheld=withheld)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how often each way holds the true difference, and what an unmeasured cause does to it."""
    crude, ours = (_value(numbers, COVERAGE, way, RECORDED) for way in (CRUDE, DOUBLY_ROBUST))
    found, true = (_in_points(numbers, what, UNMEASURED) for what in (DOUBLY_ROBUST, TRUE))
    broken = _value(numbers, COVERAGE, DOUBLY_ROBUST, UNMEASURED)
    n = {world: int(numbers.loc[numbers["level"] == world, "n"].max()) for world in WORLDS}
    how = numbers.loc[numbers["level"] == UNMEASURED, "note"].iloc[0].rpartition("n: data sets; ")[2]
    return charts.Words(
        title=f"In made-up records our interval holds the true difference in {ours:.0%}, a crude one in {crude:.0%}; "
        f"an unmeasured cause turns {true} points into {found}",
        caption=f"{n[RECORDED]} and {n[UNMEASURED]} sets of made-up records. Left: mean difference of the risks of "
        "being back in residential care within a year, with less without the package; bars: the true one. Right: share "
        f"of sets whose {charts.CONFIDENCE} interval holds it. Lines: what chance leaves open in so many sets. Shaded: "
        f"{GOOD[0]} to {GOOD[1]}%.",
        reading=f"Where all is recorded, the mean of our estimates is {_in_points(numbers, DOUBLY_ROBUST, RECORDED)} "
        f"points and the true difference {_in_points(numbers, TRUE, RECORDED)}; children as they are differ by "
        f"{_in_points(numbers, CRUDE, RECORDED)}. With the unmeasured cause ours is "
        f"{found} where {true} is true; as chances of the package near 0 or 1 make intervals wide, "
        f"{broken:.0%} of them still hold it.",
        alt_text="Mean difference, and share of sets whose interval holds the true one. "
        + "; ".join(
            f"{head.lower()}: true {_in_points(numbers, TRUE, world)} points, "
            + ", ".join(
                f"{label.lower()} {_in_points(numbers, way, world)}, in {_value(numbers, COVERAGE, way, world):.0%}"
                for way, (label, _) in WAYS.items()
            )
            for world, head in WORLDS.items()
        )
        + ".",
        source="records made by the project's simulator with the parameters in its repository.",
        limits=f"Shares hold for these made-up records, without faults of recording. Of the second kind, {how}. The "
        "method cannot tell from the records which of both kinds it is given. Our standard errors are "
        f"{_value(numbers, SPREAD, DOUBLY_ROBUST, RECORDED):.2f} times the spread of our estimates.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw mean differences and, beside them, coverage: a row a way, in both worlds."""
    figure = charts.canvas(6.2)
    means, coverage = figure.subplots(1, 2, sharey=True, width_ratios=[1.25, 1])
    coverage.axvspan(*GOOD, color=charts.MUTED, alpha=0.15, lw=0, zorder=0)
    coverage.axvline(NOMINAL, color=charts.MUTED, lw=0.8, zorder=1)
    heights = _heights()
    for (world, way), y in heights.items():
        _dot(means, _row(numbers, MEAN, way, world), y, WAYS[way][1], _in_points(numbers, way, world))
        held = f"{_value(numbers, COVERAGE, way, world):.0%}"
        _dot(coverage, _row(numbers, COVERAGE, way, world), y, WAYS[way][1], held)
    for world, head in WORLDS.items():
        own = [y for (of, _), y in heights.items() if of == world]
        true = 100 * _value(numbers, TRUE, TRUE, world)
        means.plot([true, true], [min(own) - 0.35, max(own) + 0.35], color=charts.INK, lw=2.5, zorder=1)
        means.text(0, max(own) + 0.75, head, transform=means.get_yaxis_transform(), weight="bold", size=9.5)
    means.axvline(0, color=charts.MUTED, lw=0.8, zorder=0)
    means.set_yticks(list(heights.values()), [WAYS[way][0] for _, way in heights], size=10)
    means.set_ylim(min(heights.values()) - 0.6, max(heights.values()) + 1.2)
    means.set_xlabel("difference, percentage points (bar: the true one)")
    coverage.set(xlim=(-2, 102), xlabel="% of sets whose interval holds it")
    charts.only_x_grid(means)
    charts.only_x_grid(coverage).tick_params(axis="y", length=0)
    return figure


def _heights() -> dict[tuple[str, str], float]:
    keys = [(world, way) for world in WORLDS for way in WAYS]
    return {key: -place - HEADING * (place // len(WAYS)) for place, key in enumerate(keys)}


def _dot(axes: Axes, row: pd.DataFrame, y: float, colour: str, label: str) -> None:
    percent = 100 * row[["estimate", "ci_low", "ci_high"]].astype(float)
    charts.interval_dots(axes, percent, [y], colour=colour, size=8)
    charts.direct_label(axes, percent["estimate"].iloc[0], y, label, dx=0, dy=14, ha="center", colour=colour, size=9.5)


def _row(numbers: pd.DataFrame, outcome: str, term: str, world: str) -> pd.DataFrame:
    term = "residential" if outcome == TRUE else term
    keys = {"outcome": outcome, "term": term, "level": world}
    return numbers[numbers[list(keys)].eq(pd.Series(keys)).all(axis=1)]


def _value(numbers: pd.DataFrame, outcome: str, term: str, world: str) -> float:
    return float(_row(numbers, outcome, term, world)["estimate"].iloc[0])


def _in_points(numbers: pd.DataFrame, what: str, world: str) -> str:
    """Return a mean difference, or the true one, in percentage points with one decimal."""
    outcome = TRUE if what == TRUE else MEAN
    return f"{100 * _value(numbers, outcome, what, world):+.1f}".replace("-", "−")
