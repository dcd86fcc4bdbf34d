"""A file that was not made by the gate, the drawing, the page or a notebook of these data is found and named."""

import shutil
from pathlib import Path

import pytest

from analysis import pipeline
from analysis.disclosure import DisclosureError
from analysis.release import again, contents
from analysis.study import ROOT

ADVICE = "is not what these data give: remove it and run make again, with the same RECORDS and ROOT"


@pytest.fixture
def outputs(tmp_path) -> Path:
    """Return a copy of the project's own results."""
    for file in contents.files():
        (tmp_path / "results" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / "results" / file)
    return tmp_path / "results"


def faults(outputs: Path, empty: Path) -> list[str]:
    return list(again.faults(outputs, ROOT, empty))


def test_results_as_make_left_them_have_no_fault(outputs, tmp_path):
    assert faults(outputs, tmp_path / "empty") == []


def test_files_changed_by_hand_are_named_and_no_others(outputs, tmp_path):
    edits = {
        "figures/care_trend.svg": ("</svg>", "<!-- 7 children --></svg>"),
        "figures/data_quality.csv": (",4685,", ",4684,"),
        "figures/record_children.json": ('"name"', '"Name"'),
        "figures/regulation.json": ("{", "no longer JSON {"),
        "figures/index.html": ("</body>", "7 children</body>"),
        "notebooks/01_evidence.ipynb": ("Evidence", "7 children"),
    }
    for file, (old, new) in edits.items():
        text = (outputs / file).read_text(encoding="utf-8")
        assert old in text
        (outputs / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    picture = outputs / "figures" / "care_rates.png"  # changed in one letter of its metadata
    content = bytearray(picture.read_bytes())
    content[-1] ^= 1
    picture.write_bytes(content)
    changed = {*edits, "figures/care_rates.png"}
    assert sorted(faults(outputs, tmp_path / "empty")) == sorted(f"{file} {ADVICE}" for file in changed)


def test_what_the_gate_refuses_is_said_in_its_words(outputs, tmp_path, monkeypatch):
    make = pipeline.make_numbers

    def refusing(name, file):
        if name == "regulation":
            raise DisclosureError("the numbers may not leave")
        make(name, file)

    monkeypatch.setattr(pipeline, "make_numbers", refusing)
    assert faults(outputs, tmp_path / "empty") == [
        "figures/regulation.csv cannot be made again: the numbers may not leave"
    ]


def test_a_committed_map_older_than_its_numbers_is_named(outputs, tmp_path, monkeypatch):
    """Numbers change where somebody enters a province's count; the map stays where there are no outlines."""
    with (outputs / "figures" / "province_map.csv").open("a") as file:
        file.write("\n")

    def made(name, file):
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(outputs / "figures" / f"{name}.csv", file)

    monkeypatch.setattr(pipeline, "make_numbers", made)
    found = faults(outputs, tmp_path / "empty")
    assert "figures/province_map.png is older than its numbers: draw it with make, a map after make boundaries" in found
