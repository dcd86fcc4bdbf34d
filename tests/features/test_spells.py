"""Spells at home as children: a few dated events, and the row that is expected of them."""

import pandas as pd
import pytest
from recorded_children import PRIMERO, Recorded, case, contact, frames, key, primero_case, stay, types_of, went_home

from analysis import study as study_module
from analysis.features import _spell_account as account
from analysis.features import spells

STUDY = study_module.load().changed("spells.data_end", "2024-12-31")
IN_CARE = stay("rci", "2019-01-01", "2021-03-01", "planned_move")
HOME = went_home("2021-03-01")
CARE_IN_PRIMERO = {**IN_CARE, "source_system": PRIMERO, "end_on": None, "end_reason": None}
HOME_IN_PRIMERO = went_home("2021-03-01", care="kinship", source_system=PRIMERO)


def closed(day: str, reason: str, **facts) -> list[dict]:
    """Return the one case of a child, closed on a day for a reason."""
    return [case(closed_on=day, closure_reason=reason, **facts)]


CHILDREN = [  # child, expected spells (what is not named is not compared) or the reason why there is none
    # How observation ends without a word of an end
    (Recorded("still_at_home", [IN_CARE, HOME]), {"state": "administrative", "ended_on": "2024-12-31"}),
    (
        Recorded("closed_with_goals_met", [IN_CARE, HOME], closed("2022-03-01", "goals_met")),
        {"state": "with_family", "days": 365, "told_by": "closing_of_case"},
    ),
    (
        Recorded("closed_as_family_refused", [IN_CARE, HOME], closed("2021-06-01", "refused")),
        {"state": "with_family", "ended_on": "2021-06-01"},
    ),
    (
        Recorded("transferred_says_nothing", [HOME], closed("2021-09-01", "transferred"), [contact("2021-06-01")]),
        {"state": "lost", "ended_on": "2021-06-01", "told_by": "closing_of_case"},
    ),
    (
        Recorded("missing_since_last_visit", [HOME], closed("2021-09-01", "missing"), [contact("2021-07-01")]),
        {"state": "lost", "ended_on": "2021-07-01", "last_home_days": None},
    ),
    (Recorded("lost_without_a_contact", [HOME], closed("2021-09-01", "missing")), "ended_before_observation"),
    (
        Recorded("died_by_closing", [HOME], closed("2021-09-01", "died|other")),
        {"state": "died", "ended_on": "2021-09-01"},
    ),
    (
        Recorded("moved_by_closing", [HOME], closed("2021-09-01", "moved_abroad")),
        {"state": "moved", "ended_on": "2021-09-01"},
    ),
    (
        Recorded(
            "closing_before_acceptance_is_mistyped", [HOME], closed("2020-09-01", "goals_met"), [contact("2021-08-01")]
        ),
        {"state": "with_family", "ended_on": "2021-08-01"},
    ),
    (Recorded("closed_on_day_of_return", [HOME], closed("2021-03-01", "goals_met")), "closed_before_return"),
    (
        Recorded("referral_rejected", [HOME], closed("2021-09-01", "refused", closure_circumstance="rejected")),
        "referral_rejected",
    ),
    # Back in care, and away in other ways
    (
        Recorded("back_in_care", [IN_CARE, went_home("2021-03-01", "2021-05-01"), stay("rci", "2021-05-01")]),
        {"state": "residential", "days": 61, "told_by": "placement"},
    ),
    (
        Recorded("end_not_told_but_care_began", [HOME, stay("pagoda", "2021-05-01")]),
        {"state": "residential", "ended_on": "2021-05-01"},
    ),
    (
        Recorded("care_began_before_the_told_end", [went_home("2021-03-01", "2021-06-01"), stay("rci", "2021-05-01")]),
        {"state": "residential", "ended_on": "2021-05-01"},
    ),
    (
        Recorded("weeks_between_home_and_care", [went_home("2021-03-01", "2021-05-01"), stay("rci", "2021-07-01")]),
        {"state": "residential", "ended_on": "2021-05-01"},
    ),
    (
        Recorded("care_long_after_the_end", [went_home("2021-03-01", "2021-05-01"), stay("rci", "2021-09-01")]),
        {"state": "other", "ended_on": "2021-05-01", "told_by": "unexplained"},
    ),
    (
        Recorded("boarding_school", [HOME, stay("boarding", "2021-10-01")]),
        {"state": "boarding_school", "ended_on": "2021-10-01"},
    ),
    (
        Recorded("on_the_street", [CARE_IN_PRIMERO, HOME_IN_PRIMERO, stay("street", "2021-10-01")]),
        {"state": "other", "ended_on": "2021-10-01"},
    ),
    (
        Recorded("foster_family_without_a_plan", [HOME, stay("foster_long", "2021-10-01")]),
        {"state": "other", "ended_on": "2021-10-01"},
    ),
    (
        Recorded(
            "foster_family_by_plan",
            [went_home("2021-03-01", "2021-10-01", "planned_move"), stay("foster_long", "2021-10-01")],
        ),
        {"state": "with_family", "ended_on": "2021-10-01", "told_by": "reason"},
    ),
    (
        Recorded("care_by_plan", [went_home("2021-03-01", "2021-10-01", "planned_move"), stay("rci", "2021-10-01")]),
        {"state": "with_family", "ended_on": "2021-10-01"},
    ),
    (
        Recorded("broke_down_without_a_place", [went_home("2021-03-01", "2021-10-01", "breakdown")]),
        {"state": "other", "ended_on": "2021-10-01", "told_by": "reason"},
    ),
    (
        Recorded("ended_without_a_word", [went_home("2021-03-01", "2021-10-01")]),
        {"state": "other", "told_by": "unexplained"},
    ),
    (
        Recorded("ended_and_closed_as_other", [went_home("2021-03-01", "2021-10-01")], closed("2021-11-01", "other")),
        {"state": "other", "told_by": "unexplained"},
    ),
    (
        Recorded("ended_and_missing", [went_home("2021-03-01", "2021-10-01")], closed("2022-01-01", "ran_away")),
        {"state": "lost", "ended_on": "2021-10-01", "told_by": "closing"},
    ),
    (
        Recorded("ended_and_moved", [went_home("2021-03-01", "2021-10-01")], closed("2021-11-01", "moved_in_country")),
        {"state": "moved", "ended_on": "2021-10-01"},
    ),
    (
        Recorded(
            "enrolment_ended_with_goals_met", [went_home("2021-03-01", "2022-03-01")], closed("2022-03-01", "goals_met")
        ),
        {"state": "with_family", "ended_on": "2022-03-01"},
    ),
    (
        Recorded(
            "closing_years_later_explains_nothing",
            [went_home("2021-03-01", "2021-10-01")],
            closed("2023-10-01", "missing"),
        ),
        {"state": "other", "told_by": "unexplained"},
    ),
    (
        Recorded("died_by_reason", [went_home("2021-03-01", "2021-10-01", "died")]),
        {"state": "died", "told_by": "reason"},
    ),
    (
        Recorded(
            "care_known_only_from_a_later_case",
            [HOME, stay("rci", "2022-06-01", "2023-03-01", case=1), went_home("2023-03-01", case=1)],
            [*closed("2022-03-01", "goals_met"), case("2022-08-01", "2022-08-10")],
        ),
        [
            {"state": "with_family", "ended_on": "2022-03-01", "return_no": 1},
            {"state": "administrative", "return_no": 2, "is_repeat": True, "returned_on": "2023-03-01"},
        ],
    ),
    (
        Recorded(
            "home_again_in_a_later_case_with_nothing_between",
            [HOME, went_home("2023-03-01", case=1)],
            [*closed("2022-03-01", "goals_met"), case("2022-08-01", "2022-08-10")],
        ),
        [{"state": "with_family", "ended_on": "2022-03-01"}, {"returned_on": "2023-03-01", "return_no": 2}],
    ),
    (
        Recorded("mistyped_end_and_home_again", [went_home("2021-03-01", "2021-01-01"), went_home("2021-09-01")]),
        [{"returned_on": "2021-09-01", "return_no": 2, "is_repeat": True, "state": "administrative"}],
    ),
    # Thirty nights
    (
        Recorded(
            "away_29_nights",
            [HOME, stay("rci", "2021-05-01", "2021-05-30"), went_home("2021-05-30")],
        ),
        {"state": "administrative", "returned_on": "2021-03-01", "return_no": 1},
    ),
    (
        Recorded("away_30_nights", [HOME, stay("rci", "2021-05-01", "2021-05-31"), went_home("2021-05-31")]),
        [
            {"state": "residential", "days": 61, "return_no": 1, "is_repeat": False},
            {"state": "administrative", "returned_on": "2021-05-31", "return_no": 2, "is_repeat": True},
        ],
    ),
    (
        Recorded("short_stay_in_care_and_nothing_after", [HOME, stay("rci", "2021-05-01", "2021-05-11")]),
        {"state": "administrative", "ended_on": "2024-12-31"},
    ),
    (
        Recorded("ten_nights_of_boarding", [HOME, stay("boarding", "2021-05-01", "2021-05-11")]),
        {"state": "administrative"},
    ),
    (
        Recorded("in_care_for_days_so_far", [HOME, stay("rci", "2024-12-20")]),
        {"state": "residential", "ended_on": "2024-12-20"},
    ),
    (
        Recorded(
            "care_noticed_on_the_day_of_the_next_reunification",
            [HOME, stay("rci", "2021-08-01", "2021-08-01"), went_home("2021-08-01")],
        ),
        [{"state": "residential", "ended_on": "2021-08-01"}, {"return_no": 2, "returned_on": "2021-08-01"}],
    ),
    # Moves within the family
    (
        Recorded(
            "by_plan_to_grandparents",
            [went_home("2021-03-01", "2021-06-01", "planned_move"), stay("kinship", "2021-06-01")],
        ),
        {"state": "administrative", "returned_on": "2021-03-01"},
    ),
    (
        Recorded(
            "broke_down_then_grandparents",
            [went_home("2021-03-01", "2021-06-01", "breakdown"), stay("kinship", "2021-06-01")],
        ),
        [{"state": "other", "days": 92}, {"state": "administrative", "return_no": 2, "returned_on": "2021-06-01"}],
    ),
    (
        Recorded(
            "with_parents_after_relatives",
            [stay("kinship", "2021-02-01"), went_home("2021-06-01")],
            [case(programme="other")],
        ),
        {"returned_on": "2021-06-01", "return_no": 1},
    ),
    (
        Recorded("overlapping_stays_at_home", [went_home("2021-03-01", "2022-03-01"), stay("kinship", "2021-06-01")]),
        {"returned_on": "2021-03-01", "state": "administrative"},
    ),
    (
        Recorded("home_while_care_was_never_ended", [stay("rci", "2019-01-01"), HOME]),
        {"state": "administrative", "left_care_type": "rci", "months_in_care": 25.95},
    ),
    # What is a return
    (Recorded("placed_with_relatives_never_away", [stay("kinship", "2021-03-01")], [case(programme="kinship")]), []),
    (
        Recorded("first_stay_in_a_case_about_going_home", [stay("kinship", "2021-03-01")]),
        {"state": "administrative", "left_care_type": "unknown", "return_kind": "unknown"},
    ),
    (Recorded("foster_family_after_care", [IN_CARE, stay("foster_long", "2021-03-01")]), []),
    (Recorded("never_home", [stay("rci", "2019-01-01")]), []),
    (Recorded("reunification_entered_for_a_facility", [went_home("2021-03-01", care="rci")]), []),
    (
        Recorded(
            "only_the_day_of_return_is_recorded", [went_home("2021-03-01", source_system=PRIMERO)], [primero_case()]
        ),
        "ends_not_recorded",
    ),
    (
        Recorded("only_the_latest_arrangement_is_recorded", [HOME_IN_PRIMERO], [primero_case()]),
        "ends_not_recorded",
    ),
    (
        Recorded(
            "care_before_known_to_another_system",
            [stay("rci", "2019-01-01", "2021-03-01"), {**HOME_IN_PRIMERO, "case": 1}],
            [case(), primero_case()],
        ),
        "ends_not_recorded",
    ),
    (Recorded("care_before_in_the_same_record", [CARE_IN_PRIMERO, HOME_IN_PRIMERO], [primero_case()]), {"days": 1401}),
    # Turning 18
    (
        Recorded("turns_18_at_home", [HOME], birth_month="2004-05"),
        {"state": "aged_out", "ended_on": "2022-05-15", "told_by": "birthday", "age_years": 16, "age_band": "15-17"},
    ),
    (
        Recorded("care_in_the_month_of_the_birthday", [HOME, stay("rci", "2022-05-20")], birth_month="2004-05"),
        {"state": "residential", "ended_on": "2022-05-20"},
    ),
    (
        Recorded("care_after_the_birthday", [HOME, stay("rci", "2022-06-01")], birth_month="2004-05"),
        {"state": "aged_out", "ended_on": "2022-05-15"},
    ),
    (
        Recorded("ended_in_the_month_of_the_birthday", [went_home("2021-03-01", "2022-05-03")], birth_month="2004-05"),
        {"state": "aged_out", "ended_on": "2022-05-03"},
    ),
    (
        Recorded(
            "closed_in_the_month_of_the_birthday",
            [HOME],
            closed("2022-05-10", "no_longer_eligible"),
            birth_month="2004-05",
        ),
        {"state": "aged_out", "ended_on": "2022-05-10"},
    ),
    (Recorded("home_after_18", [HOME], birth_month="2003-02"), "after_18"),
    (
        Recorded("month_of_birth_unknown", [HOME], birth_month=None),
        {"state": "administrative", "age_years": None, "age_band": "unknown"},
    ),
    # When observation begins
    (
        Recorded("accepted_after_the_return", [went_home("2020-12-28")]),
        {"entry_days": 13, "entered_on": "2021-01-10", "returned_on": "2020-12-28"},
    ),
    (
        Recorded("back_in_care_before_acceptance", [went_home("2020-12-20", "2021-01-05"), stay("rci", "2021-01-05")]),
        "ended_before_observation",
    ),
    (
        Recorded(
            "no_acceptance_on_record",
            [CARE_IN_PRIMERO, {**HOME_IN_PRIMERO, "start_on": "2020-12-31"}],
            [primero_case()],
        ),
        {"entry_days": 15, "entered_on": "2021-01-15"},
    ),
    (
        Recorded(
            "acceptance_from_the_other_system",
            [CARE_IN_PRIMERO, {**HOME_IN_PRIMERO, "start_on": "2020-12-31"}],
            [primero_case(), case()],
        ),
        {"entry_days": 10, "n_systems": 1, "case_id": "1"},
    ),
    # Planned or abrupt
    (Recorded("entered_as_reunification", [HOME]), {"return_kind": "planned"}),
    (Recorded("home_before_referral", [went_home("2020-12-30", prepared=True)]), {"return_kind": "abrupt"}),
    (
        Recorded("ran_home", [went_home("2021-03-01", care="kinship", entry_event="spontaneous_return")]),
        {"return_kind": "abrupt"},
    ),
    (
        Recorded(
            "facility_closed",
            [stay("rci", "2019-01-01", "2021-03-01", "facility_closed"), stay("kinship", "2021-03-01")],
        ),
        {"return_kind": "abrupt"},
    ),
    (
        Recorded(
            "facility_closed_and_a_plan_made",
            [stay("rci", "2019-01-01", "2021-03-01", "facility_closed"), stay("kinship", "2021-03-01", prepared=True)],
        ),
        {"return_kind": "planned"},
    ),
    (Recorded("planned_end_of_care", [IN_CARE, stay("kinship", "2021-03-01")]), {"return_kind": "planned"}),
    (
        Recorded("nothing_told_of_how", [stay("rci", "2019-01-01", "2021-03-01"), stay("kinship", "2021-03-01")]),
        {"return_kind": "unknown"},
    ),
    # Two systems
    (
        Recorded(
            "known_in_two_systems",
            [HOME, {**HOME_IN_PRIMERO, "case": 1, "end_on": "2021-06-01", "end_reason": "breakdown"}],
            [case(), primero_case(risk_level="high")],
        ),
        {"n_systems": 2, "state": "other", "days": 92, "risk_level": "high", "case_id": "0"},
    ),
    (
        Recorded(
            "typed_days_apart",
            [HOME, {**HOME_IN_PRIMERO, "start_on": "2021-03-05", "case": 1}],
            [case(), primero_case()],
        ),
        {"n_systems": 2, "returned_on": "2021-03-01"},
    ),
    (
        Recorded(
            "typed_weeks_apart",
            [HOME, {**HOME_IN_PRIMERO, "start_on": "2021-03-25", "case": 1}],
            [case(), primero_case()],
        ),
        {"returned_on": "2021-03-01", "return_no": 1},
    ),
    # Mistyped ends
    (
        Recorded(
            "end_before_start",
            [went_home("2021-03-01", "2021-01-01")],
            closed("2021-09-01", "other"),
            [contact("2021-05-01")],
        ),
        {"state": "other", "ended_on": "2021-09-01", "last_home_days": 61},
    ),
    (Recorded("end_before_start_case_open", [went_home("2021-03-01", "2021-01-01")]), "end_before_start"),
    (
        Recorded("end_before_start_but_care_told", [went_home("2021-03-01", "2021-01-01"), stay("rci", "2021-06-01")]),
        {"state": "residential", "ended_on": "2021-06-01"},
    ),
    # Contacts
    (
        Recorded(
            "noticed_by_a_contact",
            [went_home("2021-03-01", "2021-06-01"), stay("rci", "2021-06-01")],
            contacts=[contact("2021-04-01"), contact("2021-06-01", child_seen=False)],
        ),
        {"noticed_late": True, "last_home_days": 31},
    ),
    (
        Recorded(
            "contacts_that_know_nothing",
            [went_home("2021-03-01", "2021-06-01"), stay("rci", "2021-06-01")],
            contacts=[contact("2021-04-01", mode="third_party"), contact("2021-05-01", child_seen=False)],
        ),
        {"noticed_late": False, "last_home_days": None},
    ),
    (
        Recorded("no_contact_on_record", [went_home("2021-03-01", "2021-06-01"), stay("rci", "2021-06-01")]),
        {"noticed_late": None, "last_home_days": None},
    ),
]
BY_NAME = {child.name: (child, expected) for child, expected in CHILDREN}


@pytest.fixture(scope="module")
def records() -> dict[str, pd.DataFrame]:
    """The records of all children together."""
    return frames([child for child, _ in CHILDREN])


@pytest.fixture(scope="module")
def found(records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every return found in them."""
    return account.returns_found(**records, study=STUDY)


@pytest.fixture(scope="module")
def built(records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The spells of them, as the table is written."""
    return spells.TABLE.validated(spells.build(**records, case_facility_types=types_of(), study=STUDY), "spells")


@pytest.mark.parametrize("name", list(BY_NAME))
def test_child(name: str, found: pd.DataFrame, built: pd.DataFrame) -> None:
    child, expected = BY_NAME[name]
    rows = built[built["child_key"] == key(name)].sort_values("return_no").reset_index()
    if isinstance(expected, str):
        assert rows.empty
        assert found.loc[found["child_key"] == key(name), "rejected"].tolist() == [expected]
        return
    wanted = [expected] if isinstance(expected, dict) else expected
    assert len(rows) == len(wanted)
    for at, row in enumerate(wanted):
        assert {column: told(child, rows.loc[at, column]) for column in row} == row


def told(child: Recorded, value: object) -> object:
    """Return a cell as it is written in the expectations: days as text, cases by place, months rounded."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    places = {key(f"{child.name}/case/{i}"): str(i) for i in range(len(child.cases))}
    return round(value, 2) if isinstance(value, float) else places.get(value, value)
