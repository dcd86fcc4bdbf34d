"""Names as what is heard of them: letters of one sound written one way, words for the type of a facility apart.

All names of a list are treated as one text, a name a line, so that a rule is one replacement and not one a name.
"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import ascii_lowercase

LATIN, KHMER, EITHER = "latin", "khmer", "either"
NOT_LETTERS = {
    LATIN: re.compile(r"[^a-z\n ]+"),
    KHMER: re.compile(r"[^\u1780-\u17d3\n]+"),
    EITHER: re.compile(r"[^a-z\u1780-\u17d3\n]+"),
}
APOSTROPHES = re.compile("['\u2019\u2018`\u00b4]")
KHMER_AS_BYTES = {point: chr(0x21 + point - 0x1780) for point in range(0x1780, 0x17D4)}


@dataclass(frozen=True)
class Names:
    """Names of one script: ``letters`` without words for a type ('' is unknown) and the kind of these words."""

    letters: list[str]
    kinds: list[str]


def latin_names(names: Sequence[str]) -> Names:
    """Return Latin ``names`` ('' is unknown) as heard: ``Sokha Children's Home`` is ``soka``, of the kind home.

    Case, accents, marks and spaces are gone; sounds follow ``sounds.csv``, words ``type_words.csv``. A name that is
    nothing but words for a type keeps them.

    >>> latin_names(["Sokha Children's Home", "SOKHA orphanage"])
    Names(letters=['soka', 'soka'], kinds=['home', 'orphanage'])
    """
    lines = [line.split() for line in NOT_LETTERS[LATIN].sub(" ", _plain(names)).split("\n")]
    written = list(set().union(*lines))
    sounds = dict(zip(written, _heard("\n".join(written), LATIN).split("\n"), strict=False))  # without words, one ''
    kind_of = {word: _type_words(LATIN)[sound] for word, sound in sounds.items() if sound in _type_words(LATIN)}
    own = sounds | dict.fromkeys(kind_of, "")
    kinds = [next(filter(None, map(kind_of.get, line)), "") for line in lines]
    letters = ["".join(map(own.__getitem__, line)) or "".join(map(sounds.__getitem__, line)) for line in lines]
    return Names(letters, kinds)


def khmer_names(names: Sequence[str]) -> Names:
    """Return Khmer ``names`` ('' is unknown) as heard: NFC, subscript da as ta, marks often left out are gone.

    Words for a type are taken from the front, where Khmer has them, the longest first. The letters are returned one
    byte each (in an order of their own): they are for comparison, not for reading.
    """
    text = unicodedata.normalize("NFC", _one_a_line(names))
    lines = _heard(NOT_LETTERS[KHMER].sub("", text), KHMER).split("\n")
    words = _type_words(KHMER)
    front = re.compile("|".join(sorted(words, key=len, reverse=True)))
    found = [front.match(line) for line in lines]
    kinds = [words[match[0]] if match else "" for match in found]
    kept = [line[match.end() :] or line if match else line for line, match in zip(lines, found, strict=True)]
    return Names("\n".join(kept).translate(KHMER_AS_BYTES).split("\n"), kinds)


def heard(names: Sequence[str]) -> list[str]:
    """Return names of either script as heard, with all their words: for operators, whose words tell them apart."""
    return _heard(_heard(NOT_LETTERS[EITHER].sub("", _plain(names)), LATIN), KHMER).split("\n")


def _plain(names: Sequence[str]) -> str:
    """Return names, one a line, without case, accents and apostrophes."""
    text = APOSTROPHES.sub("", _one_a_line(names)).casefold()
    return text if text.isascii() else "".join(filter(_is_no_mark, unicodedata.normalize("NFKD", text)))


def _one_a_line(names: Sequence[str]) -> str:
    text = "\n".join(names)
    return text if text.count("\n") < len(names) else "\n".join(" ".join(name.split()) for name in names)


def _is_no_mark(letter: str) -> bool:
    return not unicodedata.combining(letter)


def _heard(text: str, language: str) -> str:
    for written, read in _sounds(language):
        text = text.replace(written, read)
    for letter in ascii_lowercase if language == LATIN else ():
        text = text.replace(2 * letter, letter)
    return text


@cache
def _sounds(language: str) -> tuple[tuple[str, str], ...]:
    return tuple((row["written"], row["read"]) for row in _table("sounds.csv") if row["language"] == language)


@cache
def _type_words(language: str) -> dict[str, str]:
    """Return the kind by the word as heard; a word without a kind is ''."""
    listed = [row for row in _table("type_words.csv") if row["language"] == language]
    return {_heard(row["word"], language): row["kind"] for row in listed}


def _table(name: str) -> list[dict[str, str]]:
    """Return the lines of a word list that lies beside this module."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
