"""Care trend: institutions and children in them from 2010 on; only what was counted in the same way is joined."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="a count of one year on one basis, a change since the mapping, or the coverage of the ministry's list",
    extra={
        "year": Column("Int64", "year it stands at", ge=2000),
        "basis": Column("str", "how it was counted"),
        "segment": Column("str", "only rows of one segment may be joined by a line"),
        "is_derived": Column("boolean", "whether we computed it from printed numbers"),
        "grade": Column("str", "A at the source, B quoted by another, C derived", isin=("A", "B", "C")),
    },
)

PANELS = {
    "n_rcis": ("Residential care institutions", "institutions"),
    "n_children_in_rcis": ("Children living in them", "children"),
}
INSPECTION, MAPPING = "inspection 2010-2014", "mapping to 2019"
COLOURS = {INSPECTION: charts.BLUE, MAPPING: charts.ORANGE}


def build(care_trend: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is, without its sources."""
    return care_trend[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say that the step of 2014-15 is a change of counting, and how much of the mapping the list had known."""
    known, found = _known_and_found(numbers, "n_rcis")
    coverage = numbers[numbers["outcome"] == "list_coverage_share"].set_index("term")["estimate"]
    counts = numbers.set_index(["outcome", "segment", "year"])["estimate"]
    before, mapped = counts["n_rcis", INSPECTION, 2014], counts["n_rcis", MAPPING, 2015]
    changes = numbers[numbers["outcome"] == "n_children_in_rcis_change_share"]["estimate"].abs()
    return charts.Words(
        title=f"The jump of 2014–15 is largely a change of counting: the ministry's list held {known:,.0f} of the "
        f"{found:,.0f} institutions found in five provinces",
        caption="Only counts made in the same way are joined. Hollow: worked out from a printed percentage or sum. "
        "Grey: other statements. None of them is printed with an interval.",
        reading=f"The step from {before:,.0f} institutions on the list of 2014 to {mapped:,.0f} found by the mapping "
        f"measures no growth, for in five provinces the list held {coverage['n_rcis_in_priority5']:.0%} of them; since "
        f"the mapping {changes.min():.0%} to {changes.max():.0%} fewer children are reported, on counts whose "
        "completeness nobody has checked.",
        alt_text="Two panels by year. "
        + " ".join(_listed(numbers, outcome, what) for outcome, (_, what) in PANELS.items())
        + f" Two bars beneath: of {found:,.0f} institutions found in five provinces {known:,.0f} had been known.",
        source="MoSVY (2011); MoSVY and UNICEF (2016, 2017); UNICEF country programme 2019–2023; Save the Children "
        "(2024); Phnom Penh Post (2021); Cambodia Daily; Better Care Network.",
        limits="How complete the lists of 2018, 2019 and 2021 were is not known, so a part of the fall may again be a "
        "change of counting. It says nothing about where the children went.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the counts by year above, and beneath them what the list had known of what the mapping found."""
    figure = charts.canvas(7.4)
    all_axes = figure.subplots(2, 2, height_ratios=[6, 1])
    for (above, beneath), (outcome, (title, what)) in zip(all_axes.T, PANELS.items(), strict=True):
        _counts(above, numbers[numbers["outcome"] == outcome])
        above.set_title(title)
        _coverage(beneath, *_known_and_found(numbers, outcome), what)
    return figure


def _counts(axes: Axes, rows: pd.DataFrame) -> Axes:
    for segment, counts in rows.sort_values("year").groupby("segment"):
        colour = COLOURS.get(segment, charts.GREY)
        axes.plot(counts["year"], counts["estimate"], "-", color=colour, lw=2.5, alpha=0.7)
        for row in counts.itertuples():
            face = "white" if row.is_derived else colour
            on_top = 4 if segment in COLOURS else 3
            axes.plot(row.year, row.estimate, "D", ms=8, mfc=face, mec=colour, mew=1.8, zorder=on_top)
            if segment in COLOURS or row.year > 2015:
                charts.direct_label(
                    axes,
                    row.year,
                    row.estimate,
                    f"{row.estimate:,.0f}",
                    dx=9,
                    dy=7,
                    colour=COLOURS.get(segment, charts.MUTED),
                )
    axes.set(xlim=(2009.3, 2022.6), ylim=(0, rows["estimate"].max() * 1.18), xticks=range(2010, 2023, 2))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(visible=False, axis="x")
    _name(axes, rows, INSPECTION, 2010, "on the ministry's\ninspection list", (0, -32))
    _name(axes, rows, MAPPING, 2015, "found by\nthe mapping", (-12, 4), ha="right")
    _name(axes, rows, MAPPING, 2018, "later data of\nthe ministry", (14, 34), ha="left")
    latest = rows.loc[rows["year"].idxmax()]
    axes.annotate("spokesman", (latest["year"], latest["estimate"]), (0, -20), textcoords="offset points",
                  ha="center", size=9, color=charts.MUTED)  # fmt: skip
    return axes


def _name(
    axes: Axes, rows: pd.DataFrame, segment: str, year: int, text: str, offset: tuple[int, int], **how: str
) -> None:
    point = rows[(rows["segment"] == segment) & (rows["year"] == year)].iloc[0]
    how = {"ha": "left", "va": "center", **how}
    axes.annotate(
        text, (year, point["estimate"]), offset, textcoords="offset points", size=9, color=COLOURS[segment], **how
    )


def _coverage(axes: Axes, known: float, found: float, what: str) -> Axes:
    axes.barh(0, found, color="#F0C9A8", height=0.7)
    axes.barh(0, known, color=charts.BLUE, height=0.7)
    axes.text(found * 0.02, 0, f"{known:,.0f} on the list", va="center", color="white", size=9.5)
    axes.text(found * 0.985, 0, f"{found:,.0f} found", va="center", ha="right", size=9.5)
    axes.set_title(
        f"In five provinces the list held {known / found:.0%} of the {what}", size=10, weight="normal", pad=4
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
