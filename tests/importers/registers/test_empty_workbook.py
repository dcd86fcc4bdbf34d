"""The empty workbook for registers is read as what it is, and never overwrites one that is filled in."""

import openpyxl
import pytest

from analysis import __main__, country
from analysis.importers import registers
from analysis.importers.faults import ExportError
from analysis.importers.registers import template
from analysis.importers.registers.kinds import REGISTERS


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("template") / "registers.xlsx"
    assert __main__.main(["registers", "--out", str(file)]) == 0
    return file


def test_every_register_has_a_sheet_that_is_read_as_one_without_lines(book):
    found = registers.read(book)
    assert {table: frame.height for table, frame in found.tables.items()} == dict.fromkeys(sorted(REGISTERS), 0)
    assert [matched.unknown for _, matched in registers.columns(book)] == [[]] * len(REGISTERS)


def test_cells_offer_the_words_that_are_read_and_numbers_of_cases_stay_text(book):
    tab = openpyxl.load_workbook(book)["Cost lines"]
    offered = {str(rule.sqref)[0]: rule.formula1.strip('"').split(",") for rule in tab.data_validations.dataValidation}
    labels = {cell.column_letter: cell.value for cell in tab[1]}
    by_label = {labels[letter]: words for letter, words in offered.items()}
    assert by_label["Paid"] == ["Whole", "Part", "Unknown"]
    assert by_label["Currency"] == list(country.CURRENCIES)
    assert by_label["Externally supported"] == ["Yes", "No"]
    (number,) = (letter for letter, label in labels.items() if label == "Case number")
    assert tab.column_dimensions[number].number_format == "@"
    assert "whole item" in tab[f"{next(at for at, label in labels.items() if label == 'Amount')}1"].comment.text


@pytest.mark.parametrize("table", REGISTERS)
def test_no_list_of_words_is_too_long_for_excel(table):
    register = REGISTERS[table]
    for field in (*register.codes, *register.answers, "system", "currency"):
        words = template.words_of(register, field)
        assert words
        assert len(",".join(words)) <= 255, "Excel drops a longer list"


def test_a_file_that_stands_there_is_left_alone(book, tmp_path, capsys):
    before = book.read_bytes()
    assert __main__.main(["registers", "--out", str(book)]) == 1
    assert "stands already and may be filled in" in capsys.readouterr().err
    assert book.read_bytes() == before
    with pytest.raises(ExportError, match=r"does not end in \.xlsx"):
        template.write(tmp_path / "registers.csv")
