"""Support episodes: a few dated services, and what of them began with a return."""

import hashlib

import pandas as pd
import pytest

from analysis import study
from analysis.features import support_episodes

FAMILY, SCHOOL, MATERIAL = study.load().support_effect.services
RETURNED, ENTERED, ENDED = "2021-03-01", "2021-03-05", "2022-03-01"


def key(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build(given, *, agency="A01", org_code="A01", entered=ENTERED):
    """Return the episode of one return of one child, from (service, first day, answer) of its cases."""
    spells = pd.DataFrame(
        {
            "spell_id": [key("spell")],
            "child_key": [key("child")],
            "agency": [agency],
            **{name: pd.to_datetime([day]) for name, day in
               {"returned_on": RETURNED, "entered_on": entered, "ended_on": ENDED}.items()},
        }
    )  # fmt: skip
    cases = pd.DataFrame({"case_id": ["c1", "c2"], "child_key": [key("child"), key("other")], "org_code": org_code})
    rows = [(*one, "c1") if len(one) == 3 else one for one in given]
    support = pd.DataFrame(rows, columns=["service_code", "start_on", "decision", "case_id"]).astype(
        {"decision": "str", "start_on": "datetime64[us]"}
    )
    built = support_episodes.build(spells, support, cases, study.load())
    return support_episodes.TABLE.validated(built, "support_episodes").iloc[0]


def all_on(day, decision="accepted"):
    return [(service, day, decision) for service in (FAMILY, SCHOOL, MATERIAL)]


def test_a_package_on_the_first_day():
    found = build(all_on(ENTERED))
    assert (found["n_services"], found["n_services_ever"], found["package_days"]) == (3, 3, 0)
    assert found["is_recorded"]


@pytest.mark.parametrize(
    ("last_start", "n_services", "days"),
    [
        ("2021-03-19", 3, 14),  # the last of the days of grace
        ("2021-03-20", 2, 15),  # a day later: begun, but after the comparison
        ("2022-03-01", 2, 361),  # on the last day known
        ("2022-03-02", 2, None),  # after it: not of this return
        ("2021-01-30", 3, 0),  # thirty days before the return: begun for it
        ("2021-01-29", 2, None),  # a day earlier: of something else
    ],
)
def test_a_package_is_complete_on_the_day_of_its_last_service(last_start, n_services, days):
    found = build([(FAMILY, ENTERED, "accepted"), (SCHOOL, ENTERED, "accepted"), (MATERIAL, last_start, "accepted")])
    assert found["n_services"] == n_services
    assert (None if pd.isna(found["package_days"]) else found["package_days"]) == days


def test_a_service_twice_is_one_and_counts_from_its_first_day():
    found = build([*all_on(ENTERED), (FAMILY, "2021-09-01", "accepted")])
    assert (found["n_services_ever"], found["package_days"]) == (3, 0)


@pytest.mark.parametrize(("answer", "n_services"), [("rejected", 0), ("pending", 0), ("accepted", 3), (None, 3)])
def test_a_service_that_was_refused_did_not_begin(answer, n_services):
    given = [*all_on(ENTERED, answer), (FAMILY, ENTERED, "accepted", "c2")]  # the agency records services
    assert build(given)["n_services"] == n_services


def test_other_services_and_other_children_are_no_package():
    found = build([("counselling_generalist", ENTERED, "accepted"), (FAMILY, ENTERED, "accepted", "c2")])
    assert (found["n_services"], found["n_services_ever"]) == (0, 0)
    assert pd.isna(found["package_days"])


def test_an_agency_without_any_service_of_the_package_tells_nothing():
    found = build([("counselling_generalist", ENTERED, "accepted")])
    assert not found["is_recorded"]
    assert found[["n_services", "n_services_ever", "package_days"]].isna().all()
    assert not build(all_on(ENTERED), agency="A02", org_code="A01")["is_recorded"]


def test_a_service_without_a_day_does_not_count():
    assert not build([(FAMILY, None, "accepted")])["is_recorded"]


def test_who_is_observed_late_may_have_had_it_before():
    found = build(all_on("2021-03-10"), entered="2021-06-01")
    assert (found["n_services"], found["package_days"]) == (3, -83)
