"""CSV and XLSX exports of Primero: machine names and arrays of Ruby; tabs, labels and lists joined by |||."""

import csv
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from analysis.importers import primero
from analysis.importers.faults import ExportError

UUID = "11111111-2222-4333-8444-55555555555{}"
SHORT = "555555{}"


def written_csv(folder, *records):
    file = folder / "cases.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=sorted({key for record in records for key in record}))
        writer.writeheader()
        writer.writerows(records)
    return file


def row_of_csv(number=1, **fields):
    return {
        "id": f"r{number}",
        "case_id": UUID.format(number),
        "sex": "male",
        "status": "open",
        "owned_by": "worker-0001",
        "owned_by_agency": "agency-ngo03",
        "registration_date": "2020-02-11",
        "location_current": "12010203",
        "name_first": "PRIVATE-given-00001",
        "consent_reporting": "true",
        **fields,
    }


def written_xlsx(folder, **tabs):
    file = folder / "cases.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, rows in tabs.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file


IDENTITY = (
    "ID",
    "Long ID",
    "Sex",
    "Case Status",
    "Date of Registration or Interview",
    "First Name",
    "Is the age estimated?",
)
CONCERNS = ("ID", "Protection Concerns", "Separation Cause", "Agency", "Risk Level")


def identity(number=1, name="PRIVATE-given-00001"):
    return (SHORT.format(number), UUID.format(number), "Female", "Open", "19-Aug-2020", name, True)


def concerns(number=1, what="CAAFAG ||| Street child", why="Poverty ||| Divorce/remarriage"):
    return (SHORT.format(number), what, why, "NGO03", "High")


def read(file):
    found = primero.read(file)
    found.findings.check_nothing_lost()
    return found


def lines(found, check):
    kept = found.findings.frame.filter(pl.col("check") == check)
    return kept.select("sheet", "row", "table", "column", "action").rows()


def test_t19_arrays_of_ruby_are_taken_apart(tmp_path):
    nested = '["caafag", "[]", "[\\"trafficked_smuggled\\"]"]'
    found = read(written_csv(tmp_path, row_of_csv(protection_concerns=nested), row_of_csv(2, protection_concerns="[]")))
    assert found.tables["case_records"]["harm_history"].to_list() == ["exploitation|trafficking", "unknown"]
    assert lines(found, "T19") == [("", 2, "case_records", "harm_history", "undone")]


def test_t28_the_apostrophe_in_front_of_a_sign_is_taken_away(tmp_path):
    found = read(written_csv(tmp_path, row_of_csv(family_id="'@ngo03/7"), row_of_csv(2, family_id="8")))
    refs = found.tables["case_records"]["household_ref"].to_list()
    assert refs == ["primero_family:@ngo03/7", "primero_family:8"]
    assert lines(found, "T28") == [("", None, "case_records", "household_ref", "undone")]


def test_t30_a_name_that_begins_with_test_is_reported_and_never_read(tmp_path):
    found = read(
        written_csv(tmp_path, row_of_csv(name_first="Test PRIVATE"), row_of_csv(2, name_first="Testina PRIVATE"))
    )
    assert found.tables["case_records"].height == 2
    assert lines(found, "T30") == [("", 2, "case_records", "", "kept")]
    assert not any("PRIVATE" in str(table.rows()) for table in found.tables.values())


def test_a_csv_carries_no_subforms_so_what_they_tell_is_missing_not_unknown(tmp_path):
    found = read(written_csv(tmp_path, row_of_csv(date_of_reintegration="2020-05-01")))
    case = found.tables["case_records"].row(0, named=True)
    assert (case["programme"], case["orphan_status"]) == (None, None)
    assert not {"support", "follow_ups", "household_members"} & found.tables.keys()
    assert found.tables["placements"].select("row", "start_on", "entry_event").rows() == [
        (2, date(2020, 5, 1), "reunification")
    ]


def test_rows_of_a_csv_without_id_or_repeated_are_set_aside(tmp_path):
    found = read(written_csv(tmp_path, row_of_csv(), row_of_csv(), row_of_csv(2, case_id="")))
    assert lines(found, "duplicate_row") == [("", 3, "case_records", "case_ref", "rejected")]
    assert lines(found, "no_id") == [("", 4, "case_records", "case_ref", "rejected")]


def test_t27_labels_and_lists_of_a_workbook_are_read(tmp_path):
    found = read(written_xlsx(tmp_path, Identity=[IDENTITY, identity()], Concerns=[CONCERNS, concerns()]))
    case = found.tables["case_records"].row(0, named=True)
    assert (case["sheet"], case["row"], case["sex"], case["status"]) == ("Identity", 2, "female", "active")
    assert (case["separation_reason"], case["harm_history"]) == ("divorce_remarriage|poverty", "exploitation")
    assert (case["agency"], case["risk_level"], case["referred_on"]) == ("ngo03", "high", date(2020, 8, 19))
    columns = [(sheet, column) for sheet, _, _, column, _ in lines(found, "T27")]
    assert columns == [("Identity", "separation_reason"), ("Identity", "harm_history")]


def test_t10_khmer_labels_are_known(tmp_path):
    header = ("អត្តលេខ", "Long ID", "ភេទ", "ស្ថានភាពករណី", "កាលបរិច្ឆេទសម្ភាសន៍", "កម្រិតហានិភ័យ")
    case = (SHORT.format(1), UUID.format(1), "ស្រី", "បិទ", "១១ មិថុនា ២០២០", "ខ្ពស់")
    found = read(written_xlsx(tmp_path, Data=[header, case])).tables["case_records"].row(0, named=True)
    words = (found["sex"], found["status"], found["referred_on"], found["risk_level"])
    assert words == ("female", "closed", date(2020, 6, 11), "high")


def test_t32_a_tab_name_cut_by_excel_is_reported_and_the_tab_known_by_its_labels(tmp_path):
    services = ("ID", "Type of Response", "Type of Service", "Service subtype", "Created on")
    given = (SHORT.format(1), "Service provision", "Disability support", "Therapeutic interventions", "05-Mar-2020")
    name = "Services provided by this agenc"
    found = read(written_xlsx(tmp_path, Identity=[IDENTITY, identity()], **{name: [services, given]}))
    support = found.tables["support"].row(0, named=True)
    assert (support["sheet"], support["row"], support["start_on"]) == (name, 2, date(2020, 3, 5))
    assert support["service_code"] == "disability_support_therapeutic_interventions"
    assert lines(found, "T32") == [(name, None, "support", "", "undone")]


def test_rows_of_a_subform_without_their_case_are_orphans(tmp_path):
    header = ("ID", "Type of follow up", "Follow up date", "Was the child/adult seen during the visit?")
    visits = [(SHORT.format(n), "Follow up in care", "03-Jun-2020", "Yes") for n in (1, 9)]
    found = read(written_xlsx(tmp_path, Identity=[IDENTITY, identity()], Visits=[header, *visits]))
    assert found.tables["follow_ups"].select("row", "child_seen").rows() == [(2, True)]
    assert lines(found, "orphan_row") == [("Visits", 3, "follow_ups", "case_ref", "rejected")]


def test_subforms_of_cases_that_share_a_short_id_belong_to_nobody(tmp_path):
    twins = [identity(1), ("5555551", UUID.format(2), *identity(2)[2:])]
    header = ("ID", "Type of follow up", "Follow up date")
    found = read(
        written_xlsx(tmp_path, Identity=[IDENTITY, *twins], Visits=[header, (SHORT.format(1), "", "03-Jun-2020")])
    )
    assert found.tables["case_records"].height == 2
    assert lines(found, "ambiguous_id") == [("Visits", 2, "follow_ups", "case_ref", "rejected")]


def test_repeated_and_nameless_cases_of_a_workbook_do_not_mix_up_the_tabs(tmp_path):
    nameless = (SHORT.format(2), "", *identity(2)[2:])
    file = written_xlsx(
        tmp_path,
        Identity=[IDENTITY, identity(1), identity(1), nameless, identity(3)],
        Concerns=[CONCERNS, concerns(1), concerns(1, why="Death"), concerns(2), concerns(3, why="Migration")],
    )
    found = read(file)
    reasons = found.tables["case_records"].select("row", "separation_reason").rows()
    assert reasons == [(2, "divorce_remarriage|poverty"), (5, "migration")]
    assert lines(found, "duplicate_row") == [("Identity", 3, "case_records", "case_ref", "rejected")]
    assert lines(found, "no_id") == [("Identity", 4, "case_records", "case_ref", "rejected")]


def test_a_tab_that_holds_no_form_is_reported_with_its_lines(tmp_path):
    about = [("Exported on", "By"), ("2024-01-01", "x")]
    found = read(written_xlsx(tmp_path, Identity=[IDENTITY, identity()], About=about))
    assert lines(found, "sheet_not_used") == [("About", None, "", "", "kept")]
    assert found.findings.frame.filter(pl.col("check") == "sheet_not_used")["n"].to_list() == [2]


def test_a_workbook_without_cases_is_refused(tmp_path):
    file = written_xlsx(tmp_path, Notes=[("Subject", "Text"), ("a", "PRIVATE")])
    with pytest.raises(ExportError, match="no tab has labels of a case form") as raised:
        primero.read(file)
    assert "PRIVATE" not in str(raised.value)
    assert primero.likeness(file) == 0


@pytest.mark.parametrize("extra", [(), ("slug",)])
def test_a_table_is_known_by_its_headers(tmp_path, extra):
    file = written_csv(tmp_path, row_of_csv(**dict.fromkeys(extra, "x")))
    assert primero.likeness(file) == 1


def test_a_csv_in_pieces_tells_the_same_as_in_one(tmp_path):
    records = [row_of_csv(n, family_id="7", education_rate="3", oscar_number="01HX") for n in (1, 2, 1, 3)]
    blank = dict.fromkeys(records[0], "")
    trial = row_of_csv(5, case_id=UUID.format(5), name_first="test", source_of_referral="ngo_20712", family_id="'@1")
    gap = row_of_csv(4, location_current="19010203", oscar_number="01HY")
    file = written_csv(tmp_path, *records, blank, {**blank, "name_first": "PRIVATE"}, trial, gap)
    whole, pieces = read(file), list(primero.pieces(file, n_records=2))
    assert len(pieces) == 4
    for name, table in whole.tables.items():
        rows = pl.concat(piece.tables[name] for piece in pieces)
        told = rows.explode("domain_code", "score").cast(table.schema) if name == "assessments" else rows
        order = ["row", "domain_code"] if name == "assessments" else ["row"]
        assert told.sort(order).equals(table.sort(order))
    pieces[-1].findings.check_nothing_lost()
    assert summed(pieces[-1].findings).equals(summed(whole.findings))
    assert {"duplicate_row", "no_id", "T25", "T28", "T30"} <= set(summed(whole.findings)["check"])


def summed(findings):
    by = [name for name in findings.frame.columns if name != "n"]
    return findings.frame.group_by(by).agg(pl.col("n").sum()).sort(by)


def test_the_long_id_counts_in_every_piece_if_any_record_has_one(tmp_path):
    file = written_csv(tmp_path, row_of_csv(1, case_id=""), row_of_csv(2, case_id=""), row_of_csv(3))
    pieces = list(primero.pieces(file, n_records=1))
    assert [piece.tables["case_records"].height for piece in pieces] == [0, 0, 1]
    without = written_csv(tmp_path, row_of_csv(1, case_id=""), row_of_csv(2, case_id=""))
    assert [piece.tables["case_records"].height for piece in primero.pieces(without, n_records=1)] == [1, 1]


def test_a_csv_without_records_has_empty_tables(tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text("case_id,owned_by,sex\n")
    (found,) = primero.pieces(file)
    assert found.tables["case_records"].is_empty()


def test_spells_that_stand_in_the_record_are_accounted_for_with_its_reintegrations(tmp_path):
    fields = {"care_arrangements_type": "", "date_of_reintegration": "2021-01-01"}
    flat = row_of_csv(1, care_arrangements_type="residential_care_center", date_of_reintegration="")
    found = read(written_csv(tmp_path, flat, *(row_of_csv(n, **fields) for n in (2, 3))))
    assert found.tables["placements"].height == 3
    assert "placements" not in found.findings.accounts["table"].to_list()  # the ledger counts all three, not one


def test_labels_of_all_kinds_of_form_are_known_at_once(tmp_path):
    ((_, matched),) = primero.columns(written_csv(tmp_path, row_of_csv(education_rate="3", shoe_size="31")))
    assert {"case_id", "education_rate"} <= matched.positions.keys()
    assert (matched.personal, matched.unknown) == (["name_first"], ["shoe_size"])
