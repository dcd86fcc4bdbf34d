"""The rows of the brief's two tables, in English, from the published numbers: printed totals, and waves of closures."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis import charts

Read = Callable[[str], pd.DataFrame]  # the published numbers of a figure, by its name
COUNTED_SINCE = "2014"  # totals of earlier years are history; the page shows them
WIDTH = 100.0  # of the drawn marks, in units of their own
AS_THEIR_MEAN, TWICE_THEIR_MEAN = 1.0, 2.0  # how far rates of communes vary in the intervals told
TEAM = "social workers of organisations in 2017"  # whose contacts on time the plan works out


@dataclass(frozen=True)
class Mark:
    """Where a number and its interval stand on an axis of the width ``WIDTH``; an end that is nothing is not drawn."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Total:
    """A printed total of children, and what it counts."""

    counted: str
    years: str
    n_children: str
    grade: str
    mark: Mark


@dataclass(frozen=True)
class Scenario:
    """A wave of closures in the plan: how many workers it takes, and what those there are could do."""

    name: str
    n_children: str
    needed: str
    on_time: str
    mark: Mark


def totals(read: Read) -> list[Total]:
    """Return the printed totals since ``COUNTED_SINCE``, in order of their years; the study's with our interval."""
    numbers = read("national_totals")
    printed = numbers[numbers["ci_low"].isna() & (numbers["period"] >= COUNTED_SINCE)]
    ours = study_interval(numbers, AS_THEIR_MEAN)
    return [
        Total(
            counted=row["definition"].partition(";")[0],
            years=row["period"].replace("-", "–"),
            n_children=f"{row['estimate']:,.0f}",
            grade=row["grade"],
            mark=_mark(ours if row["term"] == ours["term"] else row, ours["ci_high"]),
        )
        for _, row in printed.sort_values(["period", "estimate"]).iterrows()
    ]


def scenarios(read: Read) -> list[Scenario]:
    """Return the waves of the plan in which social workers do nothing else, in its order."""
    numbers = read("response_plan")
    on_time = _with_team(numbers).set_index("term")
    needed = numbers[(numbers["outcome"] == "workers needed") & numbers["term"].isin(on_time.index)]
    return [
        Scenario(
            name=row["term"],
            n_children=f"{row['n']:,.0f}",
            needed=charts.interval_in_print(row),
            on_time=_percents(on_time.loc[row["term"]]),
            mark=_mark(row, needed["ci_high"].max()),
        )
        for _, row in needed.sort_values("position").iterrows()
    ]


def team(read: Read) -> str:
    """Return with how many social workers the share of contacts on time is worked out."""
    workers, year = _with_team(read("response_plan"))["n_workers"].iloc[0], TEAM.rpartition(" ")[2]
    return f"Contacts on time with the {workers:,.0f} whom organisations had in {year}"


def study_interval(numbers: pd.DataFrame, variation: float) -> pd.Series:
    """Return our interval around the study's total if rates of communes vary by ``variation`` times their mean."""
    return numbers.loc[(numbers["commune_cv"] - variation).abs().idxmin()]


def _with_team(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[(numbers["outcome"] == "contacts on time") & (numbers["level"] == TEAM)]


def _mark(row: pd.Series, longest: float) -> Mark:
    """Return where a number and its interval stand on an axis that ends at ``longest``."""
    ends = (row["estimate"], row["ci_low"], row["ci_high"])
    value, low, high = (None if pd.isna(end) else round(WIDTH * float(end) / float(longest), 1) for end in ends)
    return Mark(value, low, high)


def _percents(row: pd.Series) -> str:
    return f"{row['estimate']:.0%} ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"
