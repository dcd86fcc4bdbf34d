"""Only code that stands in a commit makes a release."""

import subprocess
from pathlib import Path

import pytest

from analysis.release import checkout


def git(repository: Path, *arguments: str) -> None:
    as_somebody = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", "-C", str(repository), *as_somebody, *arguments], check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def repository(tmp_path) -> Path:
    place = tmp_path / "homeward"
    (place / "src").mkdir(parents=True)
    (place / "src" / "code.py").write_text("1\n")
    (place / ".gitignore").write_text("build/\n")
    git(place.parent, "init", "-q", str(place))
    git(place, "add", "-A")
    git(place, "commit", "-qm", "first")
    return place


def test_a_clean_checkout_passes_whatever_git_ignores(repository):
    (repository / "build").mkdir()
    (repository / "build" / "x").write_text("x")
    assert checkout.faults(repository) == []
    assert len(checkout.commit(repository)) == 40


@pytest.mark.parametrize(
    ("file", "content"), [("src/code.py", "2\n"), ("src/new.py", "1\n"), ("pandas.py", ""), (".gitignore", "")]
)
def test_a_changed_or_unknown_file_is_named(repository, file, content):
    (repository / file).write_text(content)
    [fault] = checkout.faults(repository)
    assert f"the code is not the committed one: {file};" in fault


def test_neither_settings_nor_a_hook_of_the_user_hide_a_file(repository, tmp_path, monkeypatch):
    git(repository, "config", "status.showUntrackedFiles", "no")
    git(tmp_path, "init", "-q", "another")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another" / ".git"))
    (repository / "src" / "new.py").write_text("1\n")
    assert "src/new.py;" in checkout.faults(repository)[0]


def test_what_is_staged_or_deleted_is_not_committed(repository):
    (repository / "src" / "code.py").write_text("2\n")
    git(repository, "add", "-A")
    assert len(checkout.faults(repository)) == 1
    git(repository, "commit", "-qm", "second")
    assert checkout.faults(repository) == []
    (repository / "src" / "code.py").unlink()
    assert len(checkout.faults(repository)) == 1


def test_of_many_files_some_are_named_and_the_rest_counted(repository):
    for name in "abcdefg":
        (repository / f"{name}.py").write_text("")
    assert "a.py, b.py, c.py, d.py, e.py and 2 more;" in checkout.faults(repository)[0]


def test_a_copy_without_git_is_refused_even_inside_another_checkout(repository, tmp_path, monkeypatch):
    unpacked = repository / "build" / "unpacked"
    unpacked.mkdir(parents=True)
    for place in (tmp_path, unpacked):
        assert "is no git checkout" in checkout.faults(place)[0]
    monkeypatch.setenv("PATH", "")
    assert "is no git checkout" in checkout.faults(repository)[0]


def test_a_checkout_without_a_commit_is_refused(tmp_path):
    git(tmp_path, "init", "-q", "new")
    assert "is no git checkout" in checkout.faults(tmp_path / "new")[0]
