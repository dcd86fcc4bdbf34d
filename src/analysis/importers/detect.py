"""Which system wrote a file, from its header labels or JSON keys alone; a file's name says nothing."""

import importlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl

from analysis.importers import formats, json_reading, labels, reading
from analysis.importers.faults import ExportError, refused, shortened

SYSTEMS = ("oscar", "donor_workbook", "primero", "kobo", "registers", "facility_list")
SURVEYS = ("dhs", "mics")  # their recodes are files of Stata and SPSS, which no other system writes
SURE = 0.5  # half of what a system always writes must be there
CERTAIN = 0.9  # from here on it is no facility list, the likeness to which takes another reading of every sheet
N_LABELS_SHOWN = 8
N_LABELS_EXPECTED = 5
N_SHEETS_SHOWN = 8


def importer_of(file: Path) -> ModuleType:
    """Return the module that reads ``file``; raise ``ExportError`` if no system is recognised."""
    return detect(file)[0]


def detect(file: Path) -> tuple[ModuleType, float]:
    """Return the module that reads ``file`` and how sure that is, from 0 to 1.

    Raises ``ExportError`` that tells what was seen, what each system writes and which is nearest.
    """
    if formats.kind(file) in formats.STATISTICAL:  # locked, packed, damaged and empty files stop here
        return _recode(file)
    module, likeness = _likest(file, SYSTEMS[:-1])
    if likeness < CERTAIN:
        module, likeness = _likest(file, SYSTEMS)
    if likeness < SURE:
        raise _unrecognised(file)
    return module, likeness


def _likest(file: Path, systems: Sequence[str]) -> tuple[ModuleType, float]:
    likenesses = [(module, module.likeness(file)) for module in map(importer, systems)]
    return max(likenesses, key=lambda found: found[1])


def _recode(file: Path) -> tuple[ModuleType, float]:
    """Return the module of the survey whose recode of persons ``file`` is; raise ``ExportError`` if it is none."""
    module, likeness = _likest(file, SURVEYS)
    if likeness < SURE:
        raise refused(
            file,
            "this is no recode of persons (DHS, PR) or of household members (MICS, HL). "
            f"Nearest: {module.SYSTEM}, without {', '.join(module.missing(file))}",
            "Import the file of persons of the survey as it was published; files of households or women are not read.",
        )
    return module, likeness


def importer(system: str) -> ModuleType:
    """Return the module of a system."""
    return importlib.import_module(f"analysis.importers.{system}")


def _unrecognised(file: Path) -> ExportError:
    sheets = _labels_of(file)
    seen = "; ".join(f"{_shown_sheet(name)} {_shown(header)}" for name, header in [*sheets.items()][:N_SHEETS_SHOWN])
    seen += f"; and {len(sheets) - N_SHEETS_SHOWN} sheets more" if len(sheets) > N_SHEETS_SHOWN else ""
    expected = "; ".join(f"{system}: {', '.join(_typical(system))}" for system in SYSTEMS)
    return refused(
        file,
        f"no known system writes such a file. Seen: {seen or 'no header'}. Expected labels such as: {expected}. "
        f"Nearest: {_nearest(sheets)}",
        "Export it again without changing its headers, or add its labels to the table of its system.",
    )


def _labels_of(file: Path) -> dict[str, tuple[str, ...]]:
    """Return the header labels by sheet, or the keys of a JSON file."""
    if formats.kind(file) == "json":
        return {"": tuple(json_reading.json_keys(file))}
    return {grid.sheet: grid.header for grid in reading.grids(file)}


def _shown_sheet(name: str) -> str:
    return f"sheet {shortened(name)!r}" if name else "header"


def _shown(header: tuple[str, ...]) -> str:
    """Return how many labels there are, and those in words that some system uses: others could be anybody's name."""
    written = [label for label in header if label]
    harmless = [shortened(label) for label in written if _words(label) and _words(label) <= _vocabulary()]
    listed = ", ".join(harmless[:N_LABELS_SHOWN]) or "none of them known"
    return f"with {len(written)} labels ({listed}{', ...' if len(harmless) > N_LABELS_SHOWN else ''})"


def _nearest(sheets: dict[str, tuple[str, ...]]) -> str:
    """Return the system, and the kind of sheet, that shares most labels with a sheet."""
    counted = [
        (len(known & {labels.normalised(label) for label in header if label}), system, kind)
        for header in sheets.values()
        for (system, kind), known in _known().items()
    ]
    n, system, kind = max(counted, default=(0, "", ""))
    return f"{system}, {kind.replace('_', ' ')} ({n} labels alike)" if n else "none, no label is known"


def _typical(system: str) -> list[str]:
    """Return the first labels that a system's table lists as read."""
    listed = labels.aliases(system).filter((pl.col("handling") == "read") & (pl.col("language") == "en"))
    return listed.unique("field", keep="first", maintain_order=True)["label"].head(N_LABELS_EXPECTED).to_list()


@cache
def _known() -> dict[tuple[str, str], set[str]]:
    """Return the letters of all labels by system and kind of sheet."""
    return {
        (system, kind): {labels.normalised(label) for label in labels.aliases(system).filter(sheet_kind=kind)["label"]}
        for system in SYSTEMS
        for kind in labels.kinds(system)
    }


@cache
def _vocabulary() -> frozenset[str]:
    """Return the words of all labels of all systems."""
    listed = pl.concat([labels.aliases(system)["label"] for system in SYSTEMS])
    return frozenset(word for label in listed for word in _words(label))


def _words(label: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{2,}", label.casefold()))
