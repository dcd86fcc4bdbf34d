"""Sheets that fill no table are counted, and nothing of them is read."""

from analysis.importers import oscar

LONG = "Monthly Follow Up Visit Of Family And Child"[:31]


def test_t03_the_completed_date_of_a_care_plan_is_no_date_of_completion(export, clients, found):
    header = ["#", "Client ID", "Care plan #", "Care Plan Date", "Care Plan Completed Date", "Goal for Care"]
    plan = [1, "ngo01-1", "1st", "2020-05-05", "2020-05-06", "PRIVATE"]
    result = oscar.read(export({"W": clients({}), "Care Plan": [header, plan]}))
    assert set(result.tables) == {"case_records"}
    assert found(result.findings.frame, "T03") == [("Care Plan", None, "", "", "undone")]
    assert ("Care Plan", "", 1, 1, 0) in result.findings.accounts.rows()


def test_t32_a_form_is_known_by_its_header_where_its_tab_was_cut(export, clients, found):
    answers = [
        ["#", "Client ID", "Tracking #", "Created Date", "What was seen"],
        [1, "ngo01-1", "1st", "2020-05-05", "x"],
    ]
    result = oscar.read(export({"W": clients({}), LONG: answers, "Short": answers}))
    assert found(result.findings.frame, "T32") == [(LONG, None, "", "", "undone")]
    assert found(result.findings.frame, "sheet_not_used") == []


def test_a_sheet_nobody_knows_is_counted_and_kept_out(export, clients, found):
    result = oscar.read(export({"W": clients({}), "Budget": [["Item", "Cost"], ["Rice", 3], ["Fish", 4]]}))
    assert found(result.findings.frame, "sheet_not_used") == [("Budget", None, "", "", "kept")]
    assert ("Budget", "", 3, 3, 0) in result.findings.accounts.rows()
    result.findings.check_nothing_lost()
