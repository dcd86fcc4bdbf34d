"""One file of an import, read and keyed by itself: it needs nothing of any other, so another machine may do it.

The secret is no argument: whoever reads has it in its own environment, and shows by a sign that it is the same one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from analysis.importers import detect, key_sign
from analysis.importers.ahead import ahead
from analysis.importers.exports import Exports, check_own
from analysis.importers.faults import ExportError
from analysis.importers.findings import Found
from analysis.importers.keyed import ROW_BITS, Tables, keyed
from analysis.importers.keys import VARIABLE, key_for
from analysis.importers.ledger import Ledger, lines_of
from analysis.importers.unforeseen import kind_and_place


@dataclass(frozen=True, eq=False)
class Bundle:
    """What a file holds: keyed ``pieces``, ``lines_of`` each, ``found``, the last piece as read without its tables.

    ``sheets``: a number for each sheet, from 0 on, of which the places of rows are made.
    """

    found: Found
    sheets: dict[str, int]
    lines: list[pl.DataFrame]
    pieces: list[Tables]

    def numbered_from(self, first: int) -> "Bundle":
        """Return the same with its sheets numbered from ``first`` on, as they are among those of all files."""
        at = pl.col("at") + first * ROW_BITS
        pieces = [{table: frame.with_columns(at) for table, frame in piece.items()} for piece in self.pieces]
        return replace(self, sheets={name: number + first for name, number in self.sheets.items()}, pieces=pieces)


def read(number: int, exports: Exports, sign: str) -> Bundle | ExportError:
    """Read the file with this number with the secret of ``sign``; return why if it cannot be read."""
    try:
        return _read(number, exports, _own_key(exports.origin, sign))
    except ExportError as error:
        return error


def sign_of(key: bytes) -> str:
    """Return what shows that two processes have the same secret, and does not tell it."""
    return key_sign.sign(key.decode())


def _read(number: int, exports: Exports, key: bytes) -> Bundle:
    file, digest = exports.files[number], exports.digests[number]
    sheets: dict[str, int] = {}
    lines, pieces = [], []
    for found in ahead(_pieces(file, exports.shown(file))):
        sheets = Ledger().numbered(found, sheets)
        lines.append(lines_of(found))
        pieces.append(keyed(found.tables, key, sheets, digest))
    found.findings.check_nothing_lost()
    return Bundle(replace(found, tables={}), sheets, lines, pieces)


def _own_key(origin: str, sign: str) -> bytes:
    key = key_for(origin)
    if sign_of(key) != sign:
        raise ExportError(
            f"a worker has another {VARIABLE} than the machine that asks: one child would get two pseudonyms. "
            "Start every worker with the same key"
        )
    return key


def _pieces(file: Path, shown: str) -> Iterator[Found]:
    """Return what ``file`` holds, in one piece or several; whatever goes wrong becomes one message without content."""
    if not (file.exists() or file.is_symlink()):
        raise ExportError(f"{shown} is not there. If workers read the exports, each must see them at {file.parent}")
    check_own(file)
    try:
        importer = detect.importer_of(file)
        yield from importer.pieces(file) if hasattr(importer, "pieces") else [importer.read(file)]
    except ExportError:
        raise
    except Exception as error:
        raise ExportError(
            f"{shown}: reading it failed in a way that was not foreseen ({kind_and_place(error)}). "
            "Export it once more; if it fails again, report this line without the file"
        ) from None
