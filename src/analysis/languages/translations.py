"""Translations: what a text is in a language, and how far its translation may be relied on."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from analysis.languages import official_names
from analysis.languages.known import ENGLISH
from analysis.languages.numerals import in_khmer
from analysis.languages.phrases import SLOT, Unit, filled, is_wordless, units, whole

TABLES = Path(__file__).parents[1] / "page"  # one table of translations a language, where pages are made
ORIGINAL, REVIEWED, DRAFT, MISSING = "original", "reviewed", "draft", "missing"
STATUSES = (ORIGINAL, REVIEWED, DRAFT, MISSING)  # from the surest on; a text has that of its weakest part
COLUMNS = ("key", "english", "khmer", "status", "reviewer")
STOPS = {".": "។", ". ": "។ ", "? ": "? ", "! ": "! ", ": ": "៖ ", "; ": "; ", ", ": ", "}


class CatalogueError(ValueError):
    """The table of translations is not what it should be."""


@dataclass(frozen=True)
class Said:
    """A text in a language, with the status of its weakest part."""

    text: str
    status: str


def weakest(statuses: Iterable[str]) -> str:
    """Return the least sure of ``statuses``; of none, ``original``."""
    return STATUSES[max((STATUSES.index(status) for status in statuses), default=0)]


def key_of(english: str) -> str:
    """Return the key of an English pattern: eight hex digits, the same wherever the sentence stands."""
    return hashlib.sha256(english.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Catalogue:
    """Translations by English pattern; ``missing`` collects the patterns that were asked for in vain."""

    language: str
    translations: dict[str, Said]
    missing: dict[str, str] = field(default_factory=dict)  # pattern: a text it stood in

    def said(self, english: str) -> Said:
        """Return ``english`` in the language of the catalogue: as a whole if the table has it, else unit by unit."""
        if self.language == ENGLISH or not english.strip():
            return Said(english, ORIGINAL)
        names = official_names.pattern()
        one = whole(english, names)
        if one.pattern in self.translations:
            return self._joined([one])
        return self._joined(units(english, names), english)

    def _joined(self, parts: list[Unit], english: str = "") -> Said:
        said = [self._unit(part, english) for part in parts]
        joined = "".join(
            # what stays English keeps its own marks
            one.text + (part.joint if one.status == MISSING else STOPS.get(part.joint, part.joint))
            for one, part in zip(said, parts, strict=True)
        )
        return Said(joined, weakest(one.status for one in said))

    def _unit(self, part: Unit, english: str) -> Said:
        if is_wordless(part.pattern):
            return Said(filled(in_khmer(part.pattern), part.values, _value), ORIGINAL)
        found = self.translations.get(part.pattern)
        if found is None:
            self.missing.setdefault(part.pattern, english)
            return Said(filled(part.pattern, part.values, str), MISSING)
        return Said(filled(found.text, part.values, _value), found.status)


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of ``language``; raise ``CatalogueError`` if its table cannot be used."""
    return Catalogue(language, {} if language == ENGLISH else read(TABLES / "khmer.csv"))


def read(file: Path) -> dict[str, Said]:
    """Return the translations in ``file`` by English pattern.

    Raises ``CatalogueError`` naming the line where a column, a key, a slot, a status or a reviewer is not as it should.
    """
    with file.open(encoding="utf-8", newline="") as stream:
        table = csv.DictReader(stream)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise CatalogueError(f"{file.name}: its columns are {table.fieldnames}; expected {', '.join(COLUMNS)}")
        return {row["english"]: _checked(row, f"{file.name}, line {table.line_num}") for row in table}


def _checked(row: dict[str, str], where: str) -> Said:
    """Return a row's translation, or say what is wrong with it."""
    english, khmer = row["english"], row["khmer"]
    slots = [set(SLOT.findall(text)) for text in (english, khmer)]
    is_reviewed = row["status"] == REVIEWED
    faults = {
        f"its key should be {key_of(english)}": row["key"] != key_of(english),
        "a translation is missing; leave the line out instead": not khmer.strip(),
        "its slots are not those of the English": slots[0] != slots[1],
        f"its status is {row['status']!r}; expected draft or reviewed": row["status"] not in {DRAFT, REVIEWED},
        "what is reviewed names its reviewer by role; a draft has none": is_reviewed != bool(row["reviewer"]),
    }
    for fault, is_there in faults.items():
        if is_there:
            raise CatalogueError(f"{where}: {fault}: {english[:60]!r}")
    return Said(khmer, row["status"])


def _value(value: str) -> str:
    """Return what fills a slot: the official name of a province, or a number in Khmer digits."""
    return official_names.in_khmer().get(value) or in_khmer(value)
