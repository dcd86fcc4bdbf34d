"""Phrases: an English text taken apart into units that can be translated, with slots for its numbers and places.

``Of 1,000 children in Siem Reap, 12 were placed.`` is the unit ``Of {1} children in {2}, {3} were placed``, so that one
line of a table translates the sentence whatever it counts. A text is cut at the ends of sentences, at semicolons and
colons, and long lists at their commas; what joins the parts stays in between.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

NUMBER = r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,]\d|:\w)"
SLOT = re.compile(r"\{(\d+)\}")
ABBREVIATED = ("et al", "vs", "No", "e\\.g", "i\\.e", "c")  # whose stop ends no sentence
NO_ABBREVIATION = "".join(rf"(?<!\b{word})" for word in ABBREVIATED)
ENDS = re.compile(rf"(?<=[a-zA-Z0-9)%}}\"”’]){NO_ABBREVIATION}([.!?]) (?=[A-Z{{\"“(])")
SEMICOLON, COLON, COMMA = "; ", ": ", ", "
COMMAS_OF_A_LIST = 4  # from so many on the parts of a unit are translated one by one


@dataclass(frozen=True)
class Unit:
    """A part of a text that is translated as a whole: its pattern, what fills its slots, and what follows it."""

    pattern: str
    values: tuple[str, ...]
    joint: str  # the mark between this unit and the next, or at the end of the text


def units(text: str, names: "re.Pattern[str] | None" = None) -> list[Unit]:
    """Return the units of ``text`` in order; ``names`` matches names of places, which become slots as numbers do."""
    slotted, values = _slotted(" ".join(text.split()), names)
    return [_unit(part, values, joint) for part, joint in _parts(slotted)]


def whole(text: str, names: "re.Pattern[str] | None" = None) -> Unit:
    """Return ``text`` as one unit, its last full stop as the joint."""
    slotted, values = _slotted(" ".join(text.split()), names)
    stop = "." if slotted.endswith(".") else ""
    return _unit(slotted.removesuffix("."), values, stop)


def is_wordless(pattern: str) -> bool:
    """Return whether nothing in ``pattern`` is a word: only slots, signs and blanks."""
    return not re.search(r"[^\W\d_]", SLOT.sub("", pattern))


def filled(pattern: str, values: tuple[str, ...], said: Callable[[str], str]) -> str:
    """Return ``pattern`` with each slot filled by what ``said`` makes of its value."""
    return SLOT.sub(lambda slot: said(values[int(slot[1]) - 1]), pattern)


def _slotted(text: str, names: "re.Pattern[str] | None") -> tuple[str, list[str]]:
    values: list[str] = []

    def slot(found: re.Match[str]) -> str:
        values.append(found[0])
        return f"{{{len(values)}}}"

    either = f"{names.pattern}|{NUMBER}" if names else NUMBER
    return re.sub(either, slot, text.replace("{", "(").replace("}", ")")), values


def _unit(part: str, values: list[str], joint: str) -> Unit:
    """Return a unit whose slots are counted from one, whatever stands before it in the text."""
    own: list[str] = []

    def counted(slot: re.Match[str]) -> str:
        own.append(values[int(slot[1]) - 1])
        return f"{{{len(own)}}}"

    return Unit(SLOT.sub(counted, part), tuple(own), joint)


def _parts(text: str) -> list[tuple[str, str]]:
    """Return the parts of a text with the mark that follows each."""
    cut = ENDS.split(text)
    sentences = [(cut[at], (cut[at + 1] + " ") if at + 1 < len(cut) else "") for at in range(0, len(cut), 2)]
    last, _ = sentences[-1]
    if last.endswith("."):
        sentences[-1] = (last[:-1], ".")
    return [piece for sentence, joint in sentences for piece in _pieces(sentence, joint, (SEMICOLON, COLON, COMMA))]


def _pieces(text: str, joint: str, marks: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return ``text`` cut at the first of ``marks``, each piece cut at the further ones."""
    if not marks:
        return [(text, joint)]
    mark, *further = marks
    cut = text.split(mark)
    if mark == COMMA and len(cut) <= COMMAS_OF_A_LIST:
        cut = [text]
    joints = [mark] * (len(cut) - 1) + [joint]
    return [piece for part, own in zip(cut, joints, strict=True) for piece in _pieces(part, own, tuple(further))]
