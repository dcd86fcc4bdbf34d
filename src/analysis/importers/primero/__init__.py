"""Primero: JSON of versions 1 and 2, CSV with machine names, XLSX with labels. Four shapes, one meaning."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from analysis.importers import as_read, formats, json_reading, labels, reading
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.primero import (
    cases,
    checks,
    contacts,
    families,
    forms,
    identity,
    placements,
    provided,
    records,
    scores,
    separated,
    tabs,
)
from analysis.importers.primero.forms import SYSTEM, Forms
from analysis.importers.reading import Grid
from analysis.importers.score_lists import one_row_a_score

RECORD_KINDS = ("case", "scores", *forms.SUBFORMS)
RECORDS_IN_A_PIECE, WHOLE = 50_000, 2**40
N_SURE = 8  # so many fields of ours make it certain
TELLING = {"owned_by", "owned_by_agency", "registration_date", "case_id", "protection_concerns", "consent_reporting"}

__all__ = ["SYSTEM", "columns", "likeness", "pieces", "read"]


def likeness(file: Path) -> float:
    """Return how sure it is, from 0 to 1, that ``file`` is an export of Primero: by its keys or labels alone."""
    if formats.kind(file) == "json":
        found = set(json_reading.json_keys(file)) & records.keys()
    else:
        found = _fields_of_tables(file)
    return min(1.0, len(found) / N_SURE) if found & TELLING else 0.0


def read(file: Path) -> Found:
    """Return the tables as read from ``file``; raise ``ExportError`` if it cannot be read."""
    (found,) = pieces(file, n_records=WHOLE)
    long = one_row_a_score(found.tables["assessments"])
    return replace(found, tables={**found.tables, "assessments": as_read.filled(long, "assessments")})


def pieces(file: Path, n_records: int = RECORDS_IN_A_PIECE) -> Iterator[Found]:
    """Return the tables as read a piece at a time, so that a CSV of millions of cases fits into memory.

    All pieces share the findings, which are complete with the last. Other shapes come in one piece. Scores are in
    lists.
    """
    findings, so_far, provinces = Findings(file), None, checks.Provinces()
    for own in _forms(file, findings, n_records):
        so_far = so_far or identity.SoFar(has_long_ids=_has_long_ids(file, own))
        told = so_far.told_apart(own)
        checks.note_shape(told.cases, findings)
        provinces.add(told.cases)
        yield _found(told, findings)
    provinces.note_gap(findings)


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return the labels of each sheet (of the records of a JSON, its keys) as they are read."""
    if formats.kind(file) == "json":
        keys = [key for key in json_reading.json_keys(file) if key not in records.SECTIONS.values()]
        inner = dict.fromkeys(key.rpartition(".")[2] for key in keys)
        return [("", _all_matched(Grid(file, "", tuple(inner), 0), RECORD_KINDS))]
    grids = reading.grids(file)
    if formats.kind(file) == "csv":
        return [("", _all_matched(grids[0], separated.KINDS))]
    return [(tab.grid.sheet, _all_matched(tab.grid, tabs.KINDS[tab.kind])) for tab in tabs.tabs(grids)]


def _all_matched(grid: Grid, kinds: Iterable[str]) -> Matched:
    """Return what stands in ``grid`` by the labels of several kinds of form at once."""
    matches = [labels.matched(grid, SYSTEM, kind) for kind in kinds]
    positions = {field: places for match in reversed(matches) for field, places in match.positions.items()}
    is_read = {grid.header[place] for places in positions.values() for place in places}
    personal = dict.fromkeys(label for match in matches for label in match.personal if label not in is_read)
    unknown = [label for label in matches[0].unknown if all(label in match.unknown for match in matches)]
    return Matched(positions, list(personal), unknown)


def _found(told: Forms, findings: Findings) -> Found:
    tables = _tables(identity.accepted(told, findings), findings)
    return Found(SYSTEM, findings.file, {name: as_read.filled(rows, name) for name, rows in tables.items()}, findings)


def _fields_of_tables(file: Path) -> set[str]:
    """Return the fields of cases whose names or labels stand in the headers of a workbook or CSV."""
    found: set[str] = set()
    for grid in reading.grids(file):
        for kind in ("case", "scores"):
            found |= set(labels.matched(grid, SYSTEM, kind).positions)
    return found


def _forms(file: Path, findings: Findings, n_records: int) -> Iterator[Forms]:
    """Return what the export holds, by its shape; only a CSV comes in pieces."""
    kind = formats.kind(file)
    if kind == "json":
        return iter([records.read(file, findings)])
    grids = reading.grids(file)
    return separated.pieces(grids[0], findings, n_records) if kind == "csv" else iter([tabs.read(grids, findings)])


def _has_long_ids(file: Path, own: Forms) -> bool:
    """Return whether any record of the file has a long id, of which ``own`` is the first piece."""
    is_here = own.cases["case_id"].is_not_null().any()
    return is_here or (formats.kind(file) == "csv" and separated.has_long_ids(reading.grids(file)[0]))


def _tables(own: Forms, findings: Findings) -> dict[str, pl.DataFrame]:
    """Return the tables as read, without the columns that only served to make them."""
    told = checks.checked(cases.worded(own.cases, findings), findings)
    tables = {"assessments": scores.assessments(own.scores, findings)}
    family = provided_rows = None
    if "family" in own.subforms:
        family = families.worded(own.subforms["family"], findings)
        told = _attached(told, families.orphan_status(family))
    if "services" in own.subforms:
        provided_rows = provided.worded(own.subforms["services"], findings)
        told = _attached(told, provided.programmes(provided_rows))
        tables |= {"support": provided.support(provided_rows), "referrals": provided.referrals(provided_rows)}
    if "followup" in own.subforms:
        tables["follow_ups"] = contacts.follow_ups(own.subforms["followup"], findings)
    arrangements = own.subforms["care_arrangements"]
    returns = placements.returns(told, own.subforms.get("reunification"), findings)
    tables["placements"] = placements.placements(told, arrangements, returns, findings)
    homes = families.households(told, family)
    if family is not None:
        tables["household_members"] = families.members(family, homes)
    tables["households"] = homes.drop("case_ref")
    tables["case_records"] = told.select(name for name in as_read.CASE_RECORDS if name in told.columns)
    return tables


def _attached(told: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Attach a fact of each case; "unknown" for cases of which nothing is told."""
    (name,) = set(facts.columns) - {"case_ref"}
    joined = told.join(facts, on="case_ref", how="left", maintain_order="left", validate="1:1")
    return joined.with_columns(pl.col(name).fill_null("unknown"))
