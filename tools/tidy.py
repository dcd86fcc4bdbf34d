"""Before make looks at anything: wait for another make in the same place, and put right what the last one left there.

``python -S tools/tidy.py PID OUT [RECORDS]``: PID is that of the make that asks, OUT the folder of its results, RECORDS
that of its exports. What it prints is an error for make to end with. Standard library only.

- Files half written by a process that was killed are removed; so are results that are cut short, as a full disk or a
  machine switched off leaves them: make makes them again.
- What follows from a file dated after now would be made again at every make, or never. Sources and results are dated
  now, and what make notes for itself is forgotten: what follows from either is made once more.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lock import hold, say
from step import is_there

TOLERANCE_NS = 10 * 10**9  # what writes a file may be a server whose clock is a little ahead
SOURCES = ("src", "tools", "notebooks", "data/raw", "data/boundaries", "Makefile", "tables.mk", "requirements.lock")
ENVIRONMENT = ".venv/.ready"
WRITTEN_WHOLE = ("data/processed", "figures", "notebooks")  # results of steps, none of them empty
RESULTS = (*WRITTEN_WHOLE, "data/restricted", "data/simulated/exports/SIMULATED.json", "docs")
NOTES = ("stamps", "choices", "rulings", "countries", "records", "key_sign", "dependencies.mk")  # make's own, in build
KINDS = {".parquet", ".csv", ".png", ".svg", ".json", ".html", ".ipynb", ".pdf"}  # of results
PARQUET = b"PAR1"  # its first and its last four bytes
LAST_OF_DEPENDENCIES = b"# end\n"
HALF_WRITTEN = re.compile(r".+\.(\d{1,8})\.tmp")  # with the number of who was writing
PASSED_OVER = {"__pycache__", ".ipynb_checkpoints"}

Files = dict[str, os.DirEntry[str]]  # by path


def main(make: int, out: Path, records: Path | None) -> None:
    """Wait for the place ``out`` and put right what stands there and in the checkout."""
    lock = out / "build" / "lock"
    try:
        if not hold(lock, make):
            return
        os.utime(lock)
    except OSError as error:
        print(f"{lock} cannot be written ({error.strerror}): name another folder for results with ROOT=...")  # noqa: T201
        return
    now = max(lock.stat().st_mtime_ns, time.time_ns())  # the clock of the place may be another machine's
    results, notes = _below(out, RESULTS), {**_below(Path("build"), NOTES), **_below(out / "build", NOTES)}
    _remove_half_written({**results, **notes, **_below(Path(), ("build/fonts",)), **_within({"build", f"{out}/build"})})
    _remove_cut_short(_below(out, WRITTEN_WHOLE))
    _date_now({**_below(Path(), (*SOURCES, ENVIRONMENT)), **results}, notes, now)
    if records is not None:
        _tell_of_records(records.resolve(), now)


def _below(folder: Path, names: tuple[str, ...]) -> Files:
    """Return the files that bear one of ``names`` in ``folder`` or lie below one that does."""
    found: Files = {}
    for name in names:
        place = folder / name
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(place.parent) as entries:
            for entry in entries:
                if entry.name == place.name:
                    found.update({str(Path(file.path)): file for file in _files(entry)})
    return found


def _files(entry: os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    if not entry.is_dir(follow_symlinks=False):
        yield entry
    elif entry.name not in PASSED_OVER:
        with suppress(FileNotFoundError), os.scandir(entry.path) as entries:
            for inner in entries:
                yield from _files(inner)


def _within(folders: set[str]) -> Files:
    """Return the files of ``folders`` themselves."""
    found: Files = {}
    for folder in folders:
        with suppress(FileNotFoundError), os.scandir(folder) as entries:
            found.update({entry.path: entry for entry in entries if not entry.is_dir(follow_symlinks=False)})
    return found


def _remove_half_written(files: Files) -> None:
    for path, file in files.items():
        found = HALF_WRITTEN.fullmatch(file.name)
        if found and not is_there(int(found[1])):
            Path(path).unlink(missing_ok=True)


def _remove_cut_short(results: Files) -> None:
    """Remove results that end before they should, with a line each; also make's list of dependencies."""
    for path, file in results.items():
        kind = os.path.splitext(path)[1]  # noqa: PTH122 (a thousand times a make: it shall be quick)
        with suppress(FileNotFoundError):
            if kind in KINDS and (file.stat().st_size == 0 or (kind == ".parquet" and not _is_framed(Path(path)))):
                Path(path).unlink()
                say(f"{path} was cut short: it is removed, to be made again")
    dependencies = Path("build/dependencies.mk")
    if dependencies.exists() and not dependencies.read_bytes().endswith(LAST_OF_DEPENDENCIES):
        dependencies.unlink()


def _is_framed(table: Path) -> bool:
    with table.open("rb", buffering=0) as stream:
        size, first = os.fstat(stream.fileno()).st_size, stream.read(len(PARQUET))
        stream.seek(max(0, size - len(PARQUET)))
        return size > 2 * len(PARQUET) and first == stream.read() == PARQUET


def _date_now(files: Files, notes: Files, now: int) -> None:
    """Let no file be dated after ``now``: the date of one of ``files`` is set, one of ``notes`` is removed."""
    late = [path for path, file in {**files, **notes}.items() if _is_late(file, now)]
    stay: list[str] = []
    for path in late:
        try:
            if path in notes:
                Path(path).unlink()
            else:
                os.utime(path, ns=(now, now))
        except FileNotFoundError:
            continue
        except OSError as error:
            stay.append(f"{path} stays so ({error.strerror}), and what follows from it is made at every make")
    if late:
        say(f"{_files_were(len(late))} dated after now, such as {late[0]}: dated now, and what follows is made again")
    for line in stay[:1]:
        say(line)


def _is_late(file: os.DirEntry[str], now: int) -> bool:
    with suppress(FileNotFoundError):
        return file.stat(follow_symlinks=False).st_mtime_ns > now + TOLERANCE_NS
    return False


def _files_were(n: int) -> str:
    return "1 file was" if n == 1 else f"{n} files were"


def _tell_of_records(records: Path, now: int) -> None:
    """Say so if an export is dated after now: it is somebody's, so that its date stays."""
    late = next((path for path, file in _below(records.parent, (records.name,)).items() if _is_late(file, now)), None)
    if late is not None:
        say(f"{late} is dated after now: every make imports again until then, unless its owner dates it now (touch)")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] and sys.argv[3] else None)
