"""The importers beside pandas, in one run on the same made-up exports: ``make benchmark``, or for other sizes

``python -m benchmarks.imports [--clients N] [--records N] [--repeats N] [--work DIR] [--to FILE]``

Readers take turns, so that whatever else the machine does slows all of them. What they read must agree, or it stops.
"""

import argparse
import csv
import importlib.util
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks import exports, readers
from benchmarks.measured import ROOT, Cost, cost, middle

from analysis.simulate import run

RESULTS = ROOT / "benchmarks" / "results" / "imports.csv"
COLUMNS = (
    *("benchmark", "rows", "reader", "seconds", "cpu_seconds", "peak_gb", "times_ours", "times_our_cpu"),
    *("repeats", "load"),
)
OF_WORKBOOK = ("read_workbook", "openpyxl_workbook", "calamine_workbook")
OF_CASES = ("import_cases", "pandas_checked", "pandas_cases")
SEED = 1


@dataclass(frozen=True)
class Benchmark:
    """A file of ``rows`` lines, and its readers: ours first."""

    name: str
    rows: int
    file: Path
    readers: tuple[str, ...]


def main(arguments: list[str] | None = None) -> None:
    """Make the exports, let every reader read them in turn, and write what each cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200_000, help="lines of the OSCaR workbook")
    parser.add_argument("--records", type=int, default=1_000_000, help="lines of the Primero CSV")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the simulation that the exports are made from")
    parser.add_argument(
        "--work", type=Path, help="folder for the exports; one that holds them already is used as it is"
    )
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.work or Path(temporary)).resolve()
        made = _apart(_made, folder, given.clients, given.records, given.scale)
        lines = [line for benchmark in made for line in _lines(benchmark, folder, given.repeats)]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def _apart(work: Callable[..., Any], *arguments: object) -> Any:
    """Return what ``work`` returns, done in another process: a new process starts out with the peak of its parent."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        return other.submit(work, *arguments).result()


def _made(folder: Path, n_clients: int, n_records: int, scale: float) -> list[Benchmark]:
    """Return the benchmarks with their files, which are made where they are missing."""
    simulated = folder / "simulated"
    workbook, records = folder / "oscar" / "client_report.xlsx", folder / "primero" / "primero-cases.csv"
    if not simulated.exists():
        run.simulate(simulated, SEED, scale)
    for file, make, n in ((workbook, exports.oscar_workbook, n_clients), (records, exports.primero_csv, n_records)):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            make(simulated / "exports" / "part-0001", file, n)
    of_workbook = tuple(reader for reader in OF_WORKBOOK if reader != "calamine_workbook" or _has_calamine())
    return [
        Benchmark("OSCaR workbook to tables as read", n_clients, workbook, of_workbook),
        Benchmark("Primero CSV to canonical tables", n_records, records, OF_CASES),
    ]


def _has_calamine() -> bool:
    return importlib.util.find_spec("python_calamine") is not None


def _lines(benchmark: Benchmark, folder: Path, repeats: int) -> list[dict[str, object]]:
    """Return a line for each reader: its cost, and how many times that of ours it is."""
    costs: dict[str, list[Cost]] = {reader: [] for reader in benchmark.readers}
    loads = []
    for _ in range(repeats):
        for reader in benchmark.readers:
            loads.append(os.getloadavg()[0])
            costs[reader].append(_one_run(reader, benchmark.file, folder))
        _apart(_check_agreement, benchmark, folder)
    ours = middle(costs[benchmark.readers[0]])
    load = f"{min(loads):.1f} to {max(loads):.1f}"
    return [
        _line(benchmark, reader, middle(spent), ours) | {"repeats": repeats, "load": load}
        for reader, spent in costs.items()
    ]


def _one_run(reader: str, file: Path, folder: Path) -> Cost:
    out = folder / reader
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    spent = cost([sys.executable, "-m", "benchmarks.readers", reader, str(file), str(out)])
    print(f"{reader}: {spent.seconds:.1f} s, {spent.cpu_seconds:.1f} s of processor, {spent.peak_gb:.2f} GB")  # noqa: T201
    return spent


def _line(benchmark: Benchmark, reader: str, spent: Cost, ours: Cost) -> dict[str, object]:
    return {
        "benchmark": benchmark.name,
        "rows": benchmark.rows,
        "reader": reader,
        "seconds": round(spent.seconds, 1),
        "cpu_seconds": round(spent.cpu_seconds, 1),
        "peak_gb": round(spent.peak_gb, 2),
        "times_ours": round(spent.seconds / ours.seconds, 2),
        "times_our_cpu": round(spent.cpu_seconds / ours.cpu_seconds, 2),
    }


def _check_agreement(benchmark: Benchmark, folder: Path) -> None:
    """Raise ``ValueError`` if a reader came to another result than ours."""
    ours, *peers = (folder / reader for reader in benchmark.readers)
    for peer in peers:
        if (ours / readers.AGREED).exists():
            agree = json.loads((ours / readers.AGREED).read_text()) == json.loads((peer / readers.AGREED).read_text())
            differing = [] if agree else ["what was read"]
        else:
            differing = [table for table in readers.TABLES if not _is_same(ours, peer, table)]
        if differing:
            raise ValueError(f"{benchmark.name}: {peer.name} differs from {ours.name} in {', '.join(differing)}")


def _is_same(ours: Path, peer: Path, table: str) -> bool:
    one, other = (pl.read_parquet(folder / f"{table}.parquet") for folder in (ours, peer))
    return one.columns == other.columns and one.equals(other.cast(one.schema))


if __name__ == "__main__":
    main()
