"""Whether tests notice a mutant: each is tried in a process forked for it.

The process that forks has the libraries loaded and no module of the project; a forked one reads the mutated module in
place of the file. Nothing is written to the sources.
"""

import ast
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import CodeType

LIBRARIES = (  # none that starts threads, which a fork would lose
    *("numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg", "scipy.sparse.csgraph"),
    *("scipy.spatial", "scipy.special", "scipy.linalg", "highspy", "pytest", "_pytest.assertion.rewrite"),
)
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-m", "not validation")
PATIENCE, TIMES = 30.0, 10.0  # seconds, and how many times longer than without a mutant, before a trial is stopped
MEMORY = 6 * 2**30  # bytes of address space of a trial
PASSED, NONE_COLLECTED = 0, 5  # of pytest
BROKEN = 70  # a fork that did not get as far as pytest


def load_libraries() -> None:
    """Import what the tests import, so that each fork has it; one thread, as threads do not survive a fork."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


class _Picked:
    """A plugin of pytest: only these tests run, and those that fail are told."""

    def __init__(self, tests: Iterable[str], told: int) -> None:
        self._tests, self._told = set(tests), told

    def pytest_collection_modifyitems(self, items: list) -> None:
        items[:] = [item for item in items if item.nodeid in self._tests]

    def pytest_runtest_logreport(self, report: object) -> None:
        if report.failed:
            os.write(self._told, f"{report.nodeid}\n".encode())


class _Mutated(importlib.machinery.SourceFileLoader):
    """Loads a module from code instead of from its file."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module, whose loader it is given, and no other."""

    def __init__(self, loader: _Mutated) -> None:
        self._loader = loader

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self._loader.name:
            return None
        return importlib.util.spec_from_file_location(name, self._loader.path, loader=self._loader)


def tried(root: Path, module: str, tree: ast.Module, tests: Sequence[str], seconds: float) -> str | None:
    """Return what noticed the mutant of ``module`` (a path below ``root``), of these tests; None if nothing did.

    Besides a test that fails, what notices can be the import, if tests cannot
    be collected, or the time, if they take much longer than ``seconds``, which they need without the change. Raises
    ``RuntimeError`` if the tests cannot be run at all.
    """
    parts = Path(module).relative_to("src").with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    loader = _Mutated(name, str(root / module), compile(tree, str(root / module), "exec"))
    files = [str(root / file) for file in dict.fromkeys(test.partition("::")[0] for test in tests)]

    def child(told: int) -> int:
        import pytest

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        sys.meta_path.insert(0, _Finder(loader))
        picked = _Picked(tests, told)
        return int(pytest.main([*OPTIONS, "--rootdir", str(root), *files], [picked]))

    status, told = in_child(child, PATIENCE + TIMES * seconds)
    if status is None:
        return "time"
    if status in (BROKEN, NONE_COLLECTED):
        raise RuntimeError(f"the tests that reach {module} could not be run (status {status})")
    noticed = told or ("the process ended" if status < 0 else "import")
    return None if status == PASSED else noticed


def in_child(work: Callable[[int], int], patience: float | None) -> tuple[int | None, str]:
    """Return the exit status of ``work`` in a fork (None if it was stopped) and the first line that it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = BROKEN
        try:
            os.setsid()
            if patience is not None:
                silence = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(silence, stream)
            status = work(writing)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    told, until = b"", None if patience is None else time.monotonic() + patience
    while select.select([reading], [], [], until and max(0.0, until - time.monotonic()))[0]:
        if not (more := os.read(reading, 2**12)):
            os.close(reading)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told.decode().partition("\n")[0]
        told += more
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    return None, ""
