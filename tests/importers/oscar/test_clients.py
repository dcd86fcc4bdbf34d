"""The sheet of clients: one line a client, one case record an episode."""

import datetime as dt

import polars as pl
import pytest

from analysis.importers import oscar
from analysis.importers.faults import ExportError


def read(export, clients, *people, **options):
    return oscar.read(export({"Worksheet1": clients(*people)}, **options))


def column(found, name):
    return found.tables["case_records"][name].to_list()


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_an_ordinary_client_becomes_one_case_record(export, clients, suffix):
    found = read(export, clients, {}, suffix=suffix)
    record = found.tables["case_records"].row(0, named=True)
    told = {name: value for name, value in record.items() if value is not None}
    assert told == {
        **{"sheet": "Worksheet1", "row": 2, "case_ref": "slug:ngo01-1", "episode": 1, "slug": "ngo01-1"},
        **{"agency": "ngo01", "birth_date": dt.date(2008, 6, 11), "sex": "female", "dob_quality": "exact"},
        **{"referred_on": dt.date(2020, 3, 1), "accepted_on": dt.date(2020, 3, 5), "province_code": "08"},
        "status": "active",
    }
    assert found.findings.frame.is_empty()


def test_the_order_of_columns_does_not_matter(export, clients):
    rows = clients({}, {"Gender": "Male", "Status": "Referred", "NGO Accept Date": None})
    turned = [row[::-1] for row in rows]
    first, second = (oscar.read(export({"W": sheet})).tables["case_records"] for sheet in (rows, turned))
    assert first.equals(second)


def test_a_label_that_an_organisation_renamed_is_known_by_the_table_and_another_is_listed(export, clients):
    rows = clients({"Shoe size": "38"})
    rows[0][rows[0].index("Status")] = "Client Status"
    file = export({"W": rows})
    assert column(oscar.read(file), "status") == ["active"]
    assert [(tab, matched.unknown) for tab, matched in oscar.columns(file)] == [("W", ["Shoe size"])]


def test_without_the_column_of_ids_the_import_stops_and_names_the_nearest_label(export, clients):
    rows = clients({})
    rows[0][0] = "Client IDs no"
    with pytest.raises(ExportError, match=r"export-0.xlsx, sheet 'W'.*no column 'ID'.*'Client IDs no'"):
        oscar.read(export({"W": rows}))


def test_a_sheet_whose_labels_are_in_an_unknown_language_stops_the_import(export, clients):
    header = ["Numéro", "Prénom", "Sexe", "Statut", "Né le"]
    notes = [["#", "Client ID", "Case Note Date", "Case Note Type"], [1, "ngo01-1", "2020-01-01", "Visit"]]
    file = export({"Clients": [header, ["ngo01-1", "PRIVATE", "F", "Actif", "2008-06-11"]], "Case Note": notes})
    assert oscar.likeness(file) < 0.5
    with pytest.raises(ExportError, match="English or Khmer") as error:
        oscar.read(file)
    assert "PRIVATE" not in str(error.value)


def test_rows_without_an_id_or_with_one_that_was_there_before_are_set_aside(export, clients, found):
    result = read(export, clients, {}, {"ID": None}, {"ID": "ngo01-1"}, {})
    assert column(result, "slug") == ["ngo01-1", "ngo01-4"]
    assert found(result.findings.frame, "no_id") == [("Worksheet1", 3, "case_records", "", "rejected")]
    assert found(result.findings.frame, "duplicate_row") == [("Worksheet1", 4, "case_records", "", "rejected")]
    result.findings.check_nothing_lost()


def test_t05_each_date_of_acceptance_begins_an_episode_that_the_next_exit_ends(export, clients, found):
    several = {
        **{"NGO Accept Date": "02 March 2021, 05 March 2020", "NGO Exit Date": "06 July 2020", "Status": "Active"},
        **{"Exit Circumstance": "Exited Client", "Reason For Exit": "Client died, Other", "Level of Risk": "High"},
    }
    result = read(export, clients, several)
    assert result.tables["case_records"].select(
        "episode", "referred_on", "accepted_on", "closed_on", "status", "risk_level"
    ).rows() == [
        (1, dt.date(2020, 3, 1), dt.date(2020, 3, 5), dt.date(2020, 7, 6), "closed", "unknown"),
        (2, dt.date(2021, 3, 2), dt.date(2021, 3, 2), None, "active", "high"),
    ]
    assert column(result, "closure_reason") == ["died|other", None]
    assert found(result.findings.frame, "T05") == [("Worksheet1", 2, "case_records", "", "kept")]


def test_t05_reasons_of_several_exits_belong_to_none_unless_they_are_the_same(export, clients):
    twice = {"NGO Accept Date": "05 March 2020 | 02 March 2021", "NGO Exit Date": "06 July 2020, 07 July 2021"}
    result = read(
        export,
        clients,
        {**twice, "Exit Circumstance": "Exited Client | Exited Client", "Reason For Exit": "Client died | Other"},
        {**twice, "Exit Circumstance": "Exited Client | Rejected Referral", "Reason For Exit": "Other | Other"},
    )
    assert column(result, "closure_circumstance") == ["exited", "exited", "unknown", "unknown"]
    assert column(result, "closure_reason") == ["unknown", "unknown", "other", "other"]


def test_an_exit_before_every_acceptance_ends_the_first_episode_and_is_reported(export, clients, found):
    result = read(export, clients, {"NGO Exit Date": "01 January 2019", "Status": "Exited"})
    assert column(result, "closed_on") == [dt.date(2019, 1, 1)]
    assert found(result.findings.frame, "date_order") == [("Worksheet1", 2, "case_records", "closed_on", "kept")]


def test_t07_an_empty_province_is_settled_by_a_district_of_one_province_only(export, clients, found):
    none = {"Current Province (English)": None}
    result = read(
        export,
        clients,
        {**none, "Address - District/Khan (English)": "Doun Penh"},
        {**none, "Address - District/Khan (English)": "Samraong"},
        {**none, "Address - District/Khan (English)": None},
    )
    assert column(result, "province_code") == ["12", None, None]
    assert found(result.findings.frame, "T07") == [
        ("Worksheet1", 2, "case_records", "province_code", "undone"),
        ("Worksheet1", 3, "case_records", "province_code", "unknown"),
        ("Worksheet1", 4, "case_records", "province_code", "unknown"),
    ]


def test_a_province_nobody_knows_is_unknown_and_reported(export, clients, found):
    result = read(export, clients, {"Current Province (English)": "Atlantis"})
    assert column(result, "province_code") == [None]
    assert found(result.findings.frame, "unknown_code") == [
        ("Worksheet1", 2, "case_records", "province_code", "unknown")
    ]


def test_t08_the_printed_age_is_not_used(export, clients, found):
    result = read(export, clients, {"Age": "12 years 3 months"})
    assert column(result, "age_recorded") == [None]
    assert found(result.findings.frame, "T08") == [("Worksheet1", None, "case_records", "age_recorded", "undone")]


def test_t09_dates_in_words_in_iso_and_of_excel_stand_in_one_column(export, clients):
    result = read(
        export,
        clients,
        *(
            {"Date of Birth": text}
            for text in ("11 June 2008", "2008-06-11", "11-Jun-2008", 39610, "11/06/2008", "13/6/2008")
        ),
    )
    assert column(result, "birth_date") == [*[dt.date(2008, 6, 11)] * 5, dt.date(2008, 6, 13)]


def test_t10_khmer_labels_values_and_dates_are_read(export, found):
    header = ["លេខសំគាល់", "ភេទ", "ស្ថានភាព", "ថ្ងៃ ខែ ឆ្នាំ កំណើត", "ខេត្តបច្ចុប្បន្ន", "កាលបរិចេ្ឆទនៃការបញ្ជូនដំបូង"]
    person = ["ngo02-1", "ស្រី", "សកម្ម", "១១ មិថុនា ២០០៨", "ភ្នំពេញ", "១ មីនា ២០២០"]
    result = oscar.read(export({"W": [header, person]}))
    assert result.tables["case_records"].select("sex", "status", "birth_date", "province_code", "referred_on").row(
        0
    ) == ("female", "active", dt.date(2008, 6, 11), "12", dt.date(2020, 3, 1))
    assert found(result.findings.frame, "T10") == [("W", None, "case_records", "", "undone")]


def test_t11_no_to_a_question_whose_default_is_no_is_unknown_and_other_answers_have_three_states(
    export, clients, found
):
    asked = "Has the client lived in an orphanage"
    result = read(
        export,
        clients,
        *({"Has Disability?": answer, asked: answer} for answer in ("Yes", "No", None)),
    )
    assert column(result, "disability") == [True, None, None]
    assert column(result, "ever_in_rcf") == [True, False, None]
    assert found(result.findings.frame, "T11") == [("Worksheet1", None, "case_records", "disability", "unknown")]


def test_t13_of_several_levels_of_risk_the_highest_counts(export, clients, found):
    result = read(
        export,
        clients,
        *({"Level of Risk": text} for text in ("High (PC), Medium", "Low, Medium", "Low (PC)", "No action", None)),
    )
    assert column(result, "risk_level") == ["high", "medium", "low", "no_action", "unknown"]
    assert [row for _, row, *_ in found(result.findings.frame, "T13")] == [2, 3]


def test_t14_a_rejected_referral_is_kept_and_reported(export, clients, found):
    result = read(
        export,
        clients,
        {"Exit Circumstance": "Rejected Referral", "NGO Exit Date": "06 March 2020", "Status": "Exited"},
        {"Exit Circumstance": "Exited Client", "NGO Exit Date": "06 March 2020", "Status": "Exited"},
    )
    assert column(result, "closure_circumstance") == ["rejected", "exited"]
    assert found(result.findings.frame, "T14") == [("Worksheet1", 2, "case_records", "closure_circumstance", "kept")]


@pytest.mark.parametrize("text", ["22012-01-01", "25 June 1800", "31 June 2008", "02 March 2020", "01 May 2031"])
def test_t16_a_birth_date_that_cannot_be_is_unknown(export, clients, found, text):
    result = read(
        export, clients, {"Date of Birth": text}, {"Date of Birth": None}, {"Date of Birth": "1 January 2008"}
    )
    assert column(result, "birth_date") == [None, None, dt.date(2008, 1, 1)]
    assert column(result, "dob_quality") == ["implausible", "missing", "year_only"]
    assert found(result.findings.frame, "T16") == [("Worksheet1", 2, "case_records", "birth_date", "unknown")]


def test_t30_a_record_with_a_name_of_a_test_is_kept_and_reported_without_the_name(export, clients, found):
    names = ("TEST client", "PRIVATE", "តេស្ត ឯកជន", "Attested")
    result = read(export, clients, *({"Given Name (Latin)": name} for name in names))
    assert result.tables["case_records"].height == len(names)
    assert [(row, action) for _, row, _, _, action in found(result.findings.frame, "T30")] == [(2, "kept"), (4, "kept")]


def test_no_personal_cell_is_in_what_is_read(export, clients):
    private = dict.fromkeys(
        ("Family Name (Latin)", "Family Name (Khmer)", "School Name", "NGO Exit Note", "Case Worker", "Family"),
        "PRIVATE-x",
    )
    result = read(export, clients, private)
    frames = [*result.tables.values(), result.findings.frame, result.findings.unknown_codes]
    assert not any("PRIVATE" in frame.write_csv() for frame in frames)


def test_permission_is_only_what_the_column_of_consent_says(export, clients):
    result = read(export, clients, *({"Consent for anonymous reporting": answer} for answer in ("Yes", "No", None)))
    assert column(result, "use_allowed") == ["yes", "no", "unknown"]


def test_ticks_of_orphanhood_tell_which_parent_lives_and_no_tick_is_unknown(export, clients):
    label = "Reason for Family Separation"
    ticks = ("Orphan (lost mother), Abandoned", "Orphan (lost father), Orphan (lost mother)", "Abandoned", None)
    result = read(export, clients, *({label: text} for text in ticks))
    assert column(result, "orphan_status") == ["father_alive_only", "double_orphan", "unknown", "unknown"]
    assert column(result, "separation_reason")[0] == "abandoned|orphan_mother"


def test_the_programme_is_the_first_of_the_services_in_order(export, clients):
    kinds = {
        "Kinship care, Family reunification": "reintegration",
        "Material support for education (uniforms, etc)": "other",
        "Long term foster care | Emergency foster care": "emergency",
    }
    result = read(export, clients, *({"Type of Service": text} for text in [*kinds, None]))
    assert column(result, "programme") == [*kinds.values(), "unknown"]


def test_a_code_nobody_knows_is_unknown_and_kept_in_the_restricted_list(export, clients, found):
    result = read(export, clients, {"Gender": "Femail"})
    assert column(result, "sex") == ["unknown"]
    assert found(result.findings.frame, "unknown_code") == [("Worksheet1", 2, "case_records", "sex", "unknown")]
    assert result.findings.unknown_codes.rows() == [("sex", "Femail", 1)]


@pytest.mark.parametrize(("text", "check"), [("5 March 2109", "future_date"), ("soon", "unreadable_date")])
def test_a_date_that_is_to_come_or_no_date_is_unknown(export, clients, found, text, check):
    result = read(export, clients, {"Initial Referral Date": text})
    assert column(result, "referred_on") == [None]
    assert found(result.findings.frame, check) == [("Worksheet1", 2, "case_records", "referred_on", "unknown")]


def test_what_the_sheet_does_not_carry_is_missing_and_not_unknown(export):
    result = oscar.read(export({"W": [["ID", "Gender", "Date of Birth"], ["ngo01-1", "Male", "11 June 2008"]]}))
    record = result.tables["case_records"].row(0, named=True)
    assert {record[name] for name in ("status", "risk_level", "programme", "use_allowed", "orphan_status")} == {None}


def test_rows_in_are_rows_out_and_rows_rejected(export, clients):
    result = read(export, clients, {}, {"ID": None}, {})
    assert result.findings.accounts.rows() == [("Worksheet1", "case_records", 3, 2, 1)]
    assert isinstance(result.tables["case_records"], pl.DataFrame)
