"""Legacy workbooks are rows of records. A damaged one may claim billions of cells, for which no memory suffices."""

import struct

from analysis.importers import compound

DIMENSIONS, STRINGS = 0x0200, 0x00FC
CELLS = {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
N_ROWS, N_COLUMNS = 65_536, 256  # of a sheet in this format


def is_sound(content: bytes) -> bool:
    """Return whether the workbook claims no more cells and strings than such a file can hold."""
    if not compound.is_sound(content):
        return False
    stream = compound.workbook(content)
    at, end = 0, len(stream) - 4
    while at <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind in CELLS:
            if stream[at + 7 : at + 8] not in (b"", b"\0"):  # high byte of the column
                return False
        elif kind in (DIMENSIONS, STRINGS) and not _is_possible(kind, stream[at + 4 : at + 4 + length], len(stream)):
            return False
        at += 4 + length
    return True


def _is_possible(kind: int, record: bytes, n_bytes: int) -> bool:
    """Return whether the size that a record claims can be true of a stream of ``n_bytes``."""
    if kind == STRINGS:
        return len(record) >= 8 and struct.unpack_from("<I", record, 4)[0] <= n_bytes
    if len(record) == 14:
        first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH", record)
    elif len(record) >= 8:
        first_row, last_row, first_column, last_column = struct.unpack_from("<HHHH", record)
    else:
        return False
    return first_row <= last_row <= N_ROWS and first_column <= last_column <= N_COLUMNS
