"""Marks of the figure of driver effects: intervals that may go on, and one driver in all its specifications."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

LEAST, LARGEST = "least rate ratio without one province", "largest rate ratio without one province"


@dataclass(frozen=True)
class Look:
    """How a slope is drawn: its colour, size and face, and the ends of its axis."""

    colour: str
    size: float
    ends: tuple[float, float]
    is_hollow: bool = False


OF_PRINTED = Look(charts.TEAL, 9, (0.01, 100))
OF_MAIN = Look(charts.BLUE, 9, (0.2, 8))
OF_TOGETHER = Look(charts.BLUE, 6, (0.2, 8), is_hollow=True)
BELOW, LEFT_OUT, OTHERS = 0.21, 0.38, 0.56  # how far under a driver its other rows stand


def interval(axes: Axes, slope: pd.Series, y: float, look: Look) -> Axes:
    """Draw a slope with as much of its interval as lies on the axis; an arrow where it goes on or has no end."""
    if pd.isna(slope["estimate"]):
        return charts.say_missing(axes, y, "cannot be fitted")
    low, high = look.ends
    is_open = [pd.isna(slope["ci_low"]) or slope["ci_low"] < low, pd.isna(slope["ci_high"]) or slope["ci_high"] > high]
    ends = [low if is_open[0] else slope["ci_low"], high if is_open[1] else slope["ci_high"]]
    axes.plot(ends, [y, y], color=look.colour, lw=look.size / 3, alpha=0.55, zorder=2)
    for goes_on, x, arrow in zip(is_open, (low * 1.06, high / 1.06), "<>", strict=True):
        if goes_on:
            axes.plot(x, y, arrow, ms=look.size * 0.7, color=look.colour, zorder=3)
    face = "white" if look.is_hollow else look.colour
    axes.plot(slope["estimate"], y, "o", ms=look.size, mfc=face, mec=look.colour, mew=1.4, zorder=4)
    return axes


def models(axes: Axes, of_driver: pd.DataFrame, y: float) -> Axes:
    """Draw a driver alone; below it given all others, without one province at a time, and in all specifications."""
    main, ratios = _main(of_driver), of_driver[of_driver["scale"] == "rate ratio"]
    alone, together = main.loc["alone"], main.loc["together"]
    interval(axes, alone, y, OF_MAIN)
    interval(axes, together, y - BELOW, OF_TOGETHER)
    left_out = _left_out(of_driver)
    if left_out.notna().all():
        axes.plot(left_out, [y - LEFT_OUT] * 2, color=charts.INK, lw=1.4, marker="|", ms=5, zorder=3)
    low, high = OF_MAIN.ends
    others = ratios.loc[ratios["role"] == "varied", "estimate"].dropna().clip(low, high)
    axes.plot(others, [y - OTHERS] * len(others), "|", color=charts.MUTED, ms=7, mew=0.7, alpha=0.45, zorder=2)
    if pd.notna(alone["estimate"]):
        text = charts.interval_in_print(alone)
        axes.text(1.01, y, text, transform=axes.get_yaxis_transform(), va="center", size=9.5)
    return axes


def explain(axes: Axes, y: float) -> Axes:
    """Name the four kinds of marks at the left of the driver at height ``y``."""
    named = {
        0.0: "driver alone",
        BELOW: "given all others",
        LEFT_OUT: "one province left out",
        OTHERS: "other specifications",
    }
    for below, what in named.items():
        axes.text(OF_MAIN.ends[0], y - below, what, va="center", size=8.5, style="italic", color=charts.MUTED)
    return axes


def face(axes: Axes, title: str, below: str, look: Look) -> Axes:
    """Give an axes its scale, its title and what stands beneath the title."""
    axes.set_xscale("log")
    axes.axvline(1, color=charts.MUTED, lw=1.2, zorder=1)
    ticks = [tick for tick in (0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100) if look.ends[0] <= tick <= look.ends[1]]
    ticks = ticks if look.ends[1] < 10 else [0.01, 0.1, 1, 10, 100]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set(xlim=look.ends, xlabel="times the institutions per child")
    axes.set_title(f"{title}\n", color=look.colour)
    axes.text(0, 1.015, below, transform=axes.transAxes, size=9.5, color=charts.MUTED, va="bottom")
    return charts.only_x_grid(axes)


def _main(of_driver: pd.DataFrame) -> pd.DataFrame:
    is_main = (of_driver["role"] == "main") & (of_driver["outcome"] == "n_facilities")
    return of_driver[is_main].set_index("specification")


def _left_out(of_driver: pd.DataFrame) -> pd.Series:
    """Return the least and largest ratio of the driver alone when one province is left out at a time."""
    is_alone = (of_driver["outcome"] == "n_facilities") & (of_driver["specification"] == "alone")
    is_left_out = is_alone & of_driver["scale"].isin([LEAST, LARGEST])
    return of_driver[is_left_out].set_index("scale")["estimate"].reindex([LEAST, LARGEST])
