"""Which tests reach which line of a package, and which branches they take: one run of them under coverage."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mutant_trial import OPTIONS, PASSED, in_child


@dataclass(frozen=True)
class Reach:
    """``seconds`` of each test; ``lines``: by module (a path) and line, the tests that reach it, as positions.

    A line that only imports run has none; one that nothing runs is not there.
    """

    seconds: dict[str, float]
    lines: dict[str, dict[str, list[int]]]

    def tests_of(self, module: str, line: int) -> list[str]:
        """Return the tests that reach a line, quickest files first; of a line that imports run, those of its module."""
        of_module, tests = self.lines.get(module, {}), list(self.seconds)
        at = of_module.get(str(line))
        if at == []:
            at = sorted({at for found in of_module.values() for at in found})
        by_file: dict[str, list[str]] = {}
        for position in at or ():
            by_file.setdefault(file_of(tests[position]), []).append(tests[position])
        return [test for found in sorted(by_file.values(), key=self.cost) for test in found]

    def beside(self, tests: Iterable[str]) -> list[str]:
        """Return the other tests of the files of these."""
        files = set(map(file_of, tests))
        return [test for test in self.seconds if file_of(test) in files and test not in set(tests)]

    def cost(self, tests: Iterable[str]) -> float:
        """Return the seconds that these tests took."""
        return sum(self.seconds[test] for test in tests)


def file_of(test: str) -> str:
    """Return the file of a test, by the name that pytest gives it."""
    return test.partition("::")[0]


def measured(root: Path, package: str, folder: Path) -> None:
    """Run the package's tests with coverage; write ``reach.json`` and ``coverage.json`` into ``folder``.

    Raises ``RuntimeError`` if a test fails: then no mutant can be judged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    status = in_child(lambda _: _measure(root, package, folder), None)[0]
    if status != PASSED:
        raise RuntimeError(f"tests/{package} do not pass as they stand (pytest ended with {status}): mend them first")


def _measure(root: Path, package: str, folder: Path) -> int:
    import coverage

    source = root / "src" / "analysis" / package
    cover = coverage.Coverage(data_file=None, branch=True, source=[str(source)], config_file=False)
    cover.start()
    timed = _Timed(cover)
    status = pytest.main([*OPTIONS[1:], "--rootdir", str(root), str(root / "tests" / package)], [timed])
    cover.stop()
    if status != PASSED:
        return int(status)
    data, lines = cover.get_data(), {}
    for file in data.measured_files():
        found = {str(line): timed.tests_in(contexts) for line, contexts in data.contexts_by_lineno(file).items()}
        lines[Path(file).relative_to(root).as_posix()] = found
    (folder / "reach.json").write_text(json.dumps({"seconds": timed.seconds, "lines": lines}), encoding="utf-8")
    cover.json_report(outfile=str(folder / "coverage.json"))
    return PASSED


class _Timed:
    """A plugin of pytest: each test is a context of coverage, and its seconds are kept.

    A fixture that several tests share is a context of its own, which stands for all that use it.
    """

    def __init__(self, cover: object) -> None:
        self._cover, self._context = cover, ""
        self.seconds: dict[str, float] = {}
        self._users: dict[str, list[str]] = {}

    def tests_in(self, contexts: Iterable[str]) -> list[int]:
        """Return the tests, as positions, that run what was run in these contexts."""
        order = {test: at for at, test in enumerate(self.seconds)}
        tests = {test for context in contexts for test in self._users.get(context, [context])}
        return sorted(order[test] for test in tests if test in order)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for fixture in item.fixturenames:
                self._users.setdefault(f"fixture {fixture}", []).append(item.nodeid)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._switch(nodeid)
        self._started = time.perf_counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> Iterator[None]:
        before = self._context
        if fixturedef.scope != "function":
            self._switch(f"fixture {fixturedef.argname}")
        try:
            return (yield)
        finally:
            self._switch(before)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = time.perf_counter() - self._started
        self._switch("")

    def _switch(self, context: str) -> None:
        self._context = context
        self._cover.switch_context(context)
