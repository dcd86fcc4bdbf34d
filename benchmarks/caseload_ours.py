"""Ours of benchmarks/caseload.py: ``python -m benchmarks.caseload_ours PLAN OUT REPLICATIONS SEED PROCESSES``."""

import json
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from analysis.models.caseload.arrivals import Arrivals
from analysis.models.caseload.plan import EXPONENTIAL, FIXED, Plan
from analysis.models.caseload.posts import Posts
from analysis.models.caseload.run import Run, simulate_in_parts
from analysis.models.caseload.schedule import visit_schedule

CELLS_AT_ONCE = 1_250_000  # steps x areas x replications of a part: 100 replications of the national plan


def main() -> None:
    """Run the plan so many times; write times, memory, and of each replication what was due, in time and first."""
    plan_file, out, replications, seed, processes = sys.argv[1:]
    said = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    start, used = time.perf_counter(), _processor()
    run = run_of(said, int(replications), int(seed), int(processes))
    found = {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": _processor() - used,
        "peak_gb": _peak(int(processes)),
    }
    over = (run.due - run.not_yet_late).sum(axis=(1, 2))
    first_over = run.first_due - run.first_not_yet_late
    counts = run.due.sum(axis=(1, 2)), over, run.in_time.sum(axis=(1, 2)), first_over, run.first_in_time
    names = "due", "over", "in_time", "first_over", "first_in_time"
    found["runs"] = [dict(zip(names, map(int, row), strict=True)) for row in zip(*counts, strict=True)]
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def run_of(said: dict, replications: int, seed: int, processes: int = 1) -> Run:
    """Return the run of a plan as the peers read it."""
    rng = np.random.default_rng(seed)
    plan = _plan(said, replications, rng)
    size = max(1, CELLS_AT_ONCE // (plan.n_steps * plan.n_areas))
    if processes == 1:
        return simulate_in_parts(plan, rng, size)
    with ProcessPoolExecutor(processes) as pool:
        return simulate_in_parts(plan, rng, size, pool.map)


def _plan(said: dict, replications: int, rng: np.random.Generator) -> Plan:
    drawn = {"steps": [], "areas": []}
    for closure in said["closures"]:
        for name, places in drawn.items():
            places.append(rng.choice(len(closure[name]), replications, p=closure[name]))
    n = np.array([[closure["n"] for closure in said["closures"]]])
    tier, due, tolerance, patience = np.transpose([visit[:4] for visit in said["schedule"]])
    return Plan(
        arrivals=Arrivals(np.transpose(drawn["steps"]), np.transpose(drawn["areas"]), n),
        tier_share=said["tier_share"],
        changes=said["changes"],
        schedule=visit_schedule(tier, due, due + tolerance, due + patience, len(said["tier_share"])),
        posts=Posts(np.asarray(said["posts"]), 0, True, said["training"], said["leaving_rate"], said["vacancy"]),
        visit_hours=said["visit_steps"],
        worker_hours=1.0,
        n_steps=said["n_steps"],
        durations=EXPONENTIAL if said["is_random"] else FIXED,
    )


def _processor() -> float:
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _peak(processes: int) -> float:
    """Return the most memory in GB that the process and those it started can have held together."""
    own, other = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + (other * processes if processes > 1 else 0)) * 1024 / 1e9


if __name__ == "__main__":
    main()
