"""Facility lists in Excel, as ministries and studies keep them: titles, headers of two rows, totals among the rows."""

from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, reading, unknown_sheets
from analysis.importers.facility_list import identity, layouts, lines, words
from analysis.importers.facility_list.layouts import SYSTEM
from analysis.importers.faults import refused
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched

TABLE = "facility_list_rows"
N_SURE = 8  # so many columns of ours make it certain
ADVICE = "Add the labels of its header to the table of labels of facility lists."

__all__ = ["SYSTEM", "columns", "likeness", "read"]


def likeness(file: Path) -> float:
    """Return how sure it is, from 0 to 1, that ``file`` is a list of facilities: by the labels of its headers alone."""
    if formats.kind(file) == "json":
        return 0.0
    found = [layout for grid in reading.grids(file) if (layout := layouts.found(grid)) is not None]
    return max((min(1.0, len(layout.positions) / N_SURE) for layout in found), default=0.0)


def read(file: Path) -> Found:
    """Return the facilities as listed; raise ``ExportError`` if no sheet has the header of a list."""
    findings = Findings(file)
    grids = reading.grids(file)
    listed = {grid.sheet: layout for grid in grids if (layout := layouts.found(grid)) is not None}
    if not listed:
        raise refused(file, "no sheet has the header of a facility list", ADVICE)
    for grid in grids:
        if grid.sheet not in listed:
            unknown_sheets.set_aside(grid, findings)
    year = identity.year_in(listed.values())
    frames = [_of_sheet(layout, year, findings) for layout in listed.values()]
    return Found(SYSTEM, file, {TABLE: pl.concat(frames)}, findings)


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return the tab of each list in a workbook and which of its columns are read, left out and not known."""
    listed = [layout for grid in reading.grids(file) if (layout := layouts.found(grid)) is not None]
    return [(layout.grid.sheet, _matched(layout)) for layout in listed]


def _matched(layout: layouts.Layout) -> Matched:
    positions = {field: [at] for field, at in layout.positions.items()}
    return Matched(positions, list(layout.personal), list(layout.unknown))


def _of_sheet(layout: layouts.Layout, year: int | None, findings: Findings) -> pl.DataFrame:
    """Return the facilities of one sheet."""
    facilities = words.worded(lines.facilities(layout, findings), layout, findings)
    list_id = identity.list_id(layout, facilities, year)
    return as_read.filled(facilities.with_columns(list_id=pl.lit(list_id)), TABLE)
