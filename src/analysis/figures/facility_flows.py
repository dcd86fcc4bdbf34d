"""Facility flows: which facilities two rounds of lists share, and which the later one names first, and why."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.kinds import Count, Release, Share

NUMBERS = estimate_table(
    one_row_is="what became of the facilities of one area between two rounds, or a share of all of them",
    extra={
        "from_round": Column("str", "the earlier round"),
        "to_round": Column("str", "the later round"),
        "n_hits": Column("Int64", "facilities with it, of n; of shares only", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "level", "from_round"),
    release=Release(
        kinds={
            "facilities": Count(unit="facilities"),
            "rows": Count(unit="rows"),
            "pairs": Count(unit="pairs"),
            "share": Share(unit="facilities"),
        },
        totals={"term": "all"},
        place="term",
        harmless="that no facility of an area is of a kind is said of none",
    ),
)
TOTAL, NEW, GONE = "all", "listed first, by drawn linkages", "not_found_again"
FOUND_AGAIN = "found again, by drawn linkages"  # would tell how few were not
AREAS = {
    "phnom_penh": "Phnom Penh",
    "siem_reap": "Siem Reap",
    "priority_three": "Battambang, Kandal,\nPreah Sihanouk",
    "other20": "Twenty other\nprovinces",
}
BOTH = {"stayed": "on both, of the same type", "type_changed": "on both, of another type"}
LATER = {
    "opened_since": "opened since",
    "listed_first_older": "older (missed before,\nor outside that list)",
    "opening_unknown": "year of opening\nnot known",
}
COLOURS = {
    "stayed": charts.BLUE,
    "type_changed": charts.TEAL,
    "opened_since": charts.ORANGE,
    "listed_first_older": "#E3B58F",
    "opening_unknown": charts.FAINT,
    GONE: charts.GREY,
}
GAP = 0.05  # of the height, between blocks


def build(facility_flows: pd.DataFrame) -> pd.DataFrame:
    """Return the changes by area for all types together, what was linked, and the share listed first.

    Few facilities are of one change, one area and one type; that table would be withheld nearly whole.
    """
    rows = facility_flows[(facility_flows["level"] == TOTAL) & (facility_flows["outcome"] != FOUND_AGAIN)]
    only_of_shares = rows["n"].where(rows["scale"] == "share")  # of counts it would repeat the exact number
    return rows.assign(n=only_of_shares, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many of the later round the earlier one did not have, and how many of these had opened in between."""
    if (numbers["from_round"] == _absent.NO_LIST).all():
        return _absent.words("flows between rounds", "a list of facilities of each of two years")
    which = _whose.these(numbers, "lists")
    latest = _latest(numbers)
    before, after = latest["from_round"].iloc[0], latest["to_round"].iloc[0]
    counts = _counts(latest)[TOTAL]
    new = latest[latest["outcome"] == NEW].iloc[0]
    parts = [f"{_told(counts[change])} {name}".replace("\n", " ") for change, name in LATER.items()]
    by_area = [f"{name} {_new_of(_counts(latest)[area])}".replace("\n", " ") for area, name in AREAS.items()]
    return charts.Words(
        title=f"In {which}, {_percent(new['estimate'])} of the facilities of {after} were on no list of {before}"
        + _why_new(counts),
        caption="Facilities of all types by round, rounded to 5. Found again or not rests on linked names, places and "
        "types. The counts have no intervals; the share listed first has one for doubt about linkage. "
        f"{_hatching(latest)}",
        reading=f"Of the facilities of {after}, {_percent(new['estimate'])} ({charts.CONFIDENCE} of plausible "
        f"linkages: {_percent(new['ci_low'])} to {_percent(new['ci_high'])}) are listed for the first time: "
        f"{', '.join(parts)}. Of {before}, not found again: {_told(counts[GONE])}.",
        alt_text=f"Two columns of facilities, {before} and {after}: {_told(counts['stayed'])} on both of the same "
        f"type, {_told(counts['type_changed'])} of another type; first listed: {', '.join(parts)}; not found again: "
        f"{_told(counts[GONE])}. By area: {'; '.join(by_area)}.",
        source=f"lists of facilities of {before} and {after}, linked by the project.",
        limits="Not found again is not closed: the lists may have missed it. First listed is not opened. A list made "
        "of what a ministry inspects and one made by visiting differ by whom they look for, so no fall or rise of "
        "numbers can be read here, only how little one list tells of the other's facilities.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the two rounds as columns with what they share between them, and beside it the areas."""
    if (numbers["from_round"] == _absent.NO_LIST).all():
        return _absent.draw()
    latest = _latest(numbers)
    figure = charts.canvas(6.8)
    left, right = figure.subplots(1, 2, width_ratios=[1.35, 1])
    _columns(left, latest).set_title("All provinces")
    _areas(right, latest).set_title(f"Lists of {latest['to_round'].iloc[0]}, by area")
    return figure


def _columns(axes: Axes, latest: pd.DataFrame) -> Axes:
    """Draw what both rounds have as one band, what only one has above or below it; withheld ones are hatched."""
    counts = _counts(latest)[TOTAL]
    whole, floor = counts.sum() or 1.0, 0.0  # 1 where all is withheld: nothing then has a height of its own
    for change in BOTH:
        height = 0.0 if pd.isna(counts[change]) else counts[change] / whole
        axes.add_patch(Rectangle((0, floor), 1, height, linewidth=0, facecolor=COLOURS[change], alpha=0.35))
        for x in (0, 0.85):
            axes.add_patch(Rectangle((x, floor), 0.15, height, linewidth=0, facecolor=COLOURS[change]))
        if height > 0 or pd.isna(counts[change]):
            axes.text(0.5, floor + height / 2, f"{_told(counts[change])}\n{BOTH[change]}", ha="center", va="center")
        floor += height
    top_of_gone = floor + GAP + _block(axes, 0, floor + GAP, counts[GONE], whole, GONE)
    gone = f"not found again: {_told(counts[GONE])}\n(closed, missed or outside)"
    axes.text(0, top_of_gone, gone, size=9.5, va="bottom")
    top = floor + GAP
    for change, name in LATER.items():
        height = _block(axes, 0.85, top, counts[change], whole, change)
        axes.text(0.82, top + height / 2, f"{_told(counts[change])} {name}", ha="right", va="center", size=9.5)
        top += height + 0.012
    axes.set(xlim=(-0.02, 1.02), ylim=(0, max(top, floor + 0.2) + 0.02), yticks=[])
    rounds = latest[["from_round", "to_round"]].iloc[0]
    axes.set_xticks([0.075, 0.925], "Lists of " + rounds, weight="bold")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return axes


def _block(axes: Axes, x: float, y: float, count: float, whole: float, change: str) -> float:
    """Draw the facilities that only one round has; return the height."""
    height = 0.03 if pd.isna(count) else count / whole
    axes.add_patch(Rectangle((x, y), 0.15, height, linewidth=0.6, **_look(count, change)))
    return max(height, 0.05)


def _areas(axes: Axes, latest: pd.DataFrame) -> Axes:
    """Draw for each area the later round: on both, and first listed."""
    counts = _counts(latest)
    most = counts[list(AREAS)].sum().max() or 1.0
    for place, area in enumerate(AREAS):
        start = 0.0
        for change in (*BOTH, *LATER):
            count = counts.loc[change, area]
            width = 0.04 * most if pd.isna(count) else count
            axes.add_patch(Rectangle((start, place - 0.28), width, 0.56, linewidth=0.6, **_look(count, change)))
            start += width
        axes.text(start + 0.02 * most, place, _new_of(counts[area]), va="center", size=9.5)
    axes.set(xlim=(0, most * 1.5), ylim=(len(AREAS) - 0.4, -0.5), xlabel="facilities listed")
    axes.set_yticks(range(len(AREAS)), AREAS.values())
    return charts.only_x_grid(axes)


def _latest(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[numbers["from_round"] == numbers["from_round"].max()]


def _counts(latest: pd.DataFrame) -> pd.DataFrame:
    """Return the counts with one row a change and one column an area."""
    rows = latest[latest["outcome"].isin(list(COLOURS))].set_index(["outcome", "term"])["estimate"].astype("float64")
    return rows.unstack()  # noqa: PD010


def _new_of(counts: pd.Series) -> str:
    """Return what share of the later round is listed first, unless a part of it is withheld."""
    later = counts[list(LATER)].sum(skipna=False)
    share = later / (later + counts[list(BOTH)].sum(skipna=False))
    return "a part is withheld" if pd.isna(share) else f"{share:.0%} listed first"


def _why_new(counts: pd.Series) -> str:
    """Return how many of these had opened and how many were older, unless one of them is withheld."""
    opened, older = counts[["opened_since", "listed_first_older"]]
    return "" if pd.isna(opened + older) else f": {_told(opened)} had opened since, {_told(older)} are older"


def _look(count: float, change: str) -> charts.Look:
    return charts.WITHHELD if pd.isna(count) else {"facecolor": COLOURS[change], "edgecolor": "none"}


def _told(count: float) -> str:
    return "too few to tell" if pd.isna(count) else f"{count:,.0f}"


def _percent(share: float) -> str:
    return "a share withheld" if pd.isna(share) else f"{share:.0%}"


def _hatching(latest: pd.DataFrame) -> str:
    return "".join(f"Hatched: withheld, because it is {why}; not 0." for why in latest["withheld"].dropna().unique())
