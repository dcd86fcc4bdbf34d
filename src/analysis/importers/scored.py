"""Assessments of all files made one, then their scores written out, a share of them at a time.

``assessments`` are rows with their scores in lists. What is done to an assessment as a whole is done without the
lists, which are ten times as long; ``nth`` says which of them are its own.
"""

import numpy as np
import polars as pl

from analysis.importers.assembly import Assembly
from analysis.importers.cases import Cases
from analysis.importers.episodes import with_case_id
from analysis.importers.ledger import Ledger
from analysis.importers.permitted_rows import of_permitted
from analysis.importers.piles import Pile
from analysis.importers.score_lists import LISTS, gathered, in_lists, one_row_a_score
from analysis.importers.settled import settled
from analysis.importers.shares import ROWS_IN_A_SHARE, shares
from analysis.importers.within import possible

TABLE = "assessments"
KEY = ["assessment_id", "domain_code"]
SHARED = ("case", "instrument", "instrument_version", "assessed_on", "completed", "source_system")


def put(own: Assembly, of_cases: Cases) -> list[pl.DataFrame]:
    """Write one score a domain of each assessment of a permitted case, in order; return what contradicted."""
    conflicts = []
    for rows in _permitted(own, of_cases).taken():
        about = rows.drop(LISTS).with_row_index("nth").with_columns(source_system="system")
        one, lists, differing = _told_once(about, rows.select(LISTS))
        conflicts.append(differing)
        placed = with_case_id(one, of_cases.episodes, pl.col("assessed_on"))
        for share in shares(placed, "assessment_id", ROWS_IN_A_SHARE):
            ordered = share.sort("assessment_id")
            own.tables.add_scores(ordered.with_columns(lists[ordered["nth"]].get_columns()))
    own.ledger.close(TABLE)
    return conflicts


def _permitted(own: Assembly, of_cases: Cases) -> Pile:
    """Return the assessments of permitted cases, ranked and without impossible values."""
    pile = own.pile("assessment_id")
    for rows in own.read[TABLE].taken():
        lists = _possible_scores(rows, own.ledger)
        settling = own.ready(TABLE, rows.drop(LISTS).with_row_index("nth"))
        about = of_permitted(settling, TABLE, "case", of_cases.may_use, of_cases.known, own.ledger)
        own.ledger.note_kept(TABLE, about)
        pile.add(about.drop("nth").with_columns(lists[about["nth"]].get_columns()))
    return pile


def _told_once(about: pl.DataFrame, lists: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return assessments with each domain once, however many files tell of one, their lists, and what contradicted.

    One that is told once, with each domain once, has nothing to settle.
    """
    has_twice = (lists["domain_code"].list.n_unique() < lists["domain_code"].list.len()).gather(about["nth"])
    is_repeated = about["assessment_id"].is_duplicated() | has_twice
    repeated = about.filter(is_repeated)
    scores = one_row_a_score(repeated.with_columns(lists[repeated["nth"]].get_columns()))
    one, conflicts = settled(scores, KEY, (*SHARED, "score"), TABLE)
    more = gathered(one.sort(KEY))
    columns = ("assessment_id", *SHARED, "nth")
    both = [
        about.filter(~is_repeated).select(columns),
        more.with_row_index("nth", offset=lists.height).select(columns),
    ]
    told = conflicts.filter(pl.col("column") != "source_system")
    return pl.concat(both), pl.concat([lists, more.select(LISTS)]), told


def _possible_scores(assessments: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Return the lists of ``assessments`` without impossible scores, which are entered in ``ledger``."""
    parts = [assessments.select(LISTS).clear()]
    for part in assessments.select("at", *LISTS).iter_slices(ROWS_IN_A_SHARE):
        each = possible(one_row_a_score(part), TABLE, ledger)
        bounds = np.append(0, part["score"].list.len().cum_sum())
        parts.append(pl.DataFrame(in_lists({name: each[name] for name in LISTS}, bounds)))
    return pl.concat(parts)
