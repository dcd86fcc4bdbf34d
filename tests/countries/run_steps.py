"""Simulate, import and run the steps of the country that ``HOMEWARD_COUNTRY`` names, in one process.

``python run_steps.py SCALE [FIGURE...]`` makes every table, the numbers and words of every figure, and the pictures of
those that are named (``all``: of all, and the page). Results go where ``HOMEWARD_ROOT`` says. All steps are tried; exit
status 1 says that some failed, after what they said.
"""

import dataclasses
import json
import sys
import time
import traceback
from collections.abc import Sequence

from analysis import commands, country_steps, pipeline, store
from analysis.page import index


def run(step: str, drawn: Sequence[str]) -> None:
    stage, _, name = step.partition("/")
    if stage in store.STAGES:
        pipeline.make_table(step, store.PROCESSED / f"{step}.parquet")
    elif stage == "figures":
        pipeline.make_numbers(name, pipeline.FIGURES / f"{name}.csv")
        if name in drawn or "all" in drawn:
            pipeline.make_picture(name, pipeline.FIGURES)
        else:
            words = pipeline.module_of(step).words(pipeline.read_numbers(name))
            (pipeline.FIGURES / f"{name}.json").write_text(json.dumps(dataclasses.asdict(words)))


def main(scale: str, *drawn: str) -> int:
    left_out, failed = country_steps.left_out(), 0
    steps = {step: inputs for step, inputs in country_steps.inputs().items() if step not in left_out}
    commands.simulate(["--scale", scale])
    commands.import_([])
    for step in country_steps.in_order(steps):
        start = time.process_time()
        try:
            run(step, drawn)
        except Exception:
            failed += 1
            print(f"FAILED {step}\n{traceback.format_exc(limit=-4)}")  # noqa: T201
        print(f"{step} {time.process_time() - start:.2f}", flush=True)  # noqa: T201
    if "all" in drawn:
        index.make(pipeline.FIGURES, pipeline.FIGURES / "index.html")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
