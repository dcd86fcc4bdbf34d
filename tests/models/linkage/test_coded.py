import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage.coded import coded, joined

ROWS = pd.DataFrame(
    {
        "row_id": ["r3", "r1", "r2"],
        "list_id": ["b", "a", "a"],
        "name_latin": ["Dara Home", "Sokha Home", None],
        "commune_code": ["010203", None, None],
        "district_code": [None, "0102", None],
        "facility_type": ["rci", "unknown", "rci"],
        "opened_year": [1999, np.nan, 2001],
    }
)


def test_rows_are_sorted_and_the_unknown_is_minus_one():
    rows = coded(ROWS)
    assert rows.ids.tolist() == ["r1", "r2", "r3"]
    assert rows.list_ids[rows.lists].tolist() == ["a", "a", "b"]
    assert rows.latin.letters[rows.latin.numbers[[0, 2]]].tolist() == ["soka", "dara"]
    assert rows.latin.numbers[1] == -1
    assert np.isnan(rows.year[0])


def test_a_larger_place_follows_from_a_smaller_one():
    rows = coded(ROWS)
    assert rows.district.numbers[0] == rows.district.numbers[2] >= 0
    assert rows.province.letters[rows.province.numbers[0]] == "01"
    assert rows.province.numbers[1] == -1


def test_an_unknown_type_and_a_missing_column_are_unknown():
    rows = coded(ROWS)
    assert rows.declared.numbers.tolist() == [-1, 0, 0]
    assert rows.khmer.numbers.tolist() == rows.operator.numbers.tolist() == [-1, -1, -1]


def test_rows_without_an_id_or_with_the_same_are_refused():
    with pytest.raises(ValueError, match="row_id or list_id"):
        coded(ROWS.assign(row_id=["a", None, "c"]))
    with pytest.raises(ValueError, match="not unique: r1"):
        coded(ROWS.assign(row_id=["r1", "r1", "r2"]))


def test_two_terms_are_one_where_both_are_known():
    both = joined(np.array([0, 0, 1, -1, 1]), np.array([2, 2, 2, 2, -1]))
    assert both[0] == both[1] != both[2]
    assert both[3] == both[4] == -1
