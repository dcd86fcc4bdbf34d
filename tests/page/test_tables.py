"""A table for reading: constants said once, long texts that come back put beneath, numbers rounded."""

import pandas as pd
import pytest

from analysis.page import tables


def of(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


@pytest.mark.parametrize(
    ("text", "column", "read"),
    [
        ("0.640058", "estimate", "0.64"),
        ("29.7221", "estimate", "29.7"),
        ("-0.0004567", "estimate", "-0.000457"),
        ("48775.0", "estimate", "48,775"),
        ("180.119", "estimate", "180"),
        ("99.96", "estimate", "100"),
        ("999.7", "estimate", "1,000"),
        ("0.0996", "estimate", "0.0996"),
        ("0.2", "estimate", "0.2"),
        ("4.48e-05", "estimate", "4.48e-05"),
        ("1234.56", "estimate", "1,235"),
        ("0", "n", "0"),
        ("", "ci_low", "–"),
        ("2014", "year", "2014"),
        ("2014", "period", "2014"),
        ("01", "term", "01"),
        ("1204", "district_code", "1204"),
        ("True", "is_printed", "yes"),
        ("3 of 4", "note", "3 of 4"),
        ("at_home", "outcome", "at home"),
        ("stark-2017", "source_id", "stark-2017"),
    ],
)
def test_a_cell_is_read_as_print_and_a_name_stays_as_it_is_written(text, column, read):
    assert tables.in_cell(text, column) == read


def test_what_is_the_same_in_all_rows_is_said_once_and_the_origin_not_at_all():
    shown = tables.shown(of(term=["a", "b"], scale=["share", "share"], note=["", ""], origin=["simulated"] * 2))
    assert [column.heading for column in shown.columns] == ["term"]
    assert shown.rows == [["a"], ["b"]]
    assert shown.in_all_rows == [("scale", "share")]


def test_a_table_of_one_row_keeps_its_columns():
    shown = tables.shown(of(term=["a"], n_children=["1234"]))
    assert shown.rows == [["a", "1,234"]]
    assert [column.look for column in shown.columns] == ["", "n"]
    assert shown.columns[1].heading == "n children"


def test_a_long_text_that_comes_back_stands_once_beneath_the_table():
    long, other = "x" * 50, "y" * 50
    shown = tables.shown(of(term=list("abcd"), note=[long, long, other, other]))
    assert [row[1] for row in shown.rows] == ["a", "a", "b", "b"]
    assert shown.notes == {"a": long, "b": other}


def test_a_long_text_of_one_row_only_stays_in_its_cell():
    long = ["x" * 50, "y" * 50, "z" * 50]
    shown = tables.shown(of(term=list("abc"), note=long))
    assert [row[1] for row in shown.rows] == long
    assert shown.notes == {}
    assert shown.columns[1].look == "long"


def test_rows_and_columns_that_are_left_to_the_csv_are_counted():
    n = tables.ROWS + 3
    wide = {f"c{at}": [f"{at}-{row}" for row in range(n)] for at in range(tables.COLUMNS + 2)}
    shown = tables.shown(of(**wide))
    assert (len(shown.rows), len(shown.columns)) == (tables.ROWS, tables.COLUMNS)
    assert (shown.n_more, shown.n_more_columns) == (3, 2)


def test_why_numbers_are_withheld_is_told_however_many_columns_there_are():
    wide = {f"c{at}": [f"{at}a", f"{at}b"] for at in range(tables.COLUMNS + 2)}
    shown = tables.shown(of(estimate=["", ""], **wide, withheld=["", "fewer than 10"]))
    assert shown.reasons == ["fewer than 10"]
    assert shown.columns[-1].heading == "withheld"
    assert [row[-1] for row in shown.rows] == ["–", "fewer than 10"]


def test_a_withheld_number_is_told_apart_from_one_that_nobody_knows():
    numbers = of(term=list("abc"), estimate=["0.5", "", ""], withheld=["", "", "fewer than 10"])
    assert [row[1] for row in tables.shown(numbers).rows] == ["0.5", "–", "withheld"]


def test_where_nothing_is_withheld_no_column_says_so():
    shown = tables.shown(of(term=["a", "b"], withheld=["", ""]))
    assert shown.reasons == []
    assert [column.heading for column in shown.columns] == ["term"]
