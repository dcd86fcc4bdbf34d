"""What stands in a long file once more is known in whatever piece it stood before."""

import polars as pl
import pytest

from analysis.importers.seen import Seen


def texts(*cells: str | None) -> pl.Series:
    return pl.Series("id", cells, dtype=pl.String)


def test_a_text_is_new_once_in_all_pieces_and_a_missing_one_never():
    seen = Seen()
    assert seen.are_new(texts("b", None, "a", "b")).to_list() == [True, False, True, False]
    assert seen.are_new(texts(None, "a", "c", "c")).to_list() == [False, False, True, False]
    assert seen.are_new(texts("b", "c", "d")).to_list() == [False, False, True]


@pytest.mark.parametrize("n_rows", [1, 7, 500])
def test_pieces_of_any_length_tell_the_same(n_rows):
    ids = texts(*(str(number * number % 97) for number in range(500)))
    seen = Seen()
    told = [seen.are_new(ids[start : start + n_rows]) for start in range(0, 500, n_rows)]
    assert pl.concat(told).to_list() == ids.is_first_distinct().to_list()


def test_a_piece_without_rows_has_nothing_new():
    seen = Seen()
    assert seen.are_new(texts()).to_list() == []
    assert seen.are_new(texts("a")).to_list() == [True]
