"""Care trend: institutions and children in them from 2010 on; joined only where a ruling says they may be compared."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="a count of one year on one basis, a change since the mapping, or the coverage of the ministry's list",
    extra={
        "year": Column("Int64", "year it stands at", ge=2000),
        "basis": Column("str", "how it was counted"),
        "segment": Column("str", "only rows of one segment may be joined by a line"),
        "is_derived": Column("boolean", "whether we computed it from printed numbers"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

PANELS = {
    "n_rcis": ("Residential care institutions", "institutions"),
    "n_children_in_rcis": ("Children living in them", "children"),
}
INSPECTION, MAPPING = "inspection 2010-2014", "mapping to 2019"
COLOURS = {INSPECTION: charts.BLUE, MAPPING: charts.ORANGE}


def build(care_trend: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is."""
    return care_trend[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say that the step of 2014-15 is a change of counting, and how much of it was known before."""
    known, found = _known_and_found(numbers, "n_rcis")
    coverage = numbers[numbers["outcome"] == "list_coverage_share"].set_index("term")["estimate"]
    counts = numbers.set_index(["outcome", "segment", "year"])["estimate"]
    before, mapped = counts["n_rcis", INSPECTION, 2014], counts["n_rcis", MAPPING, 2015]
    changes = numbers[numbers["outcome"] == "n_children_in_rcis_change_share"]["estimate"].abs()
    return charts.Words(
        title=f"The jump of 2014–15 is largely a change of counting: the ministry had known {known:,.0f} of the "
        f"{found:,.0f} institutions found in five provinces",
        caption="Lines join two inspections, or the mapping and what its sources set against it. Hollow: worked out "
        "from a printed percentage or sum. Grey: other statements. We saw none of them with an interval.",
        reading=f"The step from {before:,.0f} institutions known in 2014 to {mapped:,.0f} found by the mapping "
        "cannot be read as growth: in five provinces the ministry had known "
        f"{coverage['n_rcis_in_priority5']:.0%} of them; since the mapping {changes.min():.0%} to "
        f"{changes.max():.0%} fewer children are reported, on counts of whose completeness we found no check.",
        alt_text="Two panels by year. "
        + " ".join(_listed(numbers, outcome, what) for outcome, (_, what) in PANELS.items())
        + f" Two bars beneath: of {found:,.0f} institutions found in five provinces {known:,.0f} had been known.",
        source="MoSVY and UNICEF (2011, 2016, 2017); UNICEF country programme 2019–2023; Save the Children "
        "(2024); Phnom Penh Post (2021); Cambodia Daily; Better Care Network.",
        limits="How complete the counts of 2018, 2019 and 2021 were is not known, so a part of the fall may again be a "
        "change of counting. It says nothing about where the children went.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the counts by year above, and beneath them what was known before of what the mapping found."""
    figure = charts.canvas(7.4)
    all_axes = figure.subplots(2, 2, height_ratios=[6, 1])
    for (above, beneath), (outcome, (title, what)) in zip(all_axes.T, PANELS.items(), strict=True):
        _counts(above, numbers[numbers["outcome"] == outcome])
        above.set_title(title)
        _coverage(beneath, *_known_and_found(numbers, outcome), what)
    return figure


def _counts(axes: Axes, rows: pd.DataFrame) -> Axes:
    for segment, counts in rows.sort_values("year").groupby("segment"):
        _segment(axes, segment, counts)
    axes.set(xlim=(2009.3, 2022.6), ylim=(0, rows["estimate"].max() * 1.18), xticks=range(2010, 2023, 2))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(visible=False, axis="x")
    _name(axes, rows, INSPECTION, 2010, "known through\ninspection", (0, -32))
    _name(axes, rows, MAPPING, 2015, "found by\nthe mapping", (-12, 4), ha="right")
    _name(axes, rows, MAPPING, 2018, "later data of\nthe ministry", (14, 34), ha="left")
    latest = rows.loc[rows["year"].idxmax()]
    axes.annotate("spokesman,\nrounded", (latest["year"], latest["estimate"]), (0, -12), textcoords="offset points",
                  ha="center", va="top", size=9, color=charts.MUTED)  # fmt: skip
    return axes


def _segment(axes: Axes, segment: str, counts: pd.DataFrame) -> None:
    """Join the counts of one segment; those of the two series stand in front and carry their number."""
    is_series, colour = segment in COLOURS, COLOURS.get(segment, charts.GREY)
    axes.plot(counts["year"], counts["estimate"], "-", color=colour, lw=2.5, alpha=0.7)
    for row in counts.itertuples():
        face = "white" if row.is_derived else colour
        axes.plot(row.year, row.estimate, "D", ms=8, mfc=face, mec=colour, mew=1.8, zorder=4 if is_series else 3)
        if is_series or row.year > 2015:
            ink = colour if is_series else charts.MUTED
            charts.direct_label(axes, row.year, row.estimate, f"{row.estimate:,.0f}", dx=9, dy=7, colour=ink)


def _name(
    axes: Axes, rows: pd.DataFrame, segment: str, year: int, text: str, offset: tuple[int, int], **how: Any
) -> None:
    point = rows[(rows["segment"] == segment) & (rows["year"] == year)].iloc[0]
    how = {"ha": "left", "va": "center", **how}
    axes.annotate(
        text, (year, point["estimate"]), offset, textcoords="offset points", size=9, color=COLOURS[segment], **how
    )


def _coverage(axes: Axes, known: float, found: float, what: str) -> Axes:
    axes.barh(0, found, color="#F0C9A8", height=0.7)
    axes.barh(0, known, color=charts.BLUE, height=0.7)
    axes.text(found * 0.02, 0, f"{known:,.0f} known", va="center", color="white", size=9.5)
    axes.text(found * 0.985, 0, f"{found:,.0f} found", va="center", ha="right", size=9.5)
    axes.set_title(
        f"In five provinces {known / found:.0%} of the {what} had been known", size=10, weight="normal", pad=4
    )
    axes.set(xlim=(0, found))
    axes.set_axis_off()
    return axes


def _known_and_found(numbers: pd.DataFrame, outcome: str) -> tuple[float, float]:
    rows = numbers[numbers["outcome"] == f"{outcome}_in_priority5"].sort_values("year")["estimate"]
    return rows.iloc[0], rows.iloc[-1]


def _listed(numbers: pd.DataFrame, outcome: str, what: str) -> str:
    rows = numbers[numbers["outcome"] == outcome].sort_values("year")
    listed = ", ".join(f"{row.year} {row.estimate:,.0f} ({row.basis})" for row in rows.itertuples())
    return f"{what.capitalize()}: {listed}."
