"""Registers as tables: the episode, child and agency behind each line, and the lists that say who a code is."""

from collections.abc import Mapping

import polars as pl

from analysis.importers.episodes import with_case_id
from analysis.importers.keys import as_text
from analysis.importers.organisations import normalised, with_org_code
from analysis.importers.register_rows import OF_AGENCIES, OF_CASES, TABLES

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


def tables(
    kept: Mapping[str, pl.DataFrame],
    cases: pl.DataFrame,
    episodes: pl.DataFrame,
    agencies: pl.DataFrame,
    facilities: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Return the tables of the registers from their permitted lines ``kept``.

    ``cases`` and their ``episodes`` are those of the case systems; ``agencies`` and ``facilities`` the codes of both.
    """
    of_table = {table: kept[table].rename({"line": IDS[table]} if table in IDS else {}) for table in TABLES}
    for table in OF_CASES:
        of_table[table] = _of_cases(of_table[table], table, cases, episodes)
    for table in OF_AGENCIES:
        of_table[table] = with_org_code(of_table[table], agencies)
    of_table["closure_events"] = _with_facility(of_table["closure_events"], facilities)
    del of_table[PARTNERS]
    return of_table


def lists(kept: Mapping[str, pl.DataFrame], agencies: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the restricted lists: what is known of partners, and who the funders are."""
    partners = with_org_code(kept[PARTNERS], agencies).select(OF_PARTNERS)
    funders = kept["cost_lines"].select(OF_FUNDERS[0], pl.col("funder").cast(pl.String)).drop_nulls()
    once = funders.sort(OF_FUNDERS[::-1]).unique("funder_key", keep="first", maintain_order=True)
    return {PARTNERS: partners.sort(OF_PARTNERS), "funders": once.with_columns(as_text(once["funder_key"]))}


def _of_cases(rows: pl.DataFrame, table: str, cases: pl.DataFrame, episodes: pl.DataFrame) -> pl.DataFrame:
    """Attach the episode that ran on the day of a line, and its child; a line of no agency is one of the case's."""
    placed = with_case_id(rows, episodes, DATES[table])
    about = cases.select("case_id", "child_key", of_case=pl.col("agency").cast(pl.String))
    told = placed.join(about, on="case_id", how="left", validate="m:1")
    if "agency" not in told.columns:
        return told
    return told.with_columns(agency=pl.coalesce(pl.col("agency").cast(pl.String), "of_case"))


def _with_facility(rows: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Attach the code of a facility that placements name too; of another nobody knows more than its closure."""
    named = rows.with_columns(normalised(pl.col("facility_name")).alias("facility_name"))
    return named.join(facilities, on="facility_name", how="left", validate="m:1")
