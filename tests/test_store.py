"""Tables are files that carry their origin; the most guarded origin wins and is never lost."""

import pandas as pd
import pytest

from analysis import disclosure, pipeline, store
from analysis.contract import Column, Table

FRAME = pd.DataFrame({"place": pd.array(["a", "b"], "str"), "n": pd.array([1, None], "Int64")})
TOWNS = Table("a town", ("place",), {"place": Column("str", "the town"), "n": Column("Int64", "children")})


def test_a_table_comes_back_as_it_was_written_with_its_origin(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "stage_of", lambda _: "features")
    store.write(FRAME, tmp_path / "features" / "towns.parquet", "simulated")
    pd.testing.assert_frame_equal(store.read("towns", tmp_path), FRAME)
    assert store.origin("towns", tmp_path) == "simulated"


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        (["published", "published"], "published"),
        (["published", "simulated"], "simulated"),
        (["records", "published", "simulated"], "records"),
    ],
)
def test_the_most_guarded_origin_of_the_inputs_is_the_tables(origins, expected):
    assert store.most_guarded(origins) == expected


def test_the_same_bytes_leave_the_files_time_alone(tmp_path):
    file = tmp_path / "x.parquet"
    store.write(FRAME, file, "published")
    before = file.stat().st_mtime_ns
    store.write(FRAME, file, "published")
    assert file.stat().st_mtime_ns == before
    store.write(FRAME.iloc[:1], file, "published")
    assert file.stat().st_mtime_ns > before


def test_a_failed_write_leaves_the_old_file_and_no_half_one(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("the disk is full")

    file = tmp_path / "x.bin"
    store.replace(file, b"old")
    monkeypatch.setattr(type(file), "replace", fail)
    with pytest.raises(OSError, match="the disk is full"):
        store.replace(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_an_unknown_table_is_answered_with_the_known_ones():
    with pytest.raises(store.StoreError, match=r"no table 'orphans'; the tables are .*claims"):
        store.read("orphans")


def test_a_table_not_built_yet_says_how_to_build_it(tmp_path):
    with pytest.raises(store.StoreError, match=r"not built yet .*make tables"):
        store.read("claims", tmp_path)


@pytest.mark.parametrize("origin", ["simulated", "records"])
def test_only_published_numbers_pass_the_gate(origin):
    with pytest.raises(disclosure.DisclosureError, match=f"descend from {origin} data"):
        disclosure.publishable(FRAME, TOWNS, "towns", origin)


def test_published_numbers_keep_six_digits_and_whole_millions():
    numbers = pd.Series([0.123456789, 679.3251234, 13395682.4, 0.0, -0.00012345678, None], dtype="Float64")
    kept = disclosure.significant(numbers)
    assert kept.tolist()[:-1] == [0.123457, 679.325, 13395682.0, 0.0, -0.000123457]
    assert kept.isna().tolist() == [False] * 5 + [True]


def test_the_gate_rounds_numbers_leaves_counts_and_adds_the_origin_last():
    numbers = FRAME.assign(share=pd.array([0.123456789, None], "Float64"))
    passed = disclosure.publishable(numbers, TOWNS, "towns", "published").numbers
    assert passed.columns.tolist() == ["place", "n", "share", "origin"]
    assert passed.iloc[0].tolist() == ["a", 1, 0.123457, "published"]


def test_the_origin_follows_the_inputs_into_a_tables_file(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "origin", lambda *_: "simulated")
    pipeline.make_table("features/province_children", tmp_path / "t.parquet")
    import pyarrow.parquet as pq

    assert pq.read_schema(tmp_path / "t.parquet").metadata[b"origin"] == b"simulated"
