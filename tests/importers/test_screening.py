"""Screening sheets: small ones as teams keep them, and the answers expected; unknown is never no."""

import polars as pl
import pytest
import xlsxwriter

from analysis import sources
from analysis.importers import detect, facility_list, inspect, keyed
from analysis.importers.facility_list import screening

TITLE = ["Screening of residential care facilities 2016"]
PLACE = ["No.", "Province", "Facility name", "Facility type", "Date of assessment", "Role of assessor"]
ITEMS = ["A1", "A2", "P2", "C1"]


def home(number, *cells, role="Inspector"):
    return [number, "Siem Reap", f"Sunrise Home {number}", "Group home", "2016-03-11", role, *cells]


def one_row_header(*labels):
    return [PLACE + list(labels)]


def two_row_header(items=ITEMS, parts=("Answer", "Evidence")):
    upper = [*PLACE, *(cell for item in items for cell in (f"{item}. What is asked of {item}", None))]
    return [upper, [None] * len(PLACE) + list(parts) * len(items)]


def written(folder, *rows, sheets=("Screening",)):
    file = folder / "screening.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return file


def screened(folder, *rows):
    found = facility_list.read(written(folder, TITLE, [None], *rows))
    found.findings.check_nothing_lost()
    return found


def answers(found) -> dict[tuple[int, str], tuple[str, str]]:
    rows = found.tables["screening_answers"].select("row", "item_id", "response", "evidence_grade").rows()
    return {(row, item): (response, grade) for row, item, response, grade in rows}


def lines(found, check):
    return found.findings.frame.filter(pl.col("check") == check).select("row", "table", "column", "action").rows()


def test_an_item_has_an_answer_and_its_evidence(tmp_path):
    found = screened(
        tmp_path, *two_row_header(), home(1, "Yes", "Document", "No", "Observed", "Unknown", None, None, None)
    )
    assert answers(found) == {
        (5, "A1"): ("yes", "document"),
        (5, "A2"): ("no", "observed"),
        (5, "P2"): ("unknown", "unknown"),
        (5, "C1"): ("not_assessed", "unknown"),
    }
    assert found.tables["facility_list_rows"].select("list_id", "row", "name_latin", "facility_type").rows() == [
        ("screening_2016", 5, "Sunrise Home 1", "group_home")
    ]
    assert found.tables["screening_answers"].filter(item_id="A1").select("level", "assessor_role").rows() == [
        ("child_or_facility", "inspector")
    ]


@pytest.mark.parametrize(
    "labels",
    [
        ("A1", "A1 Evidence", "A2", "A2 Evidence", "P2", "P2 Evidence"),
        ("a1 - answer", "a1 - grade of evidence", "A2: Response", "A2: Evidence grade", "P2 (Answer)", "P2 (Evidence)"),
        ("A1 ចម្លើយ", "A1 ភស្តុតាង", "A2 ចម្លើយ", "A2 ភស្តុតាង", "P2 ចម្លើយ", "P2 ភស្តុតាង"),
        (
            "A1 Child taken away",
            "A1 Child taken away Evidence",
            "A2 Answer",
            "A2 Evidence",
            "P2. Visits",
            "P2. Evidence",
        ),
    ],
)
def test_labels_begin_with_the_id_and_end_with_the_part(tmp_path, labels):
    cells = ["Yes", "Document", "No", "Observed", "DK", "One report"]
    found = screened(tmp_path, *one_row_header(*labels), home(1, *cells))
    expected = {"A1": ("yes", "document"), "A2": ("no", "observed"), "P2": ("unknown", "reported_single")}
    assert {item: answer for (_, item), answer in answers(found).items()} == expected


@pytest.mark.parametrize(
    ("typed", "response"),
    [
        *(("yes", "yes"), ("Y", "yes"), ("មាន", "yes"), ("បាទ/ចាស", "yes")),
        *(("NO", "no"), ("n", "no"), ("គ្មាន", "no"), ("ទេ", "no")),
        *(("?", "unknown"), ("Don't know", "unknown"), ("មិនដឹង", "unknown"), ("perhaps", "unknown")),
        *((None, "not_assessed"), ("n/a", "not_assessed"), ("Not assessed", "not_assessed")),
    ],
)
def test_answers_in_words(tmp_path, typed, response):
    found = screened(tmp_path, *one_row_header("A4", "P1", "P2"), home(1, typed, "Yes", "Yes"))
    assert answers(found)[4, "A4"] == (response, "unknown")


def test_a_number_of_children_is_yes_or_no_where_children_are_asked_about_and_nowhere_else(tmp_path):
    found = screened(tmp_path, *one_row_header("A3", "A8", "P2"), home(1, 4, 0, 4), home(2, "៣", "0", 1))
    responses = {place: response for place, (response, _) in answers(found).items()}
    assert responses == {
        (4, "A3"): "yes",
        (4, "A8"): "no",
        (4, "P2"): "unknown",
        (5, "A3"): "yes",
        (5, "A8"): "no",
        (5, "P2"): "yes",
    }
    assert lines(found, "unknown_code") == [(4, "screening_answers", "response", "unknown")]


def test_what_no_list_knows_becomes_unknown_and_is_reported_once_a_row(tmp_path):
    header = one_row_header("A1", "A1 Evidence", "P1", "P2")
    found = screened(tmp_path, *header, home(1, "maybe", "gossip", "perhaps", "No", role="Driver"))
    assert answers(found) == {
        (4, "A1"): ("unknown", "unknown"),
        (4, "P1"): ("unknown", "unknown"),
        (4, "P2"): ("no", "unknown"),
    }
    assert set(found.tables["screening_answers"]["assessor_role"]) == {"unknown"}
    assert sorted(lines(found, "unknown_code")) == [
        (4, "screening_answers", column, "unknown") for column in ("assessor_role", "evidence_grade", "response")
    ]
    codes = {(field, value): n for field, value, n in found.findings.unknown_codes.rows()}
    assert codes["assessor_role", "Driver"] == 1
    assert codes["response", "maybe"] == 1


def test_evidence_without_an_answer_is_unknown_and_never_not_assessed(tmp_path):
    header = one_row_header("A1", "A1 Evidence", "P1", "P1 Evidence", "P2")
    found = screened(tmp_path, *header, home(1, None, "Document", None, "n/a", "No"))
    assert answers(found)[4, "A1"] == ("unknown", "document")
    assert answers(found)[4, "P1"] == ("not_assessed", "unknown")
    assert lines(found, "evidence_without_answer") == [(4, "screening_answers", "response", "unknown")]


def test_every_line_goes_to_the_facilities_or_is_rejected(tmp_path):
    rows = [home(1, "Yes", "No", "No"), ["Total", None, None], [None, "Kep"], home(2, "No", "No", "No")]
    found = screened(tmp_path, *one_row_header("A1", "P1", "P2"), *rows)
    assert found.findings.accounts.rows() == [("Screening", "facility_list_rows", 4, 2, 2)]
    assert sorted({row for row, _ in answers(found)}) == [4, 7]


def test_a_list_without_items_has_no_answers(tmp_path):
    found = screened(tmp_path, PLACE, home(1))
    assert set(found.tables) == {"facility_list_rows"}


def test_a_few_labels_that_look_like_ids_make_no_screening():
    assert screening.item_columns(["Name", "A1", "P2", "A10", "C1x", "Accommodation"]) == {}
    assert screening.item_columns(["A1", "P2", "C1 Registered?", "C1"]) == {
        "A1 answer": 0,
        "P2 answer": 1,
        "C1 answer": 2,
    }


def test_the_columns_follow_the_list_of_items(monkeypatch):
    ids = {"1.1": "facility", "1.10": "child", "2.3": "facility"}
    for cached in (screening._levels, screening._ids, screening._pattern):
        cached.cache_clear()
    monkeypatch.setattr(screening, "_levels", lambda: ids)
    found = screening.item_columns(["1.1 Recruited", "1.10 Moved Evidence", "2.3", "1.12 Something else"])
    for cached in (screening._ids, screening._pattern):
        cached.cache_clear()
    assert found == {"1.1 answer": 0, "1.10 evidence": 1, "2.3 answer": 2}


def test_the_file_is_told_by_its_content_and_described(tmp_path):
    file = written(tmp_path, TITLE, *two_row_header(), home(1, *["Yes", "Document"] * 4))
    assert detect.detect(file) == (facility_list, 1.0)
    said = inspect.describe([file])
    assert "screening answers: 4 rows" in said
    assert "0 not known" in said


def test_an_answer_has_the_key_of_its_facility(tmp_path):
    found = screened(tmp_path, *one_row_header("A1", "P1", "P2"), home(1, "Yes", "No", "No"), home(2, "No", "No", "No"))
    keys = keyed.keyed(found.tables, b"k" * 32, {"Screening": 0}, "digest")
    facilities, told = keys["facility_list_rows"], keys["screening_answers"]
    assert facilities["row_id"].n_unique() == 2
    assert told["row_id"].to_list().count(facilities["row_id"][0]) == 3
    assert set(told["row_id"]) == set(facilities["row_id"])


def test_a_name_in_the_sheet_of_the_assessor_is_never_read(tmp_path):
    header = one_row_header("A1", "P1", "P2", "Name of assessor", "Remarks")
    found = screened(tmp_path, *header, home(1, "Yes", "No", "No", "PRIVATE-name-1", "PRIVATE-note"))
    assert "PRIVATE" not in str({name: frame.to_dicts() for name, frame in found.tables.items()})
    assert facility_list.columns(found.file)[0][1].personal == ["Name of assessor", "Remarks"]


def test_every_item_of_the_list_can_head_a_column():
    items = sources.read("screening_items_assembled")["item_id"]
    found = screening.item_columns([f"{item} {part}" for item in items for part in ("Answer", "Evidence")])
    assert list(found) == [f"{item} {part}" for item in items for part in ("answer", "evidence")]
