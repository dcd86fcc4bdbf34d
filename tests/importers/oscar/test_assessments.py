"""Assessments: the score of a domain, its day, its instrument."""

import datetime as dt

import pytest

from analysis.importers import oscar
from analysis.importers.faults import ExportError

FRONT = (
    *("#", "Client ID", "Given Name (Latin)", "Family Name (Latin)", "Assessment # (Ordinal Numbers)"),
    *("Assessment Created At", "Assessment Completed Date"),
)
CSI = (
    *("Food Security", "Nutrition and Growth", "Shelter", "Care", "Protection from Abuse and Exploitation"),
    *("Legal Protection", "Wellness", "Health Care Services", "Emotional Health", "Social Behaviour", "Performance"),
    "Work and Education",
)
TEXT = "PRIVATE text of the worker"


def sheet(domains, *lines):
    """Return the rows of a sheet; a line is (count, client, ordinal, created, completed, scores)."""
    header = [*FRONT, *(label for domain in domains for label in (None, domain))]
    rows = [
        [count, client, "PRIVATE", "PRIVATE", ordinal, created, completed, *(c for s in scores for c in (s, TEXT))]
        for count, client, ordinal, created, completed, scores in lines
    ]
    return [header, *rows]


@pytest.fixture
def read(export, clients):
    def of(tabs):
        return oscar.read(export({"Worksheet1": clients({}, {}), **tabs}))

    return of


def scores(found):
    return found.tables["assessments"].select("row", "domain_code", "score").sort("row", "domain_code").rows()


def test_t01_score_stands_under_the_blank_header_left_of_its_domain(read, found):
    line = (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (3, 4))
    result = read({"CSI Assessment": sheet(("Shelter", "Food Security"), line)})
    assert scores(result) == [(2, "1A", 4), (2, "2A", 3)]
    assert found(result.findings.frame, "T01") == [("CSI Assessment", None, "assessments", "score", "undone")]
    assert TEXT not in result.tables["assessments"].write_csv()


def test_all_twelve_domains_are_the_standard_instrument_and_the_code_may_stand_before_the_name(read):
    line = (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (1,) * 12)
    plain = read({"CSI Assessment": sheet(CSI, line)}).tables["assessments"]
    codes = ("1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B")
    coded = read({"CSI": sheet([f"{code} ({name})" for code, name in zip(codes, CSI, strict=True)], line)})
    assert plain["domain_code"].to_list() == list(codes)
    assert set(plain["instrument"]) == {"csi12"}
    assert set(plain["instrument_version"]) == {"12:03e14fd7"}
    assert coded.tables["assessments"].drop("sheet").equals(plain.drop("sheet"))


def test_the_same_code_means_another_domain_where_the_names_are_those_of_the_second_instrument(read):
    line = (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (2, 3))
    result = read({"CSI Assessment": sheet(("1A (Risk management)", "7A (Knowledge of legal rights)"), line)})
    assert set(result.tables["assessments"]["instrument"]) == {"aht10"}
    assert scores(result) == [(2, "1A", 2), (2, "7A", 3)]


def test_a_code_without_a_name_is_no_domain_of_a_known_instrument(read):
    line = (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (2,))
    assert set(read({"CSI Assessment": sheet(("1A",), line)}).tables["assessments"]["instrument"]) == {"custom"}


def test_t02_dates_tell_the_order_of_custom_assessments_that_count_from_the_latest(read, found):
    newest_first = (
        (1, "ngo01-1", "1st", "2021-03-01", "2021-03-05", (9,)),
        (None, "ngo01-1", "2nd", "2020-03-01", None, (2,)),
    )
    result = read({"Coping Assessment": sheet(("Coping with stress",), *newest_first)})
    told = result.tables["assessments"].select("assessment_ref", "assessed_on", "completed", "domain_code", "score")
    assert told.rows() == [
        ("slug:ngo01-1/custom/2021-03-05", dt.date(2021, 3, 5), True, "coping_with_stress", 9),
        ("slug:ngo01-1/custom/2020-03-01", dt.date(2020, 3, 1), False, "coping_with_stress", 2),
    ]
    assert found(result.findings.frame, "T02") == [("Coping Assessment", None, "assessments", "assessed_on", "undone")]


def test_t04_the_client_is_known_by_its_id_where_the_count_is_blank(read, found):
    lines = (
        (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (3,)),
        (None, "ngo01-1", "2nd", "2020-09-01", "2020-09-05", (4,)),
    )
    result = read({"CSI Assessment": sheet(("Care",), *lines)})
    assert result.tables["assessments"]["case_ref"].to_list() == ["slug:ngo01-1"] * 2
    assert found(result.findings.frame, "T04") == [("CSI Assessment", None, "assessments", "case_ref", "undone")]


def test_t06_the_day_of_entry_that_the_first_sheet_prints_is_not_used(export, clients, found):
    line = (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (3,))
    people = clients({"Date of Assessments": "01 March 2020, 09 March 2021"})
    result = oscar.read(export({"W": people, "CSI Assessment": sheet(("Care",), line)}))
    assert result.tables["assessments"]["assessed_on"].to_list() == [dt.date(2020, 3, 5)]
    assert found(result.findings.frame, "T06") == [("W", None, "assessments", "assessed_on", "undone")]


def test_a_score_beyond_the_scale_is_missing_and_its_line_reported_once(read, found):
    line = (1, "ngo01-1", "1st", "2020-03-01", "2020-03-05", (7, 0, "x", 4))
    result = read({"CSI Assessment": sheet(CSI[:4], line)})
    assert [score for *_, score in scores(result)] == [None, None, None, 4]
    assert found(result.findings.frame, "score_out_of_range") == [
        ("CSI Assessment", 2, "assessments", "score", "unknown")
    ]


def test_a_draft_keeps_its_domains_without_scores(read):
    result = read({"CSI Assessment": sheet(CSI[:2], (1, "ngo01-1", "1st", "2020-03-01", None, (None, None)))})
    assert (
        result.tables["assessments"].select("assessed_on", "completed", "score").rows()
        == [(dt.date(2020, 3, 1), False, None)] * 2
    )


def test_two_assessments_of_one_day_are_told_apart_by_their_order(read):
    day = "2020-03-05"
    lines = ((1, "ngo01-1", "1st", day, day, (1,)), (None, "ngo01-1", "2nd", day, day, (2,)))
    result = read({"CSI Assessment": sheet(("Care",), *lines)})
    assert result.tables["assessments"]["assessment_ref"].to_list() == ["slug:ngo01-1/csi12/1", "slug:ngo01-1/csi12/2"]


def test_an_assessment_of_a_client_who_is_not_in_the_file_is_set_aside(read, found):
    lines = tuple((1, client, "1st", "2020-03-01", "2020-03-05", (3,)) for client in ("ngo01-9", None, "ngo01-2"))
    result = read({"CSI Assessment": sheet(("Care",), *lines)})
    assert result.tables["assessments"]["case_ref"].to_list() == ["slug:ngo01-2"]
    assert found(result.findings.frame, "orphan_row") == [("CSI Assessment", 2, "assessments", "", "rejected")]
    assert found(result.findings.frame, "no_id") == [("CSI Assessment", 3, "assessments", "", "rejected")]
    result.findings.check_nothing_lost()


def test_without_a_blank_header_no_score_can_be_found_and_the_import_stops(export, clients):
    rows = [[*FRONT, "Food Security"], [1, "ngo01-1", "", "", "1st", "2020-03-01", "2020-03-05", TEXT]]
    with pytest.raises(ExportError, match=r"sheet 'CSI'.*no domain found") as error:
        oscar.read(export({"W": clients({}), "CSI": rows}))
    assert "PRIVATE" not in str(error.value)
