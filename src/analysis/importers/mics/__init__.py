"""MICS: the file of household members (HL) of a Multiple Indicator Cluster Survey, in SPSS or Stata; its children.

The sixth round asks whether a living parent lives in the household before it asks for the line; rounds before it ask
for the line alone and number their questions otherwise. The file of households (HH) has nothing more on children.
"""

from pathlib import Path

from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.mics import members
from analysis.importers.recodes import files, fitting

SYSTEM, KINDS = "mics", ("HL6", "HL5")
OPTIONAL = {"household_id", "year", "psu", "strata", "region", "area", "wealth"}

__all__ = ["SYSTEM", "columns", "likeness", "missing", "read"]


def likeness(file: Path) -> float:
    """Return how sure it is, from 0 to 1, that ``file`` lists household members: by the names of its variables."""
    return fitting.share(file, SYSTEM, _kind(file), OPTIONAL)


def missing(file: Path) -> list[str]:
    """Return the names of the variables that a file of household members always has and ``file`` lacks."""
    return fitting.lacking(file, SYSTEM, _kind(file), OPTIONAL)


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return which variables are read; all others are passed over, and none of them is called unknown."""
    return [("", fitting.read_only(files.matched(file, SYSTEM, _kind(file))))]


def read(file: Path) -> Found:
    """Return the children under 18 of the households of the survey; raise ``ExportError`` if there is not one.

    Raises it too for a variable that is missing and for a code that the standard file does not have.
    """
    findings, kind = Findings(file), _kind(file)
    fitting.check(file, SYSTEM, kind, OPTIONAL)
    return Found(SYSTEM, file, {"survey_children": members.children(file, SYSTEM, kind, findings)}, findings)


def _kind(file: Path) -> str:
    """Return the kind of round: the sixth numbers the questions on parents up to HL18, the rounds before it do not."""
    has_sixth = {"father_alive", "father_line"} <= files.names(file, SYSTEM, KINDS[0]).keys()
    return KINDS[0] if has_sixth else KINDS[1]
