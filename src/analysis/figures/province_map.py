"""Province map: the rates of the 25 provinces and their doubt on outlines, for where place is the message."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.boundaries import ATTRIBUTION
from analysis.figures import province_rates as tiles
from analysis.words import listed

if TYPE_CHECKING:
    import geopandas

NUMBERS = tiles.NUMBERS

# Provinces too small for a number inside: how far beside their middle it stands, in km (east, north)
BESIDE = {"08": (20, -122), "12": (150, -112), "18": (-95, -82), "23": (15, -42), "24": (-62, -40)}
INSIDE = {
    "09": (-13, 0),
    "17": (-7, 12),
    "20": (1, 0),
    "08": (12, -50),
    "14": (0, 12),
    "15": (-20, -12),
    "16": (0, -10),
    "19": (-12, -25),
}  # moved to where there is room

MANY = 4  # names in a title


def build(province_rates: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the tile grid."""
    return tiles.build(province_rates)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say where institutions are known to be dense and where the totals cannot rule it out."""
    printed = numbers[numbers["is_count_printed"]]
    dense = printed[printed["ci_low"] > numbers["estimate"].median()].sort_values("estimate", ascending=False)
    modelled = numbers[~numbers["is_count_printed"]]
    possible = modelled[modelled["ci_high"] >= dense["estimate"].min()].sort_values("estimate", ascending=False)
    known, maybe = _few(dense["term"]), _few(possible["term"])
    rest = f"; in {maybe} the model cannot rule it out" if len(possible) else ""
    reach_as_high = f"the intervals of {maybe} reach as high ({_ends(possible)})," if len(possible) else ""
    of_tiles = tiles.words(numbers)
    return charts.Words(
        title=f"Institutions are known to be dense in {known}{rest}",
        caption="Residential care institutions per 100,000 children registered in 2011, mapping of 2014–15. Hatched: "
        "no count found in print, modelled from group totals, town, tourism and poverty; "
        f"{of_tiles.caption.rpartition('; ')[2]}",
        reading=f"{known} rest on printed counts ({_ends(dense)}); {reach_as_high} those of the other "
        f"{len(modelled) - len(possible)} provinces do not, if the model holds.",
        alt_text="Two maps of Cambodia's provinces, left the rate, right how uncertain it is. "
        f"{of_tiles.alt_text.partition('. ')[2]}",
        source=f"{of_tiles.source} {ATTRIBUTION}.",
        limits=f"{of_tiles.limits} Large provinces catch the eye although few children live there.",
    )


def draw(numbers: pd.DataFrame, boundaries: "geopandas.GeoDataFrame") -> Figure:
    """Draw the rates and, as large, how many times the low end of an interval its high end is."""
    figure = charts.canvas(6.8)
    of_rate, of_doubt = figure.subplots(1, 2)
    rows = numbers.set_index("province_code")
    rates, times = rows["estimate"].map(charts.in_print), charts.times_apart(rows)
    rates = rates.where(rows["is_count_printed"], "≈ " + rates)
    named = (
        rows["is_count_printed"] | rows.index.isin(BESIDE) | (rows["estimate"] >= rows["estimate"].nlargest(5).min())
    )
    rate_colours = charts.shades(charts.SEQUENCE, rows["estimate"], 0)
    doubt_colours = charts.shades(charts.DOUBT, times, 1)
    outlines = charts.outline_map(of_rate, boundaries, rate_colours)
    _hatch(of_rate, outlines[outlines.index.isin(rows.index[~rows["is_count_printed"]])])
    _print(of_rate, outlines, rate_colours, rates.where(~named, rows["term"] + "\n" + rates), rows["is_count_printed"])
    charts.outline_map(of_doubt, boundaries, doubt_colours)
    _print(of_doubt, outlines, doubt_colours, times.map("×{:.1f}".format), rows["is_count_printed"])
    of_rate.set_title("Rate: darker is higher")
    of_doubt.set_title("Doubt: interval's high end ÷ low end")
    return figure


def _hatch(axes: Axes, outlines: "geopandas.GeoDataFrame") -> None:
    outlines.plot(ax=axes, facecolor="none", edgecolor="white", hatch="////", linewidth=0, alpha=0.45)


def _print(
    axes: Axes, outlines: "geopandas.GeoDataFrame", colours: pd.Series, texts: pd.Series, is_count_printed: pd.Series
) -> None:
    """Print each province's text on it, or beside it with a line where it is too small."""
    line = {"arrowstyle": "-", "color": charts.MUTED, "lw": 0.7, "shrinkA": 0, "shrinkB": 0}
    for code, middle in outlines.representative_point().items():
        east, north = BESIDE.get(code) or INSIDE.get(code, (0, 0))
        is_inside = code not in BESIDE
        axes.annotate(
            texts[code],
            (middle.x, middle.y),
            (middle.x + east * 1000, middle.y + north * 1000),
            ha="center",
            va="center",
            size=8.5,
            linespacing=1.05,
            weight="bold" if is_count_printed[code] else "normal",
            color=charts.ink_on(colours[code]) if is_inside else charts.INK,
            bbox={"facecolor": colours[code], "edgecolor": "none", "pad": 0.2} if is_inside else None,
            arrowprops=None if is_inside else line,
        )


def _few(names: pd.Series) -> str:
    """Return names as in a sentence, the first three and how many more where there are many."""
    return listed(names if len(names) <= MANY else [*names[:3], f"{len(names) - 3} more"])


def _ends(rows: pd.DataFrame) -> str:
    return ", ".join(f"{charts.in_print(row.ci_low)}–{charts.in_print(row.ci_high)}" for row in rows.itertuples())
