"""KoboToolbox: submissions of the household form with the repeat group of its members, as two CSVs or one workbook."""

from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, labels, reading, unknown_sheets
from analysis.importers.faults import refused
from analysis.importers.findings import Findings, Found
from analysis.importers.kobo import households, members, parents
from analysis.importers.kobo.parents import SYSTEM
from analysis.importers.reading import Grid

TELLING = {"main": {"uuid", "consent"}, "members": {"parent_index", "parent_table"}}
N_SURE = 6  # so many questions of the form make it certain

__all__ = ["SYSTEM", "likeness", "read"]


def likeness(file: Path) -> float:
    """Return how sure it is, from 0 to 1, that ``file`` came out of KoboToolbox: by its headers alone."""
    if formats.kind(file) == "json":
        return 0.0
    return max((_likeness(grid) for grid in reading.grids(file)), default=0.0)


def read(file: Path) -> Found:
    """Return households and their members as read; raise ``ExportError`` if no sheet holds answers of the form."""
    findings = Findings(file)
    kinds = {grid: _kind(grid) for grid in reading.grids(file)}
    if not any(kinds.values()):
        raise refused(file, "no sheet has the questions of the household form", "Export it with XML names as headers.")
    tables: dict[str, list[pl.DataFrame]] = {"households": [], "household_members": []}
    submissions: dict[str, pl.DataFrame] = {}
    for grid in (grid for grid, kind in kinds.items() if kind == "main"):
        answers = households.accepted(grid, findings)
        submissions[grid.sheet] = parents.listed(grid)
        tables["households"].append(as_read.filled(households.worded(answers, findings), "households"))
    for grid in (grid for grid, kind in kinds.items() if kind == "members"):
        rows = members.accepted(grid, submissions.get(parents.name_of(grid)), findings)
        tables["household_members"].append(as_read.filled(members.worded(rows, findings), "household_members"))
    for grid in (grid for grid, kind in kinds.items() if not kind):
        unknown_sheets.set_aside(grid, findings)
    return Found(SYSTEM, file, {name: pl.concat(frames) for name, frames in tables.items() if frames}, findings)


def _kind(grid: Grid) -> str:
    """Return "main" or "members", or "" for a sheet that is neither: a repeat sheet names its parent."""
    for kind in ("members", "main"):
        if labels.matched(grid, SYSTEM, kind).positions.keys() >= TELLING[kind]:
            return kind
    return ""


def _likeness(grid: Grid) -> float:
    kind = _kind(grid)
    return min(1.0, len(labels.matched(grid, SYSTEM, kind).positions) / N_SURE) if kind else 0.0
