"""The sheet "Case Note": one row a note, the newest of each client first."""

import numpy as np
import polars as pl

from analysis.simulate.exports import oscar_words, private
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, rows_where, with_count, with_rows
from analysis.simulate.exports.oscar_stored import Stored
from analysis.study import Study

HEADER = (
    *("#", "Client ID", "Given Name (Latin)", "Family Name (Latin)", "Case Note Date", "Case Note Type"),
    *("Who was there during the visit or conversation", "Note", "Next visit"),
)
CELLS = ("count", "id", "given_latin", "family_latin", "day", "mode_cell", "attendee", "note", "next_visit")
GROUP_SESSION = ("Group session", "ការប្រជុំក្រុម")  # a type one agency added: no reader can know it
FAR_YEAR = 2109  # typed for 2019
FIRST_STRANGER = 90_000  # no agency has so many clients


def notes(stored: Stored, styles: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return the cells of every note of every agency and which mishap struck it."""
    rows = stored.notes.join(styles, on="agency", maintain_order="left")
    rows = rows.sort("position", pl.col("done_on").rank("ordinal"), descending=[False, True], maintain_order=True)
    free = np.ones(rows.height, dtype=bool)
    in_calendar = (rows["done_on"].dt.strftime("%m-%d") != "02-29").to_numpy()  # the far year is no leap year
    for name, share in (
        ("hit_no_id", faults.note_without_id),
        ("hit_stranger", faults.note_of_stranger),
        ("hit_far", faults.far_date),
        ("hit_mode", faults.unlisted_option),
    ):
        flags = struck(rng, free & in_calendar if name == "hit_far" else free, share)
        free &= ~flags
        rows = rows.with_columns(pl.Series(name, flags))
    return rows.pipe(_printed)


def sheet(of_agency: pl.DataFrame, names: pl.DataFrame) -> PrintedSheet:
    """Return the sheet of one agency; ``names`` has the marked names of its clients by slug."""
    cells = with_rows(with_count(of_agency.join(names, on="slug", how="left", maintain_order="left")))
    kept = cells.filter(~pl.col("hit_no_id") & ~pl.col("hit_stranger"))
    faults = [
        Fault("T04", "undone", "follow_ups", "case_ref", n=cells["count"].null_count()),
        Fault("no_id", "rejected", "follow_ups", "", rows_where(cells, pl.col("hit_no_id"))),
        Fault("orphan_row", "rejected", "follow_ups", "", rows_where(cells, pl.col("hit_stranger"))),
        Fault("future_date", "unknown", "follow_ups", "done_on", rows_where(cells, pl.col("hit_far"))),
        Fault("unknown_code", "unknown", "follow_ups", "mode", rows_where(cells, pl.col("hit_mode"))),
    ]
    return PrintedSheet("Case Note", HEADER, cells.select(CELLS), {"follow_ups": _as_read(kept)}, faults)


def _printed(rows: pl.DataFrame) -> pl.DataFrame:
    number = range(rows.height)
    khmer = pl.col("is_khmer")
    stranger = pl.format("{}-{}", "agency", pl.int_range(FIRST_STRANGER, pl.len() + FIRST_STRANGER))
    group = pl.when(khmer).then(pl.lit(GROUP_SESSION[1])).otherwise(pl.lit(GROUP_SESSION[0]))
    typed = pl.when("hit_far").then(pl.lit(f"{FAR_YEAR}-") + pl.col("done_on").dt.strftime("%m-%d"))
    return rows.with_columns(
        pl.Series("attendee", private.latin("attendee", number)),
        pl.Series("note", private.notes(number)),
        id=pl.when(pl.col("hit_stranger")).then(stranger).when(~pl.col("hit_no_id")).then("slug"),
        day=typed.otherwise(oscar_words.iso(pl.col("done_on"))),
        mode_cell=pl.when("hit_mode")
        .then(group)
        .otherwise(oscar_words.words(pl.col("mode"), oscar_words.MODE, khmer=khmer)),
        next_visit=pl.when(pl.col("position") % 3 == 0).then(oscar_words.iso(pl.col("done_on").dt.offset_by("30d"))),
    )


def _as_read(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.with_columns(
        case_ref="slug:" + pl.col("slug"),
        done_on=pl.when(~pl.col("hit_far")).then("done_on"),
        mode=pl.when(~pl.col("hit_mode") & pl.col("mode").is_in(list(oscar_words.MODE)))
        .then("mode")
        .otherwise(pl.lit("unknown")),
    ).sort("slug", "done_on", "row", nulls_last=True)
    ref = pl.format("{}/contact/{}", "case_ref", pl.int_range(1, pl.len() + 1).over("slug"))
    return known.with_columns(followup_ref=ref).sort("row").select("row", "case_ref", "followup_ref", "done_on", "mode")
