"""Run one step of the pipeline: in a copy of a process that has its libraries loaded, or else in a new one.

``python -S tools/step.py PID STEP [ARGUMENTS]``: PID is that of the make that asks.

Two hundred steps that each import pandas, SciPy and matplotlib spend more time on that than on their work. So the
first steps of a longer ``make`` start a process that imports them once and then forks for each step that follows
(``warm.py``). Where it does not stand yet, or cannot, a step runs as ``python -m analysis STEP``: the same function, a
second later.

A step holds a lock for as long as it works, so that it waits for one that a make left at work when it was killed.
"""

import fcntl
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

FOLDER = Path("build/warm")  # relative to the repository: the path of a socket may have no more than 100 characters
LOCKS = Path(os.environ.get("HOMEWARD_ROOT") or ".", "build", "locks")
LEAST_STEPS = 6  # fewer are done before the process stands
TURNS, TURN_SECONDS = 50, 0.02  # of patience without a word


def main(make: int, step: list[str]) -> int:
    """Run ``step`` and return its exit status; in a new process, which takes the place of this one, it never does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nobody wants to know where it waited when make is interrupted
    lock = _lock_of(step[0])
    if sys.platform == "linux" and int(os.environ.get("STEPS") or 0) >= LEAST_STEPS:
        place = FOLDER / str(make)
        status = _status_of(step, place, lock)
        if status is not None:
            return status
        if not is_there(make):
            return 1
        if not place.exists():
            _start_server(make)
        elif lock is not None:
            os.close(lock)  # if the server was killed, its child has this lock for as long as it lives
            lock = _lock_of(step[0])
    if lock is not None:
        os.set_inheritable(lock, True)
    os.execv(sys.executable, [sys.executable, "-m", "analysis", *step])  # noqa: S606 (make's own words, and no shell)


def is_there(process: int) -> bool:
    """Return whether a process with this number runs."""
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)  # it is somebody else's
    return True


def _lock_of(step: str) -> int | None:
    """Return an open file that is locked while anybody works on ``step``, after waiting for that; None without locks.

    The lock lasts until the last process that was handed the file has ended.
    """
    with suppress(OSError):
        LOCKS.mkdir(parents=True, exist_ok=True)
        opened = os.open(LOCKS / step.replace("/", "."), os.O_RDWR | os.O_CREAT, 0o666)
        if not _locked_soon(opened):
            print(f"{step}: an earlier run of it is still at work; waiting for it to end", file=sys.stderr)  # noqa: T201
            fcntl.flock(opened, fcntl.LOCK_EX)
        return opened
    return None


def _locked_soon(opened: int) -> bool:
    """Lock a file, after a moment in which what was killed ends; return False where somebody still holds it then."""
    for _ in range(TURNS):
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(TURN_SECONDS)
        else:
            return True
    return False


def _status_of(step: list[str], place: Path, lock: int | None = None) -> int | None:
    """Return the exit status of ``step`` run by the server at ``place``; None if none answers there to the end.

    Whoever runs it is handed the standard streams and ``lock``.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(place))
            handed = [0, 1, 2] if lock is None else [0, 1, 2, lock]
            socket.send_fds(connection, ["\0".join(step).encode()], handed)
            status = connection.recv(1)
        except OSError:
            return None
    return status[0] if status else None


def _start_server(make: int) -> None:
    """Start the server of this make; one that finds its place taken ends at once."""
    import subprocess  # seldom needed, and not for nothing

    command = [sys.executable, str(Path(__file__).with_name("warm.py")), str(make)]
    nowhere = subprocess.DEVNULL
    subprocess.Popen(command, start_new_session=True, stdin=nowhere, stdout=nowhere, stderr=nowhere)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
