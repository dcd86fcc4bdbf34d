"""The seam without a cluster: one process, the same functions, nothing worked out before it is asked for."""

import functools
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis import engine, study
from analysis.engine import parts, standing
from analysis.study import ROOT


@pytest.fixture(autouse=True)
def _serial(monkeypatch):
    monkeypatch.delenv("HOMEWARD_ENGINE", raising=False)


def added(number: int, other: int = 0, more: int = 0) -> int:
    return number + 10 * other + 100 * more


def test_results_come_in_the_order_of_items_with_what_they_share():
    assert list(engine.map(added, [3, 1, 2], shared={"more": 2})) == [203, 201, 202]
    assert list(engine.map(functools.partial(added, more=1), [1, 2], [3, 4])) == [131, 142]
    assert list(engine.map(added, [])) == []


def test_items_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        list(engine.map(added, [1, 2], [3]))


def test_nothing_is_worked_out_before_it_is_asked_for():
    begun = []
    found = engine.map(begun.append, iter([1, 2, 3]))
    assert begun == []
    next(found)
    assert begun == [1]


def test_an_engine_that_there_is_not_is_named(monkeypatch):
    monkeypatch.setenv("HOMEWARD_ENGINE", "spark")
    with pytest.raises(engine.EngineError, match="no engine 'spark'; HOMEWARD_ENGINE is serial"):
        engine.map(added, [1])


def test_serial_use_needs_no_package_of_a_cluster():
    asked = "import sys; from analysis import engine; print(list(engine.map(abs, [-1])), 'distributed' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT / "src")}
    )
    assert told.stdout.split() == ["[1]", "False"]


def test_a_study_can_be_sent_to_another_process():
    choices = study.load()
    sent = pickle.loads(pickle.dumps(choices))  # noqa: S301 - dumped here
    assert dict(sent) == dict(choices)
    assert sent.intervals.changed("confidence", 0.5).confidence == 0.5


def test_a_file_is_written_whole_for_its_owner_only_and_checked_when_read(tmp_path):
    file = parts.written(b"of children", tmp_path / "deep" / "part")
    stored = parts.Stored(file, parts.digest_of(b"of children"))
    assert stored.content() == b"of children"
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert [other.name for other in file.parent.iterdir()] == ["part"]
    file.write_bytes(b"of others")
    with pytest.raises(engine.EngineError, match="not what was written"):
        stored.content()


def test_a_part_shows_nothing_of_what_it_is_given():
    part = parts.Part(added, 7, b"a child", None, {})
    assert repr(part) == "<part 7>"
    assert "a child" not in repr(parts.Outcome(b"a child"))


def test_what_cannot_be_sent_is_said():
    with pytest.raises(engine.EngineError, match="can be sent nowhere"):
        parts.packed(lambda: np.nan)


def test_what_differs_between_two_machines_is_named():
    here = standing.standing()
    assert standing.difference(here, dict(here)) == ""
    there = here | {"src/analysis": "0" * 64, "numpy": "1.0"}
    assert standing.difference(here, there) == f"another src/analysis, numpy 1.0 instead of {here['numpy']}"


def test_one_changed_letter_of_the_code_is_another_code(tmp_path):
    (tmp_path / "module.py").write_text("ONE = 1\n")
    (tmp_path / "__pycache__").mkdir()
    before = standing._digest(tmp_path)
    (tmp_path / "__pycache__" / "module.pyc").write_bytes(b"made anew")
    assert standing._digest(tmp_path) == before
    (tmp_path / "module.py").write_text("ONE = 2\n")
    assert standing._digest(tmp_path) != before


def test_a_part_that_another_code_would_work_out_is_refused():
    outcome = parts.done(parts.Part(added, 1, parts.packed((1,)), None, {"numpy": "1.0"}), parts.packed({}))
    assert "a worker came that has numpy" in str(outcome.raised)


def test_a_file_that_never_comes_into_sight_is_said(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(parts, "SECONDS_OF_A_FILE_SYSTEM", 0)
    with pytest.raises(engine.EngineError, match="is it one file system"):
        parts.awaited(tmp_path / "nothing")
