"""The canonical tables from all tables as read: permission first, then linking, settling and codes.

A table is taken out of its pile in ranges and written before the next is taken. What stays in memory are the cases, the
keys of all households, and the places of the rows in hand and of those set aside.
"""

from dataclasses import dataclass

import polars as pl

from analysis.importers import case_rows, consent, listed_rows, register_tables, scored, surveyed
from analysis.importers.assembly import Assembly
from analysis.importers.case_tables import with_birth_month, with_reason_if_closed
from analysis.importers.cases import cases
from analysis.importers.organisations import agency_codes, with_org_code
from analysis.importers.settled import CONFLICTS, summed


@dataclass(frozen=True)
class Assembled:
    """What contradicted, the restricted lists that say who a code is, and lines of consent.csv that name no record."""

    conflicts: pl.DataFrame
    restricted: dict[str, pl.DataFrame]
    unheard: tuple[int, ...]


def assembled(own: Assembly, answers: pl.DataFrame) -> Assembled:
    """Write the canonical tables and enter every row that is set aside; ``answers`` are those on paper."""
    told, of_cases = cases(own, answers)
    homes = surveyed.households(own, of_cases.households, answers)
    surveyed.put_members(own, homes)
    surveyed.put_children(own)
    names = listed_rows.put(own)
    registers = register_tables.lines(own, of_cases)
    agencies = agency_codes(pl.concat([of_cases.agencies, homes.agencies]), registers.agencies)
    own.tables.add("cases", with_org_code(with_reason_if_closed(told.cases), agencies))
    own.tables.add("children", with_birth_month(told.children))
    conflicts = [told.conflicts, *homes.conflicts, _refused(told.refused_joins)]
    del told  # before what is long
    for rows in homes.rows.taken():
        own.tables.add("households", with_org_code(rows, agencies))
    facilities = case_rows.put(own, of_cases)
    lists = register_tables.put(own, registers, of_cases, agencies, facilities)
    conflicts += scored.put(own, of_cases)
    conflicts.append(_ruled_out({"cases": of_cases.n_contradicting, "households": homes.n_contradicting}))
    return Assembled(
        conflicts=summed(conflicts),
        restricted={"organisations": agencies, "facilities": facilities, "facility_names": names, **lists},
        unheard=consent.unheard(answers, of_cases.known, homes.known),
    )


def _ruled_out(n_contradicting: dict[str, int]) -> pl.DataFrame:
    """Return the contradictions of yes and no in permissions, by table."""
    answers = [(table, "use_allowed", "", "", "a no beats a yes", n) for table, n in n_contradicting.items() if n]
    return pl.DataFrame(answers, schema=CONFLICTS, orient="row")


def _refused(joins: pl.DataFrame) -> pl.DataFrame:
    """Return the contradictions of ids that point apart, by column."""
    refused = [
        ("children", column, "", "", "not joined: a stronger id differs", n) for column, n in joins.iter_rows() if n
    ]
    return pl.DataFrame(refused, schema=CONFLICTS, orient="row")
