"""A copy of the project's sources in which makes may be killed, made to wait, and given what is broken."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.study import ROOT

PATIENCE = 120.0
NOT_OURS = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "STEPS", "BOUNDARIES", "RECORDS", "ROOT", "HOMEWARD_ROOT"}
GATE = """import os, sys, time
if "analysis" in sys.orig_argv:
    open("begun", "a").close()
    while not os.path.exists("open"):
        time.sleep(0.02)
"""


class Project:
    """The sources alone, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("src", "tools", "notebooks", "data/raw"):
            kept = shutil.ignore_patterns("__pycache__", "*.ipynb", "*.tmp")
            shutil.copytree(ROOT / name, folder / name, ignore=kept)
        (folder / "build").mkdir()
        for name in ("Makefile", "tables.mk", "requirements.lock", "build/dependencies.mk"):
            if (ROOT / name).exists():
                shutil.copy2(ROOT / name, folder / name)

    def run(self, *words: str, **other: object) -> subprocess.CompletedProcess[str]:
        """Run make with this interpreter."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **other}
        return subprocess.run(_command(*words), cwd=self.folder, env=_env(), text=True, check=False, **given)

    def made(self, *words: str) -> list[str]:
        """Run make and return the steps that ran."""
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return steps_in(done.stdout)

    def start(self, *words: str) -> "Make":
        """Start make in a group of processes of its own."""
        return Make(self.folder, words)

    def files(self, *names: str) -> dict[str, bytes]:
        """Return what stands in files and folders of the project, by path."""
        found = [file for name in names for file in [self.folder / name, *(self.folder / name).rglob("*")]]
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in found if file.is_file()}

    def half_written(self) -> list[str]:
        """Return what is not yet, or was never, put in its place."""
        hidden = re.compile(r".*\.tmp|\..+-\d+-\w+(-old)?")
        return [str(file.relative_to(self.folder)) for file in self.folder.rglob("*") if hidden.fullmatch(file.name)]

    def gate(self, is_there: bool) -> None:
        """Let steps that begin from now on wait until ``open`` stands in the project, or no more; it is no source."""
        gate = self.folder / "src" / "sitecustomize.py"
        gate.write_text(GATE if is_there else "", encoding="utf-8")


class Make:
    """A make that goes on beside the test."""

    def __init__(self, folder: Path, words: tuple[str, ...]) -> None:
        self._told = folder.with_name(f"{folder.name} told {time.monotonic_ns()}")
        with self._told.open("w") as told:
            new = {"stdout": told, "stderr": subprocess.STDOUT, "start_new_session": True}
            self.process = subprocess.Popen(_command(*words), cwd=folder, env=_env(), **new)

    @property
    def told(self) -> str:
        """What it has said so far."""
        return self._told.read_text(encoding="utf-8")

    def ended(self) -> int:
        """Wait for its end and return its exit status."""
        return self.process.wait(PATIENCE)

    def kill(self, group: bool = True) -> None:
        """Kill it, with its commands or alone."""
        (os.killpg if group else os.kill)(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


def steps_in(told: str) -> list[str]:
    return sorted(re.findall(r"^\[\d+/\d+\] (\S+)", told, flags=re.M))


def _command(*words: str) -> list[str]:
    python = {"PY": sys.executable, "ENV": "", "PYTHON": sys.executable}
    return ["make", *(f"{name}={value}" for name, value in python.items()), *words]  # a later word wins


def _env() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_OURS}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Iterator[Project]:
    """Return a project that the tests of a module share; nothing of it runs on after them."""
    made = Project(tmp_path_factory.mktemp("faults").resolve() / "homeward")
    yield made
    (made.folder / "open").touch()  # for whatever still waits


@pytest.fixture(scope="session")
def wait_until() -> Callable[[Callable[[], bool]], None]:
    def wait(is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def tool() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs one of make's tools in a folder."""

    def run(folder: Path, name: str, *words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-S", str(ROOT / "tools" / name), *map(str, words)]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)

    return run


def _a_make() -> Iterator[subprocess.Popen]:
    """Return a process that stands for a make."""
    process = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


somebody = pytest.fixture(_a_make, name="somebody")
somebody_else = pytest.fixture(_a_make, name="somebody_else")
