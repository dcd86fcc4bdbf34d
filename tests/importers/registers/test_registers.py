"""Registers are told by their labels; cells become our types and words; every line stays or goes for a reason."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from analysis.imported import allowed
from analysis.importers import as_read, detect, registers, values
from analysis.importers.checked import contract_of
from analysis.importers.faults import ExportError
from analysis.importers.registers import sheets
from analysis.importers.registers.kinds import ITEMS, REGISTERS

DAY = dt.date(2024, 3, 5)
COST = {"Spent on": "2024-03-05", "Cost category": "Textbooks", "Amount": "12.50", "Currency": "USD"}


def header_of(table: str) -> list[str]:
    return [sheets.label_of(table, field) for field in sheets.fields_of(table)]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., object]:
    """Return a function that writes lines of a register, cells by label, as CSV and reads them."""

    def do(table: str, *lines: dict[str, str], n_rows: int | None = None):
        header = header_of(table)
        file = tmp_path / "somebody's list.txt"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
        assert detect.importer_of(file) is registers
        if n_rows:
            return list(registers.pieces(file, n_rows))
        found = registers.read(file)
        found.findings.check_nothing_lost()
        return found

    return do


def told(found, *columns: str) -> list[tuple]:
    (frame,) = found.tables.values()
    return frame.select(columns).rows()


def checks(found) -> list[tuple]:
    return found.findings.frame.select("row", "column", "check", "action").rows()


@pytest.mark.parametrize("table", REGISTERS)
def test_each_register_is_told_by_its_own_header_and_read_as_its_schema(read, table):
    found = read(table, dict.fromkeys(header_of(table), "x"))
    assert set(found.tables) == {table}
    assert found.tables[table].schema == as_read.SCHEMAS[table]


@pytest.mark.parametrize("table", [table for table in REGISTERS if table != "partner_evidence"])
def test_every_word_of_a_register_is_one_that_its_table_allows(table):
    columns = contract_of(table).columns
    for field, vocabulary in REGISTERS[table].codes.items():
        listed = values._words(vocabulary, registers.SYSTEM).values()
        column = columns["answer" if field in ITEMS else field]
        assert set(listed) <= set(column.isin)
        assert {*listed, "unknown", "not_assessed"} >= set(column.isin), f"no word is read as some of {field}"


def test_a_line_of_costs_is_read_in_our_types(read):
    line = {"System": "OSCaR", "Agency": "agency-NGO01", "Case number": "ngo01-7", "Funder": "Fund  A.", "Paid": "part"}
    found = read(
        "cost_lines", {**COST, **line, "Covered share": "50%", "Externally supported": "No", "Receipt": "R-1 2"}
    )
    assert told(found, "case_ref", "case_short", "agency", "spent_on", "cost_category", "amount", "currency") == [
        ("slug:ngo01-7", None, "ngo01", DAY, "textbooks", 12.5, "USD")
    ]
    assert told(found, "funder", "funder_ref", "paid", "covered_share", "is_externally_supported", "receipt_ref") == [
        ("Fund A.", "funder:fund a", "part", 0.5, False, "receipt:r12")
    ]
    assert checks(found) == []


def test_what_cannot_be_read_is_missing_and_reported_and_a_blank_is_unknown(read):
    odd = {"Amount": "USD 20", "Currency": "XYZ", "Cost category": "Rent", "Externally supported": "maybe"}
    found = read("cost_lines", {**COST, **odd, "Spent on": "soon"}, {"Amount": "1,200", "Externally supported": "?"})
    assert told(found, "spent_on", "cost_category", "amount", "currency", "paid", "is_externally_supported") == [
        (None, "unknown", None, "unknown", "unknown", None),
        (None, "unknown", 1200.0, "unknown", "unknown", None),
    ]
    assert checks(found) == [
        (2, "spent_on", "unreadable_date", "unknown"),
        (2, "cost_category", "unknown_code", "unknown"),
        (2, "amount", "unreadable_number", "unknown"),
        (2, "is_externally_supported", "unknown_code", "unknown"),
        (2, "currency", "unknown_code", "unknown"),
    ]
    assert set(found.findings.unknown_codes["value"]) == {"XYZ", "Rent", "maybe"}


@pytest.mark.parametrize(
    ("system", "number", "case_ref", "case_short"),
    [
        ("OSCaR", "ngo01-7", "slug:ngo01-7", None),
        ("Primero", "aB12cd3", None, 0xAB12CD3),
        ("Primero", "12", None, 0x12),  # a spreadsheet took the zeros away
        ("CPIMS+", "0a1b2c3d-77", "case_id:0a1b2c3d-77", None),
        ("", "7", "case_of_no_system:7", None),  # a case that nobody knows
        ("OSCaR", "", None, None),
        ("", "", None, None),
    ],
)
def test_a_case_is_named_as_its_system_shows_it(read, system, number, case_ref, case_short):
    found = read("cost_lines", {**COST, "System": system, "Case number": number})
    assert told(found, "case_ref", "case_short") == [(case_ref, case_short)]


def test_headers_among_the_lines_and_lines_without_what_makes_them_one_go_for_a_reason(read):
    repeated = {label: label for label in header_of("exchange_rates")}
    good = {"Currency": "khr", "Valid from": "2024-01-01", "Units per US dollar": "4,100"}
    found = read("exchange_rates", good, repeated, {**good, "Units per US dollar": "0"}, {**good, "Currency": "ABC"})
    assert told(found, "row", "currency", "per_usd") == [(2, "KHR", 4100.0)]
    assert [(row, check) for row, _, check, action in checks(found) if action == "rejected"] == [
        (3, "header_repeated"),
        (4, "incomplete_row"),
        (5, "incomplete_row"),
    ]
    assert found.findings.accounts.rows() == [("", "exchange_rates", 4, 1, 3)]


def test_a_check_is_one_row_an_item_and_a_blank_was_not_assessed(read):
    visit = {"System": "OSCaR", "Case number": "a-1", "Checked on": "2024-03-05", "Occasion": "Follow-up"}
    apart = {"Food": "Met", "Shelter": "hm", "Siblings together": "Not met", "Reason siblings apart": "Court"}
    found = read(
        "household_checks", {**visit, **apart}, {**visit, "Siblings together": "Met", "Reason siblings apart": "Court"}
    )
    rows = found.tables["household_checks"].filter(row=2)
    assert rows["item"].to_list() == list(allowed.HOUSEHOLD_ITEM)
    answers = dict(rows.select("item", "answer").iter_rows())
    assert answers | {"food": "met", "shelter": "unknown", "siblings_together": "not_met"} == answers
    assert set(answers.values()) == {"met", "unknown", "not_met", "not_assessed"}
    reasons = found.tables["household_checks"].drop_nulls("reason").select("row", "item", "reason").rows()
    assert reasons == [(2, "siblings_together", "court")], "siblings that live together need no reason"
    assert found.tables["household_checks"]["line_ref"].n_unique() == 12, "the same visit is the same visit"


def test_a_check_of_nobodys_household_is_set_aside(read):
    found = read("household_checks", {"Checked on": "2024-03-05", "Food": "Met"})
    assert found.tables["household_checks"].is_empty()
    assert checks(found) == [(2, "", "incomplete_row", "rejected")]


def test_goals_may_be_due_ahead_but_not_done_before_they_were_set(read):
    goal = {"Area": "Belonging", "Set on": "2024-03-05", "Due on": "2031-01-01", "Completed on": "2024-01-01"}
    found = read("plan_goals", {**goal, "Status": "Completed"})
    assert told(found, "area", "set_on", "due_on", "completed_on", "status") == [
        ("belonging", DAY, dt.date(2031, 1, 1), dt.date(2024, 1, 1), "completed")
    ]
    assert checks(found) == [(2, "completed_on", "date_order", "kept")]


def test_places_are_codes_by_code_or_name_and_lost_zeros_come_back(read):
    closures = read(
        "closure_events",
        {"Province": "Siem Reap", "Closed on": "5 March 2024", "Children present": "0"},
        {"Province": "2", "Closure mode": "Ordered", "High": "-"},
        {"Province": "Nowhere", "Facility": "x"},
    )
    assert told(closures, "province_code", "closed_on", "closure_mode", "n_children_present", "n_high") == [
        ("17", DAY, "unknown", 0, None),
        ("02", None, "ordered", None, None),
        (None, None, "unknown", None, None),
    ]
    assert (4, "province_code", "unknown_code", "unknown") in checks(closures)
    years = read("commune_years", {"Commune code": "20101", "Year": "2020", "Children": "900"})
    assert told(years, "commune_code", "province_code", "year", "n_children") == [("020101", "02", 2020, 900)]


def test_a_partner_goes_by_its_short_name_or_else_by_its_name(read):
    line = {"Criterion": "Locally led", "Answer": "Yes", "Evidence": "Visit", "Expires on": "2031-01-01"}
    found = read("partner_evidence", {**line, "Agency": "NGO01"}, {**line, "Organisation": "Good House"}, line)
    assert told(found, "agency", "criterion", "answer", "evidence", "expires_on") == [
        (agency, "locally_led", "yes", "visit", dt.date(2031, 1, 1)) for agency in ("ngo01", "good house")
    ]
    assert checks(found) == [(4, "", "incomplete_row", "rejected")]


def test_a_long_csv_comes_in_pieces_with_the_rows_of_the_whole(read):
    lines = [{**COST, "Amount": str(n)} for n in range(25)]
    pieces, whole = read("cost_lines", *lines, n_rows=10), read("cost_lines", *lines)
    assert len(pieces) > 1
    assert pl.concat(piece.tables["cost_lines"] for piece in pieces).equals(whole.tables["cost_lines"])
    assert pieces[-1].findings.accounts.rows() == [("", "cost_lines", 25, 25, 0)]


def test_a_workbook_may_hold_several_registers_some_empty_and_notes(tmp_path):
    file = tmp_path / "registers.xlsx"
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in {
            "costs 2024": [list(COST), ["2024-03-05", "Cash", 3, "USD"], ["2024-03-06", "Cash", 4, "USD"]],
            "courses": [header_of("trainings")],
            "notes": [["call the bank"], ["on Monday"]],
        }.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    found = registers.read(file)
    found.findings.check_nothing_lost()
    assert {table: frame.height for table, frame in found.tables.items()} == {"cost_lines": 2, "trainings": 0}
    assert found.findings.frame.select("sheet", "check", "n").rows() == [("notes", "sheet_not_used", 2)]
    assert [sheet for sheet, _ in registers.columns(file)] == ["costs 2024", "courses"]


def test_a_register_without_a_column_it_cannot_be_without_is_refused_and_named(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("Currency,Valid from,Rate\nKHR,2024-01-01,4100\n")
    assert registers.likeness(file) == 0.0
    with pytest.raises(ExportError, match="Nearest: registers, exchange rates"):
        detect.importer_of(file)
    file.write_text("System,Case number,Spent on,Cost category,Funder,Amt\nOSCaR,a-1,2024-01-01,Cash,Fund,4\n")
    with pytest.raises(ExportError, match="no column 'Amount', without which it is no register of cost lines"):
        registers.read(file)


def test_a_file_of_no_register_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("Given name,Phone\na,b\n")
    with pytest.raises(ExportError, match="no sheet has the header of a register"):
        registers.read(tmp_path / "x.csv")
    (tmp_path / "x.json").write_text("[]")
    assert registers.likeness(tmp_path / "x.json") == 0.0
