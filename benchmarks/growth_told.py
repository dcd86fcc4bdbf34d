"""Growth as Markdown, for docs/performance.md: stages by scale, what grows too fast, a larger country on paper.

``python -m benchmarks.growth_told [--children 5400000] [--survey-rows 100000000] [--gb 64] [--start 0.02] [--of FILE]``

``--gb``: the memory of the machine, by which it is told what breaks first. Steps that would take less than ``SHOWN``
seconds stand in the sums alone.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import growth_exponents
from benchmarks.growth import RESULTS, START
from benchmarks.growth_estimate import Estimate, Wanted, estimates, wanted
from benchmarks.growth_run import DONE

SHOWN = 600.0
NEVER = float("inf")


def main(arguments: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=float, default=5.4e6)
    parser.add_argument("--survey-rows", type=float, default=100e6)
    parser.add_argument("--gb", type=float, default=64.0)
    parser.add_argument("--start", type=float, default=START)
    parser.add_argument("--of", type=Path, default=RESULTS, metavar="FILE")
    given = parser.parse_args(arguments)
    lines = growth_exponents.read(given.of)
    exponents = growth_exponents.of_steps(lines, given.start)
    country = wanted(lines, given.children, given.survey_rows)
    on_paper = estimates(lines, exponents, given.start, country, given.gb)
    told = [*by_stage(lines, given.start), "", *too_fast(exponents), "", *of_country(on_paper, country, given.gb)]
    sys.stdout.write("\n".join(told) + "\n")


def by_stage(lines: list[Mapping[str, str]], start: float) -> Iterator[str]:
    """Yield a table of the stages by scale: seconds of processor over all steps done, and the most that one held."""
    scales = sorted({float(line["scale"]) for line in lines} - {start})
    yield f"| stage | {' | '.join(f'scale {scale:g}' for scale in scales)} |"
    yield "|---" * (1 + len(scales)) + "|"
    for stage in dict.fromkeys(line["stage"] for line in lines):
        cells = []
        for scale in scales:
            own = [line for line in lines if line["stage"] == stage and float(line["scale"]) == scale]
            done = [line for line in own if line["status"] == DONE]
            seconds = sum(float(line["cpu_seconds"]) for line in done)
            peak = max((float(line["peak_gb"]) for line in done), default=0)
            lacking = f" ({len(done)} of {len(own)} steps)" if len(done) < len(own) else ""
            cells.append(f"{seconds:,.0f} s, {peak:.2f} GB{lacking}")
        yield f"| {stage} | {' | '.join(cells)} |"


def too_fast(exponents: list[dict[str, object]]) -> Iterator[str]:
    """Yield a table of the steps that grow faster than n log n, were stopped, or hold memory by the file."""
    yield "| step | seconds at the largest | exponent | verdict | memory | GB a million rows |"
    yield "|---|---|---|---|---|---|"
    for one in exponents:
        is_fine = one["verdict"] in ("fixed", "within n log n") and one["memory"] == "bounded"
        if not is_fine:
            doubt = f" ± {one['doubt']}" if one.get("doubt") else ""
            time = (one.get("seconds_at_largest", ""), f"{one.get('exponent', '')}{doubt}", one["verdict"])
            cells = (one["step"], *time, one["memory"], one.get("gb_per_million_rows", ""))
            yield f"| {' | '.join(map(str, cells))} |"


def of_country(found: list[Estimate], country: Wanted, gb: float) -> Iterator[str]:
    """Yield what ``country`` would take, step by step from the longest, then together, and what breaks first."""
    yield f"{country.of_cases:,.0f} scales of cases, {country.of_survey:,.0f} of survey rows."
    yield ""
    yield "| step | hours of processor | peak memory | memory is full at |"
    yield "|---|---|---|---|"
    for one in sorted(found, key=lambda one: -one.seconds):
        if one.seconds >= SHOWN:
            full = "never" if one.breaks_at == NEVER else f"{max(one.breaks_at, 0):,.0f} scales"
            yield f"| {one.step} | {one.seconds / 3600:.1f} | {one.gb:,.1f} GB | {full} |"
    hours, most = sum(one.seconds for one in found) / 3600, max((one.gb for one in found), default=0)
    yield ""
    yield f"All steps together: {hours:,.0f} hours of processor; the largest would hold {most:,.0f} GB."
    breaking = sorted((one for one in found if one.breaks_at < one.scale), key=lambda one: one.breaks_at / one.scale)
    yield f"Beyond {gb:g} GB, first to last: {', '.join(one.step for one in breaking) or 'none'}."


if __name__ == "__main__":
    main()
