"""The study's choices are frozen, have a reason each, and a changed copy leaves the first alone."""

import re

import pytest

from analysis import study as choices


def test_a_changed_study_is_a_copy():
    study = choices.load()
    changed = study.changed("intervals.confidence", 0.8)
    assert (study.intervals.confidence, changed.intervals.confidence) == (0.95, 0.8)


@pytest.mark.parametrize("path", ["intervals.confidense", "interval.confidence", "nothing"])
def test_a_misspelt_choice_is_refused(path):
    with pytest.raises(KeyError, match=r"study\.toml has no choice"):
        choices.load().changed(path, 0.8)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("facility_size_cvs = 0.8  # misspelt", r"study\.toml has no choice care_rates\.facility_size_cv; it has"),
        ("facility_size_cv = 0,8  # a comma", r"study\.toml cannot be read: .*line \d+.*write: name = value"),
    ],
)
def test_a_fault_in_the_file_is_one_clear_error(line, said, tmp_path, monkeypatch):
    text = re.sub(r"^facility_size_cv = .*$", line, choices.STUDY_FILE.read_text(encoding="utf-8"), flags=re.M)
    file = tmp_path / "study.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(choices, "STUDY_FILE", file)
    monkeypatch.setattr(choices, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=said):  # what a step tells in one message
        assert choices.load.__wrapped__().care_rates.facility_size_cv


def test_a_study_is_frozen():
    with pytest.raises(AttributeError, match="frozen"):
        choices.load().seed = 1


def test_every_choice_has_its_reason_on_its_line():
    lines = [line for line in choices.STUDY_FILE.read_text(encoding="utf-8").splitlines() if "=" in line]
    without = [line for line in lines if not line.startswith("#") and len(line.partition("  # ")[2]) < 10]
    assert without == []
