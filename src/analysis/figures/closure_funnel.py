"""Closure funnel: what was printed of the children of the closures of 2023, and how many are unaccounted for."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import estimate_table
from analysis.estimates import closure_funnel as estimate
from analysis.words import listed

KEPT = ("position", "value_printed", "conflicting_print", "period", "n_hits", "grade", "source_id")
NUMBERS = estimate_table(
    one_row_is=estimate.TABLE.one_row_is, extra={name: estimate.TABLE.columns[name] for name in KEPT}
)
ANNOUNCEMENT, LATER, NO_DOCUMENT = "announcement", "later reports", "no document"
SENT_HOME, ENROLLED, CLOSED = "children sent home", "children enrolled", "facilities closed"
STAGES = {
    "children present": "Lived there",
    SENT_HOME: "Sent home",
    "children traced": "Traced",
    "children assessed": "Assessed",
    ENROLLED: "Enrolled in support",
    "children in school": "Go to school",
}
TIERS = {"high risk": "High", "medium risk": "Medium", "low risk": "Low"}
SOURCES = {ANNOUNCEMENT: (charts.BLUE, "announcement, 2024"), LATER: (charts.ORANGE, "later reports, 2024–25")}
PALE = "#DCE4EC"
PART = "one quarter"  # levels that begin so count three months only
UNACCOUNTED, BOUNDS = estimate.UNACCOUNTED, estimate.BOUNDS


def build(closure_funnel: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers, printed and worked out."""
    return closure_funnel[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many were sent home and enrolled by either document, and how many are unaccounted for."""
    home, later = _row(numbers, SENT_HOME), _row(numbers, SENT_HOME, LATER)
    enrolled = _row(numbers, ENROLLED)
    missing, missing_later = _row(numbers, UNACCOUNTED), _row(numbers, UNACCOUNTED, LATER)
    bound = _row(numbers, UNACCOUNTED, BOUNDS)
    size, usual = _row(numbers, estimate.PER_FACILITY), _row(numbers, estimate.PER_FACILITY, "mapping")
    closed = [_row(numbers, CLOSED, term)["estimate"] for term in (ANNOUNCEMENT, LATER)]
    tiers = [f"{name.lower()} {_interval(_row(numbers, tier))}" for tier, name in TIERS.items()]
    spans = [f"{name.lower()} {_span(_row(numbers, tier, BOUNDS))}" for tier, name in TIERS.items()]
    return charts.Words(
        title=f"Of {home['estimate']:.0f} children identified after the closures of 2023, {enrolled['estimate']:.0f} "
        f"were enrolled; of over {later['estimate']:.0f} by a later count, at least "
        f"{missing_later['estimate']:.0%} were not",
        caption="Every stage that was printed, by document; hollow: three months only. Right: tiers of the children "
        f"enrolled with exact {charts.CONFIDENCE} intervals that hold together; pale: possible among all identified. "
        "Below: children not enrolled; arrow: the least, if all those enrolled or traced later are further children. "
        "Counts have no interval.",
        reading=f"Of {home['estimate']:.0f} children {missing['estimate']:.0%} are unaccounted for; by the later count "
        f"at least {missing_later['estimate']:.0%}; of all who lived there at least {bound['ci_low']:.0%} "
        f"({_least_in_print(numbers)}), and there is no upper bound, since nobody printed how many did. Of those "
        f"enrolled: {listed(tiers)}.",
        alt_text=f"Bars. Facilities closed: {closed[0]:.0f} in the announcement, {closed[1]:.0f} in later reports. "
        f"Sent home: {home['estimate']:.0f} identified, over {later['estimate']:.0f} returned. Enrolled: "
        f"{enrolled['estimate']:.0f}. Lived there and go to school: not printed. Risk of those enrolled: "
        f"{listed(tiers)}. Bounds of all identified: {listed(spans)}. Unaccounted for: {missing['estimate']:.0%} "
        f"of those identified, at least {missing_later['estimate']:.0%} of those returned.",
        source="Martin James Foundation, partnership announcement (2024); This Life Cambodia, project reports of "
        "December 2024 and April 2025; mapping of 2014–15 (MoSVY and UNICEF, 2017).",
        limits="The documents count different children at different times, and none says who left the count. "
        f"{size['estimate']:.0f} children identified for each facility are few beside {usual['estimate']:.0f} in an "
        "institution of the mapping: facilities may have been small, or children not identified. Those enrolled first "
        "are no random draw: for the others only the pale bounds hold. Enrolled children may have left support since.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the stages at the left, the tiers and the children unaccounted for at the right."""
    figure = charts.canvas(7.4)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.35, 1], height_ratios=[1.15, 1])
    _stages(figure.add_subplot(grid[:, 0]), numbers)
    _tiers(figure.add_subplot(grid[0, 1]), numbers)
    _unaccounted(figure.add_subplot(grid[1, 1]), numbers)
    return figure


def _stages(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw a bar for each printed count of children, and say where there is none."""
    for place, stage in enumerate(STAGES):
        own = numbers[(numbers["outcome"] == stage) & ~numbers["level"].str.startswith(f"{PART}, ")]
        for row in _with_later_cases(own, numbers, stage).to_dict("records"):
            _bar(axes, row, place)
        if NO_DOCUMENT in set(own["term"]):
            height = place - 0.19 * (len(own) > 1)
            charts.say_missing(axes, height, "not printed" if len(own) == 1 else "in all: not printed")
    axes.set_yticks(range(len(STAGES)), STAGES.values())
    axes.set_xticks(range(0, 301, 100))
    axes.set(xlim=(0, 680), ylim=(len(STAGES) - 0.5, -0.55), xlabel="children")
    closed, later = (_row(numbers, CLOSED, term)["estimate"] for term in SOURCES)
    axes.set_title(f"Printed of {closed:.0f} facilities, later {later:.0f}", loc="left", pad=38)
    for place, (colour, name) in enumerate(SOURCES.values()):
        look: charts.Look = {"xytext": (0, 20 - 15 * place), "textcoords": "offset points", "color": colour}
        axes.annotate(f"■ {name}", (0, 1), xycoords="axes fraction", size=9.5, weight="bold", **look)
    charts.only_x_grid(axes)


def _with_later_cases(own: pd.DataFrame, numbers: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the rows of a stage that have a number; of enrolments also the new cases of one quarter."""
    if stage == ENROLLED:
        own = numbers[numbers["outcome"] == stage]
    return own.dropna(subset="estimate")


def _bar(axes: Axes, row: dict[str, Any], place: int) -> None:
    colour, _ = SOURCES[row["term"]]
    height = place + (-0.19 if row["term"] == ANNOUNCEMENT else 0.19)
    is_part = row["level"].startswith(PART)
    axes.barh(height, row["estimate"], 0.34, color="white" if is_part else colour, edgecolor=colour, linewidth=1.4)
    counted = f"in {row['period'].replace('-', '–')}" if is_part else row["level"].removesuffix("all")
    charts.direct_label(axes, row["estimate"], height, f"{row['value_printed']} {counted}", colour=colour, size=9.5)


def _tiers(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw each tier's share with its interval over what is possible among all children identified."""
    rows = [_row(numbers, tier) for tier in TIERS]
    for place, (own, tier) in enumerate(zip(rows, TIERS, strict=True)):
        bound = _row(numbers, tier, BOUNDS)
        low, high = 100 * bound["ci_low"], 100 * bound["ci_high"]
        axes.barh(place, high - low, 0.62, left=low, color=PALE, zorder=1)
        percent = pd.DataFrame([{end: 100 * own[end] for end in ("estimate", "ci_low", "ci_high")}])
        charts.interval_dots(axes, percent, [place], colour=charts.BLUE, size=8)
    names = [f"{name}\n{_interval(row)}" for name, row in zip(TIERS.values(), rows, strict=True)]
    axes.set_yticks(range(len(TIERS)), names, size=9.5)
    axes.set(xlim=(0, 100), ylim=(len(TIERS) - 0.5, -0.5), xlabel="% of the children")
    axes.set_title(f"Risk of the {_row(numbers, ENROLLED)['estimate']:.0f} enrolled", loc="left")
    charts.only_x_grid(axes)


def _unaccounted(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the share unaccounted for by either count, and its lower bound by any reading."""
    for place, (term, (colour, _)) in enumerate(SOURCES.items()):
        row = _row(numbers, UNACCOUNTED, term)
        axes.plot(100 * row["estimate"], place, "D", color=colour, ms=8)
        least = "" if term == ANNOUNCEMENT else "at least "
        charts.direct_label(axes, 100 * row["estimate"], place, f"{least}{row['estimate']:.0%}", colour=colour)
    low = 100 * _row(numbers, UNACCOUNTED, BOUNDS)["ci_low"]
    axes.annotate("", (99, 2), (low, 2), arrowprops={"arrowstyle": "->", "color": charts.INK, "lw": 2})
    axes.text(low, 1.88, f"{low:.0f}% or more", size=9.5, va="bottom", color=charts.INK)
    axes.text(99, 2.12, _least_in_print(numbers), size=8.5, va="top", ha="right", color=charts.MUTED)
    home = [_row(numbers, SENT_HOME, term)["value_printed"] for term in SOURCES]
    names = [f"Of {home[0]}\nidentified", f"Of {home[1]}\nreturned", "Of all who\nlived there"]
    axes.set_yticks(range(len(names)), names, size=9.5)
    axes.set(xlim=(0, 100), ylim=(len(names) - 0.5, -0.5), xlabel="% of the children")
    axes.set_title("Unaccounted for", loc="left")
    charts.only_x_grid(axes)


def _least_in_print(numbers: pd.DataFrame) -> str:
    """Return the lower bound as a calculation: the fewest sent home, less all who were enrolled or traced since."""
    fewest = min(_row(numbers, SENT_HOME, term)["estimate"] for term in SOURCES)
    parts = (_row(numbers, ENROLLED), _row(numbers, ENROLLED, LATER), _row(numbers, "children traced", LATER))
    less = " − ".join(f"{row['estimate']:.0f}" for row in parts)
    return f"{fewest:.0f} − {less}, of {fewest:.0f} or more"


def _row(numbers: pd.DataFrame, outcome: str, term: str = ANNOUNCEMENT) -> pd.Series:
    """Return the first row of an outcome in a document: the whole, before its parts."""
    own = numbers[(numbers["outcome"] == outcome) & (numbers["term"] == term)]
    return own.sort_values("level").iloc[0]


def _interval(row: pd.Series) -> str:
    return f"{row['estimate']:.0%} ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"


def _span(row: pd.Series) -> str:
    return f"{row['ci_low']:.0%} to {row['ci_high']:.0%}"
