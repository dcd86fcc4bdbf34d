"""XLSX exports as forms: one tab a form, labels for headers and values, subforms as rows of their own tab.

The first column of every tab is the short id of the case, so forms join on it. Tabs are known by their labels, in
whatever language, never by their names, which Excel cuts at 31 letters (T32). Values of a cell are joined by " ||| "
(T27).
"""

from dataclasses import dataclass

import polars as pl

from analysis.importers import labels, reading, unknown_sheets
from analysis.importers.faults import refused
from analysis.importers.findings import Findings
from analysis.importers.primero import choices, forms, trials
from analysis.importers.primero.forms import MANY_JOINED_BY, SUBFORMS, SYSTEM, TABLE_OF_KIND, Forms
from analysis.importers.reading import Grid

N_LETTERS_OF_A_TAB = 31
KINDS = {"case": ("case", "scores")} | {kind: (kind,) for kind in SUBFORMS}
SHORT_ID, LONG_ID = "id", "case_id"
COLUMN_OF_LIST = {"separation_cause": "separation_reason", "protection_concerns": "harm_history"}


@dataclass(frozen=True)
class Tab:
    """A tab, the kind of form it holds and where the fields of that kind stand."""

    grid: Grid
    kind: str
    positions: dict[str, int]


def tabs(grids: list[Grid]) -> list[Tab]:
    """Return the tabs that hold a form, each with the kind whose labels it has most."""
    return [tab for grid in grids if (tab := _tab(grid)) is not None]


def read(grids: list[Grid], findings: Findings) -> Forms:
    """Return the forms of a workbook; raise ``ExportError`` if no tab holds a form of a case."""
    known = tabs(grids)
    _note_tabs(grids, known, findings)
    of_cases = [tab for tab in known if tab.kind == "case"]
    if not of_cases:
        raise refused(findings.file, "no tab has labels of a case form", "Export the cases with their forms.")
    main = next((tab for tab in of_cases if LONG_ID in tab.positions), of_cases[0])
    records = _records(main, [tab for tab in of_cases if tab is not main], findings)
    _note_lists(main, records, findings)
    return Forms(
        forms.completed(records, "case"),
        forms.completed(records, "scores"),
        {kind: _subform(kind, [tab for tab in known if tab.kind == kind]) for kind in SUBFORMS},
        has_own_lines=True,
    )


def _tab(grid: Grid) -> Tab | None:
    matches = {kind: [labels.matched(grid, SYSTEM, part) for part in parts] for kind, parts in KINDS.items()}
    n_known = {
        kind: sum(len(set(match.positions) - {SHORT_ID}) + len(match.personal) for match in parts)
        for kind, parts in matches.items()
    }
    kind = max(n_known, key=n_known.__getitem__)
    positions = {field: places[0] for match in matches[kind] for field, places in match.positions.items()}
    return Tab(grid, kind, positions) if n_known[kind] and SHORT_ID in positions else None


def _note_tabs(grids: list[Grid], known: list[Tab], findings: Findings) -> None:
    """Report tabs whose name Excel cut (T32) and tabs that hold no form."""
    kinds = {tab.grid.sheet: TABLE_OF_KIND[tab.kind] for tab in known}
    for grid in grids:
        if len(grid.sheet) == N_LETTERS_OF_A_TAB:
            findings.whole(grid.sheet, table=kinds.get(grid.sheet, ""), check="T32")
        if grid.sheet not in kinds:
            unknown_sheets.set_aside(grid, findings)


def _records(main: Tab, others: list[Tab], findings: Findings) -> pl.DataFrame:
    """Return one row a record, at its place in the ``main`` tab, with the fields of all tabs of the case."""
    records = trials.marked(_lines(main), main.grid)
    for tab in others:
        lines = trials.marked(_lines(tab), tab.grid)
        _reject_strangers(lines, records, tab, findings)
        records = _with_fields(records, lines)
    return records.drop("nth")


def _lines(tab: Tab) -> pl.DataFrame:
    """Return the rows of a tab with the ``key`` of their case, and which of that case's rows each is."""
    rows = choices.as_ids(reading.read(tab.grid, tab.positions))
    return rows.with_columns(key=pl.col(SHORT_ID)).with_columns(nth=pl.int_range(pl.len()).over("key"))


def _with_fields(records: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``records`` with the fields of another tab; a field both have keeps what is filled."""
    added = lines.drop("sheet", "row", SHORT_ID)
    joined = records.join(added, on=["key", "nth"], how="left", nulls_equal=True, maintain_order="left", suffix="_too")
    both = [name for name in added.columns if f"{name}_too" in joined.columns]
    named = trials.IS_NAMED_SO
    merged = joined.with_columns(pl.coalesce(name, f"{name}_too") for name in both if name != named)
    is_named = pl.col(named) | pl.col(f"{named}_too").fill_null(False)
    return merged.with_columns(is_named.alias(named)).drop(f"{name}_too" for name in both)


def _reject_strangers(lines: pl.DataFrame, records: pl.DataFrame, tab: Tab, findings: Findings) -> None:
    """Set aside the rows of a tab that belong to no record of the main one."""
    strange = lines.join(records, on=["key", "nth"], how="anti", nulls_equal=True)
    findings.rows(strange, pl.lit(True), table="case_records", check="orphan_row", action="rejected", column="case_ref")
    n_kept = lines.height - strange.height
    findings.sheet(tab.grid.sheet, table="case_records", rows_in=lines.height, rows_out=n_kept)


def _subform(kind: str, known: list[Tab]) -> pl.DataFrame:
    """Return the rows of all tabs of one kind of subform."""
    schema = dict.fromkeys(("key", *forms.fields_of(kind)), pl.String)
    empty = pl.DataFrame(schema={"sheet": pl.String, "row": pl.Int64, **schema})
    rows = [forms.completed(_lines(tab), kind).select(empty.columns) for tab in known]
    return pl.concat([empty, *rows])


def _note_lists(main: Tab, records: pl.DataFrame, findings: Findings) -> None:
    """Report cells with several values (T27)."""
    for field, column in COLUMN_OF_LIST.items():
        if field in records.columns:
            n = int(records[field].str.contains(MANY_JOINED_BY.strip(), literal=True).sum())
            findings.whole(main.grid.sheet, table="case_records", check="T27", column=column, n=n)
