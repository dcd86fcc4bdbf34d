"""Household checks: what the homes of children did not meet, item by item and check by check, and why siblings part."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.estimates.household_breaches import ALL, ANY, ANY_URGENT, APART, BREACH, UNKNOWN
from analysis.features.checked_homes import BEFORE
from analysis.figures import _absent, _whose
from analysis.kinds import Release, Share
from analysis.words import listed

ABSENT = _absent.entries("check of a household")
NUMBERS = estimate_table(
    one_row_is="a share of children, for an item or reason, at one check",
    extra={
        "n_hits": Column("Int64", "children of whom it holds", unit="children", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(kinds={"share": Share(), "reason": Share(parts="term")}),
)
VISITS = {BEFORE: "Before the\nplacement", "first": "First\nfollow-up", "second": "Second", "third": "Third"}
ITEMS = {
    ANY: "Any item",
    ANY_URGENT: "Any urgent item",
    "no_violence": "Violence (urgent)",
    "no_neglect": "Neglect (urgent)",
    "no_exploitation": "Harmful work (urgent)",
    "food": "Food",
    "water_and_sanitation": "Water, latrine",
    "shelter": "Shelter",
    "sleeping_place": "Place to sleep",
    "health_care": "Health care",
    "schooling": "Schooling",
    "consent_of_child": "Child's consent",
    "consent_of_caregiver": "Caregiver's consent",
    "siblings_together": "Siblings apart",
}
REASONS = {
    "best_interest": "best interest of the child",
    "capacity_of_family": "the family cannot take all",
    "wish_of_child": "the child wished so",
    "court": "a court decided",
    "other": "another reason",
    UNKNOWN: "no reason recorded",
}
ENDS = ["estimate", "ci_low", "ci_high"]
WHAT = "checks of host families"
NEEDED = "a register of household checks"


def build(household_breaches: pd.DataFrame) -> pd.DataFrame:
    """Return the breaches by item and check and the reasons why siblings live apart; where nobody is, no count."""
    is_shown = (household_breaches["outcome"] == BREACH) & household_breaches["level"].isin(VISITS)
    rows = household_breaches[is_shown | (household_breaches["outcome"] == APART)]
    is_nobody = rows["n"] == 0
    counts = {name: rows[name].mask(is_nobody) for name in ("n", "n_hits")}
    told = rows.assign(**counts, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)]
    return ABSENT.told(told, NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say in how many homes an urgent breach was found, and what is most often not met."""
    if ABSENT.is_all(numbers):
        return ABSENT.words(WHAT, NEEDED)
    which = _whose.these(numbers, "records")
    n_withheld = int(numbers["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which}, {_finding(numbers)}",
        caption="Children whose home did not meet the item, of those whose home was checked and the item answered. "
        f"Dots: shares; lines: {charts.CONFIDENCE} intervals over agencies. Several items together: children of whom a "
        "breach was found, at least so many."
        + (" Withheld: too few children; not to be read as 0." if n_withheld else ""),
        reading=f"In {which}, {_finding(numbers)}. {_most_often(numbers)} {_apart(numbers)}",
        alt_text=f"Dots with intervals, a column a check, a row an item. At the first follow-up: "
        f"{_spoken(numbers)}. {n_withheld} numbers are withheld.",
        source="the registers of household checks that were imported; cases with permission for anonymous reporting.",
        limits="An item that was not answered is not known, not met. Children checked a third time are not all who "
        "were checked a first, so a lower share later may be homes that improve or children no longer visited. A "
        "breach is what a worker wrote down; the wording of the items is a proposal.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw a column a check, a row an item, and below why siblings live apart."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    figure = charts.canvas(8.2)
    grid = figure.add_gridspec(2, len(VISITS), height_ratios=[len(ITEMS), len(REASONS)])
    for column, (visit, name) in enumerate(VISITS.items()):
        axes = figure.add_subplot(grid[0, column])
        _draw_visit(axes, numbers[(numbers["outcome"] == BREACH) & (numbers["level"] == visit)], name)
        if column:
            axes.set_yticklabels([])
    _draw_reasons(figure.add_subplot(grid[1, :]), numbers[numbers["outcome"] == APART])
    return figure


def _draw_visit(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    placed = rows.assign(y=-rows["term"].map({item: place for place, item in enumerate(ITEMS)}).astype("float64"))
    _dots(axes, placed, charts.BLUE)
    axes.set_yticks([-place for place in range(len(ITEMS))], list(ITEMS.values()), size=9)
    axes.set(xlim=(-3, 103), ylim=(-len(ITEMS) + 0.4, 0.6), xticks=[0, 50, 100], xlabel="% of children")
    axes.set_title(name, size=9.5, weight="bold", loc="left")
    charts.only_x_grid(axes)


def _draw_reasons(axes: Axes, rows: pd.DataFrame) -> None:
    placed = rows.assign(y=-rows["term"].map({reason: place for place, reason in enumerate(REASONS)}).astype("float64"))
    _dots(axes, placed, charts.TEAL)
    axes.set_yticks([-place for place in range(len(REASONS))], list(REASONS.values()), size=9)
    axes.set(xlim=(-2, 102), ylim=(-len(REASONS) + 0.4, 0.6), xlabel="% of children apart from siblings at some check")
    axes.set_title("Why siblings live apart", size=9.5, weight="bold", loc="left")
    charts.only_x_grid(axes)


def _dots(axes: Axes, placed: pd.DataFrame, colour: str) -> None:
    told = placed.dropna(subset="estimate")
    percent = told.assign(**{end: 100 * told[end].astype("float64") for end in ENDS})
    charts.interval_dots(axes, percent, percent["y"], colour=colour, size=5.5)
    for row in placed[placed["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, "withheld" if pd.notna(row.withheld) else "none checked")


def _of(numbers: pd.DataFrame, item: str, visit: str = "first") -> pd.Series:
    rows = numbers[(numbers["outcome"] == BREACH) & (numbers["term"] == item) & (numbers["level"] == visit)]
    return rows.iloc[0]


def _share(row: pd.Series) -> str:
    return "a share not told" if pd.isna(row["estimate"]) else f"{row['estimate']:.0%}"


def _finding(numbers: pd.DataFrame) -> str:
    first, third = _of(numbers, ANY_URGENT), _of(numbers, ANY_URGENT, "third")
    later = f", of {_share(third)} at the third" if pd.notna(third["estimate"]) else ""
    return f"an urgent breach was found in the homes of {_share(first)} of children at the first follow-up{later}"


def _most_often(numbers: pd.DataFrame) -> str:
    rows = numbers[(numbers["outcome"] == BREACH) & (numbers["level"] == "first")]
    single = rows[~rows["term"].isin([ANY, ANY_URGENT])].dropna(subset="estimate").nlargest(3, "estimate")
    told = [f"{ITEMS[row.term].lower()} ({row.estimate:.0%})" for row in single.itertuples()]
    return f"Most often not met at the first follow-up: {listed(told)}." if told else "Which items may not be told."


def _apart(numbers: pd.DataFrame) -> str:
    row = numbers[(numbers["outcome"] == APART) & (numbers["term"] == UNKNOWN) & (numbers["level"] == ALL)].iloc[0]
    return f"Of children apart from brothers or sisters {_share(row)} have no reason on record."


def _spoken(numbers: pd.DataFrame) -> str:
    return "; ".join(f"{name.lower()} {_share(_of(numbers, item))}" for item, name in ITEMS.items())
