"""Tables in parts: they come back as they were made, one part at a time, in the order of their key, or not at all."""

import weakref

import pandas as pd
import pytest

from analysis import in_parts, pipeline, store
from analysis.contract import Column, ContractError, Table

DRAWS = Table(
    "a child in one draw",
    ("draw", "child"),
    {
        "draw": Column("Int64", "number of the draw", ge=1),
        "child": Column("str", "the child"),
        "sex": Column("str", "as drawn", nullable=True),
        "is_poor": Column("boolean", "as drawn"),
    },
)


def draw(number: int, *children: str) -> pd.DataFrame:
    return pd.DataFrame({"draw": number, "child": children, "sex": None, "is_poor": number % 2 == 0})


PARTS = [draw(1, "b", "a"), draw(2, "a", "b"), draw(10, "b", "c", "a")]


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "stage_of", lambda _: "features")
    return tmp_path / "features" / "draws.parquet"


def written(file, parts):
    in_parts.write(iter(parts), DRAWS, "draws", file, "simulated")
    return in_parts.read("draws", file.parents[1])


def test_parts_come_back_checked_in_order_and_typed_as_the_whole_is(file):
    parts = written(file, PARTS)
    whole = store.read("draws", file.parents[1])
    pd.testing.assert_frame_equal(whole, DRAWS.validated(pd.concat(PARTS), "draws"))
    assert len(parts) == 3
    for _ in range(2):  # as often as they are gone through
        assert [part["draw"].unique().tolist() for part in parts] == [[1], [2], [10]]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert store.origin("draws", file.parents[1]) == "simulated"


def test_a_notebook_knows_the_origin_of_what_it_read_in_parts(file, monkeypatch):
    parts = written(file, PARTS)
    monkeypatch.setattr(store, "_origins_read", set())
    next(iter(parts))
    assert store.origins_read() == {"simulated"}


def test_without_any_part_the_columns_are_there_and_no_row(file):
    parts = written(file, [])
    whole = store.read("draws", file.parents[1])
    assert (len(parts), list(parts), len(whole)) == (0, [], 0)
    assert whole.dtypes.astype("str").to_dict() == {name: column.dtype for name, column in DRAWS.columns.items()}


def test_a_table_that_was_written_whole_is_read_whole(file):
    store.write(DRAWS.validated(PARTS[0], "draws"), file, "published")
    pd.testing.assert_frame_equal(in_parts.read("draws", file.parents[1]), store.read("draws", file.parents[1]))


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ([draw(2, "a"), draw(1, "a")], "part 2: .*above that of the part before, not 1"),
        ([draw(1, "a"), draw(1, "b")], "part 2: .*not 1"),
        ([pd.concat(PARTS[:2])], "part 1: it must hold one 'draw', .*not 1, 2"),
        ([draw(1, "a"), draw(2)], "part 2: .*not no row"),
        ([draw(1, "a"), draw(2, "a", "a")], "stands 2 times"),
        ([draw(1, "a"), draw(2, "a").assign(is_poor="perhaps")], "'perhaps' is not yes or no"),
    ],
)
def test_parts_out_of_order_or_faulty_are_refused_and_the_old_file_stays(file, bad, told):
    written(file, PARTS)
    before = file.read_bytes()
    with pytest.raises(ContractError, match=told):
        written(file, bad)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_step_that_fails_half_way_leaves_nothing(file):
    def fails():
        yield draw(1, "a")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        written(file, fails())
    assert list(file.parent.iterdir()) == []


def test_the_same_rows_leave_the_files_time_alone(file):
    written(file, PARTS)
    before = file.stat().st_mtime_ns
    written(file, PARTS)
    assert file.stat().st_mtime_ns == before
    written(file, PARTS[:2])
    assert file.stat().st_mtime_ns > before


def test_nothing_of_a_part_is_held_while_the_next_is_made(file, monkeypatch):
    made, validated = [], Table.validated

    def noted(table, frame, name):
        checked = validated(table, frame, name)
        made.extend([weakref.ref(checked)] * (len(checked) > 0))
        return checked

    def parts():
        for number in range(1, 5):
            assert [one() for one in made] == [None] * len(made)
            one = draw(number, "a", "b")
            made.append(weakref.ref(one))
            yield one
            del one

    monkeypatch.setattr(Table, "validated", noted)
    assert len(written(file, parts())) == 4
    assert len(made) == 8, "as made, and as checked"


def test_a_step_that_yields_is_made_in_parts_and_given_in_parts(file, monkeypatch):
    class Step:
        TABLE = DRAWS

        @staticmethod
        def build(claims):
            yield from PARTS

    monkeypatch.setattr(pipeline, "module_of", lambda _: Step)
    monkeypatch.setattr(pipeline, "_input", lambda *_: (None, "published"))
    pipeline.make_table("features/draws", file)
    assert len(in_parts.Parts(file)) == 3
