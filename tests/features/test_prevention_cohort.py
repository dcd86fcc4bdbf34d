"""The prevention cohort: children of a few dated events each, and the row they make."""

import pandas as pd
import pytest
from recorded_children import Recorded, case, contact, frames, key, primero_case, stay

from analysis import study
from analysis.features import prevention_cohort

STUDY = study.load()
INPUTS = ("cases", "placements", "children", "follow_ups", "assessments")
PREVENTION = {"programme": "prevention", "risk_level": "high"}
STARTED, DATA_END = "2021-01-10", "2023-01-01"
OTHER = Recorded("other programme", [], [case("2021-01-01", closed_on=DATA_END)])  # until when records tell


def supported(name, *stays, contacts=(), birth_month="2010-05", **told):
    """Return a child of a prevention programme; ``told`` of its case."""
    return Recorded(name, list(stays), [case(**{**PREVENTION, **told})], list(contacts), birth_month=birth_month)


SEEN = [contact("2021-02-10"), contact("2021-04-10"), contact("2021-08-01")]
SILENT = {"closed_on": "2021-07-01", "closure_reason": "other"}
REFUSED = {"closed_on": "2021-02-01", "closure_circumstance": "rejected"}
CHILDREN = [
    supported("in care", stay("rci", "2021-03-01"), stay("rci", "2021-06-01")),
    supported("boarding", stay("boarding", "2021-03-01")),
    supported("street", stay("street", "2021-03-01")),
    supported("foster", stay("foster_long", "2021-03-01")),
    supported("visit", stay("rci", "2021-03-01", "2021-03-20", "planned_move"), stay("kinship", "2021-04-01")),
    supported("later", stay("rci", "2021-09-01"), closed_on="2021-07-01"),
    supported("silent", contacts=SEEN, **SILENT),
    supported("silent, unseen", **SILENT),
    supported("silent, in care", stay("rci", "2021-05-01"), **SILENT),
    supported("grown up", stay("rci", "2022-09-01"), birth_month="2004-05"),
    supported("refused", **REFUSED),
    supported("undated", referred_on=None, accepted_on=None),
    supported("adult", birth_month="2001-01"),
    supported("away", stay("rci", "2020-01-01")),
    supported("came home", stay("rci", "2020-01-01"), stay("kinship", "2020-12-01")),
    supported("left care", stay("rci", "2020-01-01", "2020-12-01")),
    Recorded("two systems", [], [primero_case("2021-01-05", **PREVENTION), case(**PREVENTION, closed_on="2021-05-01")]),
    Recorded("no acceptance", [], [primero_case("2021-01-05", **PREVENTION)]),
    Recorded("twice", [], [case("2022-03-01", "2022-03-05", **PREVENTION), case(**PREVENTION, closed_on="2021-05-01")]),
    OTHER,
]


@pytest.fixture(scope="module")
def tables():
    return frames(CHILDREN)


@pytest.fixture(scope="module")
def cohort(tables):
    """Return the rows by the name of the child."""
    built = prevention_cohort.build(*(tables[name] for name in INPUTS), STUDY)
    rows = prevention_cohort.TABLE.validated(built, "prevention_cohort")
    names = {key(child.name): child.name for child in CHILDREN}
    return rows.assign(name=rows["child_key"].map(names)).set_index("name")


def test_children_of_prevention_programmes_have_one_row_each(cohort):
    assert sorted(cohort.index) == sorted(child.name for child in CHILDREN if child != OTHER)


def test_the_first_stay_in_residential_care_after_acceptance_ends_it(cohort):
    found = cohort.loc["in care"]
    assert (found["state"], found["days"], found["rejected"]) == ("residential", 50, "used")
    assert (found["risk_level"], found["age_band"], found["agency"]) == ("high", "6-11", "A01")


def test_other_stays_away_from_the_family_are_ends_of_their_own(cohort):
    assert cohort.loc[["boarding", "street", "foster"], "state"].tolist() == ["boarding_school", "other", "other"]


@pytest.mark.parametrize(
    ("name", "state", "ended_on"),
    [
        ("visit", "administrative", DATA_END),  # a short visit, and then relatives
        ("later", "with_family", "2021-07-01"),  # what comes after the closing is not seen
        ("silent", "lost", "2021-04-10"),  # a closing that says nothing: until the last contact before it
        ("silent, in care", "residential", "2021-05-01"),  # what a stay tells, though the closing says nothing
        ("grown up", "aged_out", "2022-05-15"),  # wherever the child then goes
        ("two systems", "with_family", "2021-05-01"),  # what one does not tell the other does
    ],
)
def test_what_else_ends_it_and_when(cohort, name, state, ended_on):
    assert cohort.loc[name, ["state", "ended_on"]].tolist() == [state, pd.Timestamp(ended_on)]


@pytest.mark.parametrize(
    ("name", "rejected"),
    [
        ("refused", "referral_rejected"),
        ("undated", "no_start"),
        ("adult", "after_18"),
        ("away", "separated_before"),
        ("silent, unseen", "ended_before_observation"),
        ("came home", "used"),
        ("left care", "used"),
    ],
)
def test_who_tells_nothing_says_why(cohort, name, rejected):
    assert cohort.loc[name, "rejected"] == rejected
    assert pd.isna(cohort.loc[name, "days"]) == (rejected != "used")


@pytest.mark.parametrize(
    ("name", "entered_on"), [("two systems", STARTED), ("no acceptance", "2021-01-19"), ("twice", STARTED)]
)
def test_it_starts_with_the_first_acceptance_or_days_after_registration(cohort, name, entered_on):
    assert cohort.loc[name, "entered_on"] == pd.Timestamp(entered_on)


def test_no_records_make_no_rows(tables):
    built = prevention_cohort.build(*(tables[name].iloc[:0] for name in INPUTS), STUDY)
    assert prevention_cohort.TABLE.validated(built, "prevention_cohort").empty
