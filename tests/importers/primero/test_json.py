"""JSON exports of Primero: small records, each with one thing that goes wrong in the field, and the rows expected."""

import json
from datetime import date

import polars as pl
import pytest

from analysis.importers import primero
from analysis.importers.faults import ExportError

UUID = "11111111-2222-4333-8444-{:012d}"


def record(number=1, **fields):
    plain = {
        "case_id": UUID.format(number),
        "sex": "female",
        "status": "open",
        "registration_date": "2020-02-11",
        "date_of_birth": "2010-05-04",
        "owned_by": "worker-0001",
        "owned_by_agency": "agency-ngo03",
        "location_current": "12010203",
        "consent_reporting": "true",
        "name_first": "PRIVATE-given-00001",
    }
    return {**plain, **fields}


@pytest.fixture
def read(tmp_path):
    def read_records(*records):
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(list(records), ensure_ascii=False), encoding="utf-8")
        found = primero.read(file)
        found.findings.check_nothing_lost()
        return found

    return read_records


def lines(found, check):
    kept = found.findings.frame.filter(pl.col("check") == check)
    return kept.select("sheet", "row", "table", "column", "action").rows()


def only(found, table="case_records"):
    (row,) = found.tables[table].rows(named=True)
    return row


def test_a_case_is_read_in_our_words(read):
    case = only(
        read(
            record(oscar_number="01HX", oscar_short_id="ngo03-7", mosvy_number="9808827", separation_cause=["poverty"])
        )
    )
    expected = {
        "sheet": "",
        "row": 1,
        "case_ref": f"case_id:{UUID.format(1)}",
        "episode": 1,
        "slug": "ngo03-7",
        "global_id": "01HX",
        "mosvy_number": "9808827",
        "agency": "ngo03",
        "worker": "worker-0001",
        "birth_date": date(2010, 5, 4),
        "dob_quality": "exact",
        "referred_on": date(2020, 2, 11),
        "province_code": "12",
        "status": "active",
        "separation_reason": "poverty",
        "harm_history": "unknown",
        "risk_level": "unknown",
        "disability": None,
        "closure_reason": None,
        "use_allowed": "yes",
    }
    assert {name: case[name] for name in expected} == expected


@pytest.mark.parametrize(("written", "allowed"), [(True, "yes"), ("false", "no"), (None, "unknown")])
def test_only_consent_to_reporting_is_permission_the_bridges_constant_is_not(read, written, allowed):
    found = read(record(consent_reporting=written, consent_for_services=True, disclosure_other_orgs=True))
    assert only(found)["use_allowed"] == allowed


@pytest.mark.parametrize("birth", ["22012-01-01", "1800-06-25", "2020-06-01"])
def test_t16_impossible_birth_dates_are_unknown(read, birth):
    found = read(record(date_of_birth=birth))
    assert (only(found)["birth_date"], only(found)["dob_quality"]) == (None, "implausible")
    assert lines(found, "T16") == [("", 1, "case_records", "birth_date", "unknown")]


@pytest.mark.parametrize(
    ("fields", "quality"),
    [
        ({"date_of_birth": None}, "missing"),
        ({"estimated": True}, "estimated"),
        ({"date_of_birth": "2010-01-01"}, "year_only"),
    ],
)
def test_how_far_a_birth_date_can_be_trusted(read, fields, quality):
    found = read(record(**fields))
    assert only(found)["dob_quality"] == quality
    assert lines(found, "T16") == []


@pytest.mark.parametrize(("number", "level", "n"), [("01HX", "unknown", 1), (None, "no_action", 0)])
def test_t17_no_action_that_came_over_the_bridge_is_unknown(read, number, level, n):
    found = read(record(oscar_number=number, risk_level="no_action"))
    assert only(found)["risk_level"] == level
    assert lines(found, "T17") == [("", 1, "case_records", "risk_level", "unknown")] * n


@pytest.mark.parametrize(("number", "age", "n"), [("01HX", None, 1), (None, 0, 0)])
def test_t18_age_0_that_came_over_the_bridge_is_unknown(read, number, age, n):
    found = read(record(oscar_number=number, age=0))
    assert only(found)["age_recorded"] == age
    assert lines(found, "T18") == [("", 1, "case_records", "age_recorded", "unknown")] * n


def test_t19_double_encoded_arrays_become_one_set(read):
    nested = ["caafag", "[]", '["living_with_vulnerable_person", "trafficked_smuggled"]']
    found = read(record(protection_concerns=nested), record(2, protection_concerns=["caafag"]))
    assert found.tables["case_records"]["harm_history"].to_list() == ["exploitation|trafficking", "exploitation"]
    assert lines(found, "T19") == [("", 1, "case_records", "harm_history", "undone")]


def test_t20_rates_written_as_text_are_numbers(read):
    found = read(record(family_relations_rate="2", education_rate=4, assessment_requested_on="2020-03-01"))
    scores = dict(found.tables["assessments"].select("domain_code", "score").drop_nulls().iter_rows())
    assert scores == {"family_relations": 2, "education": 4}
    assert lines(found, "T20") == [("", None, "assessments", "score", "undone")]


def test_an_instrument_is_read_whole_or_not_at_all(read):
    rates = {f"{domain}_rate": 3 for domain in primero.scores.DOMAINS["primero_kh_child"]}
    rated = read(record(**rates, other_rate=5, assessment_requested_on="2020-03-01"), record(2)).tables["assessments"]
    of_child, of_family = rated.partition_by("instrument", maintain_order=True)
    assert (of_child.height, of_child["score"].to_list(), of_child["completed"].unique().to_list()) == (
        8,
        [3] * 8,
        [True],
    )
    assert (of_family.height, of_family["score"].null_count(), of_family["completed"].any()) == (11, 11, False)
    assert of_child["assessment_ref"][0] == f"case_id:{UUID.format(1)}/primero_kh_child/2020-03-01"
    assert set(rated["row"]) == {1}


def test_a_score_out_of_range_is_missing_and_reported(read):
    found = read(record(education_rate=5))
    assert found.tables["assessments"]["score"].null_count() == 8
    assert lines(found, "score_out_of_range") == [("", 1, "assessments", "score", "unknown")]


def test_t21_lost_zeros_of_location_codes_are_put_back(read):
    found = read(record(location_current=3070401))
    assert only(found)["province_code"] == "03"
    assert lines(found, "T21") == [("", None, "case_records", "province_code", "undone")]


def test_a_place_beyond_the_25_provinces_is_unknown(read):
    found = read(record(location_current="99010203"))
    assert only(found)["province_code"] is None
    assert lines(found, "unknown_code") == [("", 1, "case_records", "province_code", "unknown")]


def test_t22_stung_treng_missing_among_synced_records_is_reported(read):
    gap = [("", None, "case_records", "province_code", "kept")]
    assert lines(read(record(oscar_number="01HX")), "T22") == gap
    assert lines(read(record(oscar_number="01HX", location_current="19010203")), "T22") == []
    assert lines(read(record()), "T22") == []


def service(subtype, response="service_being_provided_by_oscar_partner_47618", **fields):
    return {
        "service_response_type": response,
        "service_type": subtype.split("_support")[0] + "_support",
        "service_subtype": [subtype],
        "service_response_day_time": "2020-03-05T10:00:00.000Z",
        **fields,
    }


def test_t23_services_that_the_bridge_files_under_mental_health_are_unknown(read):
    misfiled = "mental_health_support_therapeutic_training"
    found = read(
        record(services_section=[service(misfiled)]), record(2, services_section=[service(misfiled, "care_plan")])
    )
    words = found.tables["support"].select("row", "service_group", "service_code").rows()
    assert words == [(1, "unknown", "unknown"), (2, "mental_health_support", misfiled)]
    assert lines(found, "T23") == [("services_section", 1, "support", "service_code", "unknown")]


def test_t24_services_without_a_target_are_unknown(read):
    found = read(record(services_section=[service("Literacy Support", "referral_from_oscar", service_type=None)]))
    assert found.tables["support"].is_empty()
    assert only(found, "referrals")["service_code"] == "unknown"
    assert lines(found, "T24") == [("services_section", 1, "referrals", "service_code", "unknown")]
    assert lines(found, "unknown_code") == []


def test_services_given_are_support_and_those_asked_for_are_referrals(read):
    given = service(
        "family_based_care_family_reunification",
        "service_provision",
        service_type="family_based_care",
        amount="20.5",
        amount_unit="USD",
        service_implemented_day_time="2020-04-01",
    )
    asked = service("legal_support_representation", "referral_to_oscar", referral_status_edf41f2="accepted_340953")
    found = read(record(services_section=[asked, given]))
    support, referral = only(found, "support"), only(found, "referrals")
    assert (
        support["service_code"],
        support["start_on"],
        support["end_on"],
        support["amount"],
        support["amount_unit"],
    ) == ("family_based_care_family_reunification", date(2020, 3, 5), date(2020, 4, 1), 20.5, "USD")
    assert (referral["direction"], referral["decision"], referral["referred_on"]) == (
        "to",
        "accepted",
        date(2020, 3, 5),
    )
    assert only(found)["programme"] == "reintegration"


def test_t25_local_digits_of_codes_are_dropped_and_unlisted_codes_are_unknown(read):
    found = read(record(source_of_referral="ngo_20712", separation_cause=["poverty", "problem_in_family_88214"]))
    assert (only(found)["referral_source"], only(found)["separation_reason"]) == ("ngo", "poverty")
    assert lines(found, "T25") == [("", None, "case_records", "referral_source", "undone")]
    assert lines(found, "unknown_code") == [("", 1, "case_records", "separation_reason", "unknown")]
    assert found.findings.unknown_codes.rows() == [("separation_reason", "problem_in_family_88214", 1)]


def test_t26_version_1_has_child_status_slashed_dates_and_flat_care_arrangements(read):
    old = record(
        status=None,
        child_status="closed",
        registration_date="2020/02/11",
        date_closure="2021/03/05 16:52:00 +0000",
        care_arrangements_type="residential_care_center",
        care_arrangement_started_date="2019/06/01",
    )
    found = read(old)
    case, spell = only(found), only(found, "placements")
    assert (case["status"], case["referred_on"], case["closed_on"]) == ("closed", date(2020, 2, 11), date(2021, 3, 5))
    assert case["closure_circumstance"] == "unknown"
    assert (spell["sheet"], spell["care_type"], spell["start_on"]) == ("", "rci", date(2019, 6, 1))
    columns = [(table, column) for _, _, table, column, _ in lines(found, "T26")]
    assert columns == [("case_records", "status"), ("placements", "care_type")]


def test_t29_invalid_json_names_line_and_column(tmp_path):
    file = tmp_path / "cases.json"
    file.write_text('[\n {"case_id": "x",\n  "name_first": "PRIVATE-given-00001" "sex": "male"}]')
    with pytest.raises(ExportError, match=r"cases\.json: not valid JSON at line 3, column \d+") as raised:
        primero.read(file)
    assert "PRIVATE" not in str(raised.value)


def test_t30_records_for_testing_are_kept_and_reported(read):
    found = read(record(for_testing=True), record(2))
    assert found.tables["case_records"].height == 2
    assert lines(found, "T30") == [("", 1, "case_records", "", "kept")]


def test_records_without_an_id_and_repeated_ones_are_set_aside_with_their_subforms(read):
    visit = [{"followup_date": "2020-06-03"}]
    found = read(record(), record(followup_subform_section=visit), record(case_id=None, followup_subform_section=visit))
    assert found.tables["case_records"].height == 1
    assert found.tables["follow_ups"].is_empty()
    assert lines(found, "duplicate_row") == [("", 2, "case_records", "case_ref", "rejected")]
    assert lines(found, "no_id") == [("", 3, "case_records", "case_ref", "rejected")]


def test_a_closure_in_the_future_is_unknown_and_one_before_registration_is_reported(read):
    found = read(record(date_closure="2204-01-01", status="closed"), record(2, date_closure="2020-01-01"))
    assert found.tables["case_records"]["closed_on"].to_list() == [None, date(2020, 1, 1)]
    assert lines(found, "future_date") == [("", 1, "case_records", "closed_on", "unknown")]
    assert lines(found, "date_order") == [("", 2, "case_records", "closed_on", "kept")]


def test_spells_follow_each_other_and_the_reintegration_is_one_of_them(read):
    arrangements = [
        {
            "care_arrangements_type": "parent_s",
            "care_arrangement_started_date": "2020-05-01",
            "child_caregiver_reason_change": "planned_move_61204",
        },
        {"care_arrangements_type": "residential_care", "care_arrangement_started_date": "2018-01-01"},
    ]
    found = read(
        record(care_arrangements_section=arrangements, date_of_reintegration="2020-05-01", date_case_plan="2020-04-01")
    )
    columns = ("placement_ref", "care_type", "entry_event", "end_on", "end_reason", "prepared")
    assert [row[0][-1:] for row in found.tables["placements"].select(columns).rows()] == ["1", "2"]
    assert [row[1:] for row in found.tables["placements"].select(columns).rows()] == [
        ("rci", "initial", date(2020, 5, 1), "planned_move", False),
        ("birth_both", "reunification", None, None, True),
    ]


def test_a_reintegration_that_no_arrangement_begins_with_is_a_spell_of_unknown_care(read):
    spell = only(read(record(date_of_reintegration="2020-05-01")), "placements")
    assert (spell["sheet"], spell["care_type"], spell["entry_event"]) == ("", "unknown", "reunification")


def test_the_form_of_reunifications_tells_days_and_whether_they_were_spontaneous(read):
    arrangements = [
        {"care_arrangements_type": "residential_care", "care_arrangement_started_date": "2018-01-01"},
        {"care_arrangements_type": "parent_s", "care_arrangement_started_date": "2019-05-01"},
    ]
    home = [
        {"date_reunification": "2019-05-01", "reunification_type": "informal_spontaneous"},
        {"date_reunification": "2020-06-01", "reunification_type": "mediation"},
        {"date_reunification": "2021-07-01", "reunification_type": "type_of_ours_12345"},
        {"reunification_type": "spontaneous"},
    ]
    found = read(
        record(
            care_arrangements_section=arrangements,
            reunification_details_section=home,
            date_of_reintegration="2020-06-01",
        )
    )
    spells = found.tables["placements"].select("start_on", "care_type", "entry_event", "sheet").rows()
    assert [(f"{day:%Y}", *told) for day, *told in spells] == [
        ("2018", "rci", "initial", "care_arrangements_section"),
        ("2019", "birth_both", "spontaneous_return", "care_arrangements_section"),
        ("2020", "unknown", "reunification", "reunification_details_section"),
        ("2021", "unknown", "reunification", "reunification_details_section"),
    ]


@pytest.mark.parametrize("entries", [["PRIVATE", {"followup_date": "2020-06-03"}], ["PRIVATE", 7, None]])
def test_what_stands_among_the_entries_of_a_subform_and_is_none_is_reported(read, entries):
    found = read(record(followup_subform_section=entries))
    assert found.tables["follow_ups"].height == sum(isinstance(entry, dict) for entry in entries)
    assert lines(found, "no_entry") == [("followup_subform_section", 1, "follow_ups", "", "unknown")]


def test_a_subform_that_is_no_list_is_reported(read):
    found = read(record(followup_subform_section="PRIVATE"), record(2, followup_subform_section=None))
    assert found.tables["follow_ups"].is_empty()
    assert lines(found, "no_entry") == [("followup_subform_section", 1, "follow_ups", "", "unknown")]


def test_criteria_are_met_by_answer_a_only(read):
    visit = {
        "followup_needed_by_date": "2020-06-01",
        "followup_date": "2020-06-03",
        "child_was_seen": True,
        "access_health_care": "a_always_50157",
        "food_criteria": "b_rarely_04784",
        "relationship_criteria": "c_poor_93405",
        "education_criteria": "d_not_applicable_93462",
        "final_criteria_rating": "yellow_91262",
    }
    contact = only(read(record(followup_subform_section=[visit])), "follow_ups")
    answers = [contact[f"crit_{name}"] for name in ("health", "food", "relationship", "education", "violence")]
    assert answers == [True, False, False, None, None]
    assert (contact["criteria_final"], contact["child_seen"], contact["mode"]) == ("yellow", True, None)


@pytest.mark.parametrize(
    ("mother", "father", "status"),
    [
        ("alive", "alive", "both_alive"),
        ("alive", "dead", "mother_alive_only"),
        ("dead", "alive", "father_alive_only"),
        ("dead", "dead", "double_orphan"),
        ("alive", "unknown", "unknown"),
        ("unknown", None, "unknown"),
    ],
)
def test_a_child_is_an_orphan_only_if_both_parents_are_told_of(read, mother, father, status):
    family = [{"relation": "mother", "relation_is_alive": mother}, {"relation": "father", "relation_is_alive": father}]
    assert only(read(record(family_details_section=family)))["orphan_status"] == status


def test_a_parent_whom_any_row_says_alive_is_alive(read):
    family = [{"relation": "mother", "relation_is_alive": is_alive} for is_alive in ("dead", "alive")]
    father = {"relation": "father", "relation_is_alive": "dead"}
    assert only(read(record(family_details_section=[*family, father])))["orphan_status"] == "mother_alive_only"


def test_a_household_is_told_by_its_first_case_and_its_members_are_counted_in_order(read):
    family = [
        {"relation": "mother"},
        {"relation": "grandmother", "relation_is_caregiver": True, "relation_age": 61, "relation_sex": "female"},
    ]
    found = read(
        record(family_id="7", family_size=5, family_details_section=family),
        record(2, family_id="7", family_details_section=family),
    )
    home = only(found, "households")
    assert (home["household_ref"], home["household_size"], home["row"]) == ("primero_family:7", 5, 1)
    assert (home["caregiver_relation"], home["caregiver_sex"], home["caregiver_age_band"]) == (
        "grandparent",
        "female",
        "60+",
    )
    assert found.tables["household_members"]["member_ref"].to_list() == ["primero_family:7/1", "primero_family:7/2"]


def test_an_envelope_is_unwrapped_and_names_never_come_in(read):
    found = read({"id": "r1", "data": record()})
    assert only(found)["case_ref"] == f"case_id:{UUID.format(1)}"
    assert not any("PRIVATE" in str(table.rows()) for table in found.tables.values())


OURS = (*("case_id", "sex", "owned_by", "status", "age", "risk_level", "owned_by_agency", "registration_date"),)


@pytest.mark.parametrize(("keys", "sure"), [(OURS, True), (("slug", "status", "gender"), False)])
def test_an_export_is_known_by_its_keys(tmp_path, keys, sure):
    file = tmp_path / "whatever.txt"
    file.write_text(json.dumps([dict.fromkeys(keys, "x")]))
    assert (primero.likeness(file) >= 0.5) is sure


def test_a_rating_in_free_words_is_unknown(read):
    found = read(
        record(followup_subform_section=[{"followup_date": "2020-06-03", "final_criteria_rating": "ask PRIVATE"}])
    )
    assert only(found, "follow_ups")["criteria_final"] == "unknown"
    assert lines(found, "unknown_code") == [("followup_subform_section", 1, "follow_ups", "criteria_final", "unknown")]


def test_a_birth_in_the_future_is_unknown_even_if_the_registration_is_later(read):
    found = read(record(date_of_birth="2150-05-04", registration_date="2160-01-01"))
    case = only(found)
    assert (case["birth_date"], case["referred_on"], case["dob_quality"]) == (None, None, "implausible")
    assert lines(found, "future_date") == [("", 1, "case_records", "referred_on", "unknown")]


def test_the_keys_that_are_read_and_those_that_never_are_can_be_listed(tmp_path):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([record(services_section=[{"service_type": "x"}], shoe_size=31)]))
    ((sheet, matched),) = primero.columns(file)
    assert sheet == ""
    assert {"case_id", "service_type"} <= matched.positions.keys()
    assert (matched.personal, matched.unknown) == (["name_first"], ["shoe_size"])
