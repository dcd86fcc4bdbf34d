"""Which steps grow with the records, in the order in which they are made, and how many rows each of them reads."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from analysis import country_steps, restricted, store

FIGURES = "figures"
OF_RECORDS = frozenset([*store.tables_of(store.IMPORTED), *restricted.names()])
EXPORTS = Path("simulated", "exports", "SIMULATED.json")


def that_grow(asked: Collection[str] | None = None) -> list[str]:
    """Return the steps that read records, directly or through other tables, each after those it needs.

    Of a figure it is the step that makes its numbers and takes them through the gate, such as
    ``figures/re_separation.csv``; figures stand last. Those ``asked`` for and what they need, or all.
    """
    growing = [step for step in _in_order() if _grows(step)]
    if asked is not None:
        needed: set[str] = set()
        for step in reversed(growing):
            if step in asked or (_name(step) in needed and not _is_figure(step)):
                needed |= {step, _name(step), *inputs_of(step)}
        growing = [step for step in growing if step in needed]
    return sorted(growing, key=_is_figure)


def printed(asked: Collection[str] | None = None) -> list[str]:
    """Return the steps on printed numbers alone whose tables the growing steps ``asked`` for read, in order."""
    needed = {name for step in that_grow(asked) for name in inputs_of(step)}
    found = []
    for step in reversed(_in_order()):
        if _name(step) in needed and not _grows(step) and not _is_figure(step):
            needed |= set(inputs_of(step))
            found.append(step)
    return found[::-1]


def inputs_of(step: str) -> tuple[str, ...]:
    """Return the names of what ``step`` reads."""
    return country_steps.inputs().get(step.removesuffix(".csv"), ())


def file_made(step: str, root: Path) -> Path:
    """Return the file below ``root`` that ``step`` writes; of an import, one of them."""
    if _is_figure(step):
        return root / step
    return root / "data" / "processed" / f"{'imported/cases' if step == 'import' else step}.parquet"


def missing(step: str, folder: Path) -> list[str]:
    """Return what ``step`` reads and is not there, of the tables of the scale in ``folder``."""
    if step == "import":
        return [] if (folder / EXPORTS).exists() else ["exports"]
    processed = folder / "root" / "data" / "processed"
    return [name for name in _tables(step) if not store.file_of(name, processed).exists()]


def rows_in(step: str, root: Path) -> int | str:
    """Return the rows of those tables that ``step`` reads and that records are in; of an import, those it wrote.

    Nothing for a step that comes before any table.
    """
    processed = root / "data" / "processed"
    names = _tables(step) if step != "import" else store.tables_of(store.IMPORTED)
    files = [store.file_of(name, processed) for name in names if _is_of_records(name)]
    return sum(pq.read_metadata(file).num_rows for file in files if file.exists()) or ""


@cache
def _in_order() -> tuple[str, ...]:
    stages = (*store.STAGES, FIGURES)
    steps = country_steps.in_order(country_steps.inputs())
    return tuple(f"{one}.csv" if _is_figure(one) else one for one in steps if one.partition("/")[0] in stages)


@cache
def _is_of_records(name: str) -> bool:
    return name in OF_RECORDS or any(
        _grows(step) for step in _in_order() if _name(step) == name and not _is_figure(step)
    )


@cache
def _grows(step: str) -> bool:
    return any(_is_of_records(name) for name in inputs_of(step))


def _tables(step: str) -> list[str]:
    made = {_name(one) for one in _in_order() if not _is_figure(one)} | set(store.tables_of(store.IMPORTED))
    return [name for name in inputs_of(step) if name in made]


def _is_figure(step: str) -> bool:
    return step.startswith(f"{FIGURES}/")


def _name(step: str) -> str:
    return step.rpartition("/")[2].removesuffix(".csv")
