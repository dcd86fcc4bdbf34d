"""What stops an import: one message that names the file, the place, what was expected and what to do."""

from pathlib import Path

N_CHARACTERS_OF_A_LABEL = 80


class ExportError(ValueError):
    """An export cannot be read: names the file, the sheet, what was expected and what to do."""


def refused(file: Path, problem: str, advice: str, sheet: str = "") -> ExportError:
    """Return the error for ``file``: where, what is wrong and what to do. ``problem`` holds no content of cells."""
    place = f"{file.name}, sheet {sheet!r}" if sheet else file.name
    return ExportError(f"{place}: {problem}. {advice}")


def shortened(label: str) -> str:
    """Return a header label fit for a message: one line, cut when it is long."""
    line = " ".join(label.split())
    return line if len(line) <= N_CHARACTERS_OF_A_LABEL else line[: N_CHARACTERS_OF_A_LABEL - 1] + "…"
