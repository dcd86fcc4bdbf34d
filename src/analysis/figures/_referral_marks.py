"""Marks of the referral funnel: answers as stacked bars, goals met in time over their bounds, waiting."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

ALL, REFERRALS, CASE = "all", "referrals", "case"
IN_TIME = ("completed on time", "goal area", ALL, "goals due")  # outcome, term, level, measure
ENDS = ("estimate", "ci_low", "ci_high")
DIRECTIONS = {"to": "To other agencies", "from": "From other agencies", "unknown": "Direction not told"}
SERVICES = {
    "case_work": "Case work",
    "schooling": "Schooling, training",
    "health": "Health, disability",
    "counselling": "Counselling",
    "livelihood": "Livelihood",
    "family_and_protection": "Family, protection",
    "other": "Other, not told",
}
ANSWERS = {
    "accepted": (charts.BLUE, "accepted"),
    "pending": ("#E3B07C", "pending"),
    "rejected": (charts.ORANGE, "rejected"),
    "not told": ("#E4E4E4", "not told"),
}
AREAS = {
    "schooling": "Schooling",
    "health": "Health",
    "caregiver_relationship": "Caregiver relations",
    "protection": "Protection",
    "psychosocial": "Psychosocial",
    "belonging": "Belonging",
    "livelihood": "Livelihood",
    "other": "Other",
    "unknown": "Not told",
    ALL: "All goals",
}
PALE = "#DCE4EC"


def row_of(
    numbers: pd.DataFrame, outcome: str, term: str = "direction", level: str = ALL, measure: str = REFERRALS
) -> dict[str, Any]:
    """Return the one row of an outcome for a group; empty where it is not there."""
    is_it = (numbers["outcome"] == outcome) & (numbers["measure"] == measure)
    rows = numbers[is_it & (numbers["term"] == term) & (numbers["level"] == level)]
    return rows.iloc[0].to_dict() if len(rows) else dict.fromkeys(numbers.columns)


def with_ends(row: dict[str, Any]) -> str:
    """Return a share in percent, or days, with its interval as it is read aloud, or that it is not told."""
    if pd.isna(row["estimate"]):
        return "not told"
    times, unit = (1, " days") if row["scale"] == "days" else (100, "%")
    low, high = (f"{times * row[end]:.0f}" if pd.notna(row[end]) else "…" for end in ENDS[1:])
    ends = "" if pd.isna(row["ci_low"]) else f" ({low}–{high})"
    return f"{times * row['estimate']:.0f}{unit}{ends}"


def answers(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the referrals of each group as a bar of answers, in percent, with the share accepted in numbers."""
    groups = [("direction", level, name) for level, name in (DIRECTIONS | {ALL: "All referrals"}).items()]
    groups += [("service", level, name) for level, name in SERVICES.items()]
    places = [place + 0.7 * (term == "service") for place, (term, _, _) in enumerate(groups)]
    for place, (term, level, _) in zip(places, groups, strict=True):
        _bar(axes, {answer: row_of(numbers, answer, term, level) for answer in ANSWERS}, place)
    axes.set_yticks(places, [name for _, _, name in groups])
    axes.set_xticks(range(0, 101, 25))
    axes.set(xlim=(0, 150), ylim=(max(places) + 0.6, -0.6), xlabel="% of referrals")
    axes.set_title("Answers to referrals", loc="left", pad=24)
    for (colour, name), right in zip(ANSWERS.values(), (0, 72, 134, 197), strict=True):
        look: charts.Look = {"xytext": (right, 7), "textcoords": "offset points", "size": 9}
        axes.annotate("■", (0, 1), xycoords="axes fraction", color=colour, **look)
        axes.annotate(name, (0, 1), xycoords="axes fraction", **look | {"xytext": (right + 11, 7)})
    charts.only_x_grid(axes)


def _bar(axes: Axes, rows: dict[str, dict[str, Any]], place: float) -> None:
    if any(pd.notna(row["withheld"]) for row in rows.values()):
        axes.barh(place, 100, 0.62, **charts.WITHHELD, linewidth=0.6)
        axes.text(103, place, "withheld", va="center", size=9, style="italic", color=charts.MUTED)
        return
    accepted = rows["accepted"]
    if pd.isna(accepted["estimate"]):
        charts.say_missing(axes, place, "none recorded")
        return
    start = 0.0
    for answer, (colour, _) in ANSWERS.items():
        width = 100 * float(rows[answer]["estimate"])
        axes.barh(place, width, 0.62, left=start, color=colour)
        start += width
    axes.text(103, place, with_ends(accepted), va="center", size=9.5, color=charts.BLUE)


def goals(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the share of goals due that were met in time, by area, in percent, over what is possible."""
    outcome, term, _, measure = IN_TIME
    shown = {area: name for area, name in AREAS.items() if _is_told(row_of(numbers, outcome, term, area, measure))}
    for place, area in enumerate(shown):
        low, high = (row_of(numbers, outcome, term, area, f"{measure}, {end}")["estimate"] for end in ("least", "most"))
        if pd.notna(low) and pd.notna(high):
            axes.barh(place, 100 * (high - low), 0.6, left=100 * low, color=PALE, zorder=1)
        _dot(axes, row_of(numbers, outcome, term, area, measure), place, charts.INK if area == ALL else charts.TEAL)
    if not shown:
        axes.text(0.5, 0.5, "no goal was recorded", transform=axes.transAxes, ha="center", color=charts.MUTED)
    axes.set_yticks(range(len(shown)), shown.values())
    axes.set_xticks(range(0, 101, 25))
    axes.set(xlim=(0, 150), ylim=(max(len(shown), 1) - 0.5, -0.6), xlabel="% of the goals due")
    axes.set_title("Plan goals met in time", loc="left")
    charts.only_x_grid(axes)


def waits(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the shares that tell of waiting, in percent."""
    told = [(name, row) for name, row in waits_told(numbers) if row["scale"] != "days"]
    for place, (_, row) in enumerate(told):
        _dot(axes, row, place, charts.BLUE)
    axes.set_yticks(range(len(told)), [name.replace(" by ", "\nby ").replace(": over ", "\nover ") for name, _ in told])
    axes.tick_params(axis="y", labelsize=9.5)
    axes.set_xticks(range(0, 101, 25))
    axes.set(xlim=(0, 150), ylim=(len(told) - 0.5, -0.5), xlabel="%")
    axes.set_title("Waiting for an answer", loc="left")
    charts.only_x_grid(axes)


def waits_told(numbers: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows that tell of waiting, with their names; those that are not there are left out."""
    is_case = (numbers["term"] == CASE) & (numbers["outcome"] == "case accepted by")
    by_day = numbers[is_case].assign(day=lambda rows: rows["measure"].str.extract(r"(\d+)", expand=False).astype(int))
    rows = [(f"Case accepted by {row['measure']}", row) for row in by_day.sort_values("day").to_dict("records")]
    is_long = (numbers["outcome"] == "pending long") & (numbers["term"] == "direction") & (numbers["level"] == ALL)
    rows += [(f"Pending referrals: {row['measure']}", row) for row in numbers[is_long].to_dict("records")]
    half = row_of(numbers, "half accepted by", CASE, ALL, "cases")
    return [*rows, ("Half of the cases accepted within", half)] if half["outcome"] is not None else rows


def _is_told(row: dict[str, Any]) -> bool:
    return pd.notna(row["estimate"]) or pd.notna(row["withheld"])


def _dot(axes: Axes, row: dict[str, Any], y: float, colour: str) -> None:
    if pd.isna(row["estimate"]):
        charts.say_missing(axes, y, "withheld" if pd.notna(row["withheld"]) else "none recorded")
        return
    percent = pd.DataFrame([{end: 100 * float(row[end]) if pd.notna(row[end]) else None for end in ENDS}])
    charts.interval_dots(axes, percent, [y], colour=colour, size=6)
    axes.text(103, y, with_ends(row), va="center", size=9.5, color=colour)
