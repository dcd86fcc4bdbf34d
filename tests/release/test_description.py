"""release.json: hashes, rules, versions, who signs; nothing of the machine. The checklist: a page nobody ticked."""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from analysis import study
from analysis.release import checklist, contents, description
from analysis.study import ROOT

SIGNED = "head of research, a made-up organisation"


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """Return a repository with a commit, and the files that release.json names versions from."""
    place = tmp_path_factory.mktemp("repository")
    for file in ("pyproject.toml", description.LOCK):
        shutil.copy(ROOT / file, place)
    as_somebody = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(place), *as_somebody, *arguments], check=True, capture_output=True)  # noqa: S607
    return place


@pytest.fixture(scope="module")
def described(repository):
    return description.described(ROOT, repository, SIGNED, None, ["an earlier one"])


def test_it_names_every_file_with_its_hash(described):
    assert list(described["files"]) == contents.files()
    for file, digest in described["files"].items():
        assert hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == digest, file


def test_it_tells_rows_origin_and_what_is_withheld_of_each_figure(described):
    numbers = pd.read_csv(ROOT / "figures" / "data_quality.csv", dtype="str")
    assert described["figures"]["data_quality"] == {
        "origin": "simulated",
        "rows": len(numbers),
        "withheld": int(numbers["withheld"].notna().sum()),
    }
    assert described["figures"]["care_trend"]["origin"] == "published"
    assert described["figures"]["care_trend"]["withheld"] == 0
    assert described["origin"] == "simulated", "the most guarded of all"


def test_it_holds_every_rule_the_code_the_versions_and_who_answers(described, repository):
    rules = study.load().disclosure
    assert set(described["rules"]) == set(rules)
    assert described["rules"]["least_rows"] == rules.least_rows
    assert described["rules"]["age_bands"] == list(rules.age_bands)
    head = subprocess.run(["git", "-C", str(repository), "rev-parse", "HEAD"], capture_output=True, text=True)  # noqa: S607
    assert described["homeward"]["git_commit"] == head.stdout.strip()
    assert described["python"] == platform.python_version()
    assert described["signed_by"] == SIGNED
    assert described["earlier_releases"] == ["an earlier one"]


def test_it_tells_nothing_of_the_machine_the_user_or_the_hour(described, repository):
    text = description.as_json(described).decode()
    assert json.loads(text) == described
    for private in (str(ROOT), str(repository), platform.node(), str(Path.home()), os.environ.get("USER") or "a user"):
        assert private not in text
    assert "date" not in described
    again = description.described(ROOT, repository, SIGNED, None, ["an earlier one"])
    assert description.as_json(again).decode() == text


def test_a_day_stands_in_it_only_if_it_is_given(repository):
    assert description.described(ROOT, repository, SIGNED, "2026-03-31", [])["date"] == "2026-03-31"


@pytest.mark.skipif("CONDA_DEFAULT_ENV" in os.environ, reason="conda resolves its own versions")
def test_packages_of_another_version_than_the_locked_one_are_named(described, repository, tmp_path):
    assert described["packages"]["unlike_it"] == []
    (tmp_path / description.LOCK).write_text("pandas==0.1 \\\n    --hash=sha256:0\nno-such-package==1\n")
    shutil.copy(repository / "pyproject.toml", tmp_path)
    [unlike] = description._unlike(tmp_path)
    assert unlike == f"pandas {pd.__version__}"


def test_the_checklist_is_a_page_that_names_every_figure_and_that_nobody_has_signed(described):
    text = checklist.text(described, contents.notebooks())
    read = re.sub(r"\]\([^)]*\)", "]", text)  # addresses of links are not read
    assert sum(1 + len(line) // 100 for line in read.splitlines()) <= 60, "more than a page"
    assert all(f"| [{name}](figures/{name}.svg) |" in text for name in contents.figures())
    assert all(file in text for file in contents.notebooks())
    assert text.count("- [ ] ") == len(checklist.QUESTIONS)
    assert "[x]" not in text.lower()
    assert f"at least {study.load().disclosure.least_rows} children" in text
    assert "Signature: ____" in text
