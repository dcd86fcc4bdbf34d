"""Checkout: the commit whose code made the figures, and whether all of that code stands in it."""

import os
import subprocess
from pathlib import Path

N_SHOWN = 5
STATUS = ("status", "--porcelain", "--untracked-files=normal")  # whatever a user's own settings leave out


def commit(repository: Path) -> str:
    """Return the commit of the code in ``repository``."""
    return _asked(repository, "rev-parse", "HEAD").strip()


def faults(repository: Path) -> list[str]:
    """Return why nobody could tell later which code made the figures: no checkout, or code outside the commit."""
    try:
        top = Path(_asked(repository, "rev-parse", "--show-toplevel").strip())
        commit(repository)
        changed = [line[3:] for line in _asked(repository, *STATUS).splitlines()]
    except (OSError, subprocess.CalledProcessError):
        top, changed = None, []
    if top is None or top.resolve() != repository.resolve():
        return ["this copy of Homeward is no git checkout, so nobody could tell which code made these files: clone it"]
    if not changed:
        return []
    more = f" and {len(changed) - N_SHOWN} more" if len(changed) > N_SHOWN else ""
    return [
        f"the code is not the committed one: {', '.join(changed[:N_SHOWN])}{more}; commit these files, "
        "undo the changes, or move away what does not belong here"
    ]


def _asked(repository: Path, *question: str) -> str:
    ours = ("-c", f"safe.directory={repository.resolve()}")  # whoever unpacked it: we run its code already
    command = ["git", *ours, "--no-optional-locks", "-C", str(repository), *question]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # as a hook sets them
    return subprocess.run(command, env=plain, capture_output=True, text=True, check=True).stdout  # noqa: S603
