"""What kind of file lies here, by its first bytes and never by its name; locked and packed files are refused."""

import stat
import zipfile
from functools import lru_cache
from pathlib import Path

from analysis.importers import biff, spans
from analysis.importers.faults import refused

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
STATA = (b"<stata_dta>", *(bytes([release, order, 1, 0]) for release in (113, 114, 115) for order in (1, 2)))
SPSS = (b"$FL2", b"$FL3")
STATISTICAL = ("stata", "spss")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"
LOCKED = "EncryptedPackage".encode("utf-16-le")  # the stream in which Office puts a workbook with a password
LEGACY = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
N_BYTES = 1 << 16
UNLOCK = "Open it on your own computer with its password, save it without one, and import that copy."


def kind(file: Path) -> str:
    """Return "workbook", "csv", "json", "stata" or "spss"; raise ``ExportError`` for a file that is none of them."""
    try:
        state = file.stat()
        if not stat.S_ISREG(state.st_mode):  # a pipe would be waited for, a device may never end
            raise refused(file, "this is no file but a folder, a pipe or a device", "Name the export itself.")
        return _kind(file, state.st_mtime_ns, state.st_size)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise refused(file, f"the file cannot be opened: {reason}", "Check its path and permissions.") from None


@lru_cache(maxsize=8)
def _kind(file: Path, _changed: int, _size: int) -> str:
    """Return the kind of a file as it stands now."""
    with file.open("rb") as stream:
        start = stream.read(N_BYTES)
    if start.startswith(OLE):
        return _kind_of_ole(file)
    if start.startswith(ZIP):
        return _kind_of_zip(file)
    if start.startswith(STATA):
        return "stata"
    if start.startswith(SPSS):
        return "spss"
    if start.startswith(UTF_16):
        raise refused(file, "the text is UTF-16", 'Open it in Excel and save it as "CSV UTF-8 (comma delimited)".')
    text = start.removeprefix(BOM).lstrip()
    if not text:
        raise refused(file, "the file is empty", "Export it again.")
    if b"\0" in start:
        raise refused(file, "expected a workbook, a CSV or a JSON file, found other bytes", "Export it again.")
    return "json" if text[:1] in (b"[", b"{") else "csv"


def _kind_of_ole(file: Path) -> str:
    content = file.read_bytes()
    if LOCKED in content:
        raise refused(file, "the workbook is locked with a password", UNLOCK)
    if not any(name in content for name in LEGACY):
        raise refused(file, "expected an Excel workbook, found another Office file", "Export it again as .xlsx.")
    if not biff.is_sound(content):
        raise refused(file, "the workbook is damaged", "Export or copy it again.")
    return "workbook"


def _kind_of_zip(file: Path) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            is_bomb = spans.unpack_too_far(members)
            is_vast = not is_bomb and spans.reach_too_far(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refused(file, "the file is damaged", "Export or copy it again.") from None
    if any(member.flag_bits & 1 for member in members):
        raise refused(
            file, "the archive is locked with a password", "Unpack it on your own computer, import what is inside."
        )
    if not any(member.filename.startswith("xl/") for member in members):
        raise refused(
            file, "this is an archive, not an export", "Unpack it on your own computer, import what is inside."
        )
    if is_bomb:
        raise refused(
            file,
            "it unpacks to more than any workbook of records, or to many times what a workbook does",
            "Export it again; a table of that size as CSV.",
        )
    if is_vast:
        raise refused(
            file,
            "a sheet reaches over more than 150 million cells; some cell far from the table is filled or formatted",
            "In Excel press Ctrl+End to find it, delete the empty rows and columns up to there, and save.",
        )
    return "workbook"
