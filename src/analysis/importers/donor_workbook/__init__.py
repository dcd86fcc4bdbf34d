"""The workbook a network of organisations sends its donor: clients, their programme streams and families of all."""

from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, labels, reading, unknown_sheets
from analysis.importers.donor_workbook import csi, families, streams
from analysis.importers.faults import refused
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.oscar import clients
from analysis.importers.oscar.sheets import Sheet, kind_of, opened, with_fields
from analysis.importers.reading import Grid

SYSTEM = "donor_workbook"
SIGNS = {
    "clients": (2, {"initial_on", "latest_on"}),
    "streams": (2, {"start_on", "end_on", "service"}),
    "families": (2, {"id", "ngo", "id_poor"}),
}


def likeness(file: Path) -> float:
    """Return 1 for a workbook with the columns of first and latest assessment, which no other has, else 0."""
    if formats.kind(file) != "workbook":
        return 0.0
    return float(any(kind == "clients" for _, kind in kinds(file)))


def read(file: Path) -> Found:
    """Return what the workbook tells; raise ``ExportError`` if it has no sheet of clients, or that has no ids."""
    findings = Findings(file)
    listed = kinds(file)
    if not any(kind == "clients" for _, kind in listed):
        raise refused(
            file,
            "no sheet of clients with 'Initial date of CSI' and 'Latet date of CSI' in its header",
            "Ask for the workbook again, with its header row.",
        )
    for grid, kind in listed:
        if not kind:
            unknown_sheets.set_aside(grid, findings)
    sheets = [opened(grid, kind, SYSTEM, needed="id") for grid, kind in listed if kind]
    return Found(SYSTEM, file, _tables(sheets, findings), findings)


def kinds(file: Path) -> list[tuple[Grid, str]]:
    """Return the sheets of a workbook with the kind of each, "" where it is of no known kind."""
    return [(grid, kind_of(grid, SYSTEM, SIGNS)) for grid in reading.grids(file)]


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return the tab of each sheet of a known kind and which of its columns are read, left out and not known."""
    return [(grid.sheet, _matched(grid, kind)) for grid, kind in kinds(file) if kind]


def _matched(grid: Grid, kind: str) -> Matched:
    """Return which field stands where; the domains of both assessments are fields by their codes."""
    matched = labels.matched(grid, SYSTEM, kind)
    scores = {label: [at for at, other in enumerate(grid.header) if other == label] for label in grid.header}
    domains = {label: places for label, places in scores.items() if kind == "clients" and csi.DOMAIN.match(label)}
    unknown = [label for label in matched.unknown if label not in domains]
    return Matched(matched.positions | domains, matched.personal, unknown)


def _tables(sheets: list[Sheet], findings: Findings) -> dict[str, pl.DataFrame]:
    of_kind = {kind: [sheet for sheet in sheets if sheet.kind == kind] for kind in SIGNS}
    programmes = streams.programmes(of_kind["streams"])
    people = [with_fields(sheet, "oscar", "clients") for sheet in of_kind["clients"]]
    told = [clients.case_records(sheet, findings, programmes) for sheet in people]
    ids = pl.concat([rows["id"] for _, rows in told])
    enrolled = [streams.enrolments(sheet, ids, findings) for sheet in of_kind["streams"]]
    tables = {
        "case_records": [records for records, _ in told],
        "assessments": [csi.assessments(sheet, rows, findings) for sheet, (_, rows) in zip(people, told, strict=True)],
        "placements": [streams.placements(rows) for rows in enrolled],
        "support": [streams.support(rows, findings) for rows in enrolled],
        "households": [families.households(sheet, findings) for sheet in of_kind["families"]],
    }
    return {name: as_read.filled(pl.concat(frames), name) for name, frames in tables.items() if frames}
