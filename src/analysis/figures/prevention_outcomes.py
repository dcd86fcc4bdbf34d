"""Prevention outcomes: of children supported in their family before any separation, how many entered care, by when."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.kinds import Count, Curve, Release
from analysis.study import Study

ALL, TIER, QUESTION = "all", "risk_level", "residential"
ABSENT = _absent.entries("case of a prevention programme")
NUMBERS = estimate_table(
    one_row_is="an end of support before separation by a day, of all children or of a tier",
    key=("outcome", "term", "level", "day"),
    extra={
        "day": Column("Int64", "days after the start of support", ge=0, nullable=True),
        "n_at_risk": Column("Int64", "children under observation just before the day", ge=0, nullable=True),
        "n_events": Column("Int64", "children whose support ended so by the day", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={"probability": Curve(), "children": Count()},
        totals={"level": ALL},
        population="children supported before separation",
        harmless="that none of a group left its family by a day is no secret of a child: most do not",
    ),
)
ENDS = {  # outcome: label and colour
    QUESTION: ("Residential care", charts.ORANGE),
    "other": ("Separated otherwise", charts.BLUE),
    "boarding_school": ("Boarding school", charts.TEAL),
}
TIERS = {"high": "high risk", "medium": "medium risk", "low": "low risk or no action", "unknown": "no tier recorded"}
NO_SMALLER = 0.02  # of the scale's end: 2 in 100, so that a curve near 0 looks so


def build(prevention_outcomes: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return all children at the days told, tiers at the last of these, and how many children could be counted."""
    days = study.prevention_outcomes.told_days
    is_tier = (prevention_outcomes["term"] == TIER) & (prevention_outcomes["level"] != ALL)
    is_told = prevention_outcomes["day"].isin(days) & (~is_tier | (prevention_outcomes["day"] == max(days)))
    told = prevention_outcomes[is_told | (prevention_outcomes["scale"] == "children")]
    nothing = pd.array([None] * len(told), "str")
    numbers = told.assign(withheld=nothing, day=told["day"].mask(told["scale"] == "children"))
    return ABSENT.told(numbers[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many children entered residential care by the last day told, and that nobody is compared."""
    if ABSENT.is_all(numbers):
        return ABSENT.words("outcomes of prevention", "such cases")
    which = _whose.these(numbers, "records")
    finding = _finding(numbers)
    withheld = " Withheld: too few children; not to be read as 0." if numbers["withheld"].notna().any() else ""
    return charts.Words(
        title=f"In {which}, {finding}",
        caption="Children supported in their family before any separation: cumulative incidence of leaving it, ends "
        f"compete (Aalen-Johansen). Lines: {charts.CONFIDENCE} intervals over {_of(numbers)}. Right: where they went, "
        f"and residential care by the worker's tier.{withheld}",
        reading=f"In {which}, {finding}. {_others(numbers)} {_counted(numbers)}",
        alt_text=f"Dots with intervals by days after the start of support. Residential care: {_spoken(numbers)}. "
        f"{_others(numbers)} Dots by the worker's tier: {_tiers(numbers)}.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="Nobody is compared: this does not say what support changed. Families taken on are those somebody "
        "worried about. What nobody noticed while a case was open counts as at home, and nothing is known once it is "
        "closed. The tier is not dated.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw residential care by day, and beside it other separations and the worker's tiers at one of the days."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    by_day = _curve(numbers, QUESTION)
    by_day = by_day.assign(label=[f"within {day} days" for day in by_day["day"]], colour=charts.ORANGE)
    figure = charts.canvas(4.6)
    grid = figure.add_gridspec(1, 2)
    _draw_listed(figure.add_subplot(grid[0]), by_day, "% of children in residential care")
    beside = _beside(numbers)
    _draw_listed(figure.add_subplot(grid[1]), beside, f"% of children within {_day_of(beside)} days")
    return figure


def _draw_listed(axes: Axes, rows: pd.DataFrame, in_words: str) -> None:
    """Draw one row a line, the first above; say why where there is no number."""
    shown = rows.assign(y=-np.arange(len(rows), dtype="float64"))
    numbers = {name: 100 * shown[name].astype("float64") for name in ("estimate", "ci_low", "ci_high")}
    told = shown.assign(**numbers).dropna(subset="estimate")
    charts.interval_dots(axes, told, told["y"], colour=list(told["colour"]), size=7)
    for row in shown[shown["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, "withheld" if pd.notna(row.withheld) else "not told: too few in care")
    highest = np.nanmax([told[["estimate", "ci_high"]].max().max(), 100 * NO_SMALLER])
    axes.set_yticks(shown["y"], shown["label"], size=10)
    axes.set(ylim=(-len(rows) + 0.4, 0.6), xlim=(-0.02 * highest, 1.05 * highest), xlabel=in_words)
    charts.only_x_grid(axes)


def _beside(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return, at the day at which tiers are told, all ends away from the family, and residential care by tier."""
    tiers = _tier_rows(numbers)
    curves = pd.concat([_curve(numbers, outcome) for outcome in ENDS])
    ends = curves[curves["day"] == _day_of(tiers)]
    labels, colours = ([ENDS[outcome][at] for outcome in ends["outcome"]] for at in (0, 1))
    of_tiers = tiers[tiers["level"] != ALL]
    in_care = [f"In care: {TIERS[level]}" for level in of_tiers["level"]]
    parts = [ends.assign(label=labels, colour=colours), of_tiers.assign(label=in_care, colour=charts.ORANGE)]
    return pd.concat(parts, ignore_index=True)


def _curve(numbers: pd.DataFrame, outcome: str) -> pd.DataFrame:
    is_it = (numbers["outcome"] == outcome) & (numbers["term"] == TIER) & (numbers["level"] == ALL)
    return numbers[is_it].sort_values("day")


def _day_of(rows: pd.DataFrame) -> int:
    return int(rows["day"].max())


def _tier_rows(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the tiers, and all children at the same day, in the order drawn."""
    rows = numbers[(numbers["outcome"] == QUESTION) & (numbers["term"] == TIER)]
    day = rows.loc[rows["level"] != ALL, "day"].max()
    at_day = rows[rows["day"] == day]
    order = {level: place for place, level in enumerate([ALL, *TIERS])}
    return at_day.sort_values("level", key=lambda levels: levels.map(order))


def _share(row: pd.Series) -> str:
    if pd.isna(row["estimate"]):
        return "not told"
    ends = "" if pd.isna(row["ci_low"]) else f" ({100 * row['ci_low']:.1f}–{100 * row['ci_high']:.1f})"
    return f"{row['estimate']:.1%}{ends}"


def _at_last(numbers: pd.DataFrame, outcome: str) -> pd.Series | None:
    """Return the row of all children at the last day told."""
    rows = _curve(numbers, outcome)
    rows = rows[rows["day"] == _day_of(_tier_rows(numbers))]
    return rows.iloc[0] if len(rows) else None


def _finding(numbers: pd.DataFrame) -> str:
    row = _at_last(numbers, QUESTION)
    if row is None or pd.isna(row["estimate"]):
        return "how many children supported in their family entered residential care may not be told: too few did"
    return f"{_share(row)} of children supported in their family entered residential care within {row['day']} days"


def _others(numbers: pd.DataFrame) -> str:
    rows = {label.lower(): _at_last(numbers, outcome) for outcome, (label, _) in ENDS.items() if outcome != QUESTION}
    told = [f"{label} {_share(row)}" for label, row in rows.items() if row is not None]
    return f"By then: {'; '.join(told)}." if told else "Nothing is told of other separations."


def _counted(numbers: pd.DataFrame) -> str:
    counts = numbers[numbers["scale"] == "children"].set_index("level")["estimate"]
    if counts.reindex(["used", ALL]).isna().any():
        return "How many children that is may not be told."
    return f"{counts['used']:.0f} of {counts[ALL]:.0f} children of prevention programmes could be followed."


def _of(numbers: pd.DataFrame) -> str:
    """Return over what the intervals of all children are, as the estimate chose."""
    notes = _curve(numbers, QUESTION)["note"]
    return "households" if notes.str.contains("households").any() else "agencies"


def _spoken(numbers: pd.DataFrame) -> str:
    rows = _curve(numbers, QUESTION)
    return "; ".join(f"by day {row['day']} {_share(row)}" for _, row in rows.iterrows()) or "not told"


def _tiers(numbers: pd.DataFrame) -> str:
    rows = _tier_rows(numbers)
    told = [f"{TIERS[row['level']]} {_share(row)}" for _, row in rows.iterrows() if row["level"] in TIERS]
    return "; ".join(told) or "not told"
