"""The API: clients as they stand now, and the services they were referred for."""

import datetime as dt
import json

import pytest

from analysis.importers import oscar

CLIENT = {
    **{"slug": "ngo01-1", "global_id": "01H0000000000000000000TEST", "external_id": "u-1", "mosvy_number": "m-1"},
    **{"given_name": "PRIVATE", "gender": "female", "date_of_birth": "2008-06-11", "status": "Active"},
    **{"location_current_village_code": "", "address_current_village_code": "08010101", "is_referred": True},
    **{"organization_name": "ngo01", "level_of_risk": "no action", "referral_consent_form": ["PRIVATE.png"]},
    "services": [],
}


@pytest.fixture
def read(tmp_path):
    def of(*differing):
        file = tmp_path / "answer.json"
        file.write_text(json.dumps({"data": [{**CLIENT, **one} for one in differing]}), encoding="utf-8")
        assert oscar.likeness(file) == 1.0
        return oscar.read(file)

    return of


def service(name, referral=None, status=None):
    return {"uuid": "x", "name": name, "enrollment_date": None, "referral_id": referral, "referral_status": status}


def test_a_record_is_a_client_without_an_episode_and_attachments_are_no_permission(read):
    row = read({}).tables["case_records"].row(0, named=True)
    assert {name: value for name, value in row.items() if value is not None} == {
        **{"sheet": "", "row": 1, "case_ref": "slug:ngo01-1", "slug": "ngo01-1", "agency": "ngo01"},
        **{"global_id": CLIENT["global_id"], "case_uuid": "u-1", "mosvy_number": "m-1", "sex": "female"},
        **{"birth_date": dt.date(2008, 6, 11), "dob_quality": "exact", "programme": "unknown"},
        **{"province_code": "08", "status": "active", "risk_level": "no_action"},
    }


def test_a_service_with_a_referral_is_a_referral_and_the_others_name_the_programme(read):
    offered = [service("Kinship care"), service("School support", 12, "Accetped"), service("Family support", 13)]
    result = read({"services": offered})
    told = result.tables["referrals"].select("row", "referral_ref", "service_code", "decision", "risk_level")
    assert told.rows() == [
        (1, "slug:ngo01-1/referral/1", "training_education_school_support", "accepted", "no_action"),
        (1, "slug:ngo01-1/referral/2", "family_support_family_support", "unknown", "no_action"),
    ]
    assert result.tables["case_records"]["programme"].to_list() == ["kinship"]


def test_t21_a_leading_zero_that_was_lost_is_put_back(read, found):
    result = read({"address_current_village_code": "8010101"})
    assert result.tables["case_records"]["province_code"].to_list() == ["08"]
    assert found(result.findings.frame, "T21") == [("", None, "case_records", "province_code", "undone")]


def test_t22_no_referral_from_the_province_the_bridge_does_not_know_is_a_gap(read, found):
    referred = {"services": [service("School support", 12)]}
    there = {"slug": "ngo01-2", "address_current_village_code": "19010101"}
    gap = read(referred, there)
    assert found(gap.findings.frame, "T22") == [("", None, "referrals", "", "kept")]
    assert found(read(referred, {**there, **referred}).findings.frame, "T22") == []


@pytest.mark.parametrize("name", ["Therapeutic interventions", "Therapeutic training", "Direct medical support"])
def test_t23_a_service_that_stands_under_two_groups_is_unknown(read, found, name):
    result = read({"services": [service(name, 12)]})
    assert result.tables["referrals"].select("service_group", "service_code").rows() == [("unknown", "unknown")]
    assert found(result.findings.frame, "T23") == [("", 1, "referrals", "service_code", "unknown")]


@pytest.mark.parametrize("name", ["Not Specified", "Literacy Support"])
def test_t24_a_service_without_a_target_is_unknown(read, found, name):
    result = read({"services": [service(name, 12)]})
    assert result.tables["referrals"].select("service_group", "service_code").rows() == [("unknown", "unknown")]
    assert found(result.findings.frame, "T24") == [("", 1, "referrals", "service_code", "unknown")]


def test_t16_a_birth_year_of_five_digits_is_implausible(read, found):
    result = read({"date_of_birth": "22012-01-01"})
    assert result.tables["case_records"].select("birth_date", "dob_quality").rows() == [(None, "implausible")]
    assert found(result.findings.frame, "T16") == [("", 1, "case_records", "birth_date", "unknown")]


def test_records_without_a_slug_or_with_one_that_was_there_before_are_set_aside(read, found):
    result = read({}, {}, {"slug": None})
    assert result.tables["case_records"]["row"].to_list() == [1]
    assert found(result.findings.frame, "duplicate_row") == [("", 2, "case_records", "", "rejected")]
    assert found(result.findings.frame, "no_id") == [("", 3, "case_records", "", "rejected")]
    result.findings.check_nothing_lost()
