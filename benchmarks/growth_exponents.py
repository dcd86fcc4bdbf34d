"""How a step grows: the exponent of its time and memory beyond what it costs whatever comes in, and is it n log n?

Time is that of processor. From it, at each scale, what the step costs at the ``start`` scale is taken off: imports, the
reading of small tables, a fixed number of draws. The exponent is the slope of a straight line of logarithms by least
squares, through the scales at which what is left can be told from noise.
"""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from benchmarks.growth_run import DONE

COLUMNS = (
    *("stage", "step", "scales", "fixed_seconds", "seconds_at_largest", "exponent", "doubt", "n_log_n", "verdict"),
    *("fixed_gb", "gb_at_largest", "gb_per_million_rows", "memory"),
)
LEAST_SECONDS, LEAST_GB = 0.2, 0.05  # beyond the start: less than this is noise of a busy machine
BOUNDED = 0.2  # exponent of memory beyond the start: less is called bounded, a factor of 1.6 for ten times the rows


def read(file: Path) -> list[dict[str, str]]:
    """Return the lines of a file of measured steps."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def of_steps(lines: Iterable[Mapping[str, str]], start: float) -> list[dict[str, object]]:
    """Return a line a step: ``exponent`` with its standard error ``doubt``, the slope ``n_log_n`` to hold it to.

    ``doubt`` is missing with fewer than three scales. ``verdict`` is ``fixed`` where nothing beyond the start can be
    measured, ``within n log n`` where the exponent is not above that slope by more than twice its doubt (by more than a
    twentieth, with two scales), ``above n log n``, or ``not known`` with fewer than two scales.
    """
    by_step: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for line in lines:
        by_step.setdefault((line["stage"], line["step"]), []).append(line)
    return [_of_step(stage, step, found, start) for (stage, step), found in by_step.items()]


def _of_step(stage: str, step: str, lines: list[Mapping[str, str]], start: float) -> dict[str, object]:
    done = {float(line["scale"]): line for line in lines if line["status"] == DONE}
    first, larger = done.pop(start, None), done
    base = {"stage": stage, "step": step}
    if first is None or not larger:
        return base | {"verdict": _ended(lines) or "not known", "memory": "not known"}
    scales = np.array(sorted(larger))
    rows, seconds, gb = (
        np.array([float(larger[scale][name] or 0) for scale in scales]) for name in ("rows", "cpu_seconds", "peak_gb")
    )
    fixed_seconds, fixed_gb = float(first["cpu_seconds"]), float(first["peak_gb"])
    return base | {
        "scales": " ".join(f"{scale:g}" for scale in scales),
        "fixed_seconds": f"{fixed_seconds:.2f}",
        "seconds_at_largest": f"{seconds[-1]:.2f}",
        **_growth(scales - start, rows, seconds - fixed_seconds, _ended(lines)),
        "fixed_gb": f"{fixed_gb:.2f}",
        "gb_at_largest": f"{gb[-1]:.2f}",
        **_memory(scales, rows, gb, fixed_gb),
    }


def _growth(sizes: np.ndarray, rows: np.ndarray, beyond: np.ndarray, ended: str) -> dict[str, object]:
    told = beyond > LEAST_SECONDS
    if told.sum() < 2:
        return {"verdict": ended or ("not known" if told.any() else "fixed")}
    logs = np.log(sizes[told])
    slope, doubt = line_through(logs, np.log(beyond[told]))
    limit, _ = line_through(logs, np.log(sizes[told] * np.log(np.maximum(rows[told], math.e))))
    room = 0.05 if math.isnan(doubt) else 2 * doubt
    verdict = "within n log n" if slope <= limit + room else "above n log n"
    return {
        "exponent": f"{slope:.2f}",
        "doubt": "" if math.isnan(doubt) else f"{doubt:.2f}",
        "n_log_n": f"{limit:.2f}",
        "verdict": f"{verdict}; {ended}" if ended else verdict,
    }


def _memory(scales: np.ndarray, rows: np.ndarray, gb: np.ndarray, fixed_gb: float) -> dict[str, object]:
    """Return what a million rows more take, and whether memory stays with the chunk or grows with the file."""
    n_more = rows[-1] - rows[0]
    more = f"{max((gb[-1] - gb[0]) / n_more * 1e6, 0):.3f}" if n_more > 0 else ""
    is_bounded = gb[-1] - fixed_gb < LEAST_GB
    if len(scales) > 1 and not is_bounded:
        last_two = np.log(np.maximum(gb[-2:] - fixed_gb, LEAST_GB / 10))
        is_bounded = bool(np.diff(last_two)[0] < BOUNDED * np.diff(np.log(scales[-2:]))[0])
    return {"gb_per_million_rows": more, "memory": "bounded" if is_bounded else "grows with the file"}


def line_through(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the slope of the least-squares line through the points and its standard error; not a number below three.

    ``x`` and ``y`` have one value a point; at least two different ``x``.
    """
    apart = x - x.mean()
    slope = float(apart @ y / (apart @ apart))
    if len(x) < 3:
        return slope, math.nan
    left = y - y.mean() - slope * apart
    return slope, math.sqrt(float(left @ left) / (len(x) - 2) / float(apart @ apart))


def _ended(lines: Iterable[Mapping[str, str]]) -> str:
    """Return how the smallest scale ended that did not end well, in words; nothing if all did."""
    bad = sorted((float(line["scale"]), line["status"]) for line in lines if line["status"] != DONE)
    return f"at scale {bad[0][0]:g} {bad[0][1]}" if bad else ""
