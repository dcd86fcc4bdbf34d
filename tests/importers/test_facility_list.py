"""Facility lists: small sheets as people keep them, and the facilities expected."""

from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter

from analysis.importers import facility_list
from analysis.importers.faults import ExportError

TITLE = ["Mapping of residential care facilities 2015"]
HEADER = [
    "No.",
    "Province",
    "Commune code",
    "Name of facility",
    "Type of facility",
    "Date of visit",
    "Girls",
    "Boys",
    "Children",
    "Director",
]
KHMER_HEADER = ["ល.រ", "រាជធានី-ខេត្ត", "លេខកូដស្រុក", "ឈ្មោះមណ្ឌល", "ប្រភេទមណ្ឌល", "ថ្ងៃធ្វើអធិការកិច្ច", "កុមារី", "កុមារា", "កុមារសរុប"]


def home(
    number=1, province="Siem Reap", day="2015-06-11", girls=4, boys=6, children=10, kind="Group home", code="170904"
):
    return [number, province, code, f"Sunrise Home {number}", kind, day, girls, boys, children, "PRIVATE-name-00001"]


def total(label, girls, boys, children):
    return [None, label, None, None, None, None, girls, boys, children, None]


def written(folder, *rows, merged=(), name="list.xlsx", sheet="Sheet1"):
    file = folder / name
    with xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                page.write(number, position, cell)
        for place in merged:
            page.merge_range(*place, rows[place[0]][place[1]])
    return file


def listed(folder, *rows, **choice):
    found = facility_list.read(written(folder, TITLE, [None], *rows, **choice))
    found.findings.check_nothing_lost()
    return found


def facilities(found):
    return found.tables["facility_list_rows"]


def lines(found, check):
    kept = found.findings.frame.filter(pl.col("check") == check)
    return kept.select("row", "column", "action").rows()


def test_a_list_is_read_below_its_titles(tmp_path):
    (row,) = facilities(listed(tmp_path, HEADER, home())).rows(named=True)
    expected = {
        "sheet": "Sheet1",
        "row": 4,
        "list_id": "mapping_2015",
        "name_latin": "Sunrise Home 1",
        "province_code": "17",
        "district_code": "1709",
        "commune_code": "170904",
        "facility_type": "group_home",
        "observed_on": date(2015, 6, 11),
        "residents_u18_f": 4,
        "residents_u18": 10,
        "operator_type": None,
    }
    assert {name: row[name] for name in expected} == expected


def test_a_merged_province_counts_for_all_rows_of_its_block(tmp_path):
    rows = [HEADER, home(1), home(2, province=None), home(3, "Kep", code="230101"), home(4, None, code="230102")]
    found = listed(tmp_path, *rows, merged=[(3, 1, 4, 1), (5, 1, 6, 1)])
    assert facilities(found)["province_code"].to_list() == ["17", "17", "23", "23"]


def test_a_header_of_two_rows_is_joined_group_and_label(tmp_path):
    upper = [
        "No.",
        "Province",
        "Name of facility",
        "Children under 18",
        None,
        None,
        "Residents 18 and over",
        "Staff",
        None,
    ]
    lower = [None, None, None, "Girls", "Boys", "Total", None, "All", "Qualified"]
    facility = [1, "Kep", "Sunrise Home", 4, 6, 10, 2, 5, 3]
    found = listed(tmp_path, upper, lower, facility, merged=[(2, 3, 2, 5), (2, 7, 2, 8), (2, 0, 3, 0), (2, 1, 3, 1)])
    columns = (
        "residents_u18_f",
        "residents_u18_m",
        "residents_u18",
        "residents_18plus",
        "staff_total",
        "staff_qualified",
    )
    assert facilities(found).select(columns).rows() == [(4, 6, 10, 2, 5, 3)]


def test_repeated_headers_are_set_aside_each_of_their_rows(tmp_path):
    upper = ["No.", "Province", "Name of facility", "Children under 18", None, None]
    lower = [None, None, None, "Girls", "Boys", "Total"]
    rows = [upper, lower, [1, "Kep", "Sunrise Home", 1, 2, 3], upper, lower, [2, "Pailin", "Sunset Home", 2, 2, 4]]
    found = listed(tmp_path, *rows)
    assert facilities(found)["province_code"].to_list() == ["23", "24"]
    assert lines(found, "header_repeated") == [(6, "name_latin", "rejected"), (7, "name_latin", "rejected")]


def test_totals_are_set_aside_and_those_that_do_not_add_up_are_reported(tmp_path):
    rows = [
        HEADER,
        home(1),
        home(2, None),
        total("Sub-total Siem Reap", 8, 12, 20),
        home(3, "Kep", code="230101"),
        total("Sub-total Kep", 4, 6, 11),
        total("Total", 12, 18, 30),
    ]
    found = listed(tmp_path, *rows)
    assert facilities(found)["name_latin"].to_list() == ["Sunrise Home 1", "Sunrise Home 2", "Sunrise Home 3"]
    assert lines(found, "subtotal_row") == [(row, "name_latin", "rejected") for row in (6, 8, 9)]
    assert lines(found, "total_mismatch") == [(8, "residents_u18", "kept")]


def test_girls_and_boys_that_are_not_the_children_are_reported(tmp_path):
    found = listed(tmp_path, HEADER, home(1), home(2, children=11), home(3, girls=None))
    assert lines(found, "total_mismatch") == [(5, "residents_u18", "kept")]
    assert facilities(found)["residents_u18"].to_list() == [10, 11, 10]


def test_khmer_labels_words_dates_and_numerals_are_read(tmp_path):
    facility = [1, "សៀមរាប", "១៧០៩", "ផ្ទះកុមារ", "ផ្ទះជាក្រុម", "១១ មិថុនា ២០១៤", "៤", "៦", "១០"]
    file = written(tmp_path, ["បញ្ជីមណ្ឌលថែទាំកុមារដែលបានធ្វើអធិការកិច្ច ឆ្នាំ ២០១៤"], [None], KHMER_HEADER, facility)
    (row,) = facilities(facility_list.read(file)).rows(named=True)
    assert (row["list_id"], row["province_code"], row["district_code"]) == ("inspection_2014", "17", "1709")
    assert (row["name_km"], row["facility_type"]) == ("ផ្ទះកុមារ", "group_home")
    assert (row["last_inspection_on"], row["residents_u18_f"], row["residents_u18"]) == (date(2014, 6, 11), 4, 10)


@pytest.mark.parametrize(
    ("days", "read", "unknown"),
    [
        (["11/06/2015", "25/06/2015"], [date(2015, 6, 11), date(2015, 6, 25)], []),
        (["11/06/2015", "06/25/2015"], [date(2015, 11, 6), date(2015, 6, 25)], []),
        (["11/06/2015", "12 July 2015"], [None, date(2015, 7, 12)], [4]),
        (["11/06/2015", "25/06/2015", "06/25/2015"], [None, date(2015, 6, 25), date(2015, 6, 25)], [4]),
        (["06/06/2015", datetime(2015, 6, 11)], [date(2015, 6, 6), date(2015, 6, 11)], []),
    ],
)
def test_t09_a_date_whose_day_and_month_nothing_settles_is_unknown(tmp_path, days, read, unknown):
    found = listed(tmp_path, HEADER, *(home(number, day=day) for number, day in enumerate(days)))
    assert facilities(found)["observed_on"].to_list() == read
    assert lines(found, "T09") == [(row, "observed_on", "unknown") for row in unknown]


def test_t21_codes_that_became_numbers_get_their_zero_back(tmp_path):
    found = listed(tmp_path, HEADER, home(1, "Battambang", code=20401))
    assert facilities(found).select("district_code", "commune_code").rows() == [("0204", "020401")]
    assert lines(found, "T21") == [(None, "commune_code", "undone")]


def test_places_below_the_province_may_be_names(tmp_path):
    header = ["Province", "District", "Commune", "Name of facility", "Children"]
    rows = [
        ["Banteay Mean Chey", "Mangkul Bourei", "Bat Trang", "Sunrise Home", 3],
        ["Kep", "Nowhere", "", "Sunset Home", 4],
    ]
    found = listed(tmp_path, header, *rows)
    codes = facilities(found).select("province_code", "district_code", "commune_code").rows()
    assert codes == [("01", "0102", "010202"), ("23", None, None)]


def test_an_unknown_province_or_type_is_reported_not_guessed(tmp_path):
    found = listed(tmp_path, HEADER, home(1, "Atlantis"), home(2, "Kep", kind="Day school"), home(3, "Kep", kind=None))
    assert facilities(found)["province_code"].to_list() == [None, "23", "23"]
    assert facilities(found)["facility_type"].to_list() == ["group_home", "unknown", "unknown"]
    assert sorted(lines(found, "unknown_code")) == [(4, "province_code", "unknown"), (5, "facility_type", "unknown")]


def test_a_line_without_a_name_is_set_aside(tmp_path):
    note = ["Source: visits of June", *[None] * 9]
    found = listed(tmp_path, HEADER, home(1), note)
    assert facilities(found).height == 1
    assert lines(found, "no_id") == [(5, "name_latin", "rejected")]


@pytest.mark.parametrize(
    ("title", "extra", "list_id"),
    [
        ("Facilities named by key informants 2015", "Staff", "key_informants_2015"),
        ("Report of 2016", "Informant", "key_informants_2016"),
        ("Report of 2016", "Weight of commune", "estimation_2016"),
        ("Report of 2016", "Last inspection", "inspection_2016"),
        ("Report", "Staff", "list_2015"),
    ],
)
def test_a_list_is_named_by_its_title_or_its_columns(tmp_path, title, extra, list_id):
    file = written(tmp_path, [title], [None], [*HEADER, extra], [*home(), None])
    assert facilities(facility_list.read(file))["list_id"].to_list() == [list_id]


def test_personal_columns_never_come_in(tmp_path):
    assert "PRIVATE" not in str(facilities(listed(tmp_path, HEADER, home())).rows())


def test_other_files_are_no_lists(tmp_path):
    file = written(tmp_path, ["Item", "Price"], ["PRIVATE", 3])
    assert facility_list.likeness(file) == 0
    with pytest.raises(ExportError, match="no sheet has the header of a facility list") as raised:
        facility_list.read(file)
    assert "PRIVATE" not in str(raised.value)
    assert facility_list.likeness(written(tmp_path, TITLE, HEADER, home(), name="other.xlsx")) == 1


def test_a_stratum_that_is_no_code_is_unknown(tmp_path):
    rows = [[*HEADER, "Stratum"], [*home(1), "urban"], [*home(2), "beside the house of PRIVATE"]]
    found = listed(tmp_path, *rows)
    assert facilities(found)["sample_stratum"].to_list() == ["urban", None]
    assert lines(found, "unknown_code") == [(5, "sample_stratum", "unknown")]


def test_a_header_repeated_below_is_not_taken_for_the_first(tmp_path):
    misspelt = ["Nr", "Provinse", *HEADER[2:]]
    found = facility_list.read(written(tmp_path, TITLE, misspelt, home(1), home(2), HEADER, home(3)))
    assert found.tables["facility_list_rows"]["row"].to_list() == [3, 4, 6]
    assert found.findings.accounts.select("rows_in", "rows_out", "rows_rejected").rows() == [(4, 3, 1)]


def test_every_line_of_a_sheet_that_is_no_list_is_counted(tmp_path):
    file = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for sheet, rows in {"List": [HEADER, home(1), home(2)], "Notes": [["Call back"], ["in May"]]}.items():
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    found = facility_list.read(file)
    found.findings.check_nothing_lost()
    assert sorted(found.findings.accounts.rows()) == [
        ("List", "facility_list_rows", 2, 2, 0),
        ("Notes", "", 2, 2, 0),
    ]
