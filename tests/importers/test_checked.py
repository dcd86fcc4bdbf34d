"""A table is held to its contract: its order, its key and its columns; missing parts of a key come first."""

import polars as pl
import pytest

from analysis.contract import Column, ContractError, Table
from analysis.importers import keys
from analysis.importers.checked import checked

TABLE = Table(
    one_row_is="a line",
    key=("place", "line"),
    columns={"place": Column("str", "where", nullable=True), "line": Column("Int64", "which", ge=1, nullable=True)},
)
KEYS = Table(one_row_is="a key", key=("case_id",), columns={"case_id": Column("str", "the case", matches=keys.PATTERN)})


def lines(*rows: tuple[str | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, {"place": pl.String, "line": pl.Int64}, orient="row")


IN_ORDER = [(None, None), (None, 2), ("a", None), ("a", 1), ("a", 3), ("b", 1)]


@pytest.mark.parametrize("rows", [IN_ORDER, IN_ORDER[::-1], IN_ORDER[:1], []])
def test_rows_come_out_in_the_order_of_their_key(rows):
    assert checked(lines(*rows), TABLE, "lines").rows() == sorted(rows, key=IN_ORDER.index)


@pytest.mark.parametrize("twice", IN_ORDER)
@pytest.mark.parametrize("is_beside", [True, False])
def test_a_key_that_stands_twice_is_refused_missing_parts_too(twice, is_beside):
    rows = sorted([*IN_ORDER, twice], key=IN_ORDER.index) if is_beside else [*IN_ORDER, twice]
    with pytest.raises(ContractError, match="1 rows: the key place, line must not stand twice"):
        checked(lines(*rows), TABLE, "lines")


def test_what_was_written_as_digits_is_not_looked_at_again_and_all_else_is():
    odd = pl.DataFrame({"case_id": ["00000000000000ff", "ff"]})
    with pytest.raises(ContractError, match="1 rows: case_id must match"):
        checked(odd, KEYS, "cases")
    assert checked(odd, KEYS, "cases", {"case_id"}).height == 2
    assert keys.as_text(pl.Series([0, 2**64 - 1], dtype=pl.UInt64)).str.contains(keys.PATTERN).all()
