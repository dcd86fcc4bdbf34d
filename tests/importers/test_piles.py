"""Rows of any number come back by ranges of their key: all of them, those of a key together, in the order they had."""

import itertools

import numpy as np
import polars as pl
import pytest

from analysis.importers import piles
from analysis.importers.piles import Pile

N = 5_000
KEYS = 2**64


@pytest.fixture(scope="module")
def rows():
    """Rows with keys that some share and some lack, and every type that tables as read have."""
    rng = np.random.default_rng(7)
    keys = rng.integers(0, KEYS, N // 3, dtype=np.uint64)
    return pl.DataFrame(
        {
            "key": pl.Series(rng.choice(keys, N)).scatter(range(0, N, 50), None),
            "rank": rng.integers(0, 4, N),
            "at": rng.integers(0, N // 2, N).astype(np.uint64),
            "word": pl.Series(rng.choice(["low", "high", "none"], N)).cast(pl.Categorical),
            "name": [f"house {n % 900}" for n in range(N)],
            "on": pl.Series(rng.integers(10_000, 20_000, N)).cast(pl.Int32).cast(pl.Date),
            "scores": [[n % 4, None, 2][: n % 3 + 1] for n in range(N)],
            "nth": range(N),
        }
    )


@pytest.fixture
def scratch(tmp_path):
    return lambda: tmp_path


def put(pile: Pile, rows: pl.DataFrame) -> Pile:
    """Add ``rows`` in pieces of several lengths, one of them without rows."""
    for begin, end in [(0, 700), (700, 700), (700, 701), (701, 4_000), (4_000, N)]:
        pile.add(rows[begin:end])
    return pile


@pytest.mark.parametrize("rows_held", [1, 64, 700, N - 1, N])
def test_every_row_comes_back_once_with_those_of_its_key_and_in_the_order_it_had(scratch, rows, rows_held):
    ranges = list(put(Pile(scratch, "key", rows_held=rows_held), rows).taken())
    assert pl.concat(ranges).sort("nth").equals(rows)
    assert all(part["nth"].is_sorted() for part in ranges)
    keys = [set(part["key"].fill_null(0)) for part in ranges if part.height]
    assert all(max(lower) < min(higher) for lower, higher in itertools.pairwise(keys))
    assert len(ranges) == min(-(-N // rows_held), piles.N_STEPS)


@pytest.mark.parametrize("rows_held", [300, N])
def test_rows_stand_in_the_order_asked_for_and_equal_ones_as_they_were_added(scratch, rows, rows_held):
    ranges = list(put(Pile(scratch, "key", ("rank", "at"), rows_held), rows).taken())
    for part in ranges:
        assert part.equals(part.sort("rank", "at", "nth"))
    assert pl.concat(ranges).height == N


def test_no_range_is_much_longer_than_what_is_held(scratch, rows):
    whole = rows.with_columns(key=pl.Series(np.random.default_rng(8).integers(0, KEYS, N, dtype=np.uint64)))
    lengths = [part.height for part in put(Pile(scratch, "key", rows_held=500), whole).taken()]
    assert len(lengths) == 10
    assert max(lengths) < 650


def test_what_fits_is_never_on_disk_and_what_was_is_removed(scratch, rows, tmp_path):
    few = put(Pile(scratch, "key", rows_held=N), rows)
    assert not list(tmp_path.iterdir())
    assert next(few.taken()).equals(rows)
    many = put(Pile(scratch, "key", rows_held=1_000), rows)
    assert list(tmp_path.iterdir())
    assert sum(part.height for part in many.taken()) == N
    assert not list(tmp_path.iterdir())


def test_a_pile_without_rows_has_one_range_if_anything_was_added(scratch, rows):
    empty = Pile(scratch, "key")
    assert list(empty.taken()) == []
    empty.add(rows.clear())
    assert [part.height for part in empty.taken()] == [0]


@pytest.mark.parametrize("rows_held", [64, 1_500, N])
def test_piles_that_join_are_one_and_a_forgotten_one_leaves_nothing(scratch, rows, tmp_path, rows_held):
    whole = Pile(scratch, "key", rows_held=rows_held)
    for begin, end in [(0, 900), (900, 900), (900, 4_000), (4_000, 4_100), (4_100, N)]:
        part, other = (Pile(scratch, "key", rows_held=rows_held) for _ in range(2))
        part.add(rows[begin : (begin + end) // 2])
        part.add(rows[(begin + end) // 2 : end])
        whole.join(part)
        assert part.n_rows == 0
        put(other, rows).forget()
    assert whole.n_rows == N
    ranges = list(whole.taken())
    assert pl.concat(ranges).sort("nth").equals(rows)
    assert all(part["nth"].is_sorted() for part in ranges)
    assert not list(tmp_path.iterdir())
