"""The donor workbook: two assessments in a line, programme streams, families of many organisations."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from analysis.importers import donor_workbook, oscar
from analysis.importers.faults import ExportError

CODES = ("1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B")
FRONT = (
    *("N°", "Client ID", "Status", "Gender", "Date of birth", "Current province", "Family ID", "NGO Name"),
    *("Initial referral date", "NGO accepted date", "NGO exited date", "Reason for Family Seperation"),
)
CLIENTS = (*FRONT, "Initial date of CSI", *CODES, "Latet date of CSI", *CODES, "Referral Source Category")
STREAMS = ("Client ID", "NGO Name", "CPS Name", "CPS erollment date", "Service types", "CPS exited date")
FAMILIES = ("ID", "Name", "NGO Name", "Code", "ID Poor", "Province")


def client(number, first=None, latest=None, first_on="06 March 2020", latest_on=None, birth="11 June 2008"):
    front = [
        *(number, f"ngo01-{number}", "Active", "Female", birth, "Kandal", "7", "Good Hope (ngo01)"),
        *("01 March 2020", "05 March 2020", None, "Orphan (lost father)"),
    ]
    return [*front, first_on, *(first or [None] * 12), latest_on, *(latest or [None] * 12), "Hospital"]


def cells(score, codes=CODES):
    return [f"{code}: {score}" for code in codes]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the three sheets of a donor workbook."""

    def write(clients, streams=(), families=(), header=CLIENTS) -> Path:
        path = tmp_path / "workbook.xlsx"
        tabs = {"Clients": [header, *clients], "Clients' Program Stream": [STREAMS, *streams]}
        with xlsxwriter.Workbook(str(path)) as book:
            for tab, rows in (tabs | {"Families": [FAMILIES, *families]}).items():
                sheet = book.add_worksheet(tab)
                for row, line in enumerate(rows):
                    for column, cell in enumerate(line):
                        if cell is not None:
                            sheet.write(row, column, cell)
        return path

    return write


def stream(number, service, start="05 March 2020", end=None):
    return [f"ngo01-{number}" if number else None, "Good Hope (ngo01)", "Stream", start, service, end]


def lines(found, check):
    findings = found.findings.frame.filter(pl.col("check") == check)
    return findings.select("sheet", "row", "table", "column", "action").rows()


def test_the_workbook_is_known_by_its_two_dates_and_not_taken_for_another(file):
    path = file([client(1)])
    assert donor_workbook.likeness(path) == 1.0 > oscar.likeness(path)
    assert all(matched.unknown == [] for _, matched in donor_workbook.columns(path))


def test_t15_the_second_set_of_codes_is_the_latest_assessment(file):
    found = donor_workbook.read(file([client(1, cells(2), cells(4), latest_on="06 September 2020")]))
    assessments = found.tables["assessments"]
    told = assessments.group_by("assessment_ref", "assessed_on", "instrument_version", "score", maintain_order=True)
    assert told.agg(pl.col("domain_code").n_unique()).rows() == [
        ("slug:ngo01-1/csi12/2020-03-06", dt.date(2020, 3, 6), "12:03e14fd7", 2, 12),
        ("slug:ngo01-1/csi12/2020-09-06", dt.date(2020, 9, 6), "12:03e14fd7", 4, 12),
    ]
    assert lines(found, "T15") == [("Clients", None, "assessments", "score", "undone")]


def test_t15_headers_that_another_program_numbered_are_the_same_codes(file):
    renamed = [*CLIENTS]
    for code in CODES:
        renamed[len(CLIENTS) - 1 - renamed[::-1].index(code)] = f"{code}.1"
    path = file([client(1, cells(2), cells(4), latest_on="06 September 2020")], header=renamed)
    assert set(donor_workbook.read(path).tables["assessments"]["score"]) == {2, 4}


def test_the_code_in_a_cell_counts_and_not_the_label_above_it(file):
    turned = [f"{code}: {number % 4 + 1}" for number, code in enumerate(CODES)][::-1]
    assessments = donor_workbook.read(file([client(1, turned)])).tables["assessments"]
    told = dict(assessments.select("domain_code", "score").iter_rows())
    assert told == {code: number % 4 + 1 for number, code in enumerate(CODES)}


def test_codes_that_only_the_second_instrument_has_make_it_the_second(file):
    codes = ("1A", "2A", "3A", "3B", "3C", "4A", "4B", "5A", "6A", "6B", "7A")
    found = donor_workbook.read(file([client(1, [*cells(3, codes), None]), client(2, cells(3))]))
    told = found.tables["assessments"].group_by("case_ref", "instrument", maintain_order=True).len().sort("case_ref")
    assert told.rows() == [("slug:ngo01-1", "aht10", 11), ("slug:ngo01-2", "csi12", 12)]


def test_a_block_with_the_day_of_the_other_is_the_same_assessment_and_an_empty_one_is_none(file):
    same = client(1, cells(2), cells(2), latest_on="06 March 2020")
    found = donor_workbook.read(file([same, client(2, first_on=None)]))
    assert found.tables["assessments"]["case_ref"].to_list() == ["slug:ngo01-1"] * 12


def test_a_score_beyond_the_scale_is_missing(file):
    found = donor_workbook.read(file([client(1, ["1A: 9", *cells(2)[1:]])]))
    assert found.tables["assessments"].filter(pl.col("domain_code") == "1A")["score"].to_list() == [None]
    assert lines(found, "score_out_of_range") == [("Clients", 2, "assessments", "score", "unknown")]


def test_a_client_becomes_a_case_record_with_the_programme_of_its_streams(file):
    found = donor_workbook.read(file([client(1)], [stream(1, "Kinship care"), stream(1, "Family reunification")]))
    row = found.tables["case_records"].row(0, named=True)
    assert {name: value for name, value in row.items() if value is not None} == {
        **{"sheet": "Clients", "row": 2, "case_ref": "slug:ngo01-1", "episode": 1, "slug": "ngo01-1"},
        **{"agency": "ngo01", "household_ref": "family:ngo01/7", "birth_date": dt.date(2008, 6, 11)},
        **{"sex": "female", "dob_quality": "exact", "orphan_status": "mother_alive_only"},
        **{"programme": "reintegration", "referral_source": "hospital", "referred_on": dt.date(2020, 3, 1)},
        **{"accepted_on": dt.date(2020, 3, 5), "province_code": "08", "status": "active"},
        "separation_reason": "orphan_father",
    }


def test_t09_three_ways_to_write_a_date_in_one_column_are_read(file):
    people = [client(n, birth=text) for n, text in enumerate(("11 June 2008", "2008-06-11", "11-Jun-2008"), start=1)]
    found = donor_workbook.read(file(people))
    assert found.tables["case_records"]["birth_date"].to_list() == [dt.date(2008, 6, 11)] * 3


def test_t16_an_impossible_birth_date_is_unknown(file):
    found = donor_workbook.read(file([client(1, birth="01 January 22012")]))
    assert found.tables["case_records"]["dob_quality"].to_list() == ["implausible"]
    assert lines(found, "T16") == [("Clients", 2, "case_records", "birth_date", "unknown")]


def test_streams_of_care_are_placements_in_the_order_of_their_start_and_all_others_support(file):
    streams = [
        stream(1, "Kinship care", "05 April 2020", "06 April 2021"),
        stream(1, "Family reunification"),
        stream(1, "Material support for education (uniforms, etc)"),
    ]
    tables = donor_workbook.read(file([client(1)], streams)).tables
    assert tables["placements"].select("row", "placement_ref", "care_type", "entry_event", "end_on").rows() == [
        (2, "slug:ngo01-1/spell/2", "kinship", "placement", dt.date(2021, 4, 6)),
        (3, "slug:ngo01-1/spell/1", "unknown", "reunification", None),
    ]
    assert tables["support"].select("row", "support_ref", "service_group", "service_code").rows() == [
        (4, "slug:ngo01-1/service/1", "training_education", "training_education_material_support")
    ]


def test_t23_and_t24_services_without_one_code_are_unknown(file):
    found = donor_workbook.read(file([client(1)], [stream(1, "Therapeutic training"), stream(1, "Not Specified")]))
    assert set(found.tables["support"].select("service_group", "service_code").rows()) == {("unknown", "unknown")}
    tab = "Clients' Program Stream"
    assert lines(found, "T23") == [(tab, 2, "support", "service_code", "unknown")]
    assert lines(found, "T24") == [(tab, 3, "support", "service_code", "unknown")]


def test_streams_of_nobody_are_set_aside_and_all_rows_accounted_for(file):
    streams = [
        stream(9, "Kinship care"),
        stream(None, "School support"),
        stream(1, "Kinship care", end="01 March 2020"),
    ]
    found = donor_workbook.read(file([client(1), client(1)], streams))
    tab = "Clients' Program Stream"
    assert lines(found, "orphan_row") == [(tab, 2, "placements", "", "rejected")]
    assert lines(found, "no_id") == [(tab, 3, "support", "", "rejected")]
    assert lines(found, "date_order") == [(tab, 4, "placements", "end_on", "kept")]
    assert lines(found, "duplicate_row") == [("Clients", 3, "case_records", "", "rejected")]
    found.findings.check_nothing_lost()


def test_families_of_two_organisations_may_have_the_same_number(file):
    families = [
        *(
            ["7", "PRIVATE", "Good Hope (ngo01)", "PRIVATE", "Level 1", "Kandal"],
            ["7", "PRIVATE", "B (ngo02)", "x", "No"],
        ),
        *(["7", "PRIVATE", "Good Hope (ngo01)", "PRIVATE", "Level 1"], ["8", "PRIVATE", "Nameless", "x", "No"]),
    ]
    found = donor_workbook.read(file([client(1)], families=families))
    told = found.tables["households"].select("household_ref", "id_poor", "province_code")
    assert told.rows() == [("family:ngo01/7", "level_1", "08"), ("family:ngo02/7", "no", None)]
    assert lines(found, "duplicate_row") == [("Families", 4, "households", "", "rejected")]
    assert lines(found, "no_id") == [("Families", 5, "households", "", "rejected")]
    assert not any("PRIVATE" in frame.write_csv() for frame in found.tables.values())


def test_without_the_column_of_ids_or_a_sheet_of_clients_the_import_stops(file):
    nameless = ["Clients code" if label == "Client ID" else label for label in CLIENTS]
    with pytest.raises(ExportError, match=r"workbook.xlsx, sheet 'Clients': no column 'Client ID'"):
        donor_workbook.read(file([client(1)], header=nameless))
    with pytest.raises(ExportError, match="no sheet of clients"):
        donor_workbook.read(file([], header=["a", "b"]))


def test_clients_without_any_domain_have_no_assessment(file):
    header = [label if label not in CODES else f"{label} (old)" for label in CLIENTS]
    found = donor_workbook.read(file([client(1, first=cells(3))], header=header))
    assert found.tables["assessments"].height == 0
    assert found.tables["case_records"].height == 1
