"""How far the sheets of an .xlsx reach, and to what it unpacks, before anybody asks for memory for either.

One stray cell in the last corner makes a sheet of 17 billion cells, and a file of a few megabytes can unpack to more
than any computer holds: the reader would ask for all of it, and the process would end without a word.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

MOST_CELLS = 150_000_000  # of a sheet: a million rows of 150 columns
MOST_BYTES = 2 << 30  # of a workbook when unpacked: some seventy million cells, for which the reader takes gigabytes
MOST_TIMES = 100  # its packed size, to which a large part unpacks; tables unpack to ten or fifteen times theirs
LARGE = 100 << 20  # bytes
N_BYTES = 4096  # a sheet says how far it reaches before its first row
N_BYTES_AT_ONCE, LONGEST_TAG = 1 << 20, 1 << 12
REACH = re.compile(rb'<(?:\w+:)?dimension [^>]*?ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
PLACE = re.compile(rb'<(?:\w+:)?(?:row|c) [^<>]*?r="([A-Z]{0,3})(\d{1,7})"')


def unpack_too_far(members: Sequence[zipfile.ZipInfo]) -> bool:
    """Return whether the parts of a workbook say that they unpack to more than a table does, or say what cannot be."""
    return sum(member.file_size for member in members) > MOST_BYTES or any(map(_is_odd, members))


def reach_too_far(archive: zipfile.ZipFile) -> bool:
    """Return whether some sheet reaches over more cells than any table has.

    What a sheet says of itself is believed; one that says nothing is looked through to its end.
    """
    sheets = [member for member in archive.infolist() if member.filename.startswith("xl/worksheets/")]
    return any(_n_cells(archive, member) > MOST_CELLS for member in sheets)


def _is_odd(member: zipfile.ZipInfo) -> bool:
    """Return whether a part unpacks to too many times its size, or to less than it is packed."""
    is_bomb = member.file_size > max(LARGE, MOST_TIMES * member.compress_size)
    return is_bomb or member.compress_size > 2 * member.file_size + N_BYTES


def _n_cells(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> int:
    found = REACH.search(next(_stretches(archive, sheet, N_BYTES), b""))
    if found:
        return _column(found[1]) * int(found[2])
    width = n_rows = 0
    for stretch in _stretches(archive, sheet, N_BYTES_AT_ONCE):
        places = PLACE.findall(stretch)
        width = max([width, *map(_column, {letters for letters, _ in places})])
        n_rows = max([n_rows, *map(int, {row for _, row in places})])
    return width * n_rows


def _stretches(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo, n_bytes: int) -> Iterator[bytes]:
    """Yield a sheet in stretches that overlap by a tag; nothing more where it is damaged, which the reader will say."""
    try:
        with archive.open(sheet) as stream:
            before = b""
            while more := stream.read(n_bytes):
                yield before + more
                before = more[-LONGEST_TAG:]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return


def _column(letters: bytes) -> int:
    """Return the number of a column by its letters, from 1 on; 0 for none."""
    width = 0
    for letter in letters.decode():
        width = width * len(ascii_uppercase) + ascii_uppercase.index(letter) + 1
    return width
