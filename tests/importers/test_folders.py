"""Records and their results stay where git does not see them."""

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.importers import folders
from analysis.importers.faults import ExportError
from analysis.study import ROOT


@pytest.fixture
def repository(tmp_path) -> Path:
    """Return a repository that ignores data/simulated."""
    place = tmp_path / "repository"
    (place / "data" / "simulated").mkdir(parents=True)
    (place / "notes").mkdir()
    (place / ".gitignore").write_text("data/simulated/\n")
    subprocess.run(["git", "init", "-q", str(place)], check=True)  # noqa: S607
    return place


@pytest.fixture
def records(tmp_path) -> Path:
    (tmp_path / "records").mkdir()
    return tmp_path / "records"


def test_records_outside_with_results_outside_pass(repository, records, tmp_path):
    folders.checked(records, tmp_path / "results", repository)
    folders.checked(None, tmp_path / "results", repository)
    folders.checked(None, None, repository)


def test_records_need_a_place_for_their_results(repository, records):
    with pytest.raises(ExportError, match="RECORDS needs a ROOT"):
        folders.checked(records, None, repository)


@pytest.mark.parametrize("place", ["notes", "notes/deep/er", "data"])
def test_a_folder_that_git_sees_is_refused(repository, records, place):
    with pytest.raises(ExportError, match=r"ROOT=.* lies inside this repository and git does not ignore it"):
        folders.checked(records, repository / place, repository)
    (repository / place).mkdir(parents=True, exist_ok=True)
    with pytest.raises(ExportError, match=r"RECORDS=.* lies inside this repository and git does not ignore it"):
        folders.checked(repository / place, repository.parent / "results", repository)


def test_the_repository_itself_and_what_holds_it_are_refused(repository, records):
    for place in (repository, repository.parent):
        with pytest.raises(ExportError, match="holds this repository"):
            folders.checked(records, place, repository)


def test_a_way_around_through_a_link_is_refused(repository, records, tmp_path):
    (tmp_path / "link").symlink_to(repository / "notes")
    with pytest.raises(ExportError, match="git does not ignore it"):
        folders.checked(records, tmp_path / "link", repository)


def test_an_ignored_folder_inside_passes_and_without_git_none_does(repository, records, monkeypatch):
    folders.checked(records, repository / "data" / "simulated" / "x", repository)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExportError, match="git does not ignore it"):
        folders.checked(records, repository / "data" / "simulated" / "x", repository)


def test_results_among_the_records_are_refused(repository, records):
    with pytest.raises(ExportError, match="results would be read as exports"):
        folders.checked(records, records / "results", repository)


def test_records_that_are_not_there_are_refused(repository, tmp_path):
    with pytest.raises(ExportError, match="there is no folder"):
        folders.checked(tmp_path / "nowhere", tmp_path / "results", repository)


def test_make_is_told_in_one_line():
    command = [sys.executable, "-m", "analysis.importers.folders", str(ROOT / "docs"), ""]
    told = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "src")}, check=False)
    assert told.returncode == 1
    assert told.stdout.count("\n") == 1
    assert "RECORDS needs a ROOT" in told.stdout
    assert told.stderr == ""
