"""How far the sheets of an .xlsx reach. One stray cell in the last corner makes a sheet of 17 billion cells.

The reader would ask for memory for every one of them, and the process would end without a word.
"""

import re
import zipfile
import zlib
from string import ascii_uppercase

MOST_CELLS = 150_000_000  # of a sheet: a million rows of 150 columns
N_BYTES = 4096  # a sheet says how far it reaches before its first row
REACH = re.compile(rb'<(?:\w+:)?dimension [^>]*?ref="[A-Z]+\d+:([A-Z]+)(\d+)"')


def reach_too_far(archive: zipfile.ZipFile) -> bool:
    """Return whether some sheet says that it reaches over more cells than any table has."""
    sheets = [member for member in archive.infolist() if member.filename.startswith("xl/worksheets/")]
    return any(_n_cells(_start(archive, member)) > MOST_CELLS for member in sheets)


def _start(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the beginning of a sheet; nothing where it is damaged, which the reader will say."""
    try:
        with archive.open(member) as stream:
            return stream.read(N_BYTES)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return b""


def _n_cells(start: bytes) -> int:
    found = REACH.search(start)
    if not found:
        return 0
    width = 0
    for letter in found[1].decode():
        width = width * len(ascii_uppercase) + ascii_uppercase.index(letter) + 1
    return width * int(found[2])
