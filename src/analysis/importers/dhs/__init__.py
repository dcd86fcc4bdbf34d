"""DHS: the recode of persons (PR) of a Demographic and Health Survey, in Stata or SPSS; children under 18 of it.

Codes are those of the DHS recode manuals. The recode of households (HR) has nothing more on children: how large a
household is, which it tells, is not asked for here.
"""

from pathlib import Path

from analysis.importers.dhs import persons
from analysis.importers.findings import Findings, Found
from analysis.importers.labels import Matched
from analysis.importers.recodes import files, fitting

SYSTEM, KIND = "dhs", "PR"
OPTIONAL = {"household_id", "strata_design", "strata_errors", "region", "area", "wealth"}

__all__ = ["SYSTEM", "columns", "likeness", "missing", "read"]


def likeness(file: Path) -> float:
    """Return how sure it is, from 0 to 1, that ``file`` is a recode of persons: by the names of its variables."""
    return fitting.share(file, SYSTEM, KIND, OPTIONAL)


def missing(file: Path) -> list[str]:
    """Return the names of the variables that a recode of persons always has and ``file`` lacks."""
    return fitting.lacking(file, SYSTEM, KIND, OPTIONAL)


def columns(file: Path) -> list[tuple[str, Matched]]:
    """Return which variables are read; all others are passed over, and none of them is called unknown."""
    return [("", fitting.read_only(files.matched(file, SYSTEM, KIND)))]


def read(file: Path) -> Found:
    """Return the children under 18 who usually live in the households of the survey; raise ``ExportError`` if not one.

    Raises it too for a variable that is missing and for a code that the standard recode does not have.
    """
    findings = Findings(file)
    fitting.check(file, SYSTEM, KIND, OPTIONAL)
    return Found(SYSTEM, file, {"survey_children": persons.children(file, SYSTEM, KIND, findings)}, findings)
