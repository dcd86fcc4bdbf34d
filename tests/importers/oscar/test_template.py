"""The template that organisations fill by hand: starred labels, dates as each person writes them."""

import datetime as dt

import pytest

from analysis.importers import oscar

HEADER = (
    *("ID", "Given Name (English)", "* Gender", "Date of Birth", "*Referral Category", "* Initial Referral Date"),
    *("Current Province", "* Case Worker / Staff", "Family ID", "Family Name"),
)


def person(number, born="11 June 2008", referred="2020-03-01"):
    ref = f"ngo03-{number}" if number else None
    return [ref, "PRIVATE", "Male", born, "Police", referred, "Kandal", "PRIVATE", "7", "PRIVATE"]


@pytest.fixture
def read(export):
    def of(*people):
        users = [["First Name", "Last Name", "*Email", "*Permission Level"], ["PRIVATE", "PRIVATE", "p@x", "Admin"]]
        families = [["Family ID", "*Name", "*Family Type", "ID Poor"], ["7", "PRIVATE", "Other", "Level 2"]]
        return oscar.read(export({"users": users, "families": families, "clients": [HEADER, *people]}))

    return of


def births(found):
    return found.tables["case_records"]["birth_date"].to_list()


def test_starred_labels_are_known_and_the_sheet_of_users_is_left_alone(read):
    found = read(person(1))
    assert found.tables["case_records"].select(
        "slug", "episode", "sex", "birth_date", "referred_on", "referral_source", "province_code", "status"
    ).rows() == [("ngo03-1", 1, "male", dt.date(2008, 6, 11), dt.date(2020, 3, 1), "police", "08", None)]
    assert found.tables["households"].select("household_ref", "id_poor").rows() == [("family:ngo03/7", "level_2")]
    assert ("users", "", 1, 1, 0) in found.findings.accounts.rows()


def test_t09_day_and_month_are_settled_by_other_cells_of_the_column(read):
    assert births(read(person(1, "03/07/2008"), person(2, "13/07/2008")))[0] == dt.date(2008, 7, 3)
    assert births(read(person(1, "03/07/2008"), person(2, "07/13/2008")))[0] == dt.date(2008, 3, 7)


@pytest.mark.parametrize("others", [("5 July 2008",), ("13/07/2008", "07/13/2008")])
def test_t09_where_nothing_settles_day_and_month_the_date_is_unknown(read, found, others):
    result = read(person(1, "03/07/2008"), *(person(n, born) for n, born in enumerate(others, start=2)))
    assert births(result)[0] is None
    assert result.tables["case_records"]["dob_quality"][0] == "missing"
    assert found(result.findings.frame, "T09") == [("clients", 2, "case_records", "birth_date", "unknown")]


def test_t09_equal_day_and_month_need_no_settling(read, found):
    result = read(person(1, "05/05/2008"))
    assert births(result) == [dt.date(2008, 5, 5)]
    assert found(result.findings.frame, "T09") == []


def test_a_header_repeated_among_the_rows_and_rows_without_an_id_are_set_aside(read, found):
    result = read(person(1), HEADER, person(None), person(1))
    assert found(result.findings.frame, "header_repeated") == [("clients", 3, "case_records", "", "rejected")]
    assert found(result.findings.frame, "no_id") == [("clients", 4, "case_records", "", "rejected")]
    assert found(result.findings.frame, "duplicate_row") == [("clients", 5, "case_records", "", "rejected")]
    result.findings.check_nothing_lost()


def test_an_empty_province_of_a_sheet_filled_by_hand_is_only_missing(read, found):
    nowhere = person(1)
    nowhere[HEADER.index("Current Province")] = None
    assert found(read(nowhere).findings.frame, "T07") == []
