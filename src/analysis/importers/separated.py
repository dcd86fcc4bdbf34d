"""CSV files: separator found from the header, quoted line breaks kept, no row cut or shifted in silence."""

import codecs
import csv
import io
import mmap
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import polars as pl

from analysis.importers.faults import ExportError, refused
from analysis.importers.formats import N_BYTES

SEPARATORS = ",;\t"
OVERFLOW = "column_beyond_the_header"
LONGEST_LINE = 1 << 24  # bytes; a row of a case system has some thousands
SAVE = 'Open it in Excel and save it as "CSV UTF-8 (comma delimited)".'


def top(file: Path, n: int) -> list[list[str]]:
    """Return the first ``n`` records."""
    return list(islice(csv.reader(io.StringIO(_text(file), newline=""), delimiter=_separator(file)), n))


def rows(file: Path, header_row: int, n_columns: int, positions: list[int]) -> pl.DataFrame:
    """Return ``row`` and ``column_<position>`` as text for each of ``positions``, for all records below the header.

    Raises ``ExportError`` that names the row of a record longer than the header.
    """
    width = _width(n_columns, positions)
    try:
        return _no_longer(_cells(file, header_row, width, positions).collect(), file, width)
    except pl.exceptions.PolarsError:
        raise _broken(file, width) from None


def batches(file: Path, header_row: int, n_columns: int, positions: list[int], n_rows: int) -> Iterator[pl.DataFrame]:
    """Return what ``rows`` returns, ``n_rows`` rows at a time: the text of a long file is never held as a whole."""
    width = _width(n_columns, positions)
    cells = _cells(file, header_row, width, positions)
    try:
        for batch in cells.collect_batches(chunk_size=n_rows, maintain_order=True):
            yield _no_longer(batch, file, width)
    except pl.exceptions.PolarsError:
        raise _broken(file, width) from None


def some(file: Path, header_row: int, n_columns: int, positions: list[int], only: pl.Series) -> pl.DataFrame:
    """Return what ``rows`` returns, of the rows ``only``."""
    cells = _cells(file, header_row, _width(n_columns, positions), positions)
    return cells.filter(pl.col("row").is_in(only.implode())).drop(OVERFLOW).collect()


def _width(n_columns: int, positions: list[int]) -> int:
    return max(n_columns, 1 + max(positions, default=0))


def _cells(file: Path, header_row: int, width: int, positions: list[int]) -> pl.LazyFrame:
    names = [f"column_{position}" for position in positions]
    return _scan(file, header_row, width).select("row", *names, OVERFLOW)


def _no_longer(cells: pl.DataFrame, file: Path, width: int) -> pl.DataFrame:
    """Return ``cells`` if no record is longer than the header."""
    longer = cells.filter(pl.col(OVERFLOW).is_not_null())
    if longer.height:
        raise _too_long(file, longer["row"][0], width)
    return cells.drop(OVERFLOW)


def _scan(file: Path, header_row: int, width: int) -> pl.LazyFrame:
    columns = dict.fromkeys([*(f"column_{position}" for position in range(width)), OVERFLOW], pl.String)
    scanned = pl.scan_csv(
        file,
        has_header=False,
        separator=_separator(file),
        skip_rows=header_row,
        schema=columns,
        missing_columns="insert",
        extra_columns="raise",
        row_index_name="row",
        row_index_offset=header_row + 1,
    )
    return scanned.with_columns(pl.col("row").cast(pl.Int64))


def _text(file: Path) -> str:
    """Return the beginning of the file, without the mark that some programs put in front of UTF-8."""
    with file.open("rb") as stream:
        start = stream.read(N_BYTES)
    if b"\r" in start and b"\n" not in start:
        raise refused(file, "its lines end in the old Macintosh way", SAVE)
    whole = start if len(start) < N_BYTES else start[: start.rfind(b"\n") + 1] or start
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(whole, final=len(whole) < N_BYTES)
    except UnicodeDecodeError:
        raise refused(file, "expected UTF-8 text", SAVE) from None


def _separator(file: Path) -> str:
    state = file.stat()
    return _sniffed(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _sniffed(file: Path, _changed: int, _size: int) -> str:
    """Return the separator that occurs most in the first line that is not empty, outside quotes."""
    lines = (line for line in _text(file).splitlines() if line.strip())
    _refuse_endless_line(file)
    unquoted = "".join(next(lines, "").split('"')[::2])
    return max(SEPARATORS, key=unquoted.count)


def _refuse_endless_line(file: Path) -> None:
    """Raise ``ExportError`` for a line longer than any row: one cell of it would fill the memory many times over.

    Only the end of each stretch of that length is looked at.
    """
    if file.stat().st_size <= LONGEST_LINE:
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = 0
        while at + LONGEST_LINE < len(content):
            end = content.rfind(b"\n", at, at + LONGEST_LINE)
            if end < 0:
                before = range(0, at, LONGEST_LINE)
                line = 1 + sum(content[start : min(start + LONGEST_LINE, at)].count(b"\n") for start in before)
                raise refused(
                    file,
                    f"line {line} is longer than {LONGEST_LINE >> 20} megabytes, as no row is",
                    "Its line breaks are lost, or something is stored in a cell: export again.",
                )
            at = end + 1


def _broken(file: Path, width: int) -> ExportError:
    """Return why polars could not read the file; slow, and only on the way out."""
    row = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for row, cells in enumerate(csv.reader(stream, delimiter=_separator(file), strict=True), start=1):
                if len(cells) > width:
                    return _too_long(file, row, width)
    except UnicodeDecodeError:
        return refused(file, "expected UTF-8 text", SAVE)
    except csv.Error:
        return refused(
            file, f"row {row + 1} has a quotation mark that does not close", "Correct the row or export again."
        )
    return refused(file, "the quotation marks of the file do not pair", "Export it again.")


def _too_long(file: Path, row: int, width: int) -> ExportError:
    return refused(
        file,
        f"row {row} has more cells than the header, which has {width}",
        "A cell with a separator needs quotation marks: correct the row or export again.",
    )
