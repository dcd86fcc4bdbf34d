"""All cases of an import: which may be used, their children, and what places other rows with them."""

from dataclasses import dataclass

import polars as pl

from analysis.importers import consent, register_schemas
from analysis.importers.assembly import Assembly
from analysis.importers.case_tables import CaseTables, case_tables
from analysis.importers.keyed import ROW_BITS
from analysis.importers.ledger import Ledger
from analysis.importers.permitted_rows import of_permitted

TABLE = "case_records"


@dataclass(frozen=True)
class Cases:
    """The keys of all cases, and what places other rows with those that may be used.

    ``episodes`` has one row an episode: ``case case_id episode child_key agency starts_on``; ``shorts`` one a short
    id: ``case_short case_of_short n_cases``.
    """

    episodes: pl.DataFrame
    may_use: pl.Series
    known: pl.Series
    shorts: pl.DataFrame
    households: pl.Series
    agencies: pl.Series
    n_contradicting: int


def cases(own: Assembly, answers: pl.DataFrame) -> tuple[CaseTables, Cases]:
    """Return the cases and children that may be used, and set the others aside; ``answers`` are those on paper."""
    records, ledger = own.whole(TABLE), own.ledger
    may_use, known = consent.permitted(records, "case", answers), records["case"].unique()
    n_contradicting = consent.n_contradicting(records, "case", answers)
    has_lines = any(own.read[table].n_rows for table in register_schemas.OF_CASES)
    shorts = _short_ids(records if has_lines else records.clear())
    kept = of_permitted(records, TABLE, "case", may_use, known, ledger)
    del records  # before the longest part
    told = case_tables(kept)
    ledger.note_kept(TABLE, kept)
    _note_findings(told, kept, ledger)
    ledger.close(TABLE)
    households, agencies = kept["household"].drop_nulls().unique(), kept["agency"].cast(pl.String).unique()
    starts_on = pl.coalesce("accepted_on", "referred_on")
    episodes = told.cases.select("case", "case_id", "episode", "child_key", "agency", starts_on=starts_on)
    return told, Cases(episodes, may_use, known, shorts, households, agencies, n_contradicting)


def _short_ids(records: pl.DataFrame) -> pl.DataFrame:
    """Return the cases by their short ids: ``case_short case_of_short n_cases``; of several cases any one."""
    named = records.select("case_short", "case").drop_nulls().unique()
    return named.group_by("case_short").agg(case_of_short=pl.col("case").min(), n_cases=pl.len())


def _note_findings(told: CaseTables, records: pl.DataFrame, ledger: Ledger) -> None:
    """Enter children known under several slugs (T31), by file, and birth dates that make an age impossible (T16)."""
    linked = records.join(told.cases.select("case_id", "child_key"), on="case_id")
    placed = linked.with_columns((pl.col("at") // ROW_BITS).alias("place")).join(ledger.places, on="place")
    slugs = placed.filter(pl.col("slug").is_not_null()).group_by("child_key").agg(n=pl.col("slug").n_unique())
    shared = placed.filter(pl.col("slug").is_not_null()).join(slugs.filter(pl.col("n") > 1).drop("n"), on="child_key")
    by_file = shared.group_by("file_code", "system").agg(n=pl.col("child_key").n_unique())
    words = {"table": TABLE, "column": "global_id", "check": "T31", "action": "undone"}
    ledger.note(by_file.with_columns(pl.lit(word).alias(name) for name, word in words.items()))
    impossible = records.filter(
        pl.col("case_id").is_in(told.impossible_ages.implode()) | pl.col("at").is_in(told.impossible_births.implode())
    )
    ledger.note_rows(impossible, TABLE, "birth_date", "T16", "unknown")
