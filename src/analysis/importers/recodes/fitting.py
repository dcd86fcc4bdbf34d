"""Whether a file is the recode that an importer reads: which variables it has and which it lacks."""

from pathlib import Path

from analysis.importers import labels
from analysis.importers.faults import refused
from analysis.importers.labels import Matched
from analysis.importers.recodes import files


def share(file: Path, system: str, kind: str, optional: set[str]) -> float:
    """Return the share of the variables that a ``kind`` of recode always has that are in ``file``."""
    always = _always(system, kind, optional)
    return len(always & files.names(file, system, kind).keys()) / len(always)


def lacking(file: Path, system: str, kind: str, optional: set[str]) -> list[str]:
    """Return the usual names of the variables that ``file`` lacks and a ``kind`` of recode always has, in order."""
    absent = _always(system, kind, optional) - files.names(file, system, kind).keys()
    listed = labels.aliases(system).filter(sheet_kind=kind).unique("field", keep="first", maintain_order=True)
    return [label for field, label in listed.select("field", "label").iter_rows() if field in absent]


def check(file: Path, system: str, kind: str, optional: set[str]) -> None:
    """Raise ``ExportError`` if ``file`` lacks a variable that a ``kind`` of recode always has."""
    absent = lacking(file, system, kind, optional)
    if absent:
        raise refused(
            file,
            f"the variables {', '.join(absent)} are missing",
            "Import the recode of persons as it was published; another recode of the survey does not have them.",
        )


def read_only(matched: Matched) -> Matched:
    """Return ``matched`` without the variables that are passed over: a recode has hundreds, none of them a mistake."""
    return Matched(matched.positions, matched.personal, [])


def _always(system: str, kind: str, optional: set[str]) -> set[str]:
    return set(labels.aliases(system).filter(sheet_kind=kind)["field"]) - optional
