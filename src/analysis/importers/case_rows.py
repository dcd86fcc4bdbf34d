"""Rows about cases: assessments, spells, contacts, services and referrals, each with the episode it belongs to."""

import polars as pl

from analysis.imported.allowed import SETTING_OF_CARE_TYPE
from analysis.importers.ledger import Ledger
from analysis.importers.organisations import normalised
from analysis.importers.settled import from_one_file

DATES = {  # the date that says which episode a row belongs to
    "assessments": pl.col("assessed_on"),
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
    "household_members": "member_id",
}


def of_permitted(
    rows: pl.DataFrame, table: str, of: str, allowed: pl.Series, known: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    """Return the rows whose key ``of`` is ``allowed``; set the others aside, and those whose key nobody knows."""
    if rows.is_empty():
        return rows
    is_allowed = rows[of].is_in(allowed.implode()).fill_null(value=False)
    others = rows.select("at", of).filter(~is_allowed)
    is_known = others[of].is_in(known.implode()).fill_null(value=False)
    ledger.set_aside(others.filter(is_known), table, "no_permission")
    ledger.set_aside(others.filter(~is_known), table, "orphan_row")
    return rows.filter(is_allowed)


def once_each(rows: pl.DataFrame, table: str, of: str, ledger: Ledger) -> pl.DataFrame:
    """Return the rows of the best file for each key ``of``, each id once; set the others aside."""
    best, others = from_one_file(rows, of)
    ledger.set_aside(others, table, "told_elsewhere")
    is_first = pl.col(IDS[table]).is_first_distinct()
    ledger.set_aside(best.filter(~is_first), table, "duplicate_row")
    return best.filter(is_first)


def first_of_each(rows: pl.DataFrame, table: str, key: str, ledger: Ledger) -> pl.DataFrame:
    """Return the ranked ``rows`` with each ``key`` once: the same survey in two files counts once; set others aside."""
    is_first = pl.col(key).is_first_distinct()
    ledger.set_aside(rows.filter(~is_first), table, "told_elsewhere")
    return rows.filter(is_first)


def with_setting(rows: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Attach the setting and the facility's code; a spell that ended for no recorded reason ended for an unknown."""
    care_type = pl.col("care_type").cast(pl.String).fill_null("unknown")
    ended = pl.col("end_on").is_not_null() & pl.col("end_reason").is_null()
    named = rows.with_columns(normalised(pl.col("facility_name")).alias("facility_name"))
    return named.join(facilities, on="facility_name", how="left").with_columns(
        setting=care_type.replace_strict(SETTING_OF_CARE_TYPE, return_dtype=pl.String),
        end_reason=pl.when(ended).then(pl.lit("unknown")).otherwise(pl.col("end_reason").cast(pl.String)),
    )
