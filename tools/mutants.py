"""Whether the tests notice when the code is wrong: ``python tools/mutants.py PACKAGE COUNT [--again]``.

A sample of COUNT mutants (``mutators.py``) of ``src/analysis/PACKAGE`` is tried against ``tests/PACKAGE``
(``mutant_trial.py``), and one line each is written to ``docs/mutants/PACKAGE.csv``: caught, and by what; survived; or
equivalent, which a person rules, with a reason in the column ``by``. A run takes up where the last one stopped;
``--again`` tries survivors once more, after better tests. With COUNT 0 only the coverage is measured and told.

The sample is fixed by a seed and takes of each module its part. A function that is edited has new mutants; those of
others keep their place, so that results stay as long as what they are of.
"""

import argparse
import csv
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from mutant_reach import Reach, file_of, measured
from mutant_trial import load_libraries, tried
from mutators import Mutant, mutants, mutated

ROOT = Path(__file__).resolve().parent.parent
SEED = "homeward"
COLUMNS = ("key", "module", "function", "line", "operator", "change", "verdict", "by")
CAUGHT, SURVIVED, EQUIVALENT = "caught", "survived", "equivalent"
NOBODY = "no test reaches it"
Z = 1.959964  # of a 95% interval
LEAST_BRANCHES = 0.95

Row = dict[str, str]


def in_order(found: Mapping[str, list[Mutant]]) -> list[Mutant]:
    """Return the mutants of all modules in the order of the sample: any first part of it holds each module's share."""
    placed = []
    for module, own in found.items():
        start = _chance(module)
        ranked = sorted(own, key=lambda mutant: _chance(mutant.key))
        placed += [((rank + start) / len(own), mutant.key, mutant) for rank, mutant in enumerate(ranked)]
    return [mutant for _, _, mutant in sorted(placed, key=lambda place: place[:2])]


def _chance(name: str) -> float:
    """Return a number between 0 and 1 that hangs on the seed and the name alone."""
    return int(hashlib.sha256(f"{SEED}|{name}".encode()).hexdigest()[:12], 16) / 16**12


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson, 1927, JASA 22:209-212); from 0 to 1 where there is nothing."""
    if n == 0:
        return 0.0, 1.0
    middle, half = hits + Z**2 / 2, Z * (hits * (n - hits) / n + Z**2 / 4) ** 0.5
    return (middle - half) / (n + Z**2), (middle + half) / (n + Z**2)


def told(rows: Iterable[Row]) -> str:
    """Return how many mutants were caught, as one line; equivalent ones do not count."""
    counts = Counter(row["verdict"] for row in rows)
    caught, n = counts[CAUGHT], counts[CAUGHT] + counts[SURVIVED]
    low, high = wilson(caught, n)
    share = f"{caught / n:.1%} ({low:.1%} to {high:.1%})" if n else "none"
    return f"{caught} of {n} mutants caught, {share}; {counts[EQUIVALENT]} more are equivalent"


class Trials:
    """The trials of one package: its sources, what its tests reach, and the lines of results so far."""

    def __init__(self, package: str) -> None:
        """Read the sources and the results; measure what the tests reach unless that is known of them as they are."""
        self._folder = ROOT / "build" / "mutants" / package
        self._file = ROOT / "docs" / "mutants" / f"{package}.csv"
        files = sorted((ROOT / "src" / "analysis" / package).rglob("*.py"))
        self._sources = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
        reach = self._folder / "reach.json"
        read = [*files, *(ROOT / "tests" / package).rglob("*.py")]
        if not reach.exists() or reach.stat().st_mtime < max(file.stat().st_mtime for file in read):
            measured(ROOT, package, self._folder)
        self._reach = Reach(**json.loads(reach.read_text(encoding="utf-8")))

    def coverage(self) -> str:
        """Return the share of branches that the tests take, and the files below the least share that we ask for."""
        measured_files = json.loads((self._folder / "coverage.json").read_text(encoding="utf-8"))["files"]
        counts = {
            file: (found["summary"]["covered_branches"], found["summary"]["num_branches"])
            for file, found in measured_files.items()
        }
        taken, n = (sum(count[at] for count in counts.values()) for at in (0, 1))
        low = [f"  {file}: {taken} of {n}" for file, (taken, n) in counts.items() if taken < LEAST_BRANCHES * n]
        return "\n".join([f"{taken} of {n} branches taken, {taken / max(n, 1):.1%}; below 95%:", *low])

    def run(self, count: int, *, again: bool) -> list[Row]:
        """Try the first ``count`` of the sample, but for those that have their line; return all lines."""
        sample = in_order({module: mutants(source, module) for module, source in self._sources.items()})[:count]
        known = {row["key"]: row for row in self._read()}
        rows = {mutant.key: self._row(mutant, known[mutant.key]) for mutant in sample if mutant.key in known}
        for mutant in sample:
            if mutant.key not in rows or (again and rows[mutant.key]["verdict"] == SURVIVED):
                rows[mutant.key] = self._row(mutant, self._judged(mutant))
                sys.stdout.write(f"[{len(rows)}/{len(sample)}] {' '.join(list(rows[mutant.key].values())[1:])}\n")
                sys.stdout.flush()
                self._write(rows.values())
        self._write(rows.values())
        return list(rows.values())

    def _judged(self, mutant: Mutant) -> Row:
        """Try a mutant with the tests that reach its line, and if they pass, with the rest of their files.

        One test may reach a line by what another, before it, has left in a cache.
        """
        tests = self._reach.tests_of(mutant.module, mutant.line)
        if not tests:
            return {"verdict": SURVIVED, "by": NOBODY}
        source = self._sources[mutant.module]
        by_file = [list(own) for _, own in groupby(tests, key=file_of)]
        rest = self._reach.beside(tests)
        for several in [*by_file, rest] if rest else by_file:
            by = tried(ROOT, mutant.module, mutated(source, mutant.number), several, self._reach.cost(several))
            if by == "import" and tried(ROOT, mutant.module, mutated(source, None), tests[:1], 0.0):
                raise RuntimeError(f"{tests[0]} does not run on {mutant.module} as it stands")
            if by:
                return {"verdict": CAUGHT, "by": by}
        return {"verdict": SURVIVED, "by": f"{len(tests)} tests that reach it"}

    def _row(self, mutant: Mutant, judged: Mapping[str, str]) -> Row:
        own = {name: str(getattr(mutant, name)) for name in COLUMNS if hasattr(mutant, name)}
        return own | {name: judged[name] for name in ("verdict", "by")}

    def _read(self) -> list[Row]:
        if not self._file.exists():
            return []
        with self._file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def _write(self, rows: Iterable[Row]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".tmp")
        with new.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: (row["module"], int(row["line"]), row["change"], row["key"])))
        new.replace(self._file)


def main() -> None:
    """Measure, try and tell, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", choices=("models", "disclosure"))
    parser.add_argument("count", type=int)
    parser.add_argument("--again", action="store_true")
    given = parser.parse_args()
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed here, and each takes time to load
    os.chdir(ROOT)
    load_libraries()
    try:
        trials = Trials(given.package)
        sys.stdout.write(f"{trials.coverage()}\n")
        if given.count:
            sys.stdout.write(f"{told(trials.run(given.count, again=given.again))}\n")
    except RuntimeError as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
