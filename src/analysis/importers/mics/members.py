"""Household members of a MICS file: children under 18, with the parents who live with them.

Members are usual residents by the way they are listed, so that no visitor has to be told apart. A parent lives with
the child if it has a line in the household, or is said to live there.
"""

from pathlib import Path

import polars as pl

from analysis.importers.findings import Findings
from analysis.importers.recodes import codes, files, surveyed
from analysis.importers.recodes.surveyed import Recode

STRATA = (("strata",), ("region", "area"))
CODED = ("sex", "mother_alive", "father_alive", "mother_home", "father_home", "relation", "area", "wealth")
PARENTS = ("mother", "father")
LAST_LINE = 97  # 98 and 99 stand for an unknown line; 0 and a blank for a parent who is not in the household


def children(file: Path, system: str, kind: str, findings: Findings) -> pl.DataFrame:
    """Return the children of the file as read."""
    recode = Recode(file, system, files.names(file, system, kind), STRATA)
    members = _identified(files.read(file, dict(recode.names)))
    surveyed.check_persons(members, recode)
    minors = surveyed.minors(members, findings)
    coded = [field for field in CODED if field in minors.columns]
    codes.check(minors, coded, file, system, recode.names)
    yes_no = [field for field in coded if field.endswith(("_alive", "_home"))]
    told = minors.with_columns(codes.yes_no(minors, field, system) for field in yes_no)
    with_parents = told.with_columns(_lives_with(parent, has_home="mother_home" in yes_no) for parent in PARENTS)
    return surveyed.as_children(with_parents, recode, _survey_id(members))


def _identified(members: pl.DataFrame) -> pl.DataFrame:
    """Return ``members`` with the id of their household and their first-stage cluster."""
    household = pl.concat_str("cluster", "household", separator="-")
    psu = pl.coalesce("psu", "cluster") if "psu" in members.columns else pl.col("cluster")
    return members.with_columns(household_id=household, psu=psu)


def _lives_with(parent: str, *, has_home: bool) -> pl.Expr:
    """Return whether the parent lives in the child's household; missing if neither line nor answer tells.

    A blank line tells only where nothing else was asked: then it stands for a parent who is not in the household.
    """
    line, alive = pl.col(f"{parent}_line"), pl.col(f"{parent}_alive")
    has_line = line.is_between(1, LAST_LINE)
    if has_home:
        is_here = pl.col(f"{parent}_home")
        told = pl.when(has_line).then(pl.lit(True)).when(is_here.is_not_null()).then(is_here)
        return told.when(~alive).then(pl.lit(False)).alias(f"with_{parent}")
    known = pl.when(line <= LAST_LINE).then(has_line)
    return known.when(line.is_null() & alive.is_not_null()).then(pl.lit(False)).alias(f"with_{parent}")


def _survey_id(members: pl.DataFrame) -> pl.Expr:
    """Return the survey: the first year of its fieldwork, where the file tells it."""
    year = members.select(pl.col("year").min()).item() if "year" in members.columns else None
    return pl.lit(f"mics-{year}" if year else "mics")
