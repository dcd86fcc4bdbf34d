"""Models of counts by district beside R's: seconds of the fit itself, and how far the coefficients are from ours.

``python -m benchmarks.mixed_counts [--rows N ...] [--repeats N] [--rscript RSCRIPT] [--to FILE]``

Every reader fits the same simulated counts in a process of its own; starting it and reading the file are not timed.
R needs glmmTMB, lme4 and MASS; what it does not have is left out with a line that says so.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from benchmarks import environments
from benchmarks.measured import ROOT, cost

from analysis.models import mixed_counts

RESULTS = ROOT / "benchmarks" / "results" / "mixed_counts.csv"
PEERS = Path(__file__).with_suffix(".R")
COLUMNS = (
    *("task", "rows", "reader", "seconds", "cpu_seconds", "peak_gb", "times_ours"),
    *("max_coefficient_difference", "log_likelihood_difference", "repeats", "load"),
)
SIZES = {300: 25, 2_400: 100, 19_800: 200}  # rows, and groups they lie in
MIXED, PLAIN = "NB2 with an offset and group effects", "NB2 with an offset"
READERS = {  # task: ours first, then peers; a peer gets at most so many rows
    MIXED: {"fit_nb2_mixed": 10**9, "fit_nb2_mixed_15_nodes": 10**9, "glmmTMB": 10**9, "glmer.nb": 2_400},
    PLAIN: {"fit_nb2": 10**9, "glm.nb": 10**9, "statsmodels": 10**9},
}
IN_R = {"glmmTMB": ("glmmTMB", "lme4"), "glmer.nb": ("lme4", "MASS"), "glm.nb": ("MASS",)}  # packages they need
Fitted = tuple[np.ndarray, float]


def main(arguments: list[str] | None = None) -> None:
    """Fit the same counts with every reader and write what each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rscript", default=shutil.which("Rscript"))
    parser.add_argument("--to", type=Path, default=RESULTS)
    parser.add_argument("--one", nargs=3, metavar=("READER", "COUNTS", "OUT"), help="fit once more, for the run above")
    given = parser.parse_args(arguments)
    if given.one:
        _fit_one(*given.one, given.repeats)
        return
    lines = [line for rows in given.rows for line in _of_size(rows, given.repeats, given.rscript)]
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def simulated(rows: int, n_groups: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return counts with a population, a column within and one between groups; theta 1.5, sd of groups 0.6."""
    group = np.repeat(np.arange(n_groups), rows // n_groups)
    x, z = rng.normal(size=rows).round(4), rng.normal(size=n_groups).round(4)[group]
    population = rng.lognormal(10, 0.8, rows).round()
    mean = population * np.exp(-7 + 0.3 * x + 0.2 * z + 0.6 * rng.normal(size=n_groups)[group])
    y = rng.negative_binomial(1.5, 1.5 / (1.5 + mean))
    return pd.DataFrame({"y": y, "x": x, "z": z, "population": population.astype(int), "group": group})


def _of_size(rows: int, repeats: int, rscript: str | None) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.csv")
        simulated(rows, SIZES[rows], np.random.default_rng(rows)).to_csv(counts, index=False)
        return [
            line
            for task, readers in READERS.items()
            for line in _of_task(task, readers, counts, rows, repeats, rscript)
        ]


def _of_task(
    task: str, readers: dict[str, int], counts: Path, rows: int, repeats: int, rscript: str | None
) -> list[dict[str, object]]:
    lines, ours = [], None
    for reader, most_rows in readers.items():
        if rows > most_rows:
            print(f"{reader}, {rows} rows: left out; takes too long")  # noqa: T201
            continue
        if reader in IN_R and not environments.has_in_r(rscript, *IN_R[reader]):
            print(f"{reader}, {rows} rows: left out; needs Rscript with {' and '.join(IN_R[reader])}")  # noqa: T201
            continue
        load, out = os.getloadavg()[0], counts.with_suffix(".json")
        script = [rscript, str(PEERS)] if reader in IN_R else [sys.executable, "-m", "benchmarks.mixed_counts"]
        told = [reader, str(counts), str(out)]
        used = cost(
            [*script, *told, str(repeats)] if reader in IN_R else [*script, "--repeats", str(repeats), "--one", *told]
        )
        found = json.loads(out.read_text(encoding="utf-8"))
        ours = ours or found
        lines.append(_line(task, rows, reader, found, ours) | {"peak_gb": round(used.peak_gb, 3), "repeats": repeats})
        lines[-1]["load"] = round(load, 1)
        print(lines[-1])  # noqa: T201
    return lines


def _line(task: str, rows: int, reader: str, found: dict, ours: dict) -> dict[str, object]:
    apart = np.abs(np.subtract(found["coefficients"], ours["coefficients"])).max()
    return {
        "task": task,
        "rows": rows,
        "reader": reader,
        "seconds": f"{found['seconds']:.4f}",
        "cpu_seconds": f"{found['cpu_seconds']:.4f}",
        "times_ours": f"{found['cpu_seconds'] / ours['cpu_seconds']:.1f}",
        "max_coefficient_difference": f"{apart:.1e}",
        "log_likelihood_difference": f"{found['log_likelihood'] - ours['log_likelihood']:.1e}",
    }


def _fit_one(reader: str, counts: str, out: str, repeats: int) -> None:
    """Fit ``repeats`` times and write the middle times, with coefficients and log-likelihood."""
    rows = pd.read_csv(counts)
    design = rows[["x", "z"]].assign(one=1.0)[["one", "x", "z"]]
    told = rows["y"].to_numpy(), design, np.log(rows["population"].to_numpy()), rows["group"].to_numpy()
    seconds, cpu_seconds = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), _processor()
        coefficients, log_likelihood = FITS[reader](*told)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(_processor() - used)
    found = {"seconds": median(seconds), "cpu_seconds": median(cpu_seconds), "log_likelihood": log_likelihood}
    Path(out).write_text(json.dumps(found | {"coefficients": list(coefficients)}), encoding="utf-8")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ours(fit: mixed_counts.Fit) -> Fitted:
    return fit.coefficients, fit.log_likelihood


def _statsmodels(y: np.ndarray, design: pd.DataFrame, offset: np.ndarray, _: np.ndarray) -> Fitted:
    import statsmodels.api as sm

    start = sm.GLM(y, design, family=sm.families.Poisson(), offset=offset).fit().params
    model = sm.NegativeBinomial(y, design, offset=offset)
    fit = model.fit(start_params=np.append(start, 0.5), method="newton", disp=0)
    return fit.params.to_numpy()[:-1], float(fit.llf)


FITS: dict[str, Callable[..., Fitted]] = {
    "fit_nb2_mixed": lambda *told: _ours(mixed_counts.fit_nb2_mixed(*told)),
    "fit_nb2_mixed_15_nodes": lambda *told: _ours(mixed_counts.fit_nb2_mixed(*told, n_nodes=15)),
    "fit_nb2": lambda y, design, offset, _: _ours(mixed_counts.fit_nb2(y, design, offset)),
    "statsmodels": _statsmodels,
}


if __name__ == "__main__":
    main()
