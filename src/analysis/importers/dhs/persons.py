"""Persons of a DHS recode: usual residents under 18, with the parents who live with them.

As in the standard tables: children and parents count where they usually live (de jure), so that a mother who is
listed but only visits is not living with her child. Weights are divided by a million; they add up to the sample.
"""

from pathlib import Path

import polars as pl

from analysis.importers.findings import Findings
from analysis.importers.recodes import codes, files, surveyed
from analysis.importers.recodes.surveyed import Recode

STRATA = (("strata_design",), ("strata_errors",), ("region", "area"))  # hv023, then hv022, then what both are made of
CODED = ("sex", "mother_alive", "father_alive", "relation", "area", "wealth")
WEIGHT_OF_ONE = 1_000_000
LAST_LINE = 97  # 98 and 99 stand for an unknown line; 0 for a parent who is not in the household


def children(file: Path, system: str, kind: str, findings: Findings) -> pl.DataFrame:
    """Return the children of the recode as read."""
    recode = Recode(file, system, files.names(file, system, kind), STRATA)
    persons = _identified(files.read(file, dict(recode.names))).with_columns(pl.col("weight") / WEIGHT_OF_ONE)
    surveyed.check_persons(persons, recode)
    codes.check(persons, ["is_resident"], file, system, recode.names)
    residents = persons.filter(codes.yes_no(persons, "is_resident", system))
    minors = surveyed.minors(residents, findings)
    codes.check(minors, [field for field in CODED if field in minors.columns], file, system, recode.names)
    visitors = persons.filter(~codes.yes_no(persons, "is_resident", system)).select("household_id", "line")
    alive = minors.with_columns(codes.yes_no(minors, f"{parent}_alive", system) for parent in ("mother", "father"))
    with_parents = alive.with_columns(_lives_with(alive, parent, visitors) for parent in ("mother", "father"))
    return surveyed.as_children(with_parents, recode, _survey_id())


def _identified(persons: pl.DataFrame) -> pl.DataFrame:
    """Return ``persons`` with the id of their household: the survey's own, else cluster and number."""
    if "household_id" in persons.columns:
        return persons
    return persons.with_columns(household_id=pl.concat_str("cluster", "household", separator="-"))


def _lives_with(children: pl.DataFrame, parent: str, visitors: pl.DataFrame) -> pl.Series:
    """Return whether the parent is a usual resident of the child's household; missing if the line is not known.

    A parent who is dead lives with nobody, also where the survey left the line blank.
    """
    line, alive = pl.col(f"{parent}_line"), pl.col(f"{parent}_alive")
    visiting = visitors.with_columns(is_visitor=pl.lit(True)).rename({"line": f"{parent}_line"})
    matched = children.join(
        visiting, on=["household_id", f"{parent}_line"], how="left", validate="m:1", maintain_order="left"
    )
    is_listed = line.is_between(1, LAST_LINE) & pl.col("is_visitor").is_null()
    known = pl.when(line <= LAST_LINE).then(is_listed).when(~alive).then(pl.lit(False))
    return matched.select(known.alias(f"with_{parent}")).to_series()


def _survey_id() -> pl.Expr:
    """Return the survey: its country and phase, and the first year of its fieldwork."""
    year = pl.col("year").min().over("country")
    return pl.format("dhs-{}-{}", pl.col("country").str.to_lowercase(), year)
