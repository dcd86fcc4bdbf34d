"""An import: the exports of a folder become canonical tables, lists of what is wrong, and a list of who is who.

Files are read one after the other and their ids become keys before the next is opened. Nothing is written until all
tables keep their contracts; then everything is replaced at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis import engine, store
from analysis.importers import as_read, consent, outputs, partitions
from analysis.importers.exports import CONSENT, Exports, found_in
from analysis.importers.faults import ExportError, refused
from analysis.importers.findings import UNKNOWN_CODES
from analysis.importers.keyed import keyed
from analysis.importers.keys import key_for
from analysis.importers.ledger import Ledger
from analysis.importers.partitions import Bundle
from analysis.importers.written import write_tables

N_LINES_SHOWN = 5
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
    read = Read(exports, key)
    left_out = tuple(_read_all(read, keep_going))
    if len(left_out) == len(exports.files):
        raise ExportError("no file could be imported:\n" + "\n".join(left_out))
    place = processed / store.IMPORTED
    with outputs.owner_only(), outputs.staged([place, restricted]) as (new_tables, new_lists):
        n_rows, whole = write_tables(read.tables(), read.ledger, answers, exports.origin, new_tables)
        rejected = _rejected(read.ledger, exports)
        lists = {**whole.restricted, "unknown_codes": read.unknown_codes, "files": exports.listed}
        lists["sheets"] = read.ledger.sheets
        outputs.write_csv(rejected, new_tables / "rejected.csv")
        for name, frame in lists.items():
            outputs.write_csv(frame, new_lists / f"{name}.csv")
        outputs.bring_along(restricted, new_lists)
    n_rejected = dict(rejected["reason"].value_counts().sort("count", "reason", descending=[True, False]).iter_rows())
    return Imported(exports.origin, place, len(exports.files), n_rows, n_rejected, whole.unheard, left_out)


class Read:
    """What was read so far: keyed tables of each file, the ledger, and codes that no list knows."""

    def __init__(self, exports: Exports, key: bytes) -> None:
        """Start with no file read."""
        self.exports, self.ledger = exports, Ledger()
        self._key, self.sign = key, partitions.sign_of(key)
        self._tables: dict[str, list[pl.DataFrame]] = {table: [] for table in as_read.SCHEMAS}
        self._codes: list[pl.DataFrame] = []

    def add(self, number: int, of_file: Bundle) -> None:
        """Add what the file with this number was found to hold."""
        bundle = of_file.numbered_from(self.ledger.n_places)
        self.ledger.enter(bundle.found, number, bundle.sheets, bundle.lines)
        for piece in bundle.pieces:
            for table, frame in piece.items():
                self._tables[table].append(frame)
        self._codes.append(bundle.found.findings.unknown_codes.with_columns(system=pl.lit(bundle.found.system)))

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the rows of all files by table as read, and forget them here."""
        nothing = {table: pl.DataFrame(schema=schema) for table, schema in as_read.SCHEMAS.items()}
        empty = keyed(nothing, self._key, {}, "")
        whole = {table: pl.concat([empty[table], *frames]) for table, frames in self._tables.items()}
        self._tables.clear()
        return whole

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
    bundles = engine.map(partitions.read, sorted(first.values()), shared=given)
    for number, digest in enumerate(digests):
        if digest in seen:
            read.ledger.note_copy(number, of=seen[digest])
            continue
        bundle = next(bundles) if number == first[digest] else partitions.read(number, **given)
        if isinstance(bundle, Bundle) and read.exports.has_changed(number):
            file = read.exports.files[number]
            bundle = refused(file, "it changed while it was read", "Import it again when it is complete.")
        if isinstance(bundle, Bundle):
            read.add(number, bundle)
            seen[digest] = number
            continue
        if not keep_going:
            raise bundle
        read.ledger.note_left_out(number)
        yield str(bundle)


def _rejected(ledger: Ledger, exports: Exports) -> pl.DataFrame:
    """Return one line a place that was set aside: path, sheet, row and reason."""
    paths = exports.listed.select("file_code", file="path")
    named = ledger.rejected.join(paths, on="file_code").rename({"check": "reason"})
    return named.select(REJECTED).sort(REJECTED)
