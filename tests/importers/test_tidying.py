"""Text by the column comes out as ``reading.tidied`` gives it cell by cell, whatever stands in the other cells."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.importers import reading
from analysis.importers.tidying import tidy

REPEATABLE = settings(derandomize=True, database=None, deadline=None, max_examples=200)
CELLS = ["plain", "two words", " before", "after ", "two  blanks", "line\nbreak", "\ttab", "a\u00a0b", "ក\u200bខ"]
CELLS += ["e\u0301", "\u00e9", "\ufeffmark", "", " ", "\u200b", "'@ngo10/4"]


def one_by_one(cells: list[str | None]) -> list[str | None]:
    return [(reading.tidied(cell) or None) if cell else None for cell in cells]


def tidied(cells: list[str | None]) -> list[str | None]:
    rows = pl.DataFrame({"row": range(len(cells)), "column_0": pl.Series(cells, dtype=pl.String)})
    return tidy(rows)["column_0"].to_list()


@pytest.mark.parametrize("cell", CELLS)
def test_a_column_of_one_kind_of_cell(cell):
    assert tidied([cell, None]) == one_by_one([cell, None])


@REPEATABLE
@given(
    st.lists(
        st.one_of(st.none(), st.sampled_from(CELLS), st.text(st.sampled_from(" \t\u00a0\u200bae\u0301ក"))), max_size=9
    )
)
def test_any_cells_beside_each_other(cells):
    assert tidied(cells) == one_by_one(cells)


def test_columns_do_not_touch_each_other_and_numbers_of_rows_stay():
    rows = pl.DataFrame(
        {"row": [3, 4], "column_0": ["a", " b "], "column_1": [None, None]},
        {"row": pl.Int64, "column_0": pl.String, "column_1": pl.String},
    )
    assert tidy(rows).rows() == [(3, "a", None), (4, "b", None)]


def test_rows_split_in_memory_are_tidied_all():
    parts = [pl.DataFrame({"row": [n], "column_0": [cell]}) for n, cell in enumerate(["a", " b", "c "])]
    assert tidy(pl.concat(parts, rechunk=False))["column_0"].to_list() == ["a", "b", "c"]
