"""One file of an import, read and keyed by itself: it needs nothing of any other, so another machine may do it.

The secret is no argument: whoever reads has it in its own environment, and shows by a sign that it is the same one.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.importers import detect, key_sign
from analysis.importers.ahead import ahead
from analysis.importers.exports import Exports, check_own
from analysis.importers.faults import ExportError
from analysis.importers.findings import Found
from analysis.importers.keyed import Tables, keyed
from analysis.importers.keys import VARIABLE, key_for
from analysis.importers.ledger import Ledger, lines_of
from analysis.importers.unforeseen import kind_and_place


class Reading:
    """A file that is read while one goes through its keyed pieces. Sent elsewhere, it is read to its end first.

    At the end ``found`` is the last piece as read without its tables, or ``refused`` is why there is none; ``lines``
    are the ``lines_of`` each piece, ``sheets`` has a number for each sheet, from 0 on, of which places are made.
    """

    def __init__(self, number: int, exports: Exports, sign: str) -> None:
        """Start with nothing read of the file with this number; its reader must have the secret of ``sign``."""
        self.found: Found | None = None
        self.refused: ExportError | None = None
        self.sheets: dict[str, int] = {}
        self.lines: list[pl.DataFrame] = []
        self._pieces = self._read(number, exports, sign)

    def __iter__(self) -> Iterator[Tables]:
        """Return the pieces that nobody has taken yet."""
        return self._pieces

    def __getstate__(self) -> dict[str, Any]:
        """Read to the end."""
        rest = list(self._pieces)
        return {**vars(self), "_pieces": iter(rest)}

    def _read(self, number: int, exports: Exports, sign: str) -> Iterator[Tables]:
        file, digest = exports.files[number], exports.digests[number]
        try:
            key = _own_key(exports.origin, sign)
            for found in ahead(_pieces(file, exports.shown(file))):
                self.sheets = Ledger().numbered(found, self.sheets)
                self.lines.append(lines_of(found))
                yield keyed(found.tables, key, self.sheets, digest)
            found.findings.check_nothing_lost()
            self.found = replace(found, tables={})
        except ExportError as error:
            self.refused = error


def sign_of(key: bytes) -> str:
    """Return what shows that two processes have the same secret, and does not tell it."""
    return key_sign.sign(key.decode())


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
