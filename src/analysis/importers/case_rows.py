"""Rows about cases: spells, contacts, services and referrals, each with the episode it belongs to."""

from collections.abc import Iterator

import polars as pl

from analysis.imported.allowed import SETTING_OF_CARE_TYPE
from analysis.importers.assembly import Assembly
from analysis.importers.cases import Cases
from analysis.importers.episodes import with_case_id
from analysis.importers.organisations import facility_codes, normalised
from analysis.importers.permitted_rows import once_each, put_best

DATES = {  # the date that says which episode a row belongs to
    "placements": pl.coalesce("start_on", "end_on"),
    "follow_ups": pl.coalesce("done_on", "due_on"),
    "support": pl.coalesce("start_on", "end_on"),
    "referrals": pl.col("referred_on"),
}
IDS = {
    "placements": "placement_id",
    "follow_ups": "followup_id",
    "support": "support_id",
    "referrals": "referral_id",
}
OF_CHILDREN = ("placements", "referrals")


def put(own: Assembly, of_cases: Cases) -> pl.DataFrame:
    """Write the tables of rows about cases; return the codes of the facilities that placements name."""
    placed, names = own.pile(IDS["placements"]), [pl.Series("facility_name", [], pl.String)]
    for rows in _kept(own, "placements", of_cases):
        named = rows.with_columns(normalised(pl.col("facility_name")).alias("facility_name"))
        names.append(named["facility_name"].unique())
        placed.add(named)
    facilities = facility_codes(pl.concat(names))
    for rows in placed.taken():
        own.tables.add("placements", with_setting(_of_episodes(rows, "placements", of_cases), facilities))
    for table in (table for table in DATES if table != "placements"):
        for rows in _kept(own, table, of_cases):
            own.tables.add(table, _of_episodes(rows, table, of_cases))
    own.ledger.close(*DATES)
    return facilities


def _kept(own: Assembly, table: str, of_cases: Cases) -> Iterator[pl.DataFrame]:
    pile = own.pile(IDS[table])
    put_best(own.ranges(table), pile, table, "case", (of_cases.may_use, of_cases.known), own.ledger)
    return once_each(pile, table, IDS[table], own.ledger)


def _of_episodes(rows: pl.DataFrame, table: str, of_cases: Cases) -> pl.DataFrame:
    placed = with_case_id(rows.with_columns(source_system="system"), of_cases.episodes, DATES[table])
    children = of_cases.episodes.select("case_id", "child_key")
    return placed.join(children, on="case_id") if table in OF_CHILDREN else placed


def with_setting(rows: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Attach the setting and the facility's code; a spell that ended for no recorded reason ended for an unknown."""
    care_type = pl.col("care_type").cast(pl.String).fill_null("unknown")
    ended = pl.col("end_on").is_not_null() & pl.col("end_reason").is_null()
    return rows.join(facilities, on="facility_name", how="left").with_columns(
        setting=care_type.replace_strict(SETTING_OF_CARE_TYPE, return_dtype=pl.String),
        end_reason=pl.when(ended).then(pl.lit("unknown")).otherwise(pl.col("end_reason").cast(pl.String)),
    )
