"""What each step costs as the records grow: simulated countries of several sizes, each step in a process of its own.

``python -m benchmarks.growth [--scales 1 10 100] [--start 0.02] [--steps STEP ...] [--work DIR] [--more] [--to FILE]``

Scale 1 is one country of about 2,500 cases and 50,000 survey households. Every scale is simulated, imported and taken
through all steps that read records, to the numbers of the figures. A step that passes a limit (``--minutes``, ``--gb``)
is stopped and its line says so; so does that of a step whose inputs are not there. ``--start`` is a scale so small that
what a step costs there it costs whatever comes in. ``--more`` adds to FILE: its lines of other scales and of steps not
asked for stay, and those of steps whose results stand in DIR, which are not made again. ``--forget`` removes the files
of a scale once measured.
Exponents go beside FILE, as NAME_exponents.csv.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import growth_exponents, growth_steps
from benchmarks.growth_run import DONE, Limits, Ran, run
from benchmarks.measured import ROOT, write_lines

RESULTS = ROOT / "benchmarks" / "results" / "growth.csv"
COLUMNS = ("stage", "step", "scale", "rows", "seconds", "cpu_seconds", "peak_gb", "status", "load")
START, SCALES = 0.02, (1.0, 10.0, 100.0)
MADE_ONCE = "import sys; from analysis.__main__ import main; sys.exit(max(main([step]) for step in sys.argv[1:]))"
Line = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Measure every step at every scale, write each line as soon as it is known, then the exponents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=float, nargs="*", default=list(SCALES))
    parser.add_argument("--start", type=float, default=START)
    parser.add_argument("--steps", nargs="*", help="only these, and what they need")
    parser.add_argument("--work", type=Path, metavar="DIR", help="folder outside the repository for all that is made")
    parser.add_argument("--minutes", type=float, default=60.0, help="on the clock, after which a step is stopped")
    parser.add_argument("--gb", type=float, default=20.0, help="resident memory above which a step is stopped")
    parser.add_argument("--more", action="store_true")
    parser.add_argument("--forget", action="store_true")
    parser.add_argument("--to", type=Path, default=RESULTS, metavar="FILE")
    given = parser.parse_args(arguments)
    limits, scales = Limits(given.minutes * 60, given.gb), sorted({given.start, *given.scales})
    before = growth_exponents.read(given.to) if given.more and given.to.exists() else []
    measured = ("simulate", "import", *growth_steps.that_grow(given.steps))
    lines: list[Line] = [line for line in before if float(line["scale"]) not in scales or line["step"] not in measured]
    with tempfile.TemporaryDirectory() as temporary:
        work = (given.work or Path(temporary)).resolve()
        printed = _printed_tables(work / "printed", given.steps, limits)
        for scale in scales:
            known = {line["step"]: line for line in before if float(line["scale"]) == scale}
            for line in _of_scale(work / f"scale-{scale:g}", printed, scale, given.steps, known, limits):
                lines.append(line)
                write_lines(given.to, COLUMNS, _in_order(lines))
                print(*line.values(), flush=True)  # noqa: T201
            if given.forget:
                shutil.rmtree(work / f"scale-{scale:g}")
    grown = growth_exponents.of_steps(growth_exponents.read(given.to), given.start)
    write_lines(given.to.with_name(f"{given.to.stem}_exponents.csv"), growth_exponents.COLUMNS, grown)


def _printed_tables(root: Path, asked: Sequence[str] | None, limits: Limits) -> Path:
    """Return a folder of the tables made of printed numbers alone, which are the same at every scale."""
    steps = growth_steps.printed(asked)
    missing = [step for step in steps if not growth_steps.file_made(step, root).exists()]
    if missing and (ran := _run([sys.executable, "-c", MADE_ONCE, *missing], root, limits)).status != DONE:
        raise RuntimeError(f"tables of printed numbers: {ran.status}")
    processed = root / "data" / "processed"
    processed.mkdir(parents=True, exist_ok=True)
    return processed


def _of_scale(
    folder: Path, printed: Path, scale: float, asked: Sequence[str] | None, known: Mapping[str, Line], limits: Limits
) -> Iterator[Line]:
    """Yield a line for each step at one scale; those ``known`` whose file stands in ``folder`` as they are."""
    root, simulated = folder / "root", folder / "simulated"
    shutil.copytree(printed, root / "data" / "processed", dirs_exist_ok=True)
    commands = {
        "simulate": ["simulate", "--out", str(simulated), "--scale", f"{scale:g}"],
        "import": ["import", str(simulated / "exports"), "--to", str(root)],
        **{step: [step] for step in growth_steps.that_grow(asked)},
    }
    made = {"simulate": simulated / "exports" / "SIMULATED.json"}
    for step, command in commands.items():
        file = made.get(step) or growth_steps.file_made(step, root)
        if step in known and known[step]["status"] == DONE and file.exists():
            yield known[step]
            continue
        load, missing = os.getloadavg()[0], growth_steps.missing(step, folder)
        if missing:
            yield _line(step, scale) | {"status": f"not run: needs {', '.join(missing)}"}
            continue
        file.unlink(missing_ok=True)
        if step == "simulate":
            shutil.rmtree(simulated, ignore_errors=True)  # it writes into no folder of others, or without its list
        ran = _run([sys.executable, "-m", "analysis", *command], root, limits)
        yield _line(step, scale) | {
            "rows": growth_steps.rows_in(step, root),
            "seconds": f"{ran.cost.seconds:.2f}",
            "cpu_seconds": f"{ran.cost.cpu_seconds:.2f}",
            "peak_gb": f"{ran.cost.peak_gb:.3f}",
            "status": ran.status,
            "load": f"{load:.1f}",
        }


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a scale together, in the order in which its steps are made."""
    steps = ("simulate", "import", *growth_steps.that_grow())
    order = {step: place for place, step in enumerate(steps)}
    return sorted(lines, key=lambda line: (float(line["scale"]), order.get(line["step"], len(order))))


def _line(step: str, scale: float) -> Line:
    empty = dict.fromkeys(COLUMNS, "")
    return empty | {"stage": step.partition("/")[0], "step": step, "scale": f"{scale:g}"}


def _run(command: Sequence[str], root: Path, limits: Limits) -> Ran:
    root.mkdir(parents=True, exist_ok=True)
    return run(command, {"HOMEWARD_ROOT": str(root)}, limits, root / "said.txt")


if __name__ == "__main__":
    main()
