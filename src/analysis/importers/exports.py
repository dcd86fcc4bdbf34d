"""The folder of exports: which files stand in it, and whether they are the simulator's or somebody's records."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from analysis.importers.faults import ExportError, printable, refused

MANIFEST = "SIMULATED.json"
CONSENT = "consent.csv"
NOT_EXPORTS = {MANIFEST, CONSENT, "Thumbs.db", "desktop.ini"}
TEMPORARY = (".", "~$", "~")  # hidden files, and what Excel leaves beside an open workbook
UNFINISHED = (".tmp", ".part", ".crdownload")


@dataclass(frozen=True)
class Exports:
    """The files of a folder in the order of their paths, the code and digest of each, and the origin of all.

    ``states``: size and time of each file when its digest was taken.
    """

    folder: Path
    files: tuple[Path, ...]
    digests: tuple[str, ...]
    origin: str
    states: tuple[tuple[int, ...], ...]

    def shown(self, file: Path) -> str:
        """Return how messages and lists name a file: its path inside the folder, in signs that can be shown."""
        return printable(file.relative_to(self.folder).as_posix())

    def has_changed(self, number: int) -> bool:
        """Return whether the file with this number is not any more the one whose digest was taken."""
        return not self.digests[number] or _state(self.files[number]) != self.states[number]

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
    """Return the exports below ``folder``; raise ``ExportError`` if there is no such folder or nothing in it.

    What cannot be read is one of them without a digest: it must not go missing in silence.
    """
    if not folder.is_dir():
        raise ExportError(printable(f"there is no folder {folder}; name the one your exports are in"))
    files = tuple(sorted(_below(folder), key=Path.as_posix))
    if not files:
        raise ExportError(
            printable(f"{folder} holds no file to import; put the exports of your systems there as they came out")
        )
    states = tuple(_state(file) for file in files)
    digests = tuple(_sha256(file) for file in files)
    return Exports(folder, files, digests, _origin(folder, files, digests), states)


def check_own(file: Path) -> None:
    """Raise ``ExportError`` for what stands in a folder and is no file of its own: a link, a pipe, a device.

    A link may lead to any file of the computer, a pipe never end.
    """
    if file.is_symlink():
        raise refused(file, "it is a link, and links are not followed", "Put the file itself in its place.")
    if file.exists() and not file.is_file():
        raise refused(file, "this is no file but a pipe or a device", "Remove it from the folder.")
    try:
        str(file).encode()
    except UnicodeEncodeError:
        raise refused(file, "its name, or that of a folder above, is not UTF-8", "Give it another name.") from None


def _below(folder: Path) -> Iterator[Path]:
    """Yield what stands below ``folder`` and is no folder, hidden, unfinished or known to be no export."""
    waiting = [folder]
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.name.startswith(TEMPORARY):
                continue
            if entry.is_dir() and not entry.is_symlink():
                waiting.append(entry)
            elif entry.name not in NOT_EXPORTS and entry.suffix not in UNFINISHED:
                yield entry


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise refused(folder, f"the folder cannot be opened: {reason}", "Check its permissions.") from None


def _origin(folder: Path, files: tuple[Path, ...], digests: tuple[str, ...]) -> str:
    """Return ``simulated`` only if the simulator's manifest lists every file with its digest, else ``records``."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return "records"
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        is_known = all(
            digest and listed.get(file.relative_to(folder).as_posix()) == digest
            for file, digest in zip(files, digests, strict=True)
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return "records"
    return "simulated" if is_known else "records"


def _sha256(file: Path) -> str:
    """Return the digest of a file, "" of what cannot be read: why is told when its turn comes."""
    try:
        check_own(file)
        with file.open("rb", buffering=0) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (ExportError, OSError):
        return ""


def _state(file: Path) -> tuple[int, ...]:
    """Return size and time of a file as it stands now; nothing where it cannot be asked."""
    try:
        state = file.lstat()
    except OSError:
        return ()
    return state.st_size, state.st_mtime_ns
