"""A computer that several people share: what is whose."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from surrounded import BARE, ROOT, as_a_stranger

PATIENCE = 30.0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every step is a process of its own")
def test_only_its_owner_may_ask_the_process_that_runs_steps(tmp_path):
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    place = tmp_path / "build" / "warm" / str(os.getpid())  # this process stands for the make that asks
    words = ["bash", "-c", 'umask 000; exec "$@"', "bash", sys.executable, "tools/warm.py", place.name]
    server = subprocess.Popen(words, cwd=tmp_path, env={**BARE, "HOME": str(tmp_path)})
    try:
        end = time.monotonic() + PATIENCE
        while not place.is_socket():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)
        assert [oct(way.stat().st_mode & 0o77) for way in (place, place.parent)] == ["0o0", "0o0"]
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def repository() -> Iterator[Path]:
    """Return a repository of ours that others may read: where git looks, it asks by the rights of files alone."""
    git, as_somebody = shutil.which("git"), ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        (place / ".gitignore").write_text("build/\n")
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
            subprocess.run([git, "-C", place, *as_somebody, *words], check=True)
        yield place


@pytest.mark.skipif(as_a_stranger() is None, reason="only root can become another user")
def test_a_project_that_somebody_else_unpacked_is_a_checkout_like_any_other(repository):
    asks = (
        "import sys, pathlib; from analysis.importers import folders; from analysis.release import checkout; "
        "here = pathlib.Path(sys.argv[1]); folders.checked(None, here / 'build' / 'results', here); "
        "print(checkout.faults(here))"
    )
    words = [*as_a_stranger(), sys.executable, "-c", asks, repository]
    done = subprocess.run(words, env={**BARE, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
