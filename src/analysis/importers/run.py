"""An import: the exports of a folder become canonical tables, lists of what is wrong, and a list of who is who.

Files are read one after the other and their ids become keys before the next is opened. Nothing is replaced until all
tables keep their contracts; then everything is at once.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis import engine, store, study
from analysis.importers import as_read, consent, outputs, partitions, sheet_codes
from analysis.importers.assembled import Assembled, assembled
from analysis.importers.assembly import Assembly
from analysis.importers.exports import CONSENT, Exports, found_in
from analysis.importers.faults import ExportError, refused
from analysis.importers.findings import UNKNOWN_CODES
from analysis.importers.keyed import OF_LISTED_FACILITIES, ROW_BITS, keyed
from analysis.importers.keys import key_for
from analysis.importers.ledger import Ledger
from analysis.importers.partitions import Reading
from analysis.importers.piles import Pile
from analysis.importers.register_schemas import SCHEMAS as REGISTERS
from analysis.importers.written import Tables

N_LINES_SHOWN = 5
TAKEN_BY = {  # table as read: the key whose rows must be seen together; of others it is the case
    "households": "household",
    "household_members": "household",
    "survey_children": "child_id",
    **dict.fromkeys(OF_LISTED_FACILITIES, "row_id"),
    **dict.fromkeys(REGISTERS, "line"),
}
REJECTED = ("file", "sheet", "row", "reason")


@dataclass(frozen=True)
class Imported:
    """What an import did: the origin of its tables, rows by table, and what was set aside, unheard or left out.

    ``n_rejected`` counts lines by reason; ``unheard`` are the lines of ``consent.csv`` that name no record.
    """

    origin: str
    folder: Path
    n_files: int
    n_rows: Mapping[str, int]
    n_rejected: Mapping[str, int]
    unheard: tuple[int, ...]
    left_out: tuple[str, ...]

    @property
    def summary(self) -> str:
        """Say in a few lines what came in: counts only."""
        listed = ", ".join(f"{table} {n:,}" for table, n in self.n_rows.items() if not table.startswith("import_"))
        lines = [
            f"{self.n_files - len(self.left_out)} of {self.n_files} files imported as {self.origin}: {listed}",
            f"{sum(self.n_rejected.values()):,} lines were set aside ({self._reasons}); each stands with its reason "
            f"in {self.folder / 'rejected.csv'}",
        ]
        if self.unheard:
            shown = ", ".join(map(str, self.unheard[:N_LINES_SHOWN]))
            lines.append(f"{len(self.unheard)} answers of {CONSENT} name no record of these exports, as line {shown}")
        return "\n".join([*lines, *(f"left out: {reason}" for reason in self.left_out)])

    @property
    def _reasons(self) -> str:
        return ", ".join(f"{reason} {n:,}" for reason, n in self.n_rejected.items()) or "none"


def import_exports(folder: Path, processed: Path, restricted: Path, keep_going: bool = False) -> Imported:
    """Import what stands in ``folder`` into ``processed/imported`` and ``restricted``; return what was done.

    Raises ``ExportError`` for a file that is no known export or cannot be read, unless ``keep_going``: then it is
    left out and named in the result. Raises ``ContractError`` if a table breaks its contract. Then nothing is written.
    """
    exports = found_in(folder)
    key = key_for(exports.origin)
    answers = consent.answers_on_paper(folder, key)
    place = processed / store.IMPORTED
    with outputs.owner_only(), outputs.scratch(place) as scratch:
        read = Read(exports, key, scratch)
        left_out = tuple(_read_all(read, keep_going))
        if len(left_out) == len(exports.files):
            raise ExportError("no file could be imported:\n" + "\n".join(left_out))
        with outputs.staged([place, restricted]) as (new_tables, new_lists):
            with closing(Tables(new_tables, exports.origin)) as tables:
                whole = _assembled(read, answers, tables, scratch)
            rejected = _rejected(read.ledger, exports)
            lists = {**whole.restricted, "unknown_codes": read.unknown_codes, "files": exports.listed}
            lists["sheets"] = read.ledger.sheets
            outputs.write_csv(rejected, new_tables / "rejected.csv")
            for name, frame in lists.items():
                outputs.write_csv(frame, new_lists / f"{name}.csv")
            outputs.bring_along(restricted, new_lists)
    n_rejected = dict(rejected["reason"].value_counts().sort("count", "reason", descending=[True, False]).iter_rows())
    n_rows = {table: tables.n_rows[table] for table in store.tables_of(store.IMPORTED)}
    return Imported(exports.origin, place, len(exports.files), n_rows, n_rejected, whole.unheard, left_out)


class Read:
    """What was read so far: keyed tables of all files, the ledger, and codes that no list knows."""

    def __init__(self, exports: Exports, key: bytes, scratch: Callable[[], Path]) -> None:
        """Start with no file read; ``scratch`` makes the folder of what is long."""
        self.exports, self.ledger = exports, Ledger()
        self.sign, self._scratch = partitions.sign_of(key), scratch
        self.tables = self._piles()
        nothing = {table: pl.DataFrame(schema=schema) for table, schema in as_read.SCHEMAS.items()}
        for table, none in keyed(nothing, key, {}, "").items():
            self.tables[table].add(none)
        self._codes: list[pl.DataFrame] = []

    def add(self, number: int, reading: Reading) -> ExportError | None:
        """Add what the file with this number is found to hold, or nothing of it; then return why."""
        first, piles = self.ledger.n_places, self._piles()
        at = pl.col("at") + first * ROW_BITS
        for piece in reading:
            for table, rows in piece.items():
                piles[table].add(rows.with_columns(at))
        refusal = reading.refused
        if self.exports.has_changed(number):
            file = self.exports.files[number]
            refusal = refusal or refused(file, "it changed while it was read", "Import it again when it is complete.")
        if refusal or not reading.found:
            for pile in piles.values():
                pile.forget()
            return refusal
        for table, pile in piles.items():
            self.tables[table].join(pile)
        sheets = {name: number_of + first for name, number_of in reading.sheets.items()}
        self.ledger.enter(reading.found, number, sheets, reading.lines)
        self._codes.append(reading.found.findings.unknown_codes.with_columns(system=pl.lit(reading.found.system)))
        return None

    def _piles(self) -> dict[str, Pile]:
        return {table: Pile(self._scratch, TAKEN_BY.get(table, "case")) for table in as_read.SCHEMAS}

    @property
    def unknown_codes(self) -> pl.DataFrame:
        """Codes that no list knows, as written, by system and field. A restricted list."""
        none = pl.DataFrame(schema={**UNKNOWN_CODES, "system": pl.String})
        counted = pl.concat([none, *self._codes]).group_by("system", "field", "value").agg(pl.col("n").sum())
        return counted.sort("system", "field", "value")


def _read_all(read: Read, keep_going: bool) -> Iterator[str]:
    """Read every file once; yield why a file is left out. A copy of a file read before is left out with a line."""
    digests, seen = read.exports.digests, {}
    first = {digest: number for number, digest in reversed([*enumerate(digests)])}
    given = {"exports": read.exports.absolute, "sign": read.sign}
    readings = engine.map(Reading, sorted(first.values()), shared=given)
    for number, digest in enumerate(digests):
        if digest in seen:
            read.ledger.note_copy(number, of=seen[digest])
            continue
        refusal = read.add(number, next(readings) if number == first[digest] else Reading(number, **given))
        if refusal is None:
            seen[digest] = number
            continue
        if not keep_going:
            raise refusal
        read.ledger.note_left_out(number)
        yield str(refusal)


def _assembled(read: Read, answers: pl.DataFrame, tables: Tables, scratch: Callable[[], Path]) -> Assembled:
    """Write all canonical tables, those about the import itself last, and return the rest."""
    ledger = read.ledger
    whole = assembled(Assembly(read.tables, ledger, study.load().importing.systems, tables, scratch), answers)
    tables.add("import_conflicts", whole.conflicts)
    tables.add("import_findings", sheet_codes.coded(ledger.findings, ledger.sheets))
    tables.add("import_rows", sheet_codes.coded(ledger.accounts, ledger.sheets))
    return whole


def _rejected(ledger: Ledger, exports: Exports) -> pl.DataFrame:
    """Return one line a place that was set aside: path, sheet, row and reason."""
    paths = exports.listed.select("file_code", file="path")
    named = ledger.rejected.join(paths, on="file_code").rename({"check": "reason"})
    return named.select(REJECTED).sort(REJECTED)
