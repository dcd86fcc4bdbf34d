"""A release is there whole or not at all, and counts as made only if it is there."""

import json
import shutil
from pathlib import Path

import pytest

from analysis import pipeline
from analysis.release import checkout, earlier, folder
from analysis.release.faults import ReleaseError
from analysis.study import ROOT


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Let the project's own results be released from a commit that is made up, with all that is kept in a folder."""
    monkeypatch.setattr(checkout, "faults", lambda _: [])
    monkeypatch.setattr(checkout, "commit", lambda _: "c0ffee")
    monkeypatch.setattr(folder, "RELEASES", tmp_path / "releases")
    monkeypatch.setattr(folder, "RESTRICTED", tmp_path / "restricted")
    for name in ("CANDIDATES", "RELEASED"):
        monkeypatch.setattr(pipeline, name, tmp_path / "restricted" / name.lower())
    return tmp_path


@pytest.fixture
def checked(place, monkeypatch) -> Path:
    """Let the files be taken as made again and found the same."""
    shutil.copytree(ROOT / "data" / "restricted" / "candidates", pipeline.CANDIDATES)
    monkeypatch.setattr(folder.again, "faults", lambda *_: iter(()))
    return place


def test_the_projects_own_results_can_be_released_stamped_as_simulated(place):
    said = folder.release("a tester, nowhere")
    assert "origin: simulated." in said
    [released] = (place / "releases").iterdir()
    assert json.loads((released / "release.json").read_text(encoding="utf-8"))["origin"] == "simulated"
    assert "SIMULATED RECORDS" in (released / "figures" / "data_quality.svg").read_text(encoding="utf-8")
    assert folder.release("a tester, nowhere").split(" ")[1:4] == ["is", "there", "already,"]


def test_the_same_files_signed_by_another_do_not_take_the_folder(checked):
    (checked / "releases" / ".release-999999999-killed").mkdir(parents=True)  # of a process that is gone: swept
    folder.release("a tester, nowhere")
    before = (checked / "restricted" / "releases.csv").read_bytes()
    with pytest.raises(ReleaseError, match="is there already and holds something else"):
        folder.release("another, nowhere")
    assert len(list((checked / "releases").iterdir())) == 1
    assert (checked / "restricted" / "releases.csv").read_bytes() == before


@pytest.mark.parametrize("broken", [(folder.checklist, "text"), (earlier, "record")])
def test_where_writing_fails_nothing_is_left(checked, monkeypatch, broken):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(*broken, full)
    with pytest.raises(OSError, match="no space left"):
        folder.release("a tester, nowhere")
    assert list((checked / "releases").iterdir()) == []
    assert not (checked / "restricted" / "releases.csv").exists()


def test_a_place_that_git_sees_is_refused(checked):
    with pytest.raises(ReleaseError, match=r"TO=.* lies inside this repository and git does not ignore it"):
        folder.release("a tester, nowhere", ROOT / "docs" / "release")
    assert not (ROOT / "docs" / "release").exists()


def test_every_fault_is_told_at_once_and_nothing_counts_as_told(checked, monkeypatch):
    monkeypatch.setattr(folder.again, "faults", lambda *_: iter(["one thing", "another"]))
    with pytest.raises(ReleaseError) as refused:
        folder.release("a tester, nowhere")
    assert str(refused.value) == "nothing was released:\n  - one thing\n  - another"
    assert list((checked / "releases").iterdir()) == []
    assert not (checked / "restricted" / "released").exists()


def test_records_are_not_released_where_made_up_ones_were(checked, monkeypatch):
    folder.release("a tester, nowhere")
    manifest = checked / "restricted" / "releases.csv"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("simulated", "records"), encoding="utf-8")
    with pytest.raises(ReleaseError, match="results of records data were released from here before"):
        folder.release("a tester, nowhere")
