"""Facility types: what kinds of facility children live in, in the five priority provinces and in the twenty others."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="a type of facility in an area, as a number or as a share",
    extra={
        "claim_id": Column("str", "the claim that prints it or its opposite"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

RCI = "residential care institution"
TYPES = {
    RCI: "Residential care\ninstitution",
    "boarding school": "Boarding school",
    "group home": "Group home",
    "pagoda or other faith-based facility": "Pagoda or other\nfaith-based facility",
    "transit home or temporary emergency accommodation": "Transit home or\nemergency shelter",
}
AREAS = {"priority5": ("Five priority provinces", charts.BLUE), "other20": ("Twenty other provinces", charts.ORANGE)}


def build(facility_types: pd.DataFrame) -> pd.DataFrame:
    """Return numbers and shares of each type."""
    return facility_types[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many facilities are of another type than the one that policy counts."""
    shares = numbers[numbers["outcome"] == "facility_share"].set_index(["level", "term"])
    total = int(shares.loc[("cambodia", RCI), "n"])
    counts = numbers[numbers["outcome"] == "n_facilities"].set_index(["level", "term"])["estimate"]
    n_other = total - counts["cambodia", RCI]
    pagodas = shares["estimate"].xs("pagoda or other faith-based facility", level="term")
    return charts.Words(
        title=f"{n_other:,.0f} of the {total:,} facilities where children live do not call themselves residential "
        "care institutions",
        caption="Facilities by the type their own staff named, mapping of 2014–15. Every facility found was visited: "
        "the numbers are counts and have no interval. Percentages are of the facilities in the same provinces.",
        reading=f"{n_other / total:.0%} of the facilities found are of another type; pagodas and other faith-based "
        f"facilities are {pagodas['other20']:.0%} of those in the twenty other provinces and "
        f"{pagodas['priority5']:.0%} in the five priority provinces. These are counts, so the doubt is in what was "
        "missed and in what staff call a place.",
        alt_text="Bars for five types of facility in two panels. Five priority provinces: "
        f"{_listed(counts['priority5'])}. Twenty other provinces: {_listed(counts['other20'])}.",
        source="MoSVY and UNICEF, mapping of residential care facilities (2017) and joint press release (2016); the "
        "twenty other provinces are Cambodia minus the five.",
        limits="Types are what staff call their facility, not what an inspection found. Children by type are printed "
        "only for residential care institutions and for the four other types together.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one panel an area and one bar a type."""
    figure = charts.canvas(5.6)
    all_axes = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, (area, (title, colour)) in zip(all_axes, AREAS.items(), strict=True):
        of_area = numbers[numbers["level"] == area]
        rows = of_area.pivot(index="term", columns="outcome", values="estimate").loc[list(TYPES)]  # noqa: PD010
        _panel(axes, rows, colour)
        n_facilities = rows["n_facilities"].sum()
        axes.set_title(f"{title}: {n_facilities:,.0f} facilities", color=colour)
        axes.set_xlabel("facilities")
    all_axes[0].set_yticks(range(len(TYPES)), list(TYPES.values()))
    all_axes[0].invert_yaxis()
    all_axes[0].set_xlim(0, max(axes.dataLim.x1 for axes in all_axes) * 1.25)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, colour: str) -> Axes:
    axes.barh(range(len(rows)), rows["n_facilities"], height=0.62, color=colour)
    for y, row in enumerate(rows.itertuples()):
        charts.direct_label(axes, row.n_facilities, y, f"{row.n_facilities:.0f}  ({row.facility_share:.0%})", dx=6)
    return charts.only_x_grid(axes)


def _listed(counts: pd.Series) -> str:
    return ", ".join(f"{TYPES[term].replace(chr(10), ' ').lower()} {count:.0f}" for term, count in counts.items())
