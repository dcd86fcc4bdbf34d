"""A text that stands often is read once, and few or different ones as they stand: with the same result."""

import polars as pl
import pytest

from analysis.importers import repeated
from analysis.importers.repeated import n_matching, read_once

WRITTEN = ["1", "22", None, "1", "333"]


@pytest.fixture
def seen():
    """Lengths of the columns that a reading was given."""
    return []


def lengths(texts: list[str | None], seen: list[int], **steps: object) -> list[int | None]:
    def reading(text: pl.Expr) -> pl.Expr:
        return text.map_batches(lambda cells: _noted(cells, seen).str.len_bytes(), return_dtype=pl.UInt32)

    cells = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return cells.select(read_once(pl.col("text"), reading, pl.Int64, **steps)).to_series().to_list()


def _noted(cells: pl.Series, seen: list[int]) -> pl.Series:
    seen.append(cells.len())
    return cells


def test_a_few_cells_are_read_as_they_stand(seen):
    assert lengths(WRITTEN * 2, seen) == [1, 2, None, 1, 3] * 2
    assert seen == [10]


def test_of_many_cells_each_different_text_is_read_once(seen):
    many = WRITTEN * repeated.FEW
    assert lengths(many, seen) == [1, 2, None, 1, 3] * repeated.FEW
    assert seen == [3]


def test_many_different_texts_are_not_looked_up(seen):
    many = [None, *(str(number) for number in range(2 * repeated.FEW))]
    assert lengths(many, seen)[1:] == [len(text) for text in many[1:]]
    assert seen == [len(many)]


@pytest.mark.parametrize("n", [0, 3])
def test_a_column_without_any_text_is_not_read(seen, n):
    assert lengths([None] * n, seen) == [None] * n
    assert seen == []


@pytest.mark.parametrize("times", [1, repeated.FEW])
def test_a_reading_goes_on_from_the_steps_before_it(seen, times):
    steps = [lambda text: text + "ab", lambda text: text + text]
    assert lengths(WRITTEN * times, seen, after=steps) == [6, 8, None, 6, 10] * times


def test_cells_that_match_are_counted_each():
    cells = pl.Series("code", ["a_12345", "a", "a_12345", None, "b_12345"])
    assert n_matching(cells, r"_\d{5}$") == 3
    assert n_matching(cells.clear(), "a") == 0
    assert n_matching(pl.Series("code", [None], dtype=pl.String), "a") == 0
