"""CSV read strictly: UTF-8, every quotation mark closed, every record as long as the header, each with its line.

Readers made for speed fill short records, shift the cells of long ones and take any byte for a letter, all in silence.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

# Signs that no table in print holds: they drive a terminal, turn letters around, or come from a wrong encoding.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]")
SAVE = "save it as CSV (UTF-8)"
N_SIGNS_SHOWN, N_COLUMNS_SHOWN = 80, 12  # of a column that is not expected, and of such columns


class CsvError(ValueError):
    """A file is not the table that was expected; ``line`` is the first where that shows."""

    def __init__(self, line: int, problem: str) -> None:
        """Say what is wrong from ``line`` on."""
        super().__init__(f"line {line}: {problem}")
        self.line = line


def rows(content: bytes, columns: Sequence[str]) -> tuple[list[int], list[list[str]]]:
    """Return the line on which each row begins, and its cells as text, "" where empty; blank lines are no rows.

    Raises ``CsvError`` unless the header names the ``columns`` in order and every row has a cell for each.
    """
    records = list(_records(_text(content)))
    if not records:
        raise CsvError(1, "expected a header and rows, the file is empty")
    (_, header), *below = records
    _check_header(header, columns)
    if not below:
        raise CsvError(2, "expected rows below the header, found none")
    for line, cells in below:
        if len(cells) != len(columns):
            raise CsvError(line, f"expected {len(columns)} cells, found {len(cells)}")
    return [line for line, _ in below], [cells for _, cells in below]


def _text(content: bytes) -> str:
    """Return the text of a file; the mark that spreadsheets put in front of it is no part of it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CsvError(line, f"this is not a UTF-8 CSV table; {SAVE}") from None
    if odd := NO_TEXT.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise CsvError(line, f"U+{ord(odd[0]):04X} is no sign of a printed table; {SAVE}")
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise CsvError(line, f"a quotation mark does not close, or a cell has no end ({error})") from None


def _check_header(header: Sequence[str], columns: Sequence[str]) -> None:
    if list(header) == list(columns):
        return
    missing = [column for column in columns if column not in header]
    unknown = [column[:N_SIGNS_SHOWN] for column in header if column not in columns][:N_COLUMNS_SHOWN]
    raise CsvError(
        1,
        f"expected the columns {', '.join(columns)}, each once and in this order; "
        f"missing: {', '.join(missing) or 'none'}; not expected: {', '.join(unknown) or 'none'}",
    )
