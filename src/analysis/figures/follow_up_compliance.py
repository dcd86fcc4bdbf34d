"""Follow-up compliance: which contacts due after a return were made, and how soon the first was, by tier."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts, country
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _follow_up_marks as marks
from analysis.kinds import Estimate, Release
from analysis.words import listed

ALL, WHOLE, TIER, KIND = "all", "whole time", "tier", "return_kind"
ON_TIME, NOT_MADE, SEEN, FIRST = "on time", "not made", "child seen", "first contact"
OWN, RECORDED = "made as planned by the agency", "contacts on record"
OWN_DAY, MEDIAN = "by the day asked for", "half of the returns"
RETURNS = Estimate(unit="returns")
NUMBERS = estimate_table(
    one_row_is="an outcome of follow-up for a group of returns and a stretch of time after them",
    key=("outcome", "term", "level", "stretch"),
    extra={
        "stretch": Column("str", "of the time after a return, or by when"),
        "position": Column("str", "place of the stretch in time, in two digits"),
        "n_hits": Column("Int64", "returns of whom it holds", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "share of contacts": RETURNS,
            "share of returns": RETURNS,
            "days": RETURNS,
            "share of all returns": Estimate(unit="returns", hits="n_hits"),
        },
        totals={"level": ALL},
        harmless="whether contacts of agencies were exported, for none or all of the returns, is said of no child",
    ),
)
LEVELS = {  # term, level: label
    (TIER, ALL): "All returns",
    (TIER, "high"): "High risk",
    (TIER, "medium"): "Medium risk",
    (TIER, "low"): "Low risk",
    (KIND, "abrupt"): "Abrupt returns",
    (KIND, "planned or unknown"): "All other returns",
}
WHAT = "follow-up after returns"
ROW_HEIGHT = 0.215  # inches


def build(follow_up_compliance: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers; a group that no return is in has no counts."""
    is_nobody = follow_up_compliance["n"] == 0
    counts = {name: follow_up_compliance[name].mask(is_nobody) for name in ("n", "n_hits")}
    nothing = pd.array([None] * len(follow_up_compliance), "str")
    told = follow_up_compliance.assign(**counts, withheld=nothing)[list(NUMBERS.columns)]
    return _absent.RETURNS.told(told, NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say which share of contacts was made on time and which never, and how soon half had a first one."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.RETURNS.words(WHAT)
    which = _whose.these(numbers, "records")
    n_withheld = int(numbers["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which}, {_finding(numbers)}",
        caption="Contacts that the proposed schedule asks for after a return, while the child was followed. Dots: "
        f"shares; lines: {charts.CONFIDENCE} intervals over agencies. On time: within a quarter of the interval "
        "since the contact before. Neither on time nor not made: late. Days to a first contact: half of the returns "
        "had one by then."
        + (f" Withheld: fewer than {charts.LEAST} returns; not to be read as 0." if n_withheld else ""),
        reading=f"In {which}, {_finding(numbers)}. {_tiers(numbers)} {_others(numbers)}",
        alt_text=f"Dots with intervals. On time, of contacts due over the whole time: {_spoken(numbers, ON_TIME)}. Not "
        f"made: {_spoken(numbers, NOT_MADE)}. First contact by the day asked for: {_spoken(numbers, FIRST, OWN_DAY)}. "
        f"{n_withheld} numbers are withheld.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits=f"The schedule is a proposal: no {country.ADJECTIVE} text sets one, and an agency that keeps to its own "
        "is late here. Only what was typed in counts as made. The worker's tier has no date in the exports and is "
        "taken to have been the same throughout. Agencies whose exports hold no contact at all are left out: theirs "
        "are not known. Contacts with children who were lost are due until they were last known: losing a child costs "
        "none.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw what became of contacts due, by tier and time; beside it the first contact, and what else is known."""
    if _absent.RETURNS.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    due = marks.heights_of(_due(numbers))
    figure = charts.canvas(4.2 + ROW_HEIGHT * -due["y"].min())
    grid = figure.add_gridspec(2, 2, width_ratios=[1.25, 1], height_ratios=[len(LEVELS) + 2, 5])
    marks.of_due(figure.add_subplot(grid[:, 0]), due)
    marks.of_first(figure.add_subplot(grid[0, 1]), _first(numbers))
    marks.of_others(figure.add_subplot(grid[1, 1]), _other_rows(numbers))
    return figure


def _due(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of contacts due in the order drawn: of tiers by stretch of time, of kinds of return in all."""
    rows = numbers[numbers["outcome"].isin([ON_TIME, NOT_MADE])]
    is_drawn = (rows["term"] == TIER) | (rows["stretch"] == WHOLE)
    return _labelled(rows[is_drawn]).sort_values(["place", "position"], kind="stable", ignore_index=True)


def _first(numbers: pd.DataFrame) -> pd.DataFrame:
    return _labelled(numbers[numbers["outcome"] == FIRST]).sort_values(["place", "position"], ignore_index=True)


def _labelled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the groups that are drawn, each with its label and its place."""
    order = {group: place for place, group in enumerate(LEVELS)}
    groups = list(zip(rows["term"], rows["level"], strict=True))
    placed = rows.assign(place=[order.get(group) for group in groups], label=[LEVELS.get(group) for group in groups])
    return placed.dropna(subset="place")


def _other_rows(numbers: pd.DataFrame) -> pd.DataFrame:
    named = {
        SEEN: "Child seen, of contacts made",
        OWN: "Made, of the agencies' own due dates",
        RECORDED: "Returns with contacts exported",
    }
    return pd.DataFrame([_row(numbers, outcome) | {"label": label} for outcome, label in named.items()])


def _row(numbers: pd.DataFrame, outcome: str, stretch: str = WHOLE, level: str = ALL) -> dict[str, Any]:
    """Return the one row of an outcome by tier; empty where it is not there."""
    is_it = (numbers["outcome"] == outcome) & (numbers["stretch"] == stretch) & (numbers["level"] == level)
    rows = numbers[is_it & (numbers["term"] == TIER)]
    return rows.iloc[0].to_dict() if len(rows) else dict.fromkeys(numbers.columns)


def _finding(numbers: pd.DataFrame) -> str:
    on_time, not_made = _row(numbers, ON_TIME), _row(numbers, NOT_MADE)
    said = (
        f"{_percent(on_time)} of contacts due after a return were made on time and {_percent(not_made)} were not made"
        if pd.notna(on_time["estimate"])
        else "which contacts were made may not be told, or none was due"
    )
    days = _row(numbers, FIRST, MEDIAN)
    first = f"; half of the returns had a first one by day {days['estimate']:.0f}" if pd.notna(days["estimate"]) else ""
    return said + first


def _percent(row: dict[str, Any]) -> str:
    return "a share not told" if pd.isna(row["estimate"]) else f"{row['estimate']:.0%}"


def _with_ends(row: dict[str, Any]) -> str:
    if pd.isna(row["estimate"]):
        return "not told"
    ends = "" if pd.isna(row["ci_low"]) else f" ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"
    return f"{row['estimate']:.0%}{ends}"


def _tiers(numbers: pd.DataFrame) -> str:
    told = [f"{LEVELS[TIER, level].lower()} {_with_ends(_row(numbers, ON_TIME, level=level))}" for level in _levels()]
    return f"On time by the worker's tier, with the interval over agencies: {listed(told)}."


def _levels() -> list[str]:
    return [level for term, level in LEVELS if term == TIER and level != ALL]


def _others(numbers: pd.DataFrame) -> str:
    own, recorded = _row(numbers, OWN), _row(numbers, RECORDED)
    return (
        f"Of contacts for which agencies set a due date of their own {_with_ends(own)} were made. "
        f"Of the returns {_percent(recorded)} are of agencies that exported contacts."
    )


def _spoken(numbers: pd.DataFrame, outcome: str, stretch: str = WHOLE) -> str:
    rows = _labelled(numbers[(numbers["outcome"] == outcome) & (numbers["stretch"] == stretch)]).sort_values("place")
    return "; ".join(f"{row['label'].lower()} {_with_ends(row)}" for row in rows.to_dict("records")) or "not told"
