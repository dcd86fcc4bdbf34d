"""Registers as tables: the episode, child and agency behind each line, and the lists that say who a code is."""

from dataclasses import dataclass

import polars as pl

from analysis.importers import register_rows
from analysis.importers.assembly import Assembly
from analysis.importers.cases import Cases
from analysis.importers.episodes import with_case_id
from analysis.importers.keys import as_text
from analysis.importers.organisations import normalised, with_org_code
from analysis.importers.piles import Pile
from analysis.importers.register_rows import OF_AGENCIES, TABLES
from analysis.importers.register_schemas import OF_CASES

DATES = {  # the date that says which episode of a case a line belongs to
    "cost_lines": pl.col("spent_on"),
    "household_checks": pl.col("checked_on"),
    "plan_goals": pl.coalesce("set_on", "completed_on", "due_on"),
}
IDS = {
    "closure_events": "closure_event_id",
    "cost_lines": "cost_line_id",
    "trainings": "training_id",
    "household_checks": "check_id",
    "plan_goals": "goal_id",
}
PARTNERS = "partner_evidence"
OF_PARTNERS = (*("org_code", "org_name", "criterion", "answer", "evidence", "dated_on", "expires_on", "reviewer_role"),)
OF_FUNDERS = ("funder_key", "funder")


@dataclass(frozen=True)
class Lines:
    """Permitted lines of registers, those on partners apart, the agencies they name, and ``funder_key funder``."""

    piles: dict[str, Pile]
    evidence: pl.DataFrame
    agencies: pl.Series
    funders: pl.DataFrame


def lines(own: Assembly, of_cases: Cases) -> Lines:
    """Return the lines of registers that may be used."""
    piles = {table: own.pile("line") for table in TABLES}
    agencies, funders = [pl.Series("agency", [], pl.String)], []
    for table, pile in piles.items():
        for rows in register_rows.permitted(own, table, of_cases):
            pile.add(rows)
            if table in OF_AGENCIES:
                agencies.append(rows["agency"].cast(pl.String).unique())
            if table == "cost_lines":
                funders.append(rows.select(OF_FUNDERS).unique())
    evidence = pl.concat(piles.pop(PARTNERS).taken())
    return Lines(piles, evidence, pl.concat(agencies), pl.concat(funders))


def put(
    own: Assembly, registers: Lines, of_cases: Cases, agencies: pl.DataFrame, facilities: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Write the tables of registers; return the lists that say who partners and funders are.

    ``agencies`` and ``facilities`` are the codes of both.
    """
    for table, pile in registers.piles.items():
        for rows in pile.taken():
            told = rows.rename({"line": IDS[table]} if table in IDS else {})
            if table in OF_CASES:
                told = _of_cases(told, table, of_cases.episodes)
            if table in OF_AGENCIES:
                told = with_org_code(told, agencies)
            own.tables.add(table, _with_facility(told, facilities) if table == "closure_events" else told)
    partners = with_org_code(registers.evidence, agencies).select(OF_PARTNERS).sort(OF_PARTNERS)
    return {PARTNERS: partners, "funders": _funders(registers.funders)}


def _funders(named: pl.DataFrame) -> pl.DataFrame:
    texts = named.with_columns(pl.col("funder").cast(pl.String)).drop_nulls()
    once = texts.sort(OF_FUNDERS[::-1]).unique("funder_key", keep="first", maintain_order=True)
    return once.with_columns(as_text(once["funder_key"]))


def _of_cases(rows: pl.DataFrame, table: str, episodes: pl.DataFrame) -> pl.DataFrame:
    """Attach the episode that ran on the day of a line, and its child; a line of no agency is one of the case's."""
    placed = with_case_id(rows, episodes, DATES[table])
    about = episodes.select("case_id", "child_key", of_case=pl.col("agency").cast(pl.String))
    told = placed.join(about, on="case_id", how="left", validate="m:1")
    if "agency" not in told.columns:
        return told
    return told.with_columns(agency=pl.coalesce(pl.col("agency").cast(pl.String), "of_case"))


def _with_facility(rows: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Attach the code of a facility that placements name too; of another nobody knows more than its closure."""
    named = rows.with_columns(normalised(pl.col("facility_name")).alias("facility_name"))
    return named.join(facilities, on="facility_name", how="left", validate="m:1")
