"""The whole pipeline from nothing: what each stage of ``make`` costs in a copy of the project.

``python -m benchmarks.pipeline [--repeats N] [--from FOLDER] [--to FILE]``

The copy holds the files that belong to the repository and a link to the environment, which stands. The stages are made
one after the other, as a newcomer's ``make`` would make them; a second ``make``, with nothing to do, comes last. There
is no peer: no other program makes these results. What agrees instead are the committed figures and notebooks, which
must come out byte for byte.
"""

import argparse
import csv
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measured import ROOT, Cost, cost, middle

RESULTS = ROOT / "benchmarks" / "results" / "pipeline.csv"
COLUMNS = ("stage", "seconds", "cpu_seconds", "peak_gb", "committed_files", "files_that_differ", "repeats", "load")
STAGES = ("simulate", "import", "tables", "figures", "notebooks", "page", "all")
NOTHING_TO_DO = "all, again"
OF_OUTER_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "STEPS")  # what a make that runs this hands on
MAKE = ("env", *(word for name in OF_OUTER_MAKE for word in ("-u", name)), "make")
ENVIRONMENT = ".venv"
COMMITTED = ("figures", "notebooks", "data", "docs")


def main(arguments: list[str] | None = None) -> None:
    """Make every stage in copies of the project and write what each cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--from", type=Path, default=ROOT, dest="project", help="the project, a repository of git")
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    runs = [made(given.project.resolve(), STAGES) for _ in range(given.repeats)]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(_lines(runs))


def made(project: Path, stages: Sequence[str]) -> dict[str, object]:
    """Return the ``costs`` of each stage in a new copy of ``project``, and which ``committed`` files came out how.

    ``committed``: how many files of results there are, ``differing``: how many of them have other bytes afterwards.
    """
    with tempfile.TemporaryDirectory() as temporary:
        copy, load = Path(temporary, "project"), os.getloadavg()[0]
        files = copied(project, copy)
        before = _digests(copy, files)
        costs = {}
        for stage in (*stages, NOTHING_TO_DO):
            costs[stage] = cost([*MAKE, stage.removesuffix(", again")], copy, with_left_behind=True)
            _say(f"{stage}: {costs[stage].seconds:.1f} s, {costs[stage].cpu_seconds:.1f} s of processor")
        after = _digests(copy, files)
    differing = sum(after[name] != digest for name, digest in before.items())
    return {"costs": costs, "committed": len(before), "differing": differing, "load": load}


def copied(project: Path, copy: Path) -> list[str]:
    """Copy what belongs to the repository, with its times, so that the environment still counts as new; link that."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=project, capture_output=True, text=True, check=True)  # noqa: S607
    files = [name for name in listed.stdout.split("\0") if name and (project / name).is_file()]
    for name in files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(project / name, copy / name)
    if (project / ENVIRONMENT).exists():
        (copy / ENVIRONMENT).symlink_to(project / ENVIRONMENT)
    return files


def _digests(copy: Path, files: list[str]) -> dict[str, str | None]:
    """Return a digest of each committed result; ``None`` where it is gone."""
    results = [name for name in files if name.startswith(tuple(f"{folder}/" for folder in COMMITTED))]
    return {name: _digest(copy / name) for name in results}


def _digest(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


def _lines(runs: list[dict]) -> list[dict[str, object]]:
    every = {stage: [run["costs"][stage] for run in runs] for stage in runs[0]["costs"]}
    loads = [run["load"] for run in runs]
    whole = [_together([cost for stage, cost in run["costs"].items() if stage != NOTHING_TO_DO]) for run in runs]
    told = {"repeats": len(runs), "load": f"{min(loads):.1f} to {max(loads):.1f}"}
    lines = [_line(stage, middle(costs)) | told for stage, costs in (every | {"from nothing": whole}).items()]
    lines[-1]["committed_files"] = runs[0]["committed"]
    lines[-1]["files_that_differ"] = median(run["differing"] for run in runs)
    return lines


def _together(costs: list[Cost]) -> Cost:
    peak = max(each.peak_gb for each in costs)
    return Cost(sum(each.seconds for each in costs), sum(each.cpu_seconds for each in costs), peak)


def _line(stage: str, spent: Cost) -> dict[str, object]:
    return {
        "stage": stage,
        "seconds": round(spent.seconds, 1),
        "cpu_seconds": round(spent.cpu_seconds, 1),
        "peak_gb": round(spent.peak_gb, 2),
    }


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
