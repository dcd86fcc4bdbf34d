"""A step as it runs on somebody else's machine: with another environment, other limits, streams and rights."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from analysis.study import ROOT

HOSTILE = "កន្លែង របស់ 'យើង' & \"their\""  # blanks, both quotation marks and Khmer letters
NEEDED = ("Makefile", "tables.mk", "requirements.lock", "pyproject.toml", "src", "tools", "notebooks", "data/raw")
DRAWN = "care_trend"  # a figure of published numbers
KEY = {"HOMEWARD_KEY": "1a" * 32}
BARE = {
    "PATH": os.environ["PATH"],
    "OPENBLAS_NUM_THREADS": "1",  # sums of products depend on threads
    "MPLCONFIGDIR": str(ROOT / "build" / "matplotlib"),  # where what is known of fonts stands already
}
EVERYTHING = "-dac_override,-dac_read_search"  # what root may, whatever the rights of a file say


def run(
    *arguments: object, code: Path = ROOT, first: str = "", through: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m analysis`` with ``arguments`` from the ``code`` in a folder, after the commands ``first``.

    ``through`` are the words of a program that runs it, such as ``unshare``. ``environment`` is all that it gets.
    """
    given = {**BARE, "PYTHONPATH": str(code / "src"), **environment}
    step = [sys.executable, "-m", "analysis", *map(str, arguments)]
    command = [*through, "bash", "-c", f'{first}\nexec "$@"', "bash", *step]
    return subprocess.run(command, env=given, cwd="/", capture_output=True, encoding="utf-8", errors="replace")


def make(
    folder: Path, *arguments: str, first: str = "", through: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run make in ``folder`` with this interpreter, as ``run`` runs a step."""
    own = [f"PY={sys.executable}", "ENV=", f"PYTHON={sys.executable}"]
    command = [*through, "bash", "-c", f'{first}\nexec make "$@"', "bash", *own, *arguments]
    given = {**BARE, "HOME": str(folder), **environment}
    return subprocess.run(command, env=given, cwd=folder, capture_output=True, encoding="utf-8", errors="replace")


def copied(to: Path) -> Path:
    """Return a copy of what steps need of the project, nothing built; its times are kept, so that nothing compiles."""
    for name in NEEDED:
        if (ROOT / name).is_dir():
            passed_over = shutil.ignore_patterns("*.ipynb", "*.pyc.*")  # the latter another test is just compiling
            shutil.copytree(ROOT / name, to / name, ignore=passed_over)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)
    return to


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below ``folder``, by its place there."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@cache
def is_permitted(*command: str) -> bool:
    """Return whether this machine lets us run a program through the words ``command``."""
    return (
        shutil.which(command[0]) is not None
        and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    )


def as_nobody_special() -> tuple[str, ...] | None:
    """Return the words that run a program for whom the rights of files hold, also if we are root; None if none do."""
    if os.geteuid() != 0:
        return ()
    words = ("setpriv", f"--bounding-set={EVERYTHING}")
    return words if is_permitted(*words) else None


def as_a_stranger() -> tuple[str, ...] | None:
    """Return the words that run a program as a user without account and home, to whom no file belongs; None if none do.

    It may read and write everywhere all the same, since the interpreter may lie where only root looks.
    """
    rights = "+dac_override,+dac_read_search"
    words = ("setpriv", "--reuid=54321", f"--inh-caps={rights}", f"--ambient-caps={rights}")
    return words if os.geteuid() == 0 and is_permitted(*words) else None


def without_network() -> tuple[str, ...] | None:
    """Return the words that run a program on a machine without any network but its own; None if that is not let."""
    for words in (("unshare", "--net"), ("unshare", "--map-root-user", "--net")):
        if is_permitted(*words):
            return words
    return None
