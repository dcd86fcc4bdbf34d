"""One process at a time in one place: hold a lock for as long as a process lives.

``python -S tools/lock.py PID FILE``: wait until nobody else holds ``FILE``, then return and leave a process behind that
holds it until PID ends. Make has nowhere to keep an open file between its commands, so that this process keeps it.

The lock is the kernel's (``flock``): whatever is killed, nothing stays locked. Who asks for what it holds already, or
what a process holds that has started it, goes on at once: make starts itself anew, and calls itself.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from step import is_there

PATIENCE_SECONDS = 1.0  # without a word, while another is just ending
TURN_SECONDS = 0.02
LARGEST_STREAM = 256  # of those that a caller may have left open


def hold(file: Path, process: int) -> bool:
    """Wait for ``file`` and hold it until ``process`` ends; return False where that has no need of it, or no chance.

    Raises ``OSError`` if the file cannot be opened for writing.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who waits no longer is told nothing
    opened = _taken(file, process)
    if opened is None:
        return False
    with suppress(OSError):  # a full disk: the lock holds without a name on it
        os.pwrite(opened, f"{process:<20}\n".encode(), 0)
    sys.stdout.flush()
    if os.fork() == 0:
        try:
            _stay(opened, process)
        finally:
            os._exit(0)
    return True


def _taken(file: Path, process: int) -> int | None:
    """Return ``file``, open and locked; None where ``process`` has it already or is gone, or nothing can be locked."""
    while True:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        if not _locked(opened, file, process):
            os.close(opened)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(opened), file.stat()):
                return opened
        os.close(opened)  # somebody removed it while we waited: others would lock another file


def _locked(opened: int, file: Path, process: int) -> bool:
    """Lock the file ``opened``, with a line for whoever waits; return False as ``_taken`` returns None."""
    begun, said = time.monotonic(), False
    line: frozenset[int] | None = None  # looked up only where somebody holds it
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            holder = int(os.pread(opened, 20, 0) or 0)
        except OSError as error:  # some network file systems
            say(f"{file} cannot be locked ({error.strerror}): see to it that one make at a time works there")
            return False
        line = frozenset(_line_of(process)) if line is None else line
        if holder in line or not is_there(process):
            return False
        if not said and time.monotonic() - begun > PATIENCE_SECONDS:
            say(f"another make (process {holder}) is at work in {_shown(file.parent.parent)}: waiting for it to end")
            said = True
        time.sleep(TURN_SECONDS)


def _line_of(process: int) -> Iterator[int]:
    """Yield ``process``, who started it, who started that, and so on."""
    while process > 1:
        yield process
        process = _parent_of(process)


def _parent_of(process: int) -> int:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as stream:  # noqa: PTH123 (seldom needed)
            return int(stream.read().rpartition(")")[2].split()[1])
    except OSError:  # gone, or no Linux
        command = ["ps", "-o", "ppid=", "-p", str(process)]
        return int(subprocess.run(command, capture_output=True, check=False).stdout or 0)  # noqa: S603 (numbers)


def _stay(opened: int, process: int) -> None:
    """Be there until ``process`` ends, in the way of nobody: no terminal, no stream, no folder of anybody's."""
    os.setsid()
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.closerange(3, opened)
    os.closerange(opened + 1, LARGEST_STREAM)
    try:
        select.select([os.pidfd_open(process)], [], [])
    except (AttributeError, OSError):  # no Linux, an old one, or the process is gone
        while is_there(process):
            time.sleep(0.2)


def _shown(folder: Path) -> str:
    return str(Path(os.path.realpath(folder)))


def say(line: str) -> None:
    """Tell whoever runs make one line."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    hold(Path(sys.argv[2]), int(sys.argv[1]))
