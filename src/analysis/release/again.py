"""Again: is every file what the gate, the drawing, the page and the notebooks give, when each is asked again?

A picture or a notebook equal to the committed one is public already. Numbers pass the gate again all the same.
"""

import json
import multiprocessing
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from analysis import kernel, pipeline, sources
from analysis.page import pages
from analysis.release import contents

N_KERNELS = 2  # the largest notebook needs 1 GB of memory


def faults(outputs: Path, committed: Path, empty: Path) -> Iterator[str]:
    """Yield which files below ``outputs`` are not what is made again in the folder ``empty``, and why.

    Pages are made again only if every figure could be. ``committed`` is the repository, clean: without outlines the
    map cannot be drawn, and must be the one in there.
    """
    (empty / "figures").mkdir(parents=True)
    for name in contents.figures():
        yield from _numbers(name, outputs, empty)
        yield from _picture(name, outputs, committed, empty)
    if all((empty / file).exists() for name in contents.figures() for file in contents.of_figure(name)):
        for name in pages.here():
            page = partial(pages.make, name, empty / "figures", empty / "figures")
            yield from _compared(pages.files(name), page, outputs, empty)
    yield from _notebooks(
        [file for file in contents.notebooks() if not _same(outputs, committed, file)], outputs, empty
    )


def _numbers(name: str, outputs: Path, empty: Path) -> Iterator[str]:
    file = contents.numbers(name)
    yield from _compared([file], partial(pipeline.make_numbers, name, empty / file), outputs, empty)


def _picture(name: str, outputs: Path, committed: Path, empty: Path) -> Iterator[str]:
    files = contents.pictures(name)
    if not all(_same(outputs, committed, file) for file in files):
        yield from _compared(files, partial(pipeline.make_picture, name, empty / "figures"), outputs, empty)
        return
    for file in files:
        (empty / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(committed / file, empty / file)
    numbers = empty / contents.numbers(name)
    if numbers.exists() and _drawn_from(empty / contents.sidecar(name)) != sources.sha256(numbers):
        yield f"{files[0]} is older than its numbers: draw it with make, a map after make boundaries"


def _notebooks(files: Sequence[str], outputs: Path, empty: Path) -> Iterator[str]:
    if files:
        with ProcessPoolExecutor(N_KERNELS, multiprocessing.get_context("spawn")) as kernels:
            runs = [kernels.submit(kernel.execute, kernel.source_of(file), empty / file) for file in files]
            for file, run in zip(files, runs, strict=True):
                yield from _compared([file], run.result, outputs, empty)


def _compared(files: Sequence[str], make: Callable[[], object], outputs: Path, empty: Path) -> Iterator[str]:
    """Make ``files`` in ``empty``; yield those that differ, or what kept them from being made, as the gate may."""
    try:
        make()
    except (ValueError, OSError) as error:
        yield f"{files[0]} cannot be made again: {error}"
        return
    for file in files:
        if not _same(outputs, empty, file):
            yield f"{file} is not what these data give: remove it and run make again, with the same RECORDS and ROOT"


def _same(one: Path, other: Path, file: str) -> bool:
    return (other / file).is_file() and (one / file).read_bytes() == (other / file).read_bytes()


def _drawn_from(sidecar: Path) -> str:
    return json.loads(sidecar.read_text(encoding="utf-8"))["numbers_sha256"]
