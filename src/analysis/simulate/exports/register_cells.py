"""Cells of registers: words as an officer types them, the number of a case as its system shows it, and what is read."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import polars as pl

from analysis.simulate.exports.facility_spellings import province_names
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.primero_subforms import polars_frame
from analysis.simulate.exports.workbook import Cell
from analysis.simulate.world import World
from analysis.study import Study

ODD_WORD = "see the receipt"
ODD_NUMBER = "about 20"
Faults = dict[tuple[str, str, str], np.ndarray]


@dataclass(frozen=True)
class Register:
    """A register as typed, a list of cells a column in the order of the sheet, and as a perfect reader reads it.

    ``read`` has the columns of its table as read, with ``line``, the number of the line from 0, for sheet and row.
    ``faults`` flag lines by column, check and action; ``whole`` count cells of the sheet by the same.
    """

    table: str
    title: str
    typed: dict[str, list[Cell]]
    read: pl.DataFrame
    faults: Faults = field(default_factory=dict)
    whole: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def n_lines(self) -> int:
        """Return the number of lines below the header."""
        return len(next(iter(self.typed.values())))


def rows_of(frame: pd.DataFrame) -> pl.DataFrame:
    """Return rows of the world as polars, with ``line``."""
    return polars_frame(frame).with_row_index("line").with_columns(pl.col("line").cast(pl.Int64))


def words(codes: pl.Series, other_case: float, rng: np.random.Generator) -> list[Cell]:
    """Return our ``codes`` as words with a capital, a share in small or capital letters; a missing one is no cell."""
    is_other, is_small = rng.random(len(codes)) < other_case, rng.random(len(codes)) < 0.5
    return [
        None if code is None else _cased(_phrase(code), other, small)
        for code, other, small in zip(codes, is_other, is_small, strict=True)
    ]


def with_odd(codes: pl.Series, faults: Study, rng: np.random.Generator) -> tuple[list[Cell], pl.Series, np.ndarray]:
    """Return ``codes`` as typed, as read, and where an office used a word of its own, which reads as unknown."""
    odd = struck(rng, np.ones(len(codes), dtype=bool), faults.unlisted_word)
    typed = words(codes, faults.other_case, rng)
    read = pl.select(pl.when(pl.Series(odd)).then(pl.lit("unknown")).otherwise(codes).alias(codes.name)).to_series()
    return [ODD_WORD if is_odd else cell for is_odd, cell in zip(odd, typed, strict=True)], read, odd


def agencies(names: pl.Series) -> list[Cell]:
    """Return the short names of agencies as they type them: small, in capitals, or with "agency-" before."""
    ways = (str, str.upper, "agency-{}".format)
    return [ways[sum(map(ord, name)) % len(ways)](name) for name in names]


def provinces(codes: pl.Series, offices: pl.Series, faults: Study, rng: np.random.Generator) -> list[Cell]:
    """Return provinces as typed, by some offices as codes, by others as names in one of their spellings."""
    of_office = {office: rng.random() < faults.province_codes for office in sorted(set(offices))}
    names = province_names(codes.to_list(), is_khmer=False, share=faults.province_variants, rng=rng)
    pairs = zip(codes, names, offices, strict=True)
    return [code if of_office[office] else name for code, name, office in pairs]


def case_numbers(world: World, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return the system and number by which offices name each ``case_no``, with ``case_ref case_short`` as read."""
    cases = polars_frame(world.cases[["case_no", "in_oscar", "slug", "case_uuid"]])
    is_long = pl.Series(rng.random(cases.height) < faults.long_id_share)
    short = pl.col("case_uuid").str.tail(7)
    in_oscar = pl.col("in_oscar")
    return cases.select(
        pl.col("case_no").cast(pl.Int64),
        pl.when(in_oscar).then(pl.lit("OSCaR")).otherwise(pl.lit("Primero")).alias("System"),
        pl.when(in_oscar).then("slug").when(is_long).then("case_uuid").otherwise(short).alias("Case number"),
        pl.when(in_oscar)
        .then(pl.format("slug:{}", "slug"))
        .when(is_long)
        .then(pl.format("case_id:{}", "case_uuid"))
        .alias("case_ref"),
        pl.when(~in_oscar & ~is_long).then(short.str.to_integer(base=16)).alias("case_short"),
    )


def _phrase(code: str) -> str:
    return {"follow_up": "Follow-up"}.get(code, code.replace("_", " ").capitalize())


def _cased(phrase: str, is_other: bool, is_small: bool) -> str:
    return phrase if not is_other else phrase.lower() if is_small else phrase.upper()
