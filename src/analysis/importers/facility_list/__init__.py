"""Facility lists in Excel, as ministries and studies keep them: titles, headers of two rows, totals among the rows.

A screening of facilities is such a list with two columns more for each item.
"""

from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, reading, unknown_sheets
from analysis.importers.facility_list import identity, layouts, lines, screening, words
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
    return max((min(1.0, layout.n_known / N_SURE) for layout in found), default=0.0)


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
    of_sheets = [_of_sheet(layout, year, findings) for layout in listed.values()]
    tables = {name for tables in of_sheets for name in tables}
    joined = {name: pl.concat(tables[name] for tables in of_sheets if name in tables) for name in sorted(tables)}
    return Found(SYSTEM, file, joined, findings)


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return the tab of each list in a workbook and which of its columns are read, left out and not known."""
    listed = [layout for grid in reading.grids(file) if (layout := layouts.found(grid)) is not None]
    return [(layout.grid.sheet, _matched(layout)) for layout in listed]


def _matched(layout: layouts.Layout) -> Matched:
    positions = {name: [at] for name, at in {**layout.positions, **layout.items}.items()}
    return Matched(positions, list(layout.personal), list(layout.unknown))


def _of_sheet(layout: layouts.Layout, year: int | None, findings: Findings) -> dict[str, pl.DataFrame]:
    """Return the facilities of one sheet and, where it is a screening, the answers about them."""
    cells = lines.facilities(layout, findings)
    facilities = words.worded(cells, layout, findings)
    list_id = identity.list_id(layout, facilities, year)
    listed = {TABLE: as_read.filled(facilities.with_columns(list_id=pl.lit(list_id)), TABLE)}
    if not layout.items:
        return listed
    return {**listed, screening.TABLE: screening.answers(cells, list(layout.items), findings)}
