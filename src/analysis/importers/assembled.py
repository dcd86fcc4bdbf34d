"""The canonical tables from all tables as read: permission first, then linking, settling and codes."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from analysis.importers import case_rows, consent, register_rows, scored
from analysis.importers.canonical import Assembled, canonical, episodes_of
from analysis.importers.case_tables import CaseTables, case_tables
from analysis.importers.keyed import OF_LISTED_FACILITIES
from analysis.importers.ledger import Ledger
from analysis.importers.settled import ranked, summed
from analysis.importers.within import possible


def assembled(
    read: dict[str, pl.DataFrame],
    ledger: Ledger,
    answers: pl.DataFrame,
    systems: tuple[str, ...],
    put_scores: Callable[[pl.DataFrame], None],
) -> Assembled:
    """Return the canonical tables of ``read`` (tables as read of all files, by name); set rows aside in ``ledger``.

    What is worked on is taken out of ``read``, a table at a time: none but the one in hand is held twice. Assessments
    are no part of the result: they are long, and given to ``put_scores`` a share at a time, in order, with their
    scores in lists.
    """
    lines_read = {table: frame["at"].unique() for table, frame in read.items()}
    scores = read.pop("assessments")

    def settling(table: str) -> pl.DataFrame:
        return possible(ranked(read.pop(table), ledger.places, systems), table, ledger)

    records, households = settling("case_records"), settling("households")
    may_use, known = consent.permitted(records, "case", answers), records["case"].unique()
    kept = _kept(settling, records, households, may_use, ledger, answers)
    n_contradicting = {
        "cases": consent.n_contradicting(records, "case", answers),
        "households": consent.n_contradicting(households, "household", answers),
    }
    unheard = consent.unheard(answers, known, households["household"])
    del records, households
    told = case_tables(kept["case_records"])
    _note_findings(told, kept["case_records"], ledger)
    lines_kept = {table: frame["at"].unique() for table, frame in kept.items()}
    whole = canonical(kept, told, n_contradicting)
    episodes = episodes_of(told)
    del kept, told  # before the long part
    about, lists = scored.permitted(scores, may_use, known, ledger, systems)
    lines_kept["assessments"] = about["at"].unique()
    del scores
    conflicts = scored.put(about, lists, episodes, put_scores)
    ledger.close(lines_read, lines_kept)
    return replace(whole, conflicts=summed([whole.conflicts, conflicts]), unheard=unheard)


def _kept(
    settling: Callable[[str], pl.DataFrame],
    records: pl.DataFrame,
    households: pl.DataFrame,
    may_use: pl.Series,
    ledger: Ledger,
    answers: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Return the rows that are permitted, by table as read; set the others aside. Others than cases are made ready."""
    kept = {"case_records": case_rows.of_permitted(records, "case_records", "case", may_use, records["case"], ledger)}
    for table in case_rows.DATES.keys() - {"assessments"}:
        about = case_rows.of_permitted(settling(table), table, "case", may_use, records["case"], ledger)
        kept[table] = case_rows.once_each(about, table, "case", ledger)
    may_count = _countable(households, kept["case_records"], answers)
    for table in ("households", "household_members"):
        rows = households if table == "households" else settling(table)
        about = case_rows.of_permitted(rows, table, "household", may_count, households["household"], ledger)
        kept[table] = about if table == "households" else case_rows.once_each(about, table, "household", ledger)
    kept["survey_children"] = case_rows.first_of_each(
        settling("survey_children"), "survey_children", "child_id", ledger
    )
    registers = {table: settling(table) for table in register_rows.TABLES}
    kept |= register_rows.permitted(registers, records, may_use, ledger)
    return kept | {table: settling(table) for table in OF_LISTED_FACILITIES}


def _countable(households: pl.DataFrame, records: pl.DataFrame, answers: pl.DataFrame) -> pl.Series:
    """Return the households that permitted cases live in or that agreed themselves, without those that said no."""
    agreed = consent.permitted(households, "household", answers)
    of_cases = records["household"].drop_nulls()
    both = pl.concat([agreed, of_cases]).unique()
    return both.filter(~both.is_in(consent.refusing(households, "household", answers).implode()))


def _note_findings(told: CaseTables, records: pl.DataFrame, ledger: Ledger) -> None:
    """Enter children known under several slugs (T31), by file, and birth dates that make an age impossible (T16)."""
    linked = records.join(told.cases.select("case_id", "child_key"), on="case_id")
    placed = linked.with_columns((pl.col("at") // 2**32).alias("place")).join(ledger.places, on="place")
    slugs = placed.filter(pl.col("slug").is_not_null()).group_by("child_key").agg(n=pl.col("slug").n_unique())
    shared = placed.filter(pl.col("slug").is_not_null()).join(slugs.filter(pl.col("n") > 1).drop("n"), on="child_key")
    by_file = shared.group_by("file_code", "system").agg(n=pl.col("child_key").n_unique())
    words = {"table": "case_records", "column": "global_id", "check": "T31", "action": "undone"}
    ledger.note(by_file.with_columns(pl.lit(word).alias(name) for name, word in words.items()))
    impossible = records.filter(
        pl.col("case_id").is_in(told.impossible_ages.implode()) | pl.col("at").is_in(told.impossible_births.implode())
    )
    ledger.note_rows(impossible, "case_records", "birth_date", "T16", "unknown")
