"""OSCaR's import template as a small agency fills it by hand: two people, two ways to write a date."""

import datetime as dt

import numpy as np
import polars as pl

from analysis.simulate.exports import oscar_places, oscar_words, private
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_people import TYPED_BIRTHS
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, rows_where, with_rows
from analysis.simulate.exports.workbook import Cell
from analysis.study import Study

HEADER = (
    *("ID", "Given Name (English)", "Family Name (English)", "Given Name (Khmer)", "Family Name (Khmer)", "* Gender"),
    *("Date of Birth", "* Referral Source", "*Referral Category", "* Name of Referee", "* Referral Received By"),
    *("* Initial Referral Date", "Current Province", "* Case Worker / Staff", "Family ID", "Family Name"),
)
FAMILIES_HEADER = ("Family ID", "*Name", "*Family Type", "*Family Status", "ID Poor")
USERS_HEADER = ("First Name", "Last Name", "*Gender", "*Email", "*Permission Level", "Manager")
WAYS = ("native", "iso", "in words", "day first", "month first")  # to write a date, taken in turn
STROKES = ("day first", "month first")
N_CLIENTS, HEADER_AGAIN_AFTER, N_USERS = 60, 25, 4  # a small agency's file
KNOWN = [
    *("row", "case_ref", "slug", "agency", "episode", "sex", "birth_date", "dob_quality", "referral_source"),
    *("referred_on", "province_code", "household_ref"),
]


def clients_sheet(clients: pl.DataFrame, faults: Study, rng: np.random.Generator) -> PrintedSheet:
    """Return the sheet of the first clients of an agency; ``clients`` are rows of ``oscar_people.known_of``."""
    filled = _filled(clients.head(N_CLIENTS), faults, rng)
    kept = filled.filter(_is_kept())
    kept = kept.with_columns(
        birth_in_doubt=_in_doubt(kept, pl.col("stored_birth_date"), "birth_way") & ~_is_typed(),
        referral_in_doubt=_in_doubt(kept, pl.col("referred_on"), "referral_way"),
    ).with_columns(is_impossible=_is_impossible())
    table = "case_records"
    planted = [
        Fault("T09", "unknown", table, "birth_date", rows_where(kept, pl.col("birth_in_doubt"))),
        Fault("T09", "unknown", table, "referred_on", rows_where(kept, pl.col("referral_in_doubt"))),
        Fault("T16", "unknown", table, "birth_date", rows_where(kept, pl.col("is_impossible"))),
        Fault("header_repeated", "rejected", table, "", rows_where(filled, pl.col("is_header"))),
        Fault("no_id", "rejected", table, "", rows_where(filled, pl.col("hit_no_id"))),
        Fault("duplicate_row", "rejected", table, "", rows_where(filled, pl.col("hit_repeated"))),
    ]
    return PrintedSheet("clients", HEADER, _cells(filled), {table: _as_read(kept)}, planted)


def families_sheet(families: pl.DataFrame) -> PrintedSheet:
    """Return the sheet of families."""
    rows = with_rows(families)
    cells = rows.with_columns(pl.Series("name", private.latin("family", rows["family_no"]), dtype=pl.String)).select(
        pl.col("family_no").cast(pl.String),
        "name",
        oscar_words.words(pl.col("family_type"), oscar_words.FAMILY_TYPE).alias("family_type"),
        pl.lit("Active").alias("status"),
        oscar_words.words(pl.col("id_poor"), oscar_words.ID_POOR).alias("id_poor"),
    )
    is_listed = pl.col("id_poor").is_in(list(oscar_words.ID_POOR))
    as_read = rows.select(
        *("row", "agency"),
        household_ref=pl.format("family:{}/{}", "agency", "family_no"),
        id_poor=pl.when(is_listed).then("id_poor").otherwise(pl.lit("unknown")),
    )
    return PrintedSheet("families", FAMILIES_HEADER, cells, {"households": as_read})


def users_sheet() -> PrintedSheet:
    """Return the sheet of the agency's staff: personal from end to end."""
    number = range(N_USERS)
    cells = pl.DataFrame(
        {
            "first": private.latin("worker", number),
            "last": private.latin("family", number),
            "gender": ["Female", "Male"] * (N_USERS // 2),
            "email": [f"{name}@example.org" for name in private.latin("mail", number)],
            "level": ["case worker"] * N_USERS,
            "manager": private.latin("manager", [0] * N_USERS),
        }
    )
    return PrintedSheet("users", USERS_HEADER, cells)


def _filled(some: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return the rows as filled in: some without an id, the header once more, the first client once more."""
    after_the_first = np.arange(some.height) > 0  # whose id tells which agency filled the template
    nameless = struck(rng, after_the_first, faults.template_row_without_id)
    rows = some.with_columns(hit_no_id=pl.Series(nameless), hit_repeated=pl.lit(False), is_header=pl.lit(False))
    again = rows.filter(~pl.col("hit_no_id")).head(1).with_columns(hit_repeated=pl.lit(True))
    header = rows.head(1).with_columns(is_header=pl.lit(True), hit_no_id=pl.lit(False))
    whole = with_rows(pl.concat([rows.head(HEADER_AGAIN_AFTER), header, rows.slice(HEADER_AGAIN_AFTER), again]))
    ways = np.array(WAYS)[rng.integers(0, len(WAYS), (2, whole.height))]
    drawn = whole.with_columns(birth_way=pl.Series(ways[0].tolist()), referral_way=pl.Series(ways[1].tolist()))
    return drawn.with_columns(
        birth_way=_told_apart(drawn, pl.col("stored_birth_date"), "birth_way"),
        referral_way=_told_apart(drawn, pl.col("referred_on"), "referral_way"),
    )


def _told_apart(rows: pl.DataFrame, date: pl.Expr, way: str) -> pl.Expr:
    """Return the ways, in words instead of an order that no date of the column proves while another is proven.

    Such a date would be read wrongly by anybody, and nothing in the file could tell.
    """
    proven = rows.filter(_is_kept() & _is_proof(date, way))[way].unique().to_list()
    is_unproven = pl.col(way).is_in(STROKES) & ~pl.col(way).is_in(proven)
    return pl.when(is_unproven & pl.lit(len(proven) == 1)).then(pl.lit("in words")).otherwise(way)


def _is_kept() -> pl.Expr:
    return ~(pl.col("is_header") | pl.col("hit_no_id") | pl.col("hit_repeated"))


def _is_proof(date: pl.Expr, way: str) -> pl.Expr:
    """Return where a date with strokes can be read in one order only."""
    is_written = ~_is_typed() if way == "birth_way" else pl.lit(True)
    return pl.col(way).is_in(STROKES) & (date.dt.day() > 12) & is_written


def _in_doubt(kept: pl.DataFrame, date: pl.Expr, way: str) -> pl.Expr:
    """Return where a date with strokes may be read two ways and the column as a whole does not settle which."""
    if kept.filter(_is_proof(date, way))[way].n_unique() == 1:
        return pl.lit(False)
    return pl.col(way).is_in(STROKES) & (date.dt.day() <= 12) & (date.dt.day() != date.dt.month())


def _is_typed() -> pl.Expr:
    return pl.col("birth_fault").is_in(list(TYPED_BIRTHS)).fill_null(False)


def _is_impossible() -> pl.Expr:
    """Return where the birth date read is impossible; to be after the referral, both dates must be known."""
    is_late = (pl.col("birth_fault") == "after_referral").fill_null(False)
    return _is_typed() | (is_late & ~pl.col("birth_in_doubt") & ~pl.col("referral_in_doubt"))


def _cells(filled: pl.DataFrame) -> list[tuple[Cell, ...]]:
    number = filled["child_id"].to_list()
    printed = filled.select(
        pl.when(~pl.col("hit_no_id")).then("slug"),
        *(pl.Series(f"{name}_latin", private.latin(name, number)) for name in ("given", "family")),
        *(pl.Series(f"{name}_khmer", private.khmer(name, number)) for name in ("នាម", "ត្រកូល")),
        oscar_words.words(pl.col("sex"), oscar_words.SEX).alias("gender"),
        pl.Series("birth", _dates(filled, "stored_birth_date", "birth_way"), dtype=pl.Object),
        pl.Series("source", private.latin("source", number)),
        oscar_words.words(pl.col("referral_source"), oscar_words.REFERRAL_SOURCE).alias("category"),
        *(pl.Series(name, private.latin(name, number)) for name in ("referee", "receiver")),
        pl.Series("referral", _dates(filled, "referred_on", "referral_way"), dtype=pl.Object),
        oscar_places.printed(pl.col("province_code"), khmer=pl.lit(False)).alias("province"),
        pl.Series("worker", private.latin("worker", number)),
        pl.col("family_no").cast(pl.String),
        pl.Series("home", private.latin("home", number)),
    ).rows()
    is_header = filled["is_header"].to_list()
    return [HEADER if again else cells for again, cells in zip(is_header, printed, strict=True)]


def _dates(filled: pl.DataFrame, column: str, way: str) -> list[Cell]:
    faults = filled["birth_fault"].to_list() if column == "stored_birth_date" else [None] * filled.height
    return [
        TYPED_BIRTHS[fault][0] if fault in TYPED_BIRTHS else _written(date, how)
        for date, how, fault in zip(filled[column], filled[way], faults, strict=True)
    ]


def _written(date: dt.date, way: str) -> Cell:
    if way == "native":
        return date
    month = oscar_words.ENGLISH_MONTHS[date.month - 1]
    text = {
        "iso": date.isoformat(),
        "in words": f"{date.day} {month} {date.year}",
        "day first": f"{date:%d/%m/%Y}",
        "month first": f"{date:%m/%d/%Y}",
    }
    return text[way]


def _as_read(kept: pl.DataFrame) -> pl.DataFrame:
    has_birth = ~pl.col("is_impossible") & ~pl.col("birth_in_doubt")
    birth = pl.col("stored_birth_date")
    on_new_year = (birth.dt.month() == 1) & (birth.dt.day() == 1)
    quality = pl.when(on_new_year).then(pl.lit("year_only")).otherwise(pl.lit("exact"))
    unread = pl.when(pl.col("is_impossible")).then(pl.lit("implausible")).otherwise(pl.lit("missing"))
    return kept.with_columns(
        episode=pl.lit(1),
        birth_date=pl.when(has_birth).then(birth),
        dob_quality=pl.when(has_birth).then(quality).otherwise(unread),
        referred_on=pl.when(~pl.col("referral_in_doubt")).then("referred_on"),
    ).select(KNOWN)
