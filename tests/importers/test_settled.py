"""The known beats the unknown, then the order of systems decides; what contradicts is counted, rows are not mixed."""

import polars as pl

from analysis.importers.settled import from_one_file, ranked, settled

PLACES = pl.DataFrame(
    {"place": [0, 1, 2], "file_number": [0, 1, 2], "system": ["donor_workbook", "oscar", "oscar"]},
    schema_overrides={"place": pl.UInt64},
)
SYSTEMS = ("oscar", "primero", "donor_workbook")


def rows(*told: tuple[int, int, str | None, int | None]) -> pl.DataFrame:
    """Return ranked rows (place, key, sex, n) of three files: an old report, and two exports of one system."""
    frame = pl.DataFrame(list(told), schema=["place", "key", "sex", "n"], orient="row")
    at = pl.col("place").cast(pl.UInt64) * 2**32 + pl.int_range(pl.len()).cast(pl.UInt64)
    typed = frame.with_columns(at=at, sex=pl.col("sex").cast(pl.String).cast(pl.Categorical))
    return ranked(typed.drop("place"), PLACES, SYSTEMS)


def test_the_system_believed_first_wins_and_the_newer_of_its_files():
    one, conflicts = settled(
        rows((0, 1, "male", 1), (1, 1, "female", 2), (2, 1, "other", 2)), ["key"], ["sex", "n"], "t"
    )
    assert one.row(0) == (1, "other", 2)
    assert set(conflicts.select("column", "system_kept", "system_overruled", "n").rows()) == {
        ("sex", "oscar", "donor_workbook", 1),
        ("sex", "oscar", "oscar", 1),
        ("n", "oscar", "donor_workbook", 1),
    }
    assert set(conflicts["rule"]) == {"order of systems"}


def test_what_is_known_beats_what_is_unknown_or_missing_and_is_no_conflict():
    one, conflicts = settled(rows((0, 1, "female", 5), (1, 1, "unknown", None)), ["key"], ["sex", "n"], "t")
    assert one.row(0) == (1, "female", 5)
    assert conflicts.height == 0


def test_what_nobody_knows_stays_missing_and_rows_told_once_stay():
    one, conflicts = settled(
        rows((0, 1, None, None), (1, 1, "unknown", None), (1, 2, "male", 3)), ["key"], ["sex", "n"], "t"
    )
    assert sorted(one.rows()) == [(1, None, None), (2, "male", 3)]
    assert conflicts.height == 0


def test_spells_of_a_case_come_from_one_file_alone():
    best, others = from_one_file(rows((0, 1, "a", 1), (1, 1, "b", 1), (1, 1, "c", 2), (0, 2, "d", 1)), "key")
    assert sorted(best["sex"].cast(pl.String)) == ["b", "c", "d"]
    assert others["sex"].to_list() == ["a"]
