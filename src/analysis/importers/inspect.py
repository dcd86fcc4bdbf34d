"""What a file of exports is, before it is imported: in plain words, with counts and labels, never a cell."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import polars as pl

from analysis.importers import checks, formats, json_reading, labels, reading
from analysis.importers.detect import detect
from analysis.importers.exports import check_own, found_in
from analysis.importers.faults import ExportError, printable, shortened
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.reading import Grid

BIRTH = "birth_date"  # a child's own date, where the others tell when work was done
N_LABELS = 12
N_KNOWN_FOR_ONE_UNKNOWN = 2


NOT_READ = "NOT READ"


def describe(files: Sequence[Path]) -> str:
    """Return what each file is, its rows by table, its columns, dates and checks that fail; or why it is not read.

    Of a folder, every file that an import of it would read.
    """
    every = [file for given in files for file in (found_in(given).files if given.is_dir() else [given])]
    return "\n\n".join("\n".join(_lines(file)) for file in every)


def _lines(file: Path) -> Iterator[str]:
    try:
        check_own(file)
        module, likeness = detect(file)
        system = module.SYSTEM.replace("_", " ")
        yield f"{printable(file.name)}: {system} ({likeness:.0%} of what it always writes is there)"
        for sheet, matched in _columns(module, file):
            yield from _column_lines(sheet, matched)
        found = module.read(file)
        found.findings.check_nothing_lost()
    except ExportError as error:
        yield f"{NOT_READ}: {error}"
        return
    yield from _table_lines(found)
    yield from _check_lines(found.findings)


def _columns(module: ModuleType, file: Path) -> list[tuple[str, Matched]]:
    """Return each sheet's labels as its importer takes them, or as the kind of sheet that fits them best."""
    if hasattr(module, "columns"):
        return module.columns(file)
    if formats.kind(file) == "json":
        grids = [Grid(file, "", tuple(json_reading.json_keys(file)), 0)]
    else:
        grids = reading.grids(file)
    return [(grid.sheet, _best(grid, module.SYSTEM)) for grid in grids]


def _best(grid: Grid, system: str) -> Matched:
    fits = [labels.matched(grid, system, kind) for kind in labels.kinds(system)]
    return min(fits, key=lambda matched: len(matched.unknown))


def _column_lines(sheet: str, matched: Matched) -> Iterator[str]:
    n_read = sum(map(len, matched.positions.values()))
    place = f"sheet {shortened(sheet)!r}" if sheet else "columns"
    yield f"  {place}: {n_read} read, {len(matched.personal)} personal (never read), {len(matched.unknown)} not known"
    n_known = n_read + len(matched.personal)
    if matched.unknown and n_known >= N_KNOWN_FOR_ONE_UNKNOWN * len(
        matched.unknown
    ):  # else they may be cells, no labels
        shown = ", ".join(map(shortened, matched.unknown[:N_LABELS]))
        yield f"    not known: {shown}{', ...' if len(matched.unknown) > N_LABELS else ''}"


def _table_lines(found: Found) -> Iterator[str]:
    for table, frame in found.tables.items():
        yield f"  {table.replace('_', ' ')}: {frame.height:,} rows"
        for column in frame.select(pl.col(pl.Date).exclude(BIRTH)).iter_columns():
            if column.count():
                yield f"    {column.name}: {column.dt.min()} to {column.dt.max()}, {column.null_count():,} missing"


def _check_lines(findings: Findings) -> Iterator[str]:
    counted = findings.frame.group_by("check", "action").agg(pl.col("n").sum()).sort("check", "action")
    if counted.is_empty():
        yield "  checks: none fails"
    for check, action, n in counted.iter_rows():
        yield f"  check {check}, {action}, {n:,} cells or rows: {checks.title(check)}"
