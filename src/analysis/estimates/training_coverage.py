"""Training coverage: who completed a course, beside the open cases, by province.

A person counts once, in the province of the last course completed; who took several courses without a name in the
register cannot be told from several persons. So the persons trained lie between those named, or one where only unnamed
ones are, and those named with every course of somebody unnamed: bounds that no assumption narrows. Everything in the
register is counted; there is no interval. That a person was trained does not say that he or she still works there.
"""

import pandas as pd

from analysis import country
from analysis.contract import Column, estimate_table
from analysis.imported import allowed

ALL, UNKNOWN = "all", "unknown"
COMPLETED = "completed"
BEGUN, COURSES = "courses begun", "courses completed"
LEAST, MOST, OPEN = "persons trained, at least", "persons trained, at most", "open cases"
OTHER = "other or not told"  # courses that few take: alone they would be withheld
NAMED_COURSES = tuple(course for course in allowed.COURSE if course not in ("other", UNKNOWN))
OPEN_STATUS = ("accepted", "active")
UNITS = {BEGUN: "courses", COURSES: "courses", LEAST: "persons", MOST: "persons", OPEN: "cases"}
NOTES = {
    BEGUN: "by status; a count of all, without interval",
    COURSES: "by course; a count of all, without interval",
    LEAST: "persons named, one for all who are not; a bound without interval",
    MOST: "persons named, and one for each course of somebody not named; a bound without interval",
    OPEN: "cases that are accepted or active; a count of all, without interval",
}

TABLE = estimate_table(
    one_row_is="courses, persons trained or open cases of a province, or courses of a kind or status in all of them",
    extra={"province": Column("str", "name of the province, or that it is not recorded, or that it is all of them")},
)
NAMES = {UNKNOWN: f"{country.PROVINCE.capitalize()} not recorded", ALL: f"All {country.PROVINCES}"}


def build(trainings: pd.DataFrame, cases: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """Return persons trained and open cases by province, and courses by kind and status; no row without a training."""
    if trainings.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    terms = [*provinces["province_code"], UNKNOWN]
    counts = [
        *(_by_province(outcome, rows, terms) for outcome, rows in _counted(trainings, cases, terms).items()),
        _by_kind(BEGUN, trainings["status"], allowed.TRAINING_STATUS),
        _by_kind(COURSES, _told(trainings.loc[trainings["status"] == COMPLETED, "course"]), (*NAMED_COURSES, OTHER)),
    ]
    rows = pd.concat(counts, ignore_index=True)
    names = provinces.set_index("province_code")["province"].to_dict() | NAMES
    return rows.assign(
        province=rows["term"].map(names),
        scale=rows["outcome"].map(UNITS),
        note=rows["outcome"].map(NOTES),
        estimate=rows["n"].astype("Float64"),
        ci_low=pd.NA,
        ci_high=pd.NA,
    )[list(TABLE.columns)]


def _counted(trainings: pd.DataFrame, cases: pd.DataFrame, terms: list[str]) -> dict[str, pd.Series]:
    """Return by outcome the province of each person or case that is counted."""
    completed = trainings[trainings["status"] == COMPLETED].sort_values("completed_on", na_position="first")
    named = completed.dropna(subset="worker_key").drop_duplicates("worker_key", keep="last")
    unnamed = completed[completed["worker_key"].isna()]
    is_open = cases["status"].isin(OPEN_STATUS)
    places = {
        MOST: pd.concat([named, unnamed])["province_code"],
        OPEN: cases.loc[is_open, "province_code"],
    }
    only_unnamed = unnamed[~unnamed["province_code"].isin(named["province_code"])].drop_duplicates("province_code")
    places[LEAST] = pd.concat([named, only_unnamed])["province_code"]
    return {outcome: place.where(place.isin(terms), UNKNOWN) for outcome, place in places.items()}


def _told(course: pd.Series) -> pd.Series:
    return course.where(course.isin(NAMED_COURSES), OTHER)


def _by_province(outcome: str, place: pd.Series, terms: list[str]) -> pd.DataFrame:
    counts = place.value_counts().reindex(terms, fill_value=0)
    return pd.DataFrame({"outcome": outcome, "term": [*terms, ALL], "level": ALL, "n": [*counts, len(place)]})


def _by_kind(outcome: str, kind: pd.Series, kinds: tuple[str, ...]) -> pd.DataFrame:
    counts = kind.value_counts().reindex(kinds, fill_value=0)
    return pd.DataFrame({"outcome": outcome, "term": ALL, "level": [*kinds, ALL], "n": [*counts, len(kind)]})
