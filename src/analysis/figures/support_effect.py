"""Support effect: how often children went back to residential care with the support package and without it."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis import study as choices
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _support_effect_marks as marks
from analysis.kinds import Coefficient, Count, Estimate, Release

OF_RETURNS = Estimate(unit="returns")
NUMBERS = estimate_table(
    one_row_is="a measure, of an outcome by a day, told in one way",
    key=("measure", "outcome", "term", "level", "within"),
    extra={
        "measure": Column("str", "what is told"),
        "within": Column("str", "days after the days of grace by which an end counts, or no day"),
        "n_hits": Column("Int64", "ends seen by that day, of a risk", unit="returns", nullable=True),
        "df_residual": Column("Int64", "degrees of freedom that are left, of a dose", nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "share": Estimate(unit="returns", hits="n_hits"),
            **dict.fromkeys(("difference", "ratio", "standard deviations", "strength", "weight"), OF_RETURNS),
            "odds ratio": Coefficient(unit="months"),
            "returns": Count(unit="returns"),
        },
        totals={"term": "all returns"},
    ),
)
WHAT = "comparison of returns with and without support"
YEAR = f"{choices.load().support_effect.main_horizon_days} days"


def build(support_effect: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers."""
    nothing = pd.array([None] * len(support_effect), "str")
    return _absent.RETURNS.told(support_effect.assign(withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say both risks after a year and their difference, what was assumed, and what would overturn it."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.RETURNS.words(WHAT)
    which = _whose.these(numbers, "records")
    grace = choices.load().support_effect.grace_days
    return charts.Words(
        title=f"In {which}, {_compared(numbers)}",
        caption=f"Returns of children in {which} who were at home {grace} days after observation began, by whether the "
        f"support package had begun by then. Lines: {charts.CONFIDENCE} intervals, clustered. Made alike in "
        "risk tier, age, kind of return, sex, earlier return and system, and for who was lost. Other ends compete. An "
        "association: the package was not given by lot.",
        reading=_reading(numbers, which),
        alt_text=f"Five panels. Risks: {_spoken_risks(numbers)}. Difference after a year, by way: "
        f"{_spoken_differences(numbers)}. Balance: {marks.said_of_balance(numbers)}.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="Who got the package was not drawn by lot. The difference is what the package changed only if nothing "
        "besides what is recorded here decided both who got it and who went back; no record can show that. "
        f"{_of_unmeasured(numbers)} Agencies whose records hold no package tell nothing and are left out.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw risks and differences by horizon, what unmeasured causes could do, other ways to compare, and balance."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.draw()
    figure = charts.canvas(11)
    grid = figure.add_gridspec(2, 1, height_ratios=[1, 1.6])
    first, second = grid[0].subgridspec(1, 3), grid[1].subgridspec(1, 2)
    marks.risks(figure.add_subplot(first[0]), numbers)
    marks.differences(figure.add_subplot(first[1]), numbers)
    marks.unmeasured(figure.add_subplot(first[2]), numbers, YEAR)
    marks.ways(figure.add_subplot(second[0]), numbers, YEAR)
    marks.balance(figure.add_subplot(second[1]), numbers)
    return figure


def _compared(numbers: pd.DataFrame) -> str:
    found = (
        marks.risk_rows(numbers, marks.DOUBLY_ROBUST).query("within == @YEAR").set_index("term")["estimate"].dropna()
    )
    difference = marks.one(numbers, "difference", marks.DOUBLY_ROBUST, YEAR)
    if len(found) < 2 or difference is None:
        return "too few returns with and without the support package to compare how many go back to residential care"
    told = f"{found[marks.WITH]:.0%} with support were back in residential care in a year, "
    told = f"{told}{found[marks.WITHOUT]:.0%} of like ones without"
    return f"{told}: {marks.points_in_print(difference)}{_by_chance(difference)}"


def _by_chance(difference: Any) -> str:
    return ", maybe chance" if difference.ci_low <= 0 <= difference.ci_high else ""


def _reading(numbers: pd.DataFrame, which: str) -> str:
    difference = marks.one(numbers, "difference", marks.DOUBLY_ROBUST, YEAR)
    crude = marks.one(numbers, "difference", marks.CRUDE, YEAR)
    moved = marks.one(numbers, "difference", marks.DOUBLY_ROBUST, YEAR, marks.MOVED)
    if difference is None or crude is None:
        return f"In {which} too few returns can be compared to say what goes with the package."
    control = (
        "" if moved is None else f" Moves, which no package should change, differ by {marks.points_in_print(moved)}."
    )
    return (
        f"In {which}, among children alike in what is recorded, the share back in residential care within a year is "
        f"{marks.points_in_print(difference)} with the package beside without{_by_chance(difference)}; among children "
        f"as they are, {marks.points_in_print(crude)}.{control}{_of_dose(numbers)}"
    )


def _of_dose(numbers: pd.DataFrame) -> str:
    dose = numbers[(numbers["measure"] == "dose") & (numbers["level"] == marks.STRUCTURAL)].dropna(subset="estimate")
    if dose.empty:
        return ""
    row = dose.iloc[0]
    return f" Each further month with a contact goes with {charts.interval_in_print(row)} times the odds of going back."


def _of_unmeasured(numbers: pd.DataFrame) -> str:
    values = numbers[numbers["measure"] == "E-value"].set_index("level")["estimate"].dropna()
    if len(values) < 2:
        return "How strong an unmeasured cause must be to overturn it cannot be told here."
    estimate, nearer = values["estimate"], values["end of the interval nearer to 1"]
    told = f"An unmeasured cause that goes with both, at risk ratios of {estimate:.1f}, would explain the estimate away"
    if nearer == 1:
        return f"{told}; the interval holds no difference as it is."
    return f"{told}; at {nearer:.1f} the interval would hold no difference."


def _spoken_risks(numbers: pd.DataFrame) -> str:
    rows = marks.risk_rows(numbers, marks.DOUBLY_ROBUST).dropna(subset="estimate")
    return "; ".join(f"{row.term} within {row.within} {row.estimate:.0%}" for row in rows.itertuples()) or "withheld"


def _spoken_differences(numbers: pd.DataFrame) -> str:
    told = marks.told_ways(numbers, YEAR).dropna(subset="estimate")
    return "; ".join(f"{row.label.lower()} {marks.points_in_print(row)}" for row in told.itertuples()) or "withheld"
