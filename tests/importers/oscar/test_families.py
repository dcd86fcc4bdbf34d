"""Families: one line a household."""

import pytest

from analysis.importers import oscar
from analysis.importers.faults import ExportError

FAMILY = {
    **{"Family ID": "7", "Head Household Name": "PRIVATE", "Client ID": "ngo01-1, ngo01-2", "Family Members": "5"},
    **{"Monthly Household Income": "1,200,000", "Dependable Income": "Yes", "Female Children Count": "2"},
    **{"Male Children Count": "1", "Female Adult Count": "1", "Male Adult Count": None, "Has ID Poor?": "Level 1"},
    "Province": "Kandal",
}


@pytest.fixture
def read(export):
    def of(*differing):
        families = [{**FAMILY, **one} for one in differing]
        header = list(dict.fromkeys(label for one in families for label in one))
        return oscar.read(export({"Worksheet1": [header, *([one.get(label) for label in header] for one in families)]}))

    return of


def test_a_family_becomes_a_household_of_its_clients_organisation(read):
    row = read({}).tables["households"].row(0, named=True)
    assert {name: value for name, value in row.items() if value is not None} == {
        **{"sheet": "Worksheet1", "row": 2, "household_ref": "family:ngo01/7", "agency": "ngo01"},
        **{"province_code": "08", "id_poor": "level_1", "household_size": 5, "n_children": 3},
        **{"monthly_income": 1_200_000.0, "income_currency": "unknown", "dependable_income": True},
    }


def test_t11_no_dependable_income_is_unknown(read, found):
    result = read({"Dependable Income": "No"})
    assert result.tables["households"]["dependable_income"].to_list() == [None]
    assert found(result.findings.frame, "T11") == [("Worksheet1", None, "households", "dependable_income", "unknown")]


def test_t12_the_currency_of_an_income_is_never_guessed(read, found):
    result = read({}, {"Family ID": "8", "Monthly Household Income": "250"})
    assert result.tables["households"]["income_currency"].to_list() == ["unknown", "unknown"]
    assert found(result.findings.frame, "T12") == [("Worksheet1", None, "households", "income_currency", "unknown")]


def test_a_tick_is_a_yes_and_no_tick_is_unknown(read):
    ticked = {
        "History of Harm": "Neglect, Family violence",
        "History of high-risk behaviours": "Parent/carer alcohol or drug use",
        "History of disability and/or illness": "Parent/carer chronic illness",
        "Affected by migration": "No",
    }
    told = ("violence_in_home", "substance_use", "illness_or_disability", "migration")
    households = read(ticked, {"Family ID": "8", "History of Harm": "Neglect"}).tables["households"]
    assert households.select(told).rows() == [(True, True, True, False), (None, None, None, None)]


def test_a_family_without_clients_belongs_to_the_only_organisation_of_the_file(read):
    households = read({}, {"Family ID": "8", "Client ID": None}).tables["households"]
    assert households["household_ref"].to_list() == ["family:ngo01/7", "family:ngo01/8"]


def test_where_several_organisations_share_a_file_a_family_without_clients_has_no_id(read, found):
    result = read({}, {"Client ID": "ngo02-4"}, {"Family ID": "9", "Client ID": None})
    assert result.tables["households"]["household_ref"].to_list() == ["family:ngo01/7", "family:ngo02/7"]
    assert found(result.findings.frame, "no_id") == [("Worksheet1", 4, "households", "", "rejected")]


def test_a_file_that_names_no_organisation_is_refused(read):
    with pytest.raises(ExportError, match="cannot tell whose families"):
        read({"Client ID": None})


def test_repeated_families_and_families_without_a_number_are_set_aside(read, found):
    result = read({}, {}, {"Family ID": None})
    assert result.tables["households"].height == 1
    assert found(result.findings.frame, "duplicate_row") == [("Worksheet1", 3, "households", "", "rejected")]
    assert found(result.findings.frame, "no_id") == [("Worksheet1", 4, "households", "", "rejected")]
    result.findings.check_nothing_lost()


def test_older_exports_call_the_number_id_and_the_organisations_own_code_family_id(read):
    households = read({"ID": "12", "Family ID": "PRIVATE-code"}).tables["households"]
    assert households["household_ref"].to_list() == ["family:ngo01/12"]
