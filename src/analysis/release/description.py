"""Description: release.json says what a release holds, by which rules and which code, and who answers for it.

Nothing in it tells of a machine, a user, a path or a clock: the same data and code give the same bytes.
"""

import json
import platform
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import sources, store
from analysis import study as choices
from analysis.release import checkout, contents

SCHEMA_VERSION = 1
LOCK = "requirements.lock"


def described(
    outputs: Path, repository: Path, signed_by: str, date: str | None, earlier: Sequence[str]
) -> dict[str, Any]:
    """Return what release.json says of the files below ``outputs``; ``earlier`` names the releases compared with."""
    figures = {name: _figure(outputs / contents.numbers(name)) for name in contents.figures()}
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "schema_version": SCHEMA_VERSION,
        "origin": store.most_guarded(figure["origin"] for figure in figures.values()),
        "signed_by": signed_by,
        **({"date": date} if date else {}),
        "homeward": {"version": project["version"], "git_commit": checkout.commit(repository)},
        "python": platform.python_version(),
        "packages": {"requirements_lock_sha256": sources.sha256(repository / LOCK), "unlike_it": _unlike(repository)},
        "rules": choices.as_json(choices.load().disclosure),
        "earlier_releases": list(earlier),
        "figures": figures,
        "files": {file: sources.sha256(outputs / file) for file in contents.files()},
    }


def as_json(description: Mapping[str, Any]) -> bytes:
    """Return the bytes of release.json."""
    return (json.dumps(description, indent=2, ensure_ascii=False) + "\n").encode()


def _figure(file: Path) -> dict[str, Any]:
    """Return the origin of a figure's numbers, its rows, and in how many of them a number is withheld."""
    numbers = pd.read_csv(file, dtype="str", keep_default_na=False)
    n_withheld = int((numbers["withheld"] != "").sum()) if "withheld" in numbers else 0
    return {"origin": numbers["origin"].iloc[0], "rows": len(numbers), "withheld": n_withheld}


def _unlike(repository: Path) -> list[str]:
    """Return the installed packages that have another version than the locked one, as conda may install them."""
    locked: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", (repository / LOCK).read_text(encoding="utf-8"), re.M):
        locked.setdefault(name, set()).add(version)
    installed = {d.name.lower().replace("_", "-"): d.version for d in metadata.distributions()}
    return sorted(f"{name} {installed[name]}" for name in locked if installed.get(name, "") not in {"", *locked[name]})
