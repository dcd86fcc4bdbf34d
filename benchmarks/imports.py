"""The importers beside pandas, in one run on the same made-up exports: ``make benchmark``, or for other sizes

``python -m benchmarks.imports [--clients N] [--records N] [--repeats N] [--work DIR] [--PEER PYTHON ...] [--to FILE]``

Readers take turns, so that whatever else the machine does slows all of them. What they read must agree, or it stops.
calamine, polars and DuckDB have environments of their own (``benchmarks.environments``); one that is not there is left
out with a line that says so.
"""

import argparse
import csv
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
from benchmarks import environments, exports, import_peers, readers
from benchmarks.measured import ROOT, Cost, cost, middle

from analysis.simulate import run

RESULTS = ROOT / "benchmarks" / "results" / "imports.csv"
COLUMNS = (
    *("benchmark", "rows", "reader", "seconds", "cpu_seconds", "peak_gb", "times_ours", "times_our_cpu"),
    *("repeats", "load"),
)
OF_WORKBOOK = ("read_workbook", "openpyxl_workbook", "calamine_workbook", "polars_workbook")
OF_CASES = ("import_cases", "pandas_checked", "pandas_cases", "polars_cases", "duckdb_cases")
PEERS = {"calamine": "python-calamine", "polars": "polars", "duckdb": "duckdb"}  # how a reader begins: its environment
SEED = 1


@dataclass(frozen=True)
class Benchmark:
    """A file of ``rows`` lines, and its readers: ours first."""

    name: str
    rows: int
    file: Path
    readers: tuple[str, ...]


Commands = dict[str, list[str]]


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
    environments.add_option(parser, *PEERS.values())
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.work or Path(temporary)).resolve()
        made = _apart(_made, folder, given.clients, given.records, given.scale)
        commands = _commands({peer: getattr(given, own.replace("-", "_")) for peer, own in PEERS.items()}, folder)
        lines = [line for benchmark in made for line in _lines(benchmark, commands, folder, given.repeats)]
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
    simulated = folder / f"simulated-{SEED}-{scale:g}"
    workbook = folder / f"oscar-{n_clients}-{scale:g}" / "client_report.xlsx"
    records = folder / f"primero-{n_records}-{scale:g}" / "primero-cases.csv"
    if not simulated.exists():
        run.simulate(simulated, SEED, scale)
    for file, make, n in ((workbook, exports.oscar_workbook, n_clients), (records, exports.primero_csv, n_records)):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            make(simulated / "exports" / "part-0001", file, n)
    return [
        Benchmark("OSCaR workbook to tables as read", n_clients, workbook, OF_WORKBOOK),
        Benchmark("Primero CSV to canonical tables", n_records, records, OF_CASES),
    ]


def _commands(pythons: dict[str, str | None], folder: Path) -> Commands:
    """Return what runs each reader that is there; what the peers are told lies in ``folder``."""
    told, commands = folder / readers.GIVEN, {}
    told.write_text(json.dumps(readers.given()), encoding="utf-8")
    script = str(Path(import_peers.__file__))
    for reader in (*OF_WORKBOOK, *OF_CASES):
        peer = reader.split("_")[0]
        if peer not in PEERS:
            commands[reader] = [sys.executable, "-m", "benchmarks.readers", reader]
        elif pythons[peer]:
            commands[reader] = [pythons[peer], script, reader]
        else:
            print(f"{reader}: {environments.missing(PEERS[peer])}")  # noqa: T201
    return commands


def _lines(benchmark: Benchmark, commands: Commands, folder: Path, repeats: int) -> list[dict[str, object]]:
    """Return a line for each reader: its cost, and how many times that of ours it is."""
    costs: dict[str, list[Cost]] = {reader: [] for reader in benchmark.readers if reader in commands}
    loads = []
    for _ in range(repeats):
        for reader, spent in costs.items():
            loads.append(os.getloadavg()[0])
            spent.append(_one_run(reader, commands[reader], benchmark.file, folder))
        _apart(_check_agreement, benchmark, [folder / reader for reader in costs])
    ours = middle(costs[benchmark.readers[0]])
    load = f"{min(loads):.1f} to {max(loads):.1f}"
    return [
        _line(benchmark, reader, middle(spent), ours) | {"repeats": repeats, "load": load}
        for reader, spent in costs.items()
    ]


def _one_run(reader: str, command: list[str], file: Path, folder: Path) -> Cost:
    out = folder / reader
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    spent = cost([*command, str(file), str(out), str(folder / readers.GIVEN)])
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


def _check_agreement(benchmark: Benchmark, left: list[Path]) -> None:
    """Raise ``ValueError`` if a reader came to another result than ours; ``left``: their folders, ours first."""
    ours, *peers = left
    for peer in peers:
        if (agreed := ours / import_peers.AGREED).exists():
            agree = json.loads(agreed.read_text()) == json.loads((peer / import_peers.AGREED).read_text())
            differing = [] if agree else ["what was read"]
        elif (peer / import_peers.CASES).exists():
            differing = [] if _are_same_cases(ours, peer) else ["cases without keys"]
        else:
            differing = [table for table in readers.TABLES if not _is_same(ours, peer, table)]
        if differing:
            raise ValueError(f"{benchmark.name}: {peer.name} differs from {ours.name} in {', '.join(differing)}")


def _is_same(ours: Path, peer: Path, table: str) -> bool:
    one, other = (pl.read_parquet(folder / f"{table}.parquet") for folder in (ours, peer))
    return one.columns == other.columns and one.equals(other.cast(one.schema))


def _are_same_cases(ours: Path, peer: Path) -> bool:
    """Return whether the columns without keys hold the same rows, in whatever order."""
    both = (pl.read_parquet(ours / "cases.parquet"), pl.read_parquet(peer / import_peers.CASES))
    days = pl.col("referred_on", "closed_on").cast(pl.Date)
    one, other = (table.select(import_peers.COLUMNS).with_columns(days).sort(pl.all()) for table in both)
    return one.equals(other)


if __name__ == "__main__":
    main()
