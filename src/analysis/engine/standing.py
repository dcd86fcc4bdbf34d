"""What a machine stands on: its code, its packages and the country. Two that differ in it must not share work."""

import hashlib
import importlib.metadata
import os
import platform
from functools import cache
from pathlib import Path

from analysis.study import ROOT

CODE = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
NOT_CODE = ("__pycache__",)
WORKED_WITH = ("numpy", "pandas", "polars", "pyarrow", "scipy")  # what numbers come out of
COUNTRY = "country"
SETTINGS = ("OPENBLAS_NUM_THREADS", "PYTHONHASHSEED", "TZ")  # make sets them: sums of products depend on threads


@cache
def standing() -> dict[str, str]:
    """Return what must be the same everywhere: digests of ``src/analysis`` and of the lock, versions, the country."""
    from analysis import country

    versions = {name: importlib.metadata.version(name) for name in WORKED_WITH}
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.exists() else "none"
    return {
        "src/analysis": _digest(CODE),
        LOCK.name: lock,
        COUNTRY: country.CHOSEN,
        **{name: os.environ.get(name, "not set") for name in SETTINGS},
        "python": platform.python_version(),
        **versions,
    }


def difference(here: dict[str, str], there: dict[str, str]) -> str:
    """Return in words what differs between two standings, "" if nothing does."""
    differing = [name for name in here if there.get(name) != here[name]]
    return ", ".join(
        f"another {name}" if len(here[name]) == hashlib.sha256().digest_size * 2 else
        f"{name} {there.get(name, 'none')} instead of {here[name]}"
        for name in differing
    )  # fmt: skip


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    files = (file for file in folder.rglob("*") if file.is_file() and not set(NOT_CODE) & set(file.parts))
    for file in sorted(files, key=lambda file: file.relative_to(folder).as_posix()):
        whole.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
