"""The gate beside ACRO and tau-ARGUS: what an attacker makes of the same tables, and how long a thousand take us.

``python -m benchmarks.disclosure [--tables N] [--timed N] [--acro PYTHON] [--pytauargus PYTHON] [--to FILE]``

Peers run in environments of their own (``benchmarks.environments``, or others, named by their Pythons); one that is
not there is left out with a line that says so. The attacker is the one of tests/disclosure.
"""

import argparse
import csv
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

from benchmarks import environments
from benchmarks.measured import ROOT

from analysis import disclosure

RESULTS = ROOT / "benchmarks" / "results" / "disclosure.csv"
PEERS = Path(__file__).with_name("disclosure_peers.py")
COLUMNS = (
    *("benchmark", "tool", "tables", "cells", "small", "withheld", "recovered", "narrow", "failed"),
    *("cpu_seconds", "seconds", "load"),
)
SIZES = ((4, 3), (6, 5), (12, 8), (25, 12))
TIMED_SIZE = SIZES[-1]
LEAST = 10  # small: 1 to 9 children
SAID = LEAST - 1  # from 0 to 9: what "fewer than 10" tells by itself
HALF = 2  # of rounding to 5
ATTACKED, TIMED = "tables attacked", "tables of 25 x 12 with margins, 2 processes"
TOOLS = {  # which peer each run belongs to, and what it publishes
    "acro": ("acro", "suppressed, margins of what is left"),
    "acro_apart": ("acro", "suppressed, margins as two tables"),
    "acro_round": ("acro", "rounded, nothing withheld"),
    "tauargus": ("tauargus", "secondary cells by OPT, exact counts"),
}
PACKAGES = {"acro": "acro", "tauargus": "pytauargus"}
Published = list[list[list]]


def main(arguments: list[str] | None = None) -> None:
    """Put the same tables through every tool, attack what each publishes, and write what was gained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=60, help="tables that are attacked, of four sizes")
    parser.add_argument("--timed", type=int, default=1000, help="tables of 25 x 12 that only the gate gets")
    environments.add_option(parser, *PACKAGES.values())
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    lines = [
        *_attacked(given.tables, {peer: getattr(given, package) for peer, package in PACKAGES.items()}),
        _timed(given.timed),
    ]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def _module(name: str) -> ModuleType:
    """Return a module of the attacker, which is no part of the package."""
    folder = str(ROOT / "tests" / "disclosure")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


def _samples(n: int) -> list:
    return [_module("random_tables").sample(seed, "count", SIZES[seed % len(SIZES)]) for seed in range(n)]


def _attacked(n: int, pythons: dict[str, str | None]) -> Iterable[dict[str, object]]:
    samples = _samples(n)
    start, load = time.process_time(), os.getloadavg()[0]
    passed = [disclosure.publishable(each.rows, each.table, each.name, "records").numbers for each in samples]
    seconds = time.process_time() - start
    line = _line("homeward: rounded, secondary cells, margins", samples, map(_gained, samples, passed), seconds, load)
    yield line | {"failed": 0}
    for tool, (peer, what) in TOOLS.items():
        if not pythons[peer]:
            print(f"{tool}: {environments.missing(PACKAGES[peer])}")  # noqa: T201
            continue
        load = os.getloadavg()[0]
        done = _peer(tool, pythons[peer], samples)
        both = [(sample, table["outputs"]) for sample, table in zip(samples, done, strict=True) if table["outputs"]]
        gained = (_gained_by_peer(tool, *each) for each in both)
        line = _line(
            f"{tool}: {what}", [sample for sample, _ in both], gained, sum(one["seconds"] for one in done), load
        )
        yield line | {"failed": len(samples) - len(both)}


def _line(tool: str, samples: list, gained: Iterable[dict[str, int]], seconds: float, load: float) -> dict:
    gained = list(gained)
    sums = {name: sum(each[name] for each in gained) for name in gained[0]}
    cells = sum(len(sample.rows) for sample in samples)
    print(f"{tool}: {sums}, {seconds:.1f} s")  # noqa: T201
    told = {"tables": len(samples), "cells": cells, "cpu_seconds": round(seconds, 1), "load": round(load, 1)}
    return {"benchmark": ATTACKED, "tool": tool, **told, **sums}


def _gained(sample: object, published: object) -> dict[str, int]:
    """Return what the attacker gains from what passed the gate."""
    attacker, readings = _module("attacker"), _module("readings")
    found = attacker.intervals(readings.told(published, sample.table, sample.name), enough=LEAST)
    named = {tuple(value for _, value in cell[2:]): interval for cell, interval in found.items() if len(cell) == 4}
    return _counted(sample, int(published["estimate"].isna().sum()), named)


def _counted(sample: object, n_withheld: int, found: dict) -> dict[str, int]:
    """Return how many small counts the attacker knows exactly, and better than that they are fewer than ten."""
    small = [cell for cell, count in _inner(sample).items() if 0 < count < LEAST]
    known = [found[cell] for cell in small]
    return {
        "small": len(small),
        "withheld": n_withheld,
        "recovered": sum(interval.width == 0 for interval in known),
        "narrow": sum(interval.width < SAID for interval in known),
    }


def _inner(sample: object) -> dict[tuple[str, str], int]:
    rows = sample.rows[(sample.rows["place"] != "all") & (sample.rows["reason"] != "all")]
    return {(row.place, row.reason): int(row.estimate) for row in rows.itertuples()}


def _peer(tool: str, python: str, samples: list) -> list[dict]:
    """Return what a peer publishes of each table."""
    with tempfile.TemporaryDirectory() as folder:
        tables, out = Path(folder, "tables.json"), Path(folder, "out.json")
        given = [
            {"name": each.name, "cells": [[*cell, count] for cell, count in _inner(each).items()]} for each in samples
        ]
        tables.write_text(json.dumps(given), encoding="utf-8")
        command = [python, "-W", "ignore", str(PEERS), tool, str(tables), str(out)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        return json.loads(out.read_text(encoding="utf-8"))


def _gained_by_peer(tool: str, sample: object, outputs: Published) -> dict[str, int]:
    """Return what the attacker gains from exact counts; in ACRO every missing one is known to be fewer than ten."""
    attacker = _module("attacker")
    numbers = {(place, reason): number for output in outputs for place, reason, number in output}
    missing = {cell for cell, number in numbers.items() if number is None}
    inner = _inner(sample)
    if tool == "acro_round":
        around = {cell: round(numbers.get(cell, 0)) for cell in inner}
        return _counted(sample, 0, {c: attacker.Interval(max(n - HALF, 0), n + HALF) for c, n in around.items()})
    shown = {cell: round(numbers.get(cell) or 0) for cell in {*inner, *numbers} - missing}
    known = attacker.Knowledge(1, shown, {*inner, *numbers})
    if tool.startswith("acro"):
        known.at_most = dict.fromkeys(missing, SAID)
    for total in [cell for cell in numbers if "all" in cell] if tool != "acro" else []:
        parts = [cell for cell in inner if all(own in ("all", at) for own, at in zip(total, cell, strict=True))]
        known.add({total: -1, **dict.fromkeys(parts, 1)})
    found = attacker.intervals(known, enough=LEAST)
    every = {cell: found.get(cell, attacker.Interval(shown.get(cell, 0), shown.get(cell, 0))) for cell in inner}
    return _counted(sample, len(missing), every)


def _timed(n: int) -> dict[str, object]:
    load, start = os.getloadavg()[0], time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        withheld, cpu_seconds = zip(*pool.map(_publish, range(n), chunksize=10), strict=True)
    seconds = time.perf_counter() - start
    print(f"{n} {TIMED}: {seconds:.1f} s, {sum(cpu_seconds):.1f} s of processor")  # noqa: T201
    size = {"tables": n, "cells": n * (TIMED_SIZE[0] + 1) * (TIMED_SIZE[1] + 1), "withheld": sum(withheld)}
    told = {"cpu_seconds": round(sum(cpu_seconds), 1), "seconds": round(seconds, 1), "load": round(load, 1)}
    return {"benchmark": TIMED, "tool": "homeward: rounded, secondary cells, margins", **size, **told}


def _publish(seed: int) -> tuple[int, float]:
    """Return how many numbers of a table are withheld, and what that cost."""
    sample = _module("random_tables").sample(seed, "count", TIMED_SIZE)
    start = time.process_time()
    numbers = disclosure.publishable(sample.rows, sample.table, sample.name, "records").numbers
    return int(numbers["withheld"].notna().sum()), time.process_time() - start


if __name__ == "__main__":
    main()
