"""A caseload over ten years beside event loops: seconds, memory, and do they come to the same share of visits in time?

``python -m benchmarks.caseload [--task N ...] [--share SHARE] [--simpy PYTHON] [--to FILE]``

Every reader runs the same made-up plan in a process of its own, with random numbers of its own. simpy has an
environment of its own (``benchmarks.environments``); without it simpy is left out with a line that says so. Peers run
as many replications as minutes allow, and what is compared is seconds of processor a replication. ``--share`` of all
replications are run.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks import environments
from benchmarks.measured import ROOT, cost

RESULTS = ROOT / "benchmarks" / "results" / "caseload.csv"
OURS, OURS_TWICE, LOOP, SIMPY = "analysis.models", "analysis.models, two processes", "event loop", "simpy"
COLUMNS = (
    *("task", "reader", "replications", "seconds", "cpu_seconds", "peak_gb", "ms_per_replication", "times_ours"),
    *("visits_due", "on_time", "on_time_error", "first_on_time", "first_on_time_error", "load"),
)
WEEKS, YEARS, PROVINCES, CLOSURES, CHILDREN, POSTS = 52, 10, 25, 221, 6000, 90
CHANGES = [[0.960, 0.035, 0.0, 0.005], [0.008, 0.970, 0.018, 0.004], [0.0, 0.012, 0.984, 0.004]]
DAYS = {  # first contact, then every so many days until a day
    0: (3, [(7, 31), (14, 90), (30.4, 365), (91.3, 730)]),
    1: (7, [(14, 60), (30.4, 182), (91.3, 730)]),
    2: (14, [(30.4, 90), (91.3, 365), (365, 730)]),
}


@dataclass(frozen=True)
class Task:
    """What is run, and how many replications each reader gets."""

    words: str
    plan: dict
    replications: dict[str, int]


def main(arguments: list[str] | None = None) -> None:
    """Give every task to its readers and write what each took and found."""
    tasks = _tasks()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", type=int, nargs="*", default=list(range(len(tasks))), choices=range(len(tasks)))
    parser.add_argument("--share", type=float, default=1.0)
    environments.add_option(parser, "simpy")
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    peers = str(ROOT / "benchmarks" / "caseload_peers.py")
    commands = {
        OURS: lambda files, n: [sys.executable, "-m", "benchmarks.caseload_ours", *files, n, "1", "1"],
        OURS_TWICE: lambda files, n: [sys.executable, "-m", "benchmarks.caseload_ours", *files, n, "1", "2"],
        LOOP: lambda files, n: [sys.executable, peers, "loop", *files, n, "2"],
        SIMPY: (lambda files, n: [given.simpy, peers, "simpy", *files, n, "3"]) if given.simpy else None,
    }
    lines = [line for number in given.task for line in _of_task(tasks[number], commands, given.share)]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def national_plan() -> dict:
    """Return ten years in which 221 facilities close, one by one, anywhere in 25 provinces of unequal size."""
    rng = np.random.default_rng(1)
    share = np.sort(rng.dirichlet(np.full(PROVINCES, 2.0)))[::-1]
    n = rng.multinomial(CHILDREN, rng.dirichlet(np.full(CLOSURES, 2.0)))
    steps = WEEKS * YEARS
    closures = [{"steps": [1 / steps] * steps, "areas": share.tolist(), "n": int(size)} for size in n]
    posts = np.repeat(np.arange(PROVINCES), np.maximum(1, np.round(share * POSTS)).astype(int)).tolist()
    return _plan(closures, posts, rng.uniform(0.12, 0.25, PROVINCES).tolist(), steps)


def wave_plan() -> dict:
    """Return 267 children of one day, in one team's area, over two years and a half."""
    return _plan([{"steps": [1.0], "areas": [1.0], "n": 267}], [0] * 18, [0.2], 130)


def _plan(closures: list[dict], posts: list[int], visit_steps: list[float], n_steps: int) -> dict:
    return {
        "n_steps": n_steps,
        "closures": closures,
        "tier_share": [0.46, 0.46, 0.08],
        "changes": CHANGES,
        "schedule": _schedule(),
        "posts": posts,
        "training": 12,
        "leaving_rate": 0.25 / WEEKS,
        "vacancy": 8,
        "visit_steps": visit_steps,
        "is_random": False,
        "spread": False,
    }


def _schedule() -> list[list]:
    """Return the visits of each tier in weeks: tier, due, tolerance, patience, place in the order, is it the first."""
    visits = []
    for tier, (first, phases) in DAYS.items():
        days, gaps = [float(first)], [float(first)]
        for gap, until in phases:
            while days[-1] + gap <= until:
                days.append(days[-1] + gap)
                gaps.append(gap)
        for number, (day, gap) in enumerate(zip(days, gaps, strict=True)):
            waits = int(0.25 * gap // 7), int(0.75 * gap // 7)
            visits.append([tier, int(day // 7), *waits, (tier, number > 0, waits[1], waits[0])])
    order = sorted({visit[4] for visit in visits})
    return [[*visit[:4], order.index(visit[4]), not visit[4][1]] for visit in visits]


def _tasks() -> tuple[Task, ...]:
    national, wave = "a country, 25 provinces, 6,000 children, 10 years of weeks", "267 children at once, 130 weeks"
    return (
        Task(national, national_plan(), {OURS: 1000, OURS_TWICE: 10_000, LOOP: 30, SIMPY: 8}),
        Task(wave, wave_plan(), {OURS: 10_000, LOOP: 150, SIMPY: 40}),
    )


def _of_task(task: Task, commands: dict, share: float) -> list[dict[str, object]]:
    lines, ours = [], None
    with tempfile.TemporaryDirectory() as folder:
        plan, out = Path(folder, "plan.json"), Path(folder, "out.json")
        plan.write_text(json.dumps(task.plan), encoding="utf-8")
        for reader, replications in task.replications.items():
            if not commands[reader]:
                print(f"{reader}, {task.words}: {environments.missing('simpy')}")  # noqa: T201
                continue
            n, load = max(2, round(share * replications)), os.getloadavg()[0]
            used = cost(commands[reader]([str(plan), str(out)], str(n)))
            found = {"peak_gb": used.peak_gb} | json.loads(out.read_text(encoding="utf-8"))
            each = found["cpu_seconds"] / n
            ours = ours or each
            lines.append(
                _line(task.words, reader, found) | {"times_ours": f"{each / ours:.2f}", "load": round(load, 1)}
            )
            print(lines[-1])  # noqa: T201
    return lines


def _line(words: str, reader: str, found: dict) -> dict[str, object]:
    runs = {name: np.array([run[name] for run in found["runs"]], "float64") for name in found["runs"][0]}
    all_visits, first = runs["in_time"] / runs["over"], runs["first_in_time"] / runs["first_over"]
    n = len(all_visits)
    return {
        "task": words,
        "reader": reader,
        "replications": n,
        "seconds": f"{found['seconds']:.2f}",
        "cpu_seconds": f"{found['cpu_seconds']:.2f}",
        "peak_gb": f"{found['peak_gb']:.3f}",
        "ms_per_replication": f"{1000 * found['cpu_seconds'] / n:.2f}",
        "visits_due": f"{runs['due'].mean():.0f}",
        "on_time": f"{all_visits.mean():.4f}",
        "on_time_error": f"{all_visits.std(ddof=1) / n**0.5:.4f}",
        "first_on_time": f"{first.mean():.4f}",
        "first_on_time_error": f"{first.std(ddof=1) / n**0.5:.4f}",
    }


if __name__ == "__main__":
    main()
