"""Country snapshot: every row of the Country Care Snapshot; drawn are the years of its numbers and its empty fields."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Table
from analysis.estimates import country_snapshot as snapshot
from analysis.words import listed

NUMBERS = Table(one_row_is=snapshot.TABLE.one_row_is, key=snapshot.TABLE.key, columns=snapshot.TABLE.columns)
SECTIONS = {
    "demographic_data": "Demographic data",
    "living_arrangements": "Living arrangements",
    "without_biological_parents": "Without biological parents",
    "at_risk_of_separation": "At risk of separation",
    "formal_alternative_care": "Formal alternative care",
    "social_work_force": "Social work force",
    "care_reform": "Care reform",
    "drivers_of_institutionalisation": "Drivers of institutionalisation",
}
LATEST = "children_latest"  # the field whose number stands in the words
FIRST_YEAR = 2008


def build(country_snapshot: pd.DataFrame) -> pd.DataFrame:
    """Return every row."""
    return country_snapshot


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many numbers are stale, how many have no year and how many fields are empty."""
    values, empty = _values(numbers), _empty(numbers)
    n_stale, n_without = int(values["is_stale"].fillna(value=False).sum()), int(values["year"].isna().sum())
    year, limit = (int(numbers[name].iloc[0]) for name in ("reference_year", "stale_after_years"))
    latest = values[values["outcome"] == LATEST].iloc[0]
    checked = numbers[numbers["row_is"] == "check"]
    n_fail = int((~checked["holds"]).sum())
    n_conflicts = values.loc[values["n_side_by_side"] > 1, "outcome"].nunique()
    worst = empty["section"].map(SECTIONS).dropna().value_counts()
    return charts.Words(
        title=f"{n_stale} of the {len(values)} numbers found for the country care snapshot are more than {limit} years "
        f"old, and {len(empty)} of its fields are empty",
        caption=f"How many numbers of the Country Care Snapshot are of which year, by section, for the snapshot of "
        f"{year}. Left of the line they are more than {limit} years old. {n_without} numbers without a stated year are "
        "not drawn. Most numbers are printed ones without an interval.",
        reading="The latest number of children in residential care institutions is "
        f"{latest['estimate']:,.0f} (in print: {latest['value_printed']}), of {latest['year']}. {n_conflicts} fields "
        f"have several numbers that stand side by side; {n_fail} of {len(checked)} calculations among the numbers do "
        "not hold.",
        alt_text="One row a section with a mark for each year and in it how many numbers are of that year. "
        + " ".join(_told(values, empty, section) for section in SECTIONS)
        + f" The latest number of children in institutions is {latest['estimate']:,.0f}.",
        source="the Country Care Snapshot of Better Care Network and the documents of the ledger; each stands in the "
        "table of the snapshot.",
        limits="That a number is new does not make it right, and a stale one may still hold. Fields are empty because "
        f"no document we found has a number; most are empty in: {listed(worst.index[:3].str.lower())}.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one row a section, a dot for each number at its year, and what is missing beside."""
    year, limit = (int(numbers[name].iloc[0]) for name in ("reference_year", "stale_after_years"))
    figure = charts.canvas(6.4)
    axes, beside = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    beside.set_axis_off()
    values, empty = _values(numbers), _empty(numbers)
    for place, section in enumerate(SECTIONS):
        own = values[values["section"] == section]
        _draw_section(axes, own.dropna(subset="year"), -place)
        n_empty = int((empty["section"] == section).sum())
        beside.text(0, -place, f"{len(own)} numbers, {n_empty} empty", va="center", size=10, color=charts.INK)
    line = year - limit - 0.5
    axes.axvline(line, color=charts.MUTED, lw=1.2, ls="--")
    axes.text(line - 0.15, 0.72, f"more than {limit} years old", ha="right", size=9.5, color=charts.MUTED)
    axes.set_xticks(range(FIRST_YEAR + 2, year + 1, 5))
    axes.set_yticks([-place for place in range(len(SECTIONS))], list(SECTIONS.values()))
    axes.set(xlim=(FIRST_YEAR, year + 0.6), ylim=(0.4 - len(SECTIONS), 1), xlabel="year of the number")
    charts.only_x_grid(axes)
    return figure


def _draw_section(axes: Axes, own: pd.DataFrame, y: float) -> None:
    for year, of_year in own.groupby("year"):
        is_stale = bool(of_year["is_stale"].iloc[0])
        colour = charts.ORANGE if is_stale else charts.BLUE
        face, ink = ("white", colour) if is_stale else (colour, "white")
        axes.plot(year, y, "s" if is_stale else "o", ms=17, mfc=face, mec=colour, mew=1.8, lw=0)
        axes.text(year, y, str(len(of_year)), ha="center", va="center_baseline", size=9.5, color=ink, weight="bold")


def _values(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[(numbers["row_is"] == "value") & (numbers["level"] == "country")]


def _empty(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[(numbers["row_is"] == "no data") & (numbers["level"] == "country")]


def _told(values: pd.DataFrame, empty: pd.DataFrame, section: str) -> str:
    own = values[values["section"] == section]
    n_stale, n_empty = int(own["is_stale"].fillna(value=False).sum()), int((empty["section"] == section).sum())
    return f"{SECTIONS[section]}: {len(own)} numbers, {n_stale} of them stale; empty fields: {n_empty}."
