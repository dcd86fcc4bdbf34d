"""Driver gradients: every slope of every driver the totals allow, with what leaving one group out does to it."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="the slope of one driver in one specification",
    extra={
        "specification": Column("str", "'alone', 'with <other driver>', or 'excluded' before any fit"),
        "contrast": Column("str", "what the ratio compares: provinces this far apart"),
        "loo_low": Column("Float64", "least estimate when one group is left out", ge=0, nullable=True),
        "loo_high": Column("Float64", "largest estimate when one group is left out", ge=0, nullable=True),
        "deviance_explained": Column("Float64", "share of the differences explained", le=1, nullable=True),
        "is_identified": Column("boolean", "whether the totals bound the slope on both sides"),
        "fits_like": Column("str", "drivers that fit the groups nearly alike; only where alone", nullable=True),
    },
    key=("outcome", "term", "level", "specification"),
)

DRIVERS = {
    "is_tourism_destination": "Tourist destination",
    "urban_share": "Urban share",
    "net_migration_per_1k": "Net in-migration",
    "migrants_abroad_share": "Adults abroad",
    "mpi": "Poverty index",
    "school_distance_km": "Way to upper secondary",
    "idpoor_share": "Poor households (IDPoor)",
    "school_attendance_deprived_share": "School attendance",
}
# held by tests/validation/test_aggregated_poisson.py: the printed totals decide it, so look again when rows are added
BY_LUCK = "where no driver matters, the best of seven takes up as much in one of three simulated countries"
LEAST, LARGEST = 0.01, 100  # ends of the axis; intervals beyond carry an arrow
ROW, BAND = 0.5, 1.5  # height of a specification, space between drivers


def build(driver_gradients: pd.DataFrame) -> pd.DataFrame:
    """Return the slopes of the institutions; those of children cannot be fitted to two groups."""
    return driver_gradients.loc[driver_gradients["outcome"] == "n_rcis", list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say that no slope can be told from none, and which driver fits best."""
    fitted = numbers[numbers["estimate"].notna()]
    told = fitted[(fitted["ci_low"] > 1) | (fitted["ci_high"] < 1)]
    alone = fitted[fitted["specification"] == "alone"].set_index("term")
    best = alone.loc[alone["deviance_explained"].idxmax()]
    name, n_groups = _in_sentence(best.name), int(fitted["n"].max())
    finding = (
        "no driver can be told from no association"
        if told.empty
        else f"{told['term'].nunique()} of {len(alone)} drivers can be told from no association"
    )
    return charts.Words(
        title=f"From totals of {n_groups} groups of provinces {finding}; “{name}” fits best",
        caption="How many times the institutions per child where a driver is one standard deviation higher, or "
        f"present. Lines: {charts.CONFIDENCE} intervals, faded with an arrow where an end is open; hollow without a "
        "line: no bound at all.",
        reading=f"Of {len(fitted)} slopes {len(told) or 'none'} can be told from no association. A step in “{name}” "
        f"goes with {charts.in_print(best['estimate'])} times the institutions per child ({_interval(best)}), which "
        f"takes up {best['deviance_explained']:.0%} of the differences between {n_groups} groups; but {BY_LUCK}.",
        alt_text=f"Dots on a logarithmic scale in {len(alone)} groups, one a driver. Alone: "
        + "; ".join(
            f"{_in_sentence(row.Index)} {charts.in_print(row.estimate)} ({_interval(row._asdict())})"
            for row in alone.sort_values("estimate", ascending=False).itertuples()
        )
        + ".",
        source="MoSVY and UNICEF, mapping (2016, 2017); Family Care First; Commune Database 2011; global MPI 2024; "
        "IDPoor c. 2022; census 2008; Ministry of Education 2013; Ministry of Tourism 2014. Models: Homeward.",
        limits="We found no open copy of the mapping's table of 25 provinces. A slope between groups of provinces says "
        "nothing about families and nothing about causes; the drivers are of other years than the mapping.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one band a driver, the largest slope on top; in it the driver alone, then beside each other one."""
    fitted = numbers[numbers["estimate"].notna()]
    figure = charts.canvas(8.8)
    axes = figure.subplots()
    axes.set_xscale("log")
    axes.axvline(1, color=charts.MUTED, lw=1.2, zorder=1)
    y, ticks = 0.0, {}
    for driver in fitted[fitted["specification"] == "alone"].sort_values("estimate", ascending=False).itertuples():
        others = fitted[(fitted["term"] == driver.term) & (fitted["specification"] != "alone")].sort_values("estimate")
        ticks[y] = DRIVERS[driver.term]
        _alone(axes, driver, y)
        heights = [y - 1.1 - ROW * position for position in range(len(others))]
        _slopes(axes, others, heights, size=4.5, width=1.6)
        if y == 0:
            _explain(axes, driver, others.iloc[-1], heights[-1])
        y = min([y, *heights]) - BAND
    for driver in numbers[numbers["specification"] == "excluded"].itertuples():
        ticks[y] = DRIVERS[driver.term]
        charts.say_missing(axes, y, "not fitted: its survey overlaps the school closures of 2021–22")
        y -= BAND
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set(
        xlim=(LEAST, LARGEST), ylim=(y + BAND - 0.8, 1.0), xlabel="times the institutions per child (1 = no difference)"
    )
    axes.set_xticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    axes.minorticks_off()
    charts.only_x_grid(axes)
    return figure


def _alone(axes: Axes, driver: Any, y: float) -> None:
    _slopes(axes, pd.DataFrame([driver]), [y], size=10, width=4)
    if pd.notna(driver.loo_low):
        low, high = max(driver.loo_low, LEAST), min(driver.loo_high, LARGEST)
        axes.plot([low, high], [y - 0.55] * 2, color=charts.INK, lw=1.6, marker="|", ms=6, zorder=3)
    text = f"{charts.in_print(driver.estimate)}\n({_interval(driver._asdict())})"
    axes.text(1.01, y, text, transform=axes.get_yaxis_transform(), va="center", size=9.5, linespacing=1.1)


def _explain(axes: Axes, driver: Any, last: pd.Series, y: float) -> None:
    """Name the three kinds of marks at the first driver."""
    for x, height, what in (
        (driver.ci_low, 0.4, "driver alone"),
        (driver.loo_low, -0.6, "one group left out"),
        (last["estimate"], y, "beside one other driver"),
    ):
        if pd.notna(x) and x > 10 * LEAST:
            charts.direct_label(axes, x, height, what, dx=-14, colour=charts.MUTED, size=8.5, style="italic", bbox=None)


def _slopes(axes: Axes, rows: pd.DataFrame, y: list[float], size: float, width: float) -> None:
    """Draw slopes with as much of their intervals as lies on the axis; an arrow where there is more."""
    for row, height in zip(rows.itertuples(), y, strict=True):
        is_bounded = pd.notna(row.ci_low), pd.notna(row.ci_high)
        low = row.ci_low if is_bounded[0] and row.ci_low > LEAST else LEAST
        high = row.ci_high if is_bounded[1] and row.ci_high < LARGEST else LARGEST
        if any(is_bounded):
            strength = 0.6 if all(is_bounded) else 0.25
            axes.plot([low, high], [height] * 2, color=charts.BLUE, lw=width, alpha=strength, zorder=2)
            arrows = [(LEAST * 1.05, "<")] * int(low == LEAST) + [(LARGEST / 1.05, ">")] * int(high == LARGEST)
            for x, arrow in arrows:
                axes.plot(x, height, arrow, ms=size * 0.8, color=charts.BLUE, alpha=0.6)
        face = charts.BLUE if row.is_identified else "white"
        axes.plot(row.estimate, height, "o", ms=size, mfc=face, mec=charts.BLUE, mew=1.4, zorder=4)


def _in_sentence(driver: str) -> str:
    return DRIVERS[driver][0].lower() + DRIVERS[driver][1:]


def _interval(row: pd.Series) -> str:
    low, high = row["ci_low"], row["ci_high"]
    if pd.isna(low) and pd.isna(high):
        return "no bound"
    if pd.isna(high):
        return f"at least {charts.in_print(low)}"
    return f"at most {charts.in_print(high)}" if pd.isna(low) else f"{charts.in_print(low)}–{charts.in_print(high)}"
