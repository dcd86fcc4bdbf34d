"""Legacy Office files are small file systems. One whose chains of sectors run in a circle would be read for ever."""

import struct

import numpy as np

HEADER = 512
SIZE_AT, FIRST_OF_MINI_AT, FIRST_OF_TABLES_AT, TABLES_AT = 30, 60, 68, 76  # bytes of the header
DIRECTORY_AT, SMALLEST_AT = 48, 56
ENTRY, FIRST_AND_SIZE_AT = 128, 116  # an entry of the directory, and where in it a stream begins and how long it is
MINI = 64  # bytes of a mini sector
NAMES = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
N_TABLES_IN_HEADER = 109
SECTOR_SHIFTS = (9, 12)


def is_sound(content: bytes) -> bool:
    """Return whether every chain of sectors, large and mini, comes to an end."""
    if len(content) < HEADER or _number(content, SIZE_AT, "<H") not in SECTOR_SHIFTS:
        return False
    sectors = _sectors(content)
    table = _entries(sectors, _sectors_of_table(content, sectors))
    if _runs_in_a_circle(table):
        return False
    mini = _entries(sectors, _chain(table, _number(content, FIRST_OF_MINI_AT, "<I")))
    return not _runs_in_a_circle(mini)


def workbook(content: bytes) -> bytes:
    """Return the stream of a sound file that holds the sheets; empty if there is none."""
    sectors = _sectors(content)
    table = _entries(sectors, _sectors_of_table(content, sectors))
    directory = _entries(sectors, _chain(table, _number(content, DIRECTORY_AT, "<I"))).tobytes()
    entries = [directory[at : at + ENTRY] for at in range(0, len(directory), ENTRY)]
    found = [entry for entry in entries if entry.startswith(NAMES)]
    if not found or len(entries[0]) < ENTRY:
        return b""
    first, size = struct.unpack_from("<II", found[0], FIRST_AND_SIZE_AT)
    if size >= _number(content, SMALLEST_AT, "<I"):
        return _entries(sectors, _chain(table, first)).tobytes()[:size]
    mini = _entries(sectors, _chain(table, _number(content, FIRST_OF_MINI_AT, "<I")))
    small = _entries(sectors, _chain(table, _number(entries[0], FIRST_AND_SIZE_AT, "<I"))).tobytes()
    return b"".join(small[at * MINI : (at + 1) * MINI] for at in _chain(mini, first).tolist())[:size]


def _sectors(content: bytes) -> np.ndarray:
    """Return the file without its header, one row a sector, as numbers of four bytes."""
    size = 1 << _number(content, SIZE_AT, "<H")
    body = content[size:]
    whole = body + b"\0" * (-len(body) % size)
    return np.frombuffer(whole, dtype="<u4").reshape(-1, size // 4)


def _sectors_of_table(content: bytes, sectors: np.ndarray) -> np.ndarray:
    """Return which sectors hold the table that links the others: the first in the header, more in a chain of lists."""
    listed = [np.frombuffer(content, dtype="<u4", count=N_TABLES_IN_HEADER, offset=TABLES_AT)]
    at, seen = _number(content, FIRST_OF_TABLES_AT, "<I"), set()
    while at < len(sectors) and at not in seen:
        seen.add(at)
        listed.append(sectors[at][:-1])
        at = int(sectors[at][-1])
    return np.concatenate(listed)


def _entries(sectors: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return sectors[numbers[numbers < len(sectors)]].ravel()


def _runs_in_a_circle(following: np.ndarray) -> bool:
    """Return whether some chain of "next" numbers never ends, by jumping twice as far each time."""
    end = len(following)
    jump = np.append(np.where(following < end, following, end), end).astype(np.int64)
    for _ in range(end.bit_length()):
        jump = jump[jump]
    return bool((jump != end).any())


def _chain(following: np.ndarray, first: int) -> np.ndarray:
    """Return the numbers of a chain that is known to end."""
    links, chain = following.tolist(), []
    while first < len(links):
        chain.append(first)
        first = links[first]
    return np.array(chain, dtype=np.int64)


def _number(content: bytes, at: int, kind: str) -> int:
    return struct.unpack_from(kind, content, at)[0]
