"""The folder of exports: which files stand in it, and whether they are the simulator's or somebody's records."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from analysis.importers.faults import ExportError

MANIFEST = "SIMULATED.json"
CONSENT = "consent.csv"
NOT_EXPORTS = {MANIFEST, CONSENT, "Thumbs.db", "desktop.ini"}
TEMPORARY = (".", "~$", "~")  # hidden files, and what Excel leaves beside an open workbook
UNFINISHED = (".tmp", ".part", ".crdownload")


@dataclass(frozen=True)
class Exports:
    """The files of a folder in the order of their paths, the code and digest of each, and the origin of all."""

    folder: Path
    files: tuple[Path, ...]
    digests: tuple[str, ...]
    origin: str

    def shown(self, file: Path) -> str:
        """Return how messages name a file: its path inside the folder."""
        return file.relative_to(self.folder).as_posix()

    @property
    def absolute(self) -> "Exports":
        """The same for a process that works in another folder."""
        return replace(self, folder=self.folder.absolute(), files=tuple(file.absolute() for file in self.files))

    @property
    def listed(self) -> pl.DataFrame:
        """One row a file: the code that stands for it in tables, its path and its digest. A restricted list."""
        return pl.DataFrame(
            {
                "file_code": [code(number) for number in range(len(self.files))],
                "path": [self.shown(file) for file in self.files],
                "sha256": list(self.digests),
            },
            schema=dict.fromkeys(("file_code", "path", "sha256"), pl.String),
        )


def code(number: int) -> str:
    """Return the code of the file with this number: a file's name may name an agency or a child."""
    return f"E{number + 1:03d}"


def found_in(folder: Path) -> Exports:
    """Return the exports below ``folder``; raise ``ExportError`` if there is no such folder or nothing in it."""
    if not folder.is_dir():
        raise ExportError(f"there is no folder {folder}; name the one your exports are in")
    files = tuple(sorted((file for file in folder.rglob("*") if _is_export(file, folder)), key=Path.as_posix))
    if not files:
        raise ExportError(f"{folder} holds no file to import; put the exports of your systems there as they came out")
    digests = tuple(_sha256(file) for file in files)
    return Exports(folder, files, digests, _origin(folder, files, digests))


def _is_export(file: Path, folder: Path) -> bool:
    inside = file.relative_to(folder)
    is_hidden = any(part.startswith(TEMPORARY) for part in inside.parts)
    return file.is_file() and not (is_hidden or file.name in NOT_EXPORTS or file.suffix in UNFINISHED)


def _origin(folder: Path, files: tuple[Path, ...], digests: tuple[str, ...]) -> str:
    """Return ``simulated`` only if the simulator's manifest lists every file with its digest, else ``records``."""
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        is_known = all(
            listed.get(file.relative_to(folder).as_posix()) == digest
            for file, digest in zip(files, digests, strict=True)
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return "records"
    return "simulated" if is_known else "records"


def _sha256(file: Path) -> str:
    with file.open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
