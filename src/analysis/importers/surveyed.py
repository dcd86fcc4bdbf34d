"""Households and their members, of case systems and of surveys: which may be counted, and one row each."""

from dataclasses import dataclass, field

import polars as pl

from analysis.importers import consent
from analysis.importers.assembly import Assembly
from analysis.importers.permitted_rows import first_of_each, of_permitted, once_each, put_best
from analysis.importers.piles import Pile
from analysis.importers.settled import settled

TABLE, KEY = "households", "household"
COLUMNS = (
    *("agency", "province_code", "id_poor", "household_size", "n_children", "n_adults", "monthly_income"),
    *("income_currency", "dependable_income", "caregiver_relation", "caregiver_sex", "caregiver_age_band"),
    *("migration", "violence_in_home", "substance_use", "illness_or_disability", "vulnerability_class"),
    *("school_distance_km", "school_cost_usd", "survey_stratum", "survey_cluster", "survey_weight"),
)
NO_KEYS = pl.Series(KEY, [], pl.UInt64)


@dataclass
class Households:
    """What is known of all households: the permitted ones settled into ``rows``, and who they are."""

    rows: Pile
    may_count: pl.Series  # keys, as the next two
    known: pl.Series
    agencies: pl.Series = field(default_factory=lambda: pl.Series("agency", [], pl.String))
    conflicts: list[pl.DataFrame] = field(default_factory=list)
    n_contradicting: int = 0


def households(own: Assembly, of_cases: pl.Series, answers: pl.DataFrame) -> Households:
    """Return the households that permitted cases live in or that agreed themselves, without those that said no.

    ``of_cases`` are the households of permitted cases, ``answers`` those on paper.
    """
    whole = Households(Pile(own.scratch, "household_key"), of_cases, NO_KEYS)
    for rows in own.ranges(TABLE):
        agreed, refusing = (of(rows, KEY, answers) for of in (consent.permitted, consent.refusing))
        whole.may_count = _without(pl.concat([whole.may_count, agreed]).unique(), refusing)
        whole.known = pl.concat([whole.known, rows[KEY].unique()])
        whole.n_contradicting += consent.n_contradicting(rows, KEY, answers)
        kept = of_permitted(rows, TABLE, KEY, whole.may_count, rows[KEY], own.ledger)
        own.ledger.note_kept(TABLE, kept)
        one, conflicts = settled(kept.with_columns(source_system="system"), [KEY], (*COLUMNS, "source_system"), TABLE)
        whole.rows.add(one.rename({KEY: "household_key"}))
        whole.conflicts.append(conflicts.filter(pl.col("column") != "source_system"))
        whole.agencies = pl.concat([whole.agencies, kept["agency"].cast(pl.String)]).unique()
    own.ledger.close(TABLE)
    return whole


def put_members(own: Assembly, homes: Households) -> None:
    """Write the members of the households that may be counted."""
    table, pile = "household_members", own.pile("member_id")
    put_best(own.ranges(table), pile, table, KEY, (homes.may_count, homes.known), own.ledger)
    for rows in once_each(pile, table, "member_id", own.ledger):
        own.tables.add(table, rows.rename({KEY: "household_key", "system": "source_system"}))
    own.ledger.close(table)


def put_children(own: Assembly) -> None:
    """Write the children of recodes of surveys, which ask nobody's permission: the same survey in two files once."""
    table = "survey_children"
    for rows in own.ranges(table):
        first = first_of_each(rows, table, "child_id", own.ledger)
        own.ledger.note_kept(table, first)
        own.tables.add(table, first.rename({"system": "source_system"}))
    own.ledger.close(table)


def _without(keys: pl.Series, others: pl.Series) -> pl.Series:
    return keys.filter(~keys.is_in(others.implode()))
