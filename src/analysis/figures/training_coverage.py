"""Training coverage: persons who completed a course, beside the open cases, by province."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts, country
from analysis.contract import Column, Table
from analysis.figures import _absent, _whose
from analysis.kinds import Count, Release
from analysis.words import listed

ABSENT = _absent.entries("training")
NUMBERS = Table(
    one_row_is="courses, persons trained or open cases of a province, or courses of a kind or status in all of them",
    key=("outcome", "term", "level"),
    columns={
        "outcome": Column("str", "what is counted"),
        "term": Column("str", "two-digit code of the province; all; unknown"),
        "province": Column("str", "name of the province, or that it is not recorded, or that it is all of them"),
        "level": Column("str", "kind of course, or its status; all"),
        "scale": Column("str", "the unit of the estimate"),
        "estimate": Column("Float64", "the count, rounded; missing where withheld", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
        "note": Column("str", "how it is counted"),
    },
    release=Release(
        kinds={unit: Count(unit=unit) for unit in ("courses", "persons", "cases")},
        totals={"term": "all"},
        place="term",
        population="trainings and open cases",
        harmless="that nobody was trained, or no case is open, in a place is said of no child and of no one person",
    ),
)
ALL = "all"
LEAST, MOST, OPEN = "persons trained, at least", "persons trained, at most", "open cases"
COURSES = "courses completed"
KINDS = {
    "social_work_basics": "Social work basics",
    "case_management": "Case management",
    "reintegration": "Reintegration",
    "child_protection": "Child protection",
    "other or not told": "Other, not told",
}
WHAT, NEEDED = "training coverage", "a register of trainings"
MOST_NAMED = 3  # places in a title
ROW_HEIGHT = 0.42  # inches
PALE = "#DCE4EC"


def build(training_coverage: pd.DataFrame) -> pd.DataFrame:
    """Return persons and cases by province and courses by kind: without their total, which would tell rare kinds."""
    rows = training_coverage[training_coverage["outcome"].isin([LEAST, MOST, OPEN, COURSES])]
    told = rows[(rows["outcome"] != COURSES) | (rows["level"] != ALL)]
    return ABSENT.told(told.assign(withheld=pd.array([None] * len(told), "str"))[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many were trained beside how many open cases, and where most cases stand against one trained."""
    if ABSENT.is_all(numbers):
        return ABSENT.words(WHAT, NEEDED)
    which = _whose.these(numbers, "records")
    places, finding = _places(numbers), _finding(numbers)
    told = [f"{name}: open cases {_count(row[OPEN])}, trained {_persons(row)}" for name, row in places.iterrows()]
    kinds = [f"{name.lower()} {_count(_cell(numbers, kind))}" for kind, name in KINDS.items()]
    hidden = " Withheld: fewer than 10, or would tell such a number; not 0." * bool(numbers["withheld"].notna().any())
    return charts.Words(
        title=f"In {which}, {finding}",
        caption=f"By {country.PROVINCE}: open cases, and persons who completed a course. Who took several courses "
        "without a name in the register cannot be told from several persons: so their number is a range. Counts are "
        f"of all that was recorded and have no interval.{hidden}",
        reading=f"In {which}, {finding}. Courses completed, by kind: {listed(kinds)}.",
        alt_text=f"Bars of open cases and ranges of persons trained. {'; '.join(told)}. Courses completed: "
        f"{listed(kinds)}.",
        source="the register of trainings and the case records that were imported.",
        limits="Who was trained may have left since, or work on other cases. A trained person of an agency that keeps "
        f"no register is not counted. Open cases are those of agencies whose records were imported, so that a "
        f"{country.PROVINCE} with few may have many more. A course is not yet a skill.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw open cases and persons trained by province, and courses completed by kind."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    *own, every = [row for _, row in _places(numbers).iterrows()]
    figure = charts.canvas(3.6 + ROW_HEIGHT * max(len(own), len(KINDS)))
    cases, persons, kinds = figure.subplots(1, 3, width_ratios=[1, 1, 0.8])
    for height, row in enumerate(own):
        _bar(cases, row[OPEN], height, charts.BLUE)
        _range(persons, row, height)
    for height, kind in enumerate(KINDS):
        _bar(kinds, _cell(numbers, kind), height, charts.TEAL)
    cases.set_yticks(range(len(own)), [row.name for row in own])
    persons.set_yticks(range(len(own)), [""] * len(own))
    kinds.set_yticks(range(len(KINDS)), KINDS.values())
    _finish(cases, f"Open cases\nin all: {_count(every[OPEN])}", len(own))
    _finish(persons, f"Persons trained\nin all: {_persons(every)}", len(own))
    _finish(kinds, "Courses completed\nby kind", len(KINDS))
    return figure


def _places(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of each province with any, one row a province, the most open cases first, all last."""
    rows = numbers[numbers["outcome"].isin([LEAST, MOST, OPEN]) & (numbers["level"] == ALL)]
    wide = rows.set_index(["term", "outcome"])["estimate"].astype("float64").unstack()  # noqa: PD010
    names = rows.drop_duplicates("term").set_index("term")["province"]
    shown = wide[~(wide == 0).all(axis=1)].sort_values([OPEN, MOST], ascending=False, na_position="last")
    in_order = [term for term in shown.index if term != ALL] + [ALL]
    return shown.loc[in_order].rename(index=names)


def _cell(numbers: pd.DataFrame, kind: str) -> float:
    """Return how many courses of a kind were completed; missing where that is withheld."""
    found = numbers[(numbers["outcome"] == COURSES) & (numbers["term"] == ALL) & (numbers["level"] == kind)]
    return float("nan") if found["estimate"].isna().all() else float(found["estimate"].iloc[0])


def _finding(numbers: pd.DataFrame) -> str:
    """Say the numbers of all provinces, and the one where most cases stand against one trained person."""
    places = _places(numbers)
    every, own = places.iloc[-1], places.iloc[:-1]
    if every[[LEAST, MOST, OPEN]].isna().all():
        return "how many were trained, and for how many open cases, may not be told"
    trained = "a withheld number of" if every[[LEAST, MOST]].isna().all() else _persons(every)
    said = f"{_count(every[OPEN])} open cases stand against {trained} trained persons"
    per_person = (own[OPEN] / own[MOST].where(own[MOST] > 0)).dropna()
    if not (per_person > 0).any():
        return said
    most = per_person.index[per_person == per_person.max()]
    where = listed(most) if len(most) <= MOST_NAMED else f"{len(most)} {country.PROVINCES}"
    return f"{said}; in {where} about {per_person.max():.0f} or more for each"


def _persons(row: pd.Series) -> str:
    """Return the range of persons trained as it is read aloud."""
    least, most = row[LEAST], row[MOST]
    if pd.isna(most):
        return "withheld" if pd.isna(least) else f"at least {least:.0f}"
    if pd.isna(least):
        return f"up to {most:.0f}"
    return f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"


def _count(value: float) -> str:
    return "withheld" if pd.isna(value) else f"{value:.0f}"


def _range(axes: Axes, row: pd.Series, height: int) -> None:
    """Draw the range of persons trained as a bar with a pale end; say where it is withheld."""
    least, most = row[LEAST], row[MOST]
    if pd.isna(most):
        charts.say_missing(axes, height, "withheld" if pd.isna(least) else f"at least {least:.0f}")
        return
    axes.barh(height, most, 0.6, color=PALE)
    axes.barh(height, 0 if pd.isna(least) else least, 0.6, color=charts.ORANGE)
    said = f"up to {most:.0f}" if pd.isna(least) else f"{least:.0f}–{most:.0f}" if least != most else f"{most:.0f}"
    charts.direct_label(axes, most, height, said, size=9.5)


def _bar(axes: Axes, value: float, height: int, colour: str) -> None:
    if pd.isna(value):
        charts.say_missing(axes, height, "withheld")
        return
    axes.barh(height, value, 0.6, color=colour)
    charts.direct_label(axes, value, height, f"{value:.0f}", size=9.5)


def _finish(axes: Axes, title: str, n_rows: int) -> None:
    axes.set(ylim=(n_rows - 0.4, -0.6))
    axes.set_xlim(0, max(1.0, axes.dataLim.x1) * 1.3)
    axes.locator_params(axis="x", nbins=4)
    axes.set_title(title, loc="left")
    charts.only_x_grid(axes)
