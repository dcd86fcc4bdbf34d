"""Blanks, quotation marks and Khmer letters in the names of folders: of the project, of records, of results."""

import re

import pytest
from surrounded import HOSTILE, KEY, contents, make


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("of results") / HOSTILE


@pytest.fixture(scope="module")
def done(project, root, records):
    """Return what make says that imports with each of its folders under a hostile name, while others may write all."""
    return make(project, "import", f"RECORDS={records}", f"ROOT={root}", first="umask 000; exec <&-", **KEY)


def test_an_import_goes_there_and_is_the_same(done, root, imported):
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^\[(\d+/\d+)\] (\S+)", done.stdout, flags=re.M) == [("1/1", "import")]
    assert {name: content for name, content in contents(root).items() if not name.startswith("build/")} == imported


def test_results_of_records_are_their_owners_alone_whatever_the_umask(done, root):
    assert done.returncode == 0, done.stderr
    places = [root, *root.rglob("*")]
    assert len([place for place in places if place.is_file()]) > 30
    assert {
        str(place.relative_to(root)): oct(place.stat().st_mode) for place in places if place.stat().st_mode & 0o77
    } == {}


def test_nothing_changed_nothing_runs_and_a_changed_export_is_seen(done, project, root, records):
    assert done.returncode == 0, done.stderr
    given = ("-n", "import", f"RECORDS={records}", f"ROOT={root}")
    assert "tools/step.py" not in make(project, *given, **KEY).stdout
    export = next(records.glob("*.csv"))
    export.touch()
    assert "tools/step.py" in make(project, *given, **KEY).stdout


def test_outlines_are_read_once_and_again_when_they_change_or_are_gone(project):
    outlines, made = project / f"{HOSTILE}.geojson", project / "data/boundaries/boundaries.geojson"
    outlines.write_text("{}")
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text("{}")
    stamp = project / "build/stamps/boundaries"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    asked = ("-n", "data/boundaries/boundaries.geojson", f"BOUNDARIES={outlines}")
    assert "analysis boundaries" not in make(project, *asked).stdout
    outlines.touch()
    assert "analysis boundaries" in make(project, *asked).stdout
    stamp.touch()
    assert "analysis boundaries" not in make(project, *asked).stdout
    made.unlink()
    assert "analysis boundaries" in make(project, *asked).stdout


@pytest.mark.validation
def test_outlines_may_lie_there_too(project):
    outlines = project / f"{HOSTILE}.geojson"
    outlines.write_text("{}")
    asked = make(project, "data/boundaries/boundaries.geojson", f"BOUNDARIES={outlines}")
    assert asked.returncode == 2
    assert f"boundaries: {outlines} cannot be read as a map" in asked.stderr
