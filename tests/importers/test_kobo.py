"""KoboToolbox: small exports of the household form, each with one thing that goes wrong, and the rows expected."""

import polars as pl
import pytest
import xlsxwriter

from analysis.importers import kobo
from analysis.importers.faults import ExportError

MAIN = {
    "identification/province": "02",
    "identification/stratum": "urban",
    "identification/cluster": "0201",
    "identification/weight": "12.5",
    "identification/respondent_name": "PRIVATE-given-00001",
    "consent": "yes",
    "household/id_poor": "level_1",
    "household/size": "5",
    "household/n_children": "3",
    "household/n_adults": "2",
    "household/monthly_income": "150",
    "household/income_currency": "usd",
    "household/dependable_income": "no",
    "household/risks": "migration",
    "household/risks/migration": "1",
    "household/risks/violence": "0",
    "household/risks/alcohol_drugs": "0",
    "household/risks/illness_disability": "0",
    "caregiver/relation": "grandparent",
    "caregiver/sex": "female",
    "caregiver/age": "61",
    "school/distance_km": "4.2",
    "school/cost_usd": "90",
    "_uuid": "u1",
    "_index": "1",
}
MEMBER = {
    "members/relation": "child",
    "members/name": "PRIVATE-given-00002",
    "members/sex": "male",
    "members/age_years": "9",
    "members/in_school": "yes",
    "members/living_place": "home",
    "members/placed_12m": "dont_know",
    "members/placed_before_12m": "yes",
    "_index": "1",
    "_parent_table_name": "main",
    "_parent_index": "1",
    "_submission__uuid": "u1",
}


def submission(number=1, **answers):
    changed = {f"household/{name}" if f"household/{name}" in MAIN else name: value for name, value in answers.items()}
    return {**MAIN, "_uuid": f"u{number}", "_index": str(number), **changed}


def member(parent=1, **answers):
    changed = {f"members/{name}" if f"members/{name}" in MEMBER else name: value for name, value in answers.items()}
    return {**MEMBER, "_parent_index": str(parent), "_submission__uuid": f"u{parent}", **changed}


def written_csv(folder, name, *rows):
    file = folder / name
    cells = [list(rows[0]), *([row[label] for label in rows[0]] for row in rows)]
    file.write_text("\n".join(";".join(f'"{cell}"' for cell in line) for line in cells), encoding="utf-8")
    return file


def written_xlsx(folder, **sheets):
    file = folder / "form.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
                sheet.write_row(number, 0, cells)
    return file


def read(file):
    found = kobo.read(file)
    found.findings.check_nothing_lost()
    return found


def lines(found, check):
    kept = found.findings.frame.filter(pl.col("check") == check)
    return kept.select("sheet", "row", "table", "column", "action").rows()


def only(found, table="households"):
    (row,) = found.tables[table].rows(named=True)
    return row


def test_a_submission_is_a_household(tmp_path):
    home = only(read(written_csv(tmp_path, "survey.csv", submission())))
    expected = {
        "sheet": "",
        "row": 2,
        "household_ref": "kobo:u1",
        "province_code": "02",
        "id_poor": "level_1",
        "household_size": 5,
        "monthly_income": 150.0,
        "income_currency": "USD",
        "dependable_income": False,
        "caregiver_relation": "grandparent",
        "caregiver_age_band": "60+",
        "migration": True,
        "violence_in_home": False,
        "survey_stratum": "urban",
        "survey_weight": 12.5,
        "vulnerability_class": None,
        "use_allowed": "yes",
    }
    assert {name: home[name] for name in expected} == expected


@pytest.mark.parametrize(("consent", "allowed"), [("yes", "yes"), ("no", "no"), ("", "unknown")])
def test_permission_is_asked_of_each_household(tmp_path, consent, allowed):
    assert only(read(written_csv(tmp_path, "survey.csv", submission(consent=consent))))["use_allowed"] == allowed


def test_t12_income_without_currency_keeps_its_amount(tmp_path):
    home = read(written_csv(tmp_path, "survey.csv", submission(income_currency="")))
    assert (only(home)["monthly_income"], only(home)["income_currency"]) == (150.0, "unknown")
    assert lines(home, "T12") == [("", None, "households", "income_currency", "unknown")]


def test_t21_a_province_that_became_a_number_gets_its_zero_back(tmp_path):
    found = read(written_xlsx(tmp_path, main=[submission(**{"identification/province": 2})]))
    assert only(found)["province_code"] == "02"
    assert lines(found, "T21") == [("main", None, "households", "province_code", "undone")]


def test_a_province_may_be_a_name(tmp_path):
    found = read(written_csv(tmp_path, "survey.csv", submission(**{"identification/province": "Siem Reap"})))
    assert only(found)["province_code"] == "17"


@pytest.mark.parametrize(
    ("own", "summary", "has_migrated"), [("1", "", True), ("0", "migration", False), ("", "", None)]
)
def test_of_several_answers_the_own_column_of_each_counts(tmp_path, own, summary, has_migrated):
    answers = submission(**{"household/risks/migration": own, "household/risks": summary})
    found = read(written_csv(tmp_path, "survey.csv", answers, submission(2)))
    assert found.tables["households"]["migration"].to_list() == [has_migrated, True]


def test_an_export_without_own_columns_is_read_from_the_summary(tmp_path):
    rows = [
        {label: cell for label, cell in row.items() if "/risks/" not in label}
        for row in (submission(risks="violence migration"), submission(2, risks=""))
    ]
    homes = read(written_csv(tmp_path, "survey.csv", *rows)).tables["households"]
    assert homes.select("migration", "violence_in_home", "substance_use").rows() == [(True, True, False), (None,) * 3]


def test_khmer_digits_and_unlisted_codes(tmp_path):
    found = read(written_csv(tmp_path, "survey.csv", submission(size="៥", id_poor="poor_2")))
    assert (only(found)["household_size"], only(found)["id_poor"]) == (5, "unknown")
    assert lines(found, "unknown_code") == [("", 2, "households", "id_poor", "unknown")]


def test_a_submission_counts_once_and_so_do_its_members(tmp_path):
    twice = submission(2, _uuid="u1")
    file = written_xlsx(tmp_path, main=[submission(), twice], members=[member(), member(2, _submission__uuid="u1")])
    found = read(file)
    assert found.tables["households"].height == found.tables["household_members"].height == 1
    assert lines(found, "duplicate_row") == [
        ("main", 3, "households", "household_ref", "rejected"),
        ("members", 3, "household_members", "member_ref", "rejected"),
    ]


def test_members_are_linked_on_the_index_of_their_parent_and_never_on_position(tmp_path):
    people = [member(2), member(1, relation="mother", is_alive="yes"), member(2, age_years="၃")]
    found = read(written_xlsx(tmp_path, main=[submission(), submission(2)], members=people))
    rows = found.tables["household_members"].select("household_ref", "member_ref", "relation", "age_years").rows()
    assert rows == [
        ("kobo:u2", "kobo:u2/1", "child", 9),
        ("kobo:u1", "kobo:u1/1", "mother", 9),
        ("kobo:u2", "kobo:u2/2", "child", None),
    ]


def test_dont_know_is_unknown_and_no_fault(tmp_path):
    found = read(written_xlsx(tmp_path, main=[submission()], members=[member(living_place="dont_know")]))
    person = only(found, "household_members")
    assert (person["living_place"], person["placed_12m"], person["in_school"]) == ("unknown", None, True)
    assert lines(found, "unknown_code") == []


def test_care_before_the_last_12_months_is_unknown_where_it_was_not_asked_or_not_answered(tmp_path):
    asked = [member(), member(placed_before_12m="no"), member(placed_before_12m="")]
    not_asked = [{question: said for question, said in member().items() if question != "members/placed_before_12m"}]
    told = []
    for number, people in enumerate((asked, not_asked)):
        (tmp_path / str(number)).mkdir()
        found = read(written_xlsx(tmp_path / str(number), main=[submission()], members=people))
        told += found.tables["household_members"]["placed_before_12m"].to_list()
    assert told == [True, False, None, None]


def test_members_of_no_submission_are_orphans(tmp_path):
    found = read(written_xlsx(tmp_path, main=[submission()], members=[member(), member(9)]))
    assert lines(found, "orphan_row") == [("members", 3, "household_members", "household_ref", "rejected")]


def test_a_csv_of_members_finds_its_parent_table_in_the_folder(tmp_path):
    written_csv(tmp_path, "other.csv", submission(7))
    written_csv(tmp_path, "survey.csv", submission(), submission(2, _uuid="u1"))
    people = [member(n, _parent_table_name="survey", _submission__uuid="") for n in (1, 2, 9)]
    found = read(written_csv(tmp_path, "survey-members.csv", *people))
    assert found.tables["household_members"]["household_ref"].to_list() == ["kobo:u1"]
    assert lines(found, "duplicate_row") == [("", 3, "household_members", "member_ref", "rejected")]
    assert lines(found, "orphan_row") == [("", 4, "household_members", "household_ref", "rejected")]


def test_members_without_a_parent_table_keep_the_submission_they_name(tmp_path):
    found = read(written_csv(tmp_path, "members.csv", member(), member(2, _submission__uuid="")))
    assert found.tables["household_members"]["household_ref"].to_list() == ["kobo:u1"]
    assert lines(found, "no_id") == [("", 3, "household_members", "household_ref", "rejected")]


def test_personal_answers_never_come_in(tmp_path):
    found = read(written_xlsx(tmp_path, main=[submission()], members=[member()]))
    assert not any("PRIVATE" in str(table.rows()) for table in found.tables.values())


def test_other_files_are_not_of_this_system(tmp_path):
    file = written_csv(tmp_path, "other.csv", {"Name": "PRIVATE", "_uuid": "u1"})
    assert kobo.likeness(file) == 0
    with pytest.raises(ExportError, match="no sheet has the questions of the household form") as raised:
        kobo.read(file)
    assert "PRIVATE" not in str(raised.value)
    assert kobo.likeness(written_csv(tmp_path, "survey.csv", submission())) == 1


def test_a_stratum_that_is_no_code_is_unknown(tmp_path):
    words = submission(**{"identification/stratum": "beside the house of PRIVATE"})
    found = read(written_csv(tmp_path, "survey.csv", words))
    assert only(found)["survey_stratum"] is None
    assert lines(found, "unknown_code") == [("", 2, "households", "survey_stratum", "unknown")]


def test_every_line_of_a_sheet_that_is_no_part_of_the_form_is_counted(tmp_path):
    found = read(written_xlsx(tmp_path, main=[submission()], Notes=[{"Call back": "in May"}]))
    assert ("Notes", "", 2, 2, 0) in found.findings.accounts.rows()
    assert lines(found, "sheet_not_used") == [("Notes", None, "", "", "kept")]
