"""Another clock: nothing is made again at every make, and nothing that changed is passed over."""

import os
import time
from pathlib import Path

import pytest

TABLE = "data/processed/clean/areas.parquet"
RAW = "data/raw/rulings/areas_ruled.csv"
AN_HOUR = 3600 * 10**9
LATER = "such as {}: dated now, and what follows is made again\n"


def put_off(*files: Path) -> None:
    """Date files an hour after now."""
    for file in files:
        os.utime(file, ns=(time.time_ns() + AN_HOUR,) * 2)


def is_after_now(file: Path) -> bool:
    return file.stat().st_mtime_ns > time.time_ns()


def test_after_the_clock_was_set_back_what_changed_is_made_again_once(project):
    assert project.made(TABLE) == ["clean/areas"]
    notes = [file for name in ("stamps", "choices") for file in (project.folder / "build" / name).rglob("*")]
    put_off(project.folder / TABLE, *(note for note in notes if note.is_file()))
    (project.folder / RAW).touch()  # older than what was made of it an hour later
    done = project.run(TABLE)
    assert "[1/1] clean/areas" in done.stdout
    assert LATER.format(TABLE) in done.stderr
    assert "modification time" not in done.stderr, "make has nothing to warn of"
    again = project.run(TABLE)
    assert (again.returncode, again.stderr) == (0, "")
    assert "clean/areas " not in again.stdout


@pytest.fixture
def place(tmp_path) -> Path:
    """Return a place with a source, a table, and notes of make, all of today."""
    for name in ("src/a.py", "data/processed/clean/b.csv", "build/stamps/clean/b", "build/choices/c", "build/records"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it is")
    return tmp_path


def test_a_source_and_a_result_of_tomorrow_are_dated_now_and_notes_are_forgotten(place, tool, somebody):
    files = [place / name for name in ("src/a.py", "data/processed/clean/b.csv")]
    notes = [place / name for name in ("build/stamps/clean/b", "build/choices/c", "build/records")]
    put_off(*files, *notes)
    told = tool(place, "tidy.py", somebody.pid, ".").stderr
    assert told == "5 files were dated after now, " + LATER.format("src/a.py")
    assert not any(map(is_after_now, files))
    assert not any(note.exists() for note in notes)
    assert [file.read_text() for file in files] == ["as it is"] * 2


def test_what_is_of_today_stays_as_it_is(place, tool, somebody):
    before = {file: file.stat().st_mtime_ns for file in place.rglob("*") if file.is_file()}
    assert tool(place, "tidy.py", somebody.pid, ".").stderr == ""
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_results_elsewhere_are_looked_at_there(place, tool, somebody):
    elsewhere, left_alone = place / "root" / "data/processed/x.csv", place / "data/processed/clean/b.csv"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_text("x")
    put_off(elsewhere, left_alone)
    assert tool(place, "tidy.py", somebody.pid, "root/").stderr == (
        "1 file was dated after now, " + LATER.format("root/data/processed/x.csv")
    )
    assert (is_after_now(elsewhere), is_after_now(left_alone)) == (False, True)


def test_an_export_of_tomorrow_is_told_and_stays_as_it_is(place, tool, somebody):
    export = place / "exports, of somebody" / "a.csv"
    export.parent.mkdir()
    export.write_text("a")
    put_off(export)
    told = tool(place, "tidy.py", somebody.pid, ".", export.parent).stderr
    assert told.startswith(f"{export.resolve()} is dated after now: every make imports again until then")
    assert len(told.splitlines()) == 1
    assert is_after_now(export)
