"""The lines of all benchmarks in one shape: what each tool took for each task, whatever its own results call it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results"
OURS = "Homeward"
AS_NAMED = {  # readers whose name in their results does not say which tool it is
    "fit_nb2_mixed_15_nodes": f"{OURS}, 15 nodes",
    "analysis.models, two processes": f"{OURS}, two processes",
    "openpyxl_workbook": "pandas with openpyxl",
    "calamine_workbook": "pandas with calamine",
    "polars_workbook": "polars",
    "polars_cases": "polars",
    "duckdb_cases": "DuckDB",
    "pandas_cases": "pandas",
    "pandas_checked": "pandas, contracts checked",
}
PACKAGES = {  # tool: where machine.json has its version
    **dict.fromkeys(("R survival", "R survival, no clusters"), ("r", "survival")),
    **{"R survey": ("r", "survey"), "R spdep": ("r", "spdep"), "glmmTMB": ("r", "glmmTMB")},
    **{"glmer.nb": ("r", "lme4"), "glm.nb": ("r", "MASS"), "statsmodels": ("ours", "statsmodels")},
    **dict.fromkeys(("pandas", "pandas, contracts checked", "a loop over pandas"), ("ours", "pandas")),
    **{"pandas with openpyxl": ("ours", "openpyxl"), "pandas with calamine": ("peers", "python-calamine")},
    **{"DuckDB": ("peers", "duckdb"), "esda with numba": ("peers", "esda+numba"), "tauargus": ("peers", "pytauargus")},
    **dict.fromkeys(("acro", "acro_apart", "acro_round"), ("peers", "acro")),
    "splink, best threshold": ("peers", "splink"),
}
NUMBERS = ("seconds", "cpu_seconds", "peak_gb")


def measured(folder: Path = RESULTS) -> pd.DataFrame:
    """Return a row a task, number of rows and tool, ours first, from the results in ``folder`` that are there.

    Columns: benchmark, task, rows, tool, seconds, cpu_seconds, peak_gb (missing where not measured), agreement.
    """
    lines = [line for name, read in READ.items() for line in _of_file(folder / f"{name}.csv", name, read)]
    return pd.DataFrame(lines).astype(dict.fromkeys(NUMBERS, "float64"))


def _of_file(file: Path, name: str, read: Callable[[dict[str, str]], dict[str, object]]) -> Iterator[dict[str, object]]:
    if not file.exists():
        return
    done: set[tuple] = set()
    for line in pd.read_csv(file, dtype="str").fillna("").to_dict("records"):
        told = dict.fromkeys(NUMBERS) | {key: float(line[key]) for key in NUMBERS if line.get(key)} | read(line)
        task, reader = (told["task"], told["rows"]), told.pop("reader")
        is_first, _ = task not in done, done.add(task)
        yield {"benchmark": name, "tool": OURS if is_first else AS_NAMED.get(reader, reader), **told}


def _compared(line: dict[str, str]) -> dict[str, object]:
    errors = line["max_relative_error_difference"]
    found = f"estimates within {line['max_estimate_difference']}"
    return _as_named(line) | {"agreement": f"{found}, errors within {errors}" if errors else f"{found}, no errors"}


def _as_named(line: dict[str, str]) -> dict[str, object]:
    return {"task": line["task"], "rows": int(line["rows"]), "reader": line["reader"]}


def _import(line: dict[str, str]) -> dict[str, object]:
    is_part = line["reader"] in ("polars_cases", "duckdb_cases")
    agreement = "the same seven columns" if is_part else "the same result"
    return {"task": line["benchmark"], "rows": int(line["rows"]), "reader": line["reader"], "agreement": agreement}


def _linkage(line: dict[str, str]) -> dict[str, object]:
    return _as_named(line) | {"agreement": f"F1 {line['f1']}, precision {line['precision']}"}


def _mixed_counts(line: dict[str, str]) -> dict[str, object]:
    return _as_named(line) | {"agreement": f"coefficients within {line['max_coefficient_difference']}"}


def _spatial(line: dict[str, str]) -> dict[str, object]:
    return _as_named(line) | {"agreement": f"statistics within {line['agreement']}"}


def _disclosure(line: dict[str, str]) -> dict[str, object]:
    has_attack = line["recovered"] != ""
    told = f"{line['recovered']} small counts known exactly, {line['narrow']} narrowly" if has_attack else ""
    n_tables, tool = int(line["tables"]) + int(line["failed"] or 0), line["tool"].split(":")[0]
    return {"task": line["benchmark"], "rows": n_tables, "reader": tool, "agreement": told}


def _caseload(line: dict[str, str]) -> dict[str, object]:
    """Return the costs of one replication."""
    n, each = int(line["replications"]), float(line["ms_per_replication"]) / 1000
    told = f"{float(line['on_time']):.1%} of visits in time, +/- {float(line['on_time_error']):.1%}"
    return {
        "task": f"{line['task']}, a replication",
        "rows": 1,
        "reader": line["reader"],
        "seconds": float(line["seconds"]) / n,
        "cpu_seconds": each,
        "agreement": told,
    }


def _pipeline(line: dict[str, str]) -> dict[str, object]:
    differing, committed = line["files_that_differ"], line["committed_files"]
    told = f"{float(differing):.0f} of {committed} committed files differ" if committed else ""
    return {"task": f"make: {line['stage']}", "rows": 1, "reader": OURS, "agreement": told}


READ = {
    "imports": _import,
    "survival": _compared,
    "survey": _compared,
    "mixed_counts": _mixed_counts,
    "linkage": _linkage,
    "spatial": _spatial,
    "caseload": _caseload,
    "disclosure": _disclosure,
    "pipeline": _pipeline,
}
