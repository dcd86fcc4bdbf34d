"""What an import leaves behind: all of it or nothing, readable by its owner alone.

New files are written beside the old ones under other names and take their places only when every one is complete.
"""

import filecmp
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pyarrow.parquet as pq

from analysis import store

ROWS_IN_A_GROUP = 2**20
BEGINS_A_FORMULA = r"^[=+\-@＝＋－＠]"  # a spreadsheet would run such a cell, some also with the wide signs
A_NUMBER = r"^[+-]?[0-9]+(?:[.,][0-9]+)?$"
NOT_TO_SHOW = r"[\p{Cc}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]"  # as ``faults.UNPRINTABLE``


@contextmanager
def owner_only() -> Iterator[None]:
    """Let files and folders made inside be readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def staged(places: Sequence[Path]) -> Iterator[list[Path]]:
    """Give an empty folder for each of ``places``; at the end their files replace what stands there, all or none.

    Raises ``OSError`` that names the first of them where the disk is full.
    """
    news: list[Path] = []
    try:
        with _told_if_full(places[0]):
            for place in places:
                news.append(beside(place))
            yield news
            _exchange(list(zip(news, places, strict=True)))
    finally:
        for new in news:
            shutil.rmtree(new, ignore_errors=True)


@contextmanager
def scratch(place: Path) -> Iterator[Callable[[], Path]]:
    """Give a function that returns a folder beside ``place``, made when first asked for and removed at the end.

    Raises ``OSError`` that names ``place`` where the disk is full.
    """
    folder = cache(partial(beside, place))
    try:
        with _told_if_full(place):
            yield folder
    finally:
        if folder.cache_info().currsize:
            shutil.rmtree(folder(), ignore_errors=True)


@contextmanager
def _told_if_full(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in store.FULL or error.filename == str(place.parent):  # told already
            raise
        why = f"{os.strerror(error.errno)}; nothing was changed, make room and import again"
        raise OSError(error.errno, why, str(place.parent)) from None


def beside(place: Path) -> Path:
    """Return a new empty folder beside ``place``, for what is to take its place.

    Those of processes that were killed are removed. What one of them had set aside, with ``-old`` behind its name, is
    put back if nothing stands in ``place``.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    begun = re.compile(rf"\.{re.escape(place.name)}-(\d+)-\w+(-old)?")
    for left in sorted(place.parent.iterdir()):
        found = begun.fullmatch(left.name)
        if found and not _is_there(int(found[1])):
            if found[2] and not place.exists():
                left.replace(place)
            else:
                shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f".{place.name}-{os.getpid()}-", dir=place.parent))


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)  # it is somebody else's
    return True


class TableFile:
    """A table written as parquet, a frame after the other, with its origin, as ``analysis.store`` reads it."""

    def __init__(self, file: Path, origin: str) -> None:
        """Start ``file``, of which nothing stands on the disk before the first frame."""
        self._file, self._metadata = file, {b"origin": origin.encode()}
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Write the rows of ``frame`` behind those that stand there."""
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata(self._metadata)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd", write_statistics=False)
        self._writer.write_table(table, row_group_size=ROWS_IN_A_GROUP)

    def close(self) -> None:
        """Complete the file."""
        if self._writer is not None:
            self._writer.close()


def write_csv(frame: pl.DataFrame, file: Path) -> None:
    """Write ``frame`` as CSV for a person to read: no cell is run by a spreadsheet or drives a terminal."""
    texts = frame.select(cs.string(include_categorical=True).cast(pl.String))
    file.write_bytes(frame.with_columns([_harmless(text) for text in texts.iter_columns()]).write_csv().encode())


def _harmless(text: pl.Series) -> pl.Series:
    """Return ``text`` with an apostrophe before what begins a formula, and U+FFFD for what is not to show."""
    if not text.unique().str.contains(f"{BEGINS_A_FORMULA}|{NOT_TO_SHOW}").any():
        return text
    shown = text.str.replace_all(NOT_TO_SHOW, "\ufffd")
    is_run = shown.str.contains(BEGINS_A_FORMULA) & ~shown.str.contains(A_NUMBER)
    quoted = pl.when(is_run).then(pl.concat_str(pl.lit("'"), shown)).otherwise(shown)
    return pl.select(quoted.alias(text.name)).to_series()


def bring_along(place: Path, new: Path) -> None:
    """Take into the folder ``new`` what else stands in ``place``: a holder may keep lists of their own there."""
    for file in sorted(place.glob("*")) if place.is_dir() else []:
        if file.is_dir():  # such as the cells of what was released
            shutil.copytree(file, new / file.name, copy_function=os.link)
        elif not (new / file.name).exists():
            os.link(file, new / file.name)


def _exchange(pairs: list[tuple[Path, Path]]) -> None:
    """Put every new folder in its place; if one cannot be, put all back as they were."""
    done: list[tuple[Path, Path]] = []
    try:
        for new, place in pairs:
            _keep_times_of_same(new, place)
            old = new.with_name(f"{new.name}-old")
            if place.exists():
                place.replace(old)
            done.append((old, place))
            new.replace(place)
    except OSError:
        for old, place in reversed(done):
            shutil.rmtree(place, ignore_errors=True)
            if old.exists():
                old.replace(place)
        raise
    for old, _ in done:
        shutil.rmtree(old, ignore_errors=True)


def _keep_times_of_same(new: Path, place: Path) -> None:
    """Leave a file its time where its bytes stay the same, so that nothing that follows from it is made again."""
    for file in new.iterdir():
        before = place / file.name
        if before.is_file() and filecmp.cmp(before, file, shallow=False):
            times = before.stat()
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
