"""What was known of a return when the child went home, and what becomes of records that make no spell."""

import pandas as pd
import pytest
from recorded_children import (
    OSCAR,
    PRIMERO,
    Recorded,
    case,
    contact,
    frames,
    key,
    primero_case,
    stay,
    types_of,
    went_home,
)

from analysis import study
from analysis.contract import ContractError
from analysis.features import spell_rejections, spell_variants, spells
from analysis.study import Study

STUDY = study.load().changed("spells.data_end", "2024-12-31")
HOME = went_home("2021-03-01")
ALL_HIGH, THREE_LOW = [4] * 12, [1, 2, 2, *[3] * 9]
MOVED = [stay("rci", "2019-03-01", "2020-03-01"), stay("transit", "2020-03-01", "2021-03-01"), HOME]
HOMED = [stay("rci", "2018-03-01", "2019-03-01"), stay("street", "2019-03-01", "2020-03-01"), *MOVED[1:]]
IN_PRIMERO = [
    stay("rci", "2019-01-01", source_system=PRIMERO),
    went_home("2020-12-31", care="kinship", source_system=PRIMERO),
]


def assessed(name: str, *events: dict) -> Recorded:
    """Return a child at home with these assessments."""
    return Recorded(name, [HOME], assessments=list(events))


def with_reasons(name: str, *cases: dict) -> Recorded:
    """Return a child at home with these cases."""
    return Recorded(name, [{**HOME, "care_type": "kinship"}], list(cases))


CHILDREN = [
    Recorded("first", [went_home("2021-03-01")], household="house"),
    Recorded("second", [went_home("2021-03-20")], household="house"),
    Recorded("third", [went_home("2021-04-15")], household="house"),
    Recorded("much_later", [went_home("2021-06-01")], household="house"),
    Recorded("next_door", [HOME], household="other"),
    Recorded("no_household", [HOME]),
    Recorded("moved", MOVED),
    Recorded("known_facility", [stay("rci", "2019-03-01", "2021-03-01", facility_id="F0001"), HOME]),
    Recorded("no_list_has_it", [stay("rci", "2019-03-01", "2021-03-01", facility_id="F0002"), HOME]),
    Recorded(
        "referred_again",
        [went_home("2021-03-01", "2021-06-01"), stay("rci", "2021-06-01")],
        [case(closed_on="2021-08-01", closure_reason="other"), case("2022-01-01", "2022-01-05", risk_level="high")],
    ),
    Recorded("own_risk", [HOME], [case(risk_level="low"), case("2022-01-01", "2022-01-05", risk_level="high")]),
    Recorded("homed", HOMED),
    assessed("before", {"on": "2020-01-01", "scores": ALL_HIGH}, {"on": "2021-02-01", "scores": THREE_LOW}),
    assessed("weeks_after", {"on": "2021-03-20", "scores": THREE_LOW}),
    assessed("months_after", {"on": "2021-06-20", "scores": THREE_LOW}),
    assessed("draft", {"on": "2021-02-01", "scores": THREE_LOW, "completed": False}),
    assessed("seven_domains", {"on": "2021-02-01", "scores": THREE_LOW[:7]}),
    with_reasons("oscar_silent", case(separation_reason="abandoned")),
    with_reasons("primero_silent", primero_case(separation_reason="abandoned|migration")),
    with_reasons("primero_poverty", primero_case(separation_reason="poverty")),
    with_reasons("nothing_recorded", primero_case()),
    with_reasons("both", case(separation_reason="abandoned"), primero_case(separation_reason="poverty|violence_abuse")),
    Recorded("day_before", [went_home("2021-05-14")], birth_month="2009-05"),
    Recorded("on_the_day", [went_home("2021-05-15")], birth_month="2009-05"),
    Recorded("same_referral", IN_PRIMERO, [primero_case(), case("2021-01-05", "2021-01-06", OSCAR)]),
    Recorded("other_referral", IN_PRIMERO, [primero_case(), case("2020-06-05", "2020-06-06", OSCAR)]),
]


def built(recorded: list[Recorded], study: Study = STUDY) -> pd.DataFrame:
    """Return the spells of these children by the name of the child."""
    names = {key(child.name): child.name for child in recorded}
    rows = spells.build(**frames(recorded), case_facility_types=types_of(F0001="boarding_school"), study=study)
    return rows.assign(name=rows["child_key"].map(names)).set_index("name")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """The spells of all children, by name."""
    return built(CHILDREN)


def test_siblings_are_the_children_of_a_household_who_went_home_within_days_of_each_other(rows):
    group = rows["sibling_group"]
    assert group["first"] == group["second"] == group["third"]
    assert group[["first", "much_later", "next_door", "no_household"]].nunique() == 4


def test_months_in_care_run_over_facilities_without_a_break_and_start_anew_after_one(rows):
    assert rows.loc[["moved", "homed"], "months_in_care"].round().tolist() == [24, 12]
    assert set(rows.loc[["moved", "homed"], "left_care_type"]) == {"transit"}


def test_the_type_of_the_facility_is_what_lists_tell_of_its_name(rows):
    assert rows["facility_type"].value_counts().to_dict()["boarding_school"] == 1
    assert rows.loc[["known_facility", "no_list_has_it"], "facility_type"].tolist() == ["boarding_school", "unknown"]


def test_a_risk_level_that_only_a_later_case_has_is_used_and_told_so(rows):
    told = rows.loc[["referred_again", "own_risk", "first"], ["risk_level", "risk_level_from"]]
    assert told.to_numpy().tolist() == [["high", "another_case"], ["low", "own_case"], ["unknown", "unknown"]]


def test_low_domains_are_of_the_last_completed_assessment_not_long_after_the_return(rows):
    assert rows["low_domains_before"].dropna().to_dict() == {"before": 3, "weeks_after": 3}


def test_a_reason_is_no_only_where_the_system_has_a_word_for_it(rows):
    poverty, counted = rows["reason_poverty"].dropna(), rows["n_reasons"].dropna()
    assert poverty.to_dict() == {"primero_silent": False, "primero_poverty": True, "both": True}
    assert counted.to_dict() == {"oscar_silent": 1, "primero_silent": 2, "primero_poverty": 1, "both": 3}
    assert rows.loc["both", ["reason_violence", "reason_education"]].tolist() == [True, False]


def test_ages_are_of_the_return_and_count_the_month_of_birth_from_its_middle(rows):
    aged = rows.loc[["day_before", "on_the_day"]]
    assert aged["age_years"].tolist() == [11, 12]
    assert aged["age_band"].tolist() == ["6-11", "12-14"]


def test_cases_of_two_systems_are_of_one_referral_only_if_referred_in_the_same_weeks(rows):
    assert rows.loc[["same_referral", "other_referral"], "entry_days"].tolist() == [6, 15]


def test_without_a_day_of_export_each_agency_is_followed_to_its_own_last_entry():
    early = Recorded("early", [HOME], [case(org_code="A01")], [contact("2022-05-05")])
    late = Recorded("late", [HOME], [case(org_code="A02")], [contact("2023-06-06")])
    ended = built([early, late], STUDY.changed("spells.data_end", ""))["ended_on"]
    assert ended.dt.strftime("%Y-%m-%d").to_dict() == {"early": "2022-05-05", "late": "2023-06-06"}


RECORDED = [
    Recorded("used", [stay("rci", "2019-01-01", "2021-03-01"), HOME, stay("kinship", "2021-05-01")]),
    Recorded("never_away", [stay("kinship", "2021-03-01")], [case(programme="kinship")]),
    Recorded("after_18", [HOME], birth_month="2000-01"),
    Recorded("no_start", [{**HOME, "start_on": None}]),
    Recorded("boarding", [HOME, stay("boarding", "2021-10-01")]),
    Recorded("by_plan", [went_home("2021-03-01", "2021-10-01", "planned_move"), stay("rci", "2021-10-01")]),
    Recorded("away_20_nights", [HOME, stay("rci", "2021-05-01", "2021-05-21"), went_home("2021-05-21")]),
]


def test_every_placement_is_accounted_for():
    records = frames(RECORDED)
    counted = spell_rejections.TABLE.validated(spell_rejections.build(**records, study=STUDY), "spell_rejections")
    by_reason = counted.set_index("reason")
    assert by_reason["n"].sum() == len(records["placements"])
    assert by_reason.loc[by_reason["n"] > 0, "n"].to_dict() == {
        **{"spell": 6, "care": 4, "not_a_return": 1, "after_18": 1, "no_start": 1}
    }
    assert by_reason.loc["spell", "n_returns"] == len(
        spells.build(**records, case_facility_types=types_of(), study=STUDY)
    )
    assert set(by_reason.index) == set(spell_rejections.REASONS)


def test_variants_change_what_their_rule_is_about_and_nothing_else():
    made = spell_variants.TABLE.validated(spell_variants.build(**frames(RECORDED), study=STUDY), "spell_variants")
    by_rule = {name: rows["state"].value_counts().to_dict() for name, rows in made.groupby("variant")}
    main = {"administrative": 2, "boarding_school": 1, "with_family": 1}
    assert by_rule["observed_from_registration"] == by_rule["absence_60_nights"] == main
    assert by_rule["boarding_is_residential"] == {"administrative": 2, "residential": 1, "with_family": 1}
    assert by_rule["planned_moves_count"] == {"administrative": 2, "residential": 1, "boarding_school": 1}
    assert by_rule["absence_14_nights"] == {**main, "residential": 1}
    assert set(by_rule) == set(STUDY.spells.variants)


def test_records_without_a_return_make_empty_tables():
    records = frames([Recorded("never_home", [stay("rci", "2019-01-01")])])
    assert spells.TABLE.validated(spells.build(**records, case_facility_types=types_of(), study=STUDY), "spells").empty
    nothing = {name: rows.head(0) for name, rows in records.items()}
    assert spells.TABLE.validated(spells.build(**nothing, case_facility_types=types_of(), study=STUDY), "spells").empty
    for choices in (STUDY, STUDY.changed("spells.data_end", "")):  # "" asks records for it
        assert spell_rejections.build(**nothing, study=choices)["n"].sum() == 0


def test_placements_of_unknown_cases_or_children_are_an_error_and_not_dropped():
    records = frames(RECORDED)
    for name, key_of_it in (("cases", "case_id"), ("children", "child_key")):
        with pytest.raises(ContractError, match=f"have a {key_of_it} that no imported record has.*make import"):
            spells.build(**{**records, name: records[name].iloc[1:]}, case_facility_types=types_of(), study=STUDY)


def test_the_order_of_records_does_not_matter():
    records = frames(RECORDED)
    turned = {name: rows.iloc[::-1].reset_index(drop=True) for name, rows in records.items()}
    one, other = (
        spells.TABLE.validated(spells.build(**each, case_facility_types=types_of(), study=STUDY), "spells")
        for each in (records, turned)
    )
    pd.testing.assert_frame_equal(one, other)
