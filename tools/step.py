"""Run one step of the pipeline: in a copy of a process that has its libraries loaded, or else in a new one.

``python -S tools/step.py PID STEP [ARGUMENTS]``: PID is that of the make that asks.

Two hundred steps that each import pandas, SciPy and matplotlib spend more time on that than on their work. So the
first steps of a longer ``make`` start a process that imports them once and then forks for each step that follows
(``warm.py``). Where it does not stand yet, or cannot, a step runs as ``python -m analysis STEP``: the same function, a
second later.
"""

import os
import socket
import sys
from pathlib import Path

FOLDER = Path("build/warm")  # relative to the repository: the path of a socket may have no more than 100 characters
LEAST_STEPS = 6  # fewer are done before the process stands


def main(make: int, step: list[str]) -> int:
    """Run ``step`` and return its exit status; in a new process, which takes the place of this one, it never does."""
    if sys.platform == "linux" and int(os.environ.get("STEPS") or 0) >= LEAST_STEPS:
        place = FOLDER / str(make)
        status = _status_of(step, place)
        if status is not None:
            return status
        if not is_there(make):
            return 1
        if not place.exists():
            _start_server(make)
    os.execv(sys.executable, [sys.executable, "-m", "analysis", *step])  # noqa: S606 (make's own words, and no shell)


def is_there(process: int) -> bool:
    """Return whether a process with this number runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _status_of(step: list[str], place: Path) -> int | None:
    """Return the exit status of ``step`` run by the server at ``place``; None if none answers there to the end."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(place))
            socket.send_fds(connection, ["\0".join(step).encode()], [0, 1, 2])
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
