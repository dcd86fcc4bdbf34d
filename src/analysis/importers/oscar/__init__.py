"""OSCaR: the client and family workbooks, the template that organisations fill by hand, and the answers of its API."""

from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, json_reading, labels, reading, unknown_sheets
from analysis.importers.faults import refused
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.oscar import api, assessments, case_notes, clients, families, unused
from analysis.importers.oscar.sheets import INDISPENSABLE, SIGNS, SYSTEM, Sheet, kind_of, opened, share_of_labels
from analysis.importers.reading import Grid

MAIN = ("clients", "families")  # every workbook of the system has one of them
SURE = 0.95  # the donor workbook has labels in common, and its own that only it has


def likeness(file: Path) -> float:
    """Return how sure it is that OSCaR wrote ``file``, from 0 to 1, by its labels or keys alone."""
    if formats.kind(file) == "json":
        return api.likeness(json_reading.json_keys(file))
    shares = [share_of_labels(grid, SYSTEM, kind) for grid, kind in kinds(file) if kind in MAIN]
    return min(max(shares, default=0.0), SURE)


def read(file: Path) -> Found:
    """Return what a workbook or an answer of the API tells.

    Raises ``ExportError`` if it has no sheet of clients or families in a known language, or lacks a column that is
    indispensable.
    """
    findings = Findings(file)
    if formats.kind(file) == "json":
        return Found(SYSTEM, file, api.tables(file, findings), findings)
    listed = kinds(file)
    _check(file, listed)
    for grid, kind in listed:
        if not kind:
            unknown_sheets.set_aside(grid, findings)
    opened_sheets = [opened(grid, kind, needed=INDISPENSABLE.get(kind, "")) for grid, kind in listed if kind]
    return Found(SYSTEM, file, _tables(opened_sheets, findings), findings)


def kinds(file: Path) -> list[tuple[Grid, str]]:
    """Return the sheets of a workbook with the kind of each, "" where it is of no known kind."""
    return [(grid, kind_of(grid, SYSTEM, SIGNS)) for grid in reading.grids(file)]


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return the tab of each sheet of a known kind and which of its columns are read, left out and not known."""
    listed = kinds(file) if formats.kind(file) != "json" else []
    return [(grid.sheet, _matched(grid, kind)) for grid, kind in listed if kind]


def _matched(grid: Grid, kind: str) -> Matched:
    """Return which field stands where; a domain of an assessment is a field by its code."""
    matched = labels.matched(grid, SYSTEM, kind)
    if kind != "assessments":
        return matched
    domains = assessments.domains_of(opened(grid, kind))
    scores = {code: [at] for code, at in domains.positions.items()}
    named = {grid.header[at + 1] for at in domains.positions.values()}
    unknown = [label for label in matched.unknown if label not in named]
    return Matched(matched.positions | scores, matched.personal, unknown)


def _tables(opened_sheets: list[Sheet], findings: Findings) -> dict[str, pl.DataFrame]:
    of_kind = {kind: [sheet for sheet in opened_sheets if sheet.kind == kind] for kind in SIGNS}
    read_clients = [clients.case_records(sheet, findings) for sheet in of_kind["clients"]]
    ids = pl.concat([pl.Series("id", [], pl.String), *(rows["id"] for _, rows in read_clients)])
    scored = [assessments.assessments(sheet, ids, findings) for sheet in of_kind["assessments"]]
    contacted = [case_notes.contacts(sheet, ids, findings) for sheet in of_kind["case_notes"]]
    told = [families.households(sheet, findings, ids) for sheet in of_kind["families"]]
    for kind in ("care_plans", "custom_forms", "trackings", "users"):
        for sheet in of_kind[kind]:
            unused.set_aside(sheet, findings)
    for sheet in of_kind["clients"]:
        n_printed = sheet.rows["assessed_on_all"].count()  # prints the day of entry, whatever its label says
        findings.whole(sheet.grid.sheet, table="assessments", check="T06", column="assessed_on", n=n_printed)
    tables = {
        "case_records": [records for records, _ in read_clients],
        "assessments": [as_read.filled(assessments.with_refs(pl.concat(scored)), "assessments")] if scored else [],
        "follow_ups": [case_notes.with_refs(pl.concat(contacted))] if contacted else [],
        "households": told,
    }
    return {name: pl.concat(frames) for name, frames in tables.items() if frames}


def _check(file: Path, listed: list[tuple[Grid, str]]) -> None:
    if not any(kind in MAIN for _, kind in listed):
        raise refused(
            file,
            "no sheet has the labels of clients or families that OSCaR prints in English or Khmer",
            "Export it in one of these languages, with its header row; labels an organisation renamed belong into the "
            "importer's table of labels.",
        )
