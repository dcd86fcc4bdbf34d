"""What stops an import: one message that names the file, the place, what was expected and what to do."""

import re
from pathlib import Path

N_CHARACTERS_OF_A_LABEL = 80
# Signs that drive a terminal, turn around the letters behind them or stand for a byte that is no text. Whoever names a
# file or a sheet could make a message say something else by them; those without width that Khmer needs are not among.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class ExportError(ValueError):
    """An export cannot be read: names the file, the sheet, what was expected and what to do."""


def refused(file: Path, problem: str, advice: str, sheet: str = "") -> ExportError:
    """Return the error for ``file``: where, what is wrong and what to do. ``problem`` holds no content of cells."""
    place = f"{file.name}, sheet {sheet!r}" if sheet else file.name
    return ExportError(printable(f"{place}: {problem}. {advice}"))


def printable(text: str) -> str:
    """Return ``text`` as one line for a terminal: signs that would drive it are written as their codes, as \\x1b."""
    return UNPRINTABLE.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def shortened(label: str) -> str:
    """Return a header label fit for a message: one line, cut when it is long."""
    line = printable(" ".join(label.split()))
    return line if len(line) <= N_CHARACTERS_OF_A_LABEL else line[: N_CHARACTERS_OF_A_LABEL - 1] + "…"
