"""Care rates: residential care institutions, and children in them, per 100,000 children, by group of provinces."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="the rate of one outcome in one area on one count of children, or its ratio to the base area",
    extra={
        "interval": Column("str", "how the interval was made"),
        "n_children": Column("Int64", "children of the area; missing for a ratio", ge=0, nullable=True),
        "claim_ids": Column("str", "the claims that print the counts"),
    },
)

PANELS = {
    "n_rcis": "Residential care institutions\nper 100,000 children",
    "n_children_in_rcis": "Children living in them\nper 100,000 children",
}
BEST_INTERVAL = {"n_rcis": "exact_poisson", "n_children_in_rcis": "clustered_in_facilities"}
OFFSETS = {"2011 registration": 0.17, "2008 census": -0.17}


def build(care_rates: pd.DataFrame) -> pd.DataFrame:
    """Return each rate and ratio once: of children only the interval that knows they live in facilities together."""
    return care_rates[care_rates["interval"] == care_rates["outcome"].map(BEST_INTERVAL)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many times denser institutions stand in Phnom Penh, and the range over both counts of children."""
    institutions, children = (numbers[numbers["outcome"] == outcome].set_index("term") for outcome in PANELS)
    times = institutions.loc["Phnom Penh / other20"]
    return charts.Words(
        title=f"Per child, the mapping found about {times['estimate'].mean():.0f} times as many residential care "
        "institutions in Phnom Penh as in the twenty other provinces",
        caption="Mapping by the ministry, 2014–15. Filled dots: per children registered in 2011; hollow: per children "
        f"of the 2008 census. Lines and brackets: {charts.CONFIDENCE} intervals for chance alone, if institutions "
        "arise independently and their sizes vary as in the 2015 study; what was missed is not covered.",
        reading=f"The mapping found {_range(institutions.loc['Phnom Penh'])} institutions per 100,000 children in "
        f"Phnom Penh, {_range(times)} times the rate of the twenty other provinces; if institutions arise "
        f"independently, chance leaves {charts.in_print(times['ci_low'].min())} to "
        f"{charts.in_print(times['ci_high'].max())} times.",
        alt_text="Two panels of dots with intervals, each for two counts of children. Institutions per 100,000 "
        f"children: Phnom Penh {_range(institutions.loc['Phnom Penh'])}, Siem Reap "
        f"{_range(institutions.loc['Siem Reap'])}, the twenty other provinces {_range(institutions.loc['other20'])}, "
        f"Cambodia {_range(institutions.loc['cambodia'])}. Children in them per 100,000: five priority provinces "
        f"{_range(children.loc['priority5'])}, the twenty others {_range(children.loc['other20'])}, Cambodia "
        f"{_range(children.loc['cambodia'])}.",
        source="MoSVY and UNICEF, mapping of residential care facilities (2016, 2017); Family Care First (counts of "
        "Phnom Penh and Siem Reap); Commune Database 2011; census 2008.",
        limits="Neither count of children is of the year of the mapping, and registration undercounts Phnom Penh. "
        "Children are known for two groups of provinces only, and may live in another province than the one they come "
        "from. Facilities that were missed are not covered.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one panel an outcome and one row an area, with one dot for each count of children."""
    rates = numbers[numbers["scale"] == "per_100k_children"]
    single = sorted(set(rates["term"]) - set(charts.AREA_NAMES))  # a province whose row a user has added
    places = {area: -position for position, area in enumerate([*single, *charts.AREA_NAMES])}
    figure = charts.canvas(6.2 + 0.5 * len(single))
    all_axes = figure.subplots(1, 2, sharey=True)
    for axes, (outcome, title) in zip(all_axes, PANELS.items(), strict=True):
        _panel(axes, rates[rates["outcome"] == outcome], places)
        axes.set_title(title)
    all_axes[0].set_yticks(list(places.values()), [charts.AREA_NAMES.get(area, area) for area in places])
    all_axes[0].set_ylim(min(places.values()) - 0.5, 0.5)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, places: dict[str, int]) -> Axes:
    axes.set_xlim(0, rows["ci_high"].max() * 1.3)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    for level, offset in OFFSETS.items():
        of_level = rows[rows["level"] == level]
        y = [places[area] + offset for area in of_level["term"]]
        colours = [charts.AREA_COLOURS.get(area, charts.BLUE) for area in of_level["term"]]
        charts.interval_dots(axes, of_level, y, colour=colours, hollow=level == "2008 census", size=7)
        for row, height in zip(of_level.itertuples(), y, strict=True):
            charts.direct_label(axes, row.ci_high, height, charts.interval_in_print(row), size=9)
    for area in [area for area in places if area not in set(rows["term"])]:
        charts.say_missing(axes, places[area], "not found")
    return charts.only_x_grid(axes)


def _range(rows: pd.DataFrame) -> str:
    return charts.range_in_print(rows["estimate"])
