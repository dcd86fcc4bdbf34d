"""Persons trained beside open cases: who is not named is bounded, nobody counts twice."""

import pandas as pd
import pytest

from analysis.estimates import training_coverage as coverage

PROVINCES = pd.DataFrame({"province_code": ["01", "02", "03"], "province": ["One", "Two", "Three"]})


def trainings(*rows):
    """Return trainings from (worker, province, course, status, day)."""
    columns = ["worker_key", "province_code", "course", "status", "completed_on"]
    frame = pd.DataFrame(list(rows), columns=columns).astype(dict.fromkeys(columns[:-1], "str"))
    return frame.assign(completed_on=pd.to_datetime(frame["completed_on"]))


def cases(**counts):
    rows = [(code.lstrip("p"), status) for code, states in counts.items() for status in states]
    return pd.DataFrame(rows, columns=["province_code", "status"]).astype("str")


TAKEN = trainings(
    ("a", "01", "reintegration", "completed", "2020-01-01"),
    ("a", "02", "case_management", "completed", "2021-01-01"),
    ("b", "02", "unknown", "completed", None),
    ("c", "02", "reintegration", "ongoing", None),
    (None, "02", "other", "completed", "2021-01-01"),
    (None, "02", "other", "completed", "2021-02-01"),
    (None, "03", "reintegration", "completed", "2021-01-01"),
    (None, "03", "reintegration", "completed", "2021-01-01"),
    (None, None, "reintegration", "left", None),
)


@pytest.fixture(scope="module")
def table():
    built = coverage.build(TAKEN, cases(p01=["active", "closed"], p02=["accepted", "active", "referred"]), PROVINCES)
    return coverage.TABLE.validated(built, "training_coverage").set_index(["outcome", "term", "level"])["n"]


def test_a_person_counts_once_where_the_last_course_was(table):
    assert [table[coverage.LEAST, code, "all"] for code in ("01", "02", "03", "unknown", "all")] == [0, 2, 1, 0, 3]


def test_each_course_of_somebody_unnamed_may_be_another_person(table):
    assert [table[coverage.MOST, code, "all"] for code in ("01", "02", "03", "unknown", "all")] == [0, 4, 2, 0, 6]


def test_open_cases_are_accepted_or_active(table):
    assert [table["open cases", code, "all"] for code in ("01", "02", "03", "unknown", "all")] == [1, 2, 0, 0, 3]


def test_courses_are_told_by_kind_and_status_and_rare_ones_together(table):
    completed = table["courses completed", "all"]
    assert completed["all"] == 7 == completed.drop("all").sum()
    assert (completed["reintegration"], completed[coverage.OTHER]) == (3, 3)
    assert table["courses begun", "all"].to_dict() == {"all": 9, "completed": 7, "left": 1, "ongoing": 1, "unknown": 0}


def test_a_place_that_is_no_province_is_unknown():
    odd = trainings(("a", "77", "other", "completed", "2020-01-01"))
    built = coverage.build(odd, cases(p88=["active"]), PROVINCES).set_index(["outcome", "term", "level"])["n"]
    assert built[coverage.LEAST, "unknown", "all"] == built["open cases", "unknown", "all"] == 1


def test_without_a_training_there_is_no_row_and_without_a_case_no_crash():
    assert coverage.build(TAKEN.head(0), cases(p01=["active"]), PROVINCES).empty
    built = coverage.build(TAKEN, cases().astype("str"), PROVINCES)
    assert (built.loc[built["outcome"] == "open cases", "n"] == 0).all()
