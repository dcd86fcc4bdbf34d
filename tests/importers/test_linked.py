"""Records become children by shared ids; a weaker id never joins what a stronger one tells apart."""

import numpy as np
import polars as pl
import pytest

from analysis.importers.keyed import SHARED_IDS
from analysis.importers.linked import children_of


def linked(*records: tuple[int | None, int | None, int | None, int | None]) -> tuple[list[set[int]], dict[str, int]]:
    """Return the records (global id, case id, ministry's number, slug) that became one child, and refused joins."""
    ids = dict(zip(SHARED_IDS, zip(*records, strict=True), strict=True))
    frame = pl.DataFrame({"case": range(1000, 1000 + len(records)), **ids}, schema=schema())
    children, refused = children_of(frame)
    groups = children.with_row_index().group_by("child_key").agg("index")["index"].to_list()
    return sorted(map(set, groups), key=min), dict(refused.iter_rows())


def schema() -> dict[str, type[pl.DataType]]:
    return dict.fromkeys(["case", *SHARED_IDS], pl.UInt64)


@pytest.mark.parametrize("position", range(4))
def test_any_shared_id_joins(position):
    same = [None] * 4
    same[position] = 7
    assert linked(tuple(same), tuple(same), (None, None, None, None))[0] == [{0, 1}, {2}]


def test_several_slugs_under_one_global_id_are_one_child():
    assert linked((1, None, None, 11), (1, None, None, 12), (2, None, None, 13))[0] == [{0, 1}, {2}]


def test_systems_join_through_a_record_that_knows_both_ids():
    oscar, bridge, primero = (1, None, None, 11), (1, 21, None, None), (None, 21, 31, None)
    assert linked(oscar, bridge, primero)[0] == [{0, 1, 2}]


def test_a_weaker_id_does_not_join_two_stronger_ones():
    groups, refused = linked((1, None, 31, None), (2, None, 31, None))
    assert groups == [{0}, {1}]
    assert refused == {"global_id": 0, "case_uuid": 0, "mosvy_number": 1, "slug": 0}


def test_nor_does_it_through_a_third_record_that_has_no_stronger_one():
    groups, refused = linked((1, None, 31, None), (None, None, 31, None), (2, None, 31, None))
    assert groups == [{0}, {1}, {2}]
    assert refused["mosvy_number"] == 1


def test_nor_through_a_child_that_has_two_of_the_weaker_ids():
    between = [(None, 21, 31, None), (None, 21, 32, None)]
    groups, refused = linked((1, None, 31, None), *between, (2, None, 32, None))
    assert groups == [{0}, {1, 2}, {3}]
    assert refused["mosvy_number"] == 1


def test_a_missing_id_is_no_shared_id():
    assert linked((None, None, None, None), (None, None, None, None))[0] == [{0}, {1}]


def test_a_childs_key_is_its_strongest_id():
    frame = pl.DataFrame(
        [(1000, 1, 21, None, 11), (1001, None, 21, None, 12), (1002, None, None, None, 13)], schema(), orient="row"
    )
    assert children_of(frame)[0]["child_key"].to_list() == [1, 1, 13]


def test_the_order_of_records_does_not_matter():
    rng = np.random.default_rng(3)
    ids = pl.DataFrame({name: rng.integers(1, 400, 600) for name in SHARED_IDS})
    gaps = ids.select(pl.when(pl.Series(rng.random(600) < 0.4)).then(c).alias(c) for c in ids.columns)
    frame = gaps.with_columns(case=pl.int_range(1000, 1600)).select(pl.col(c).cast(pl.UInt64) for c in schema())
    shuffled = frame.sample(fraction=1, shuffle=True, seed=5)
    one, other = (children_of(rows)[0].sort("case") for rows in (frame, shuffled))
    assert one.equals(other)
    assert 1 < one["child_key"].n_unique() < 600


def test_no_records_no_children():
    children, refused = children_of(pl.DataFrame(schema=schema()))
    assert children.height == 0
    assert refused["n"].sum() == 0
