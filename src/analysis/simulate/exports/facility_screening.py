"""A screening as a team keeps it in Excel: one row a facility, two columns an item, answers in anybody's words."""

from pathlib import Path

import numpy as np
import polars as pl

from analysis import sources
from analysis.simulate.exports.facility_rows import ListRows, typed_rows
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.primero_subforms import polars_frame
from analysis.simulate.exports.screening_cells import Answers, typed_answers, typed_roles
from analysis.simulate.exports.screening_words import ITEM_LABELS, PARTS, ROLE_LABEL, SCREENING
from analysis.simulate.exports.workbook import Cell, SheetOfRows, write_workbook
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study

ROWS, ANSWERS = "facility_list_rows", "screening_answers"
TAB = SCREENING.sheets[0]
N_ROWS_ABOVE = len(SCREENING.titles) + 3  # an empty one, and the two of the header


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write the screening into ``folder`` and note in ``planted``, under ``prefix``, what stands in it."""
    rows = _facilities(world, parameters.faults, rng)
    listed = typed_rows(rows, SCREENING, parameters.faults.facility_lists, rng)
    answers = typed_answers(_long(world), parameters.faults.screening, rng)
    typed, roles, is_odd = typed_roles(rows["assessor_role"], parameters.faults.screening, rng)
    header, merged = _header(rng)
    body = _body(listed, typed, answers)
    sheet = SheetOfRows(TAB, [*header, *body], merged, "d mmm yyyy")
    write_workbook(folder / SCREENING.file, [sheet])
    places = pl.Series("row", range(N_ROWS_ABOVE + 1, N_ROWS_ABOVE + 1 + rows.height), dtype=pl.Int64)
    _note_facilities(planted, prefix + SCREENING.file, listed, places)
    of_rows = pl.DataFrame(
        {"facility_no": rows["facility_no"], "row": places, "assessor_role": roles, "is_odd": is_odd}
    )
    _note_answers(planted, prefix + SCREENING.file, answers, of_rows)


def _facilities(world: World, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return what is true of each facility that was assessed, in the order of the sheet."""
    facts = polars_frame(world.facilities)
    rows = polars_frame(world.screenings).rename({"assessed_on": "observed_on"})
    joined = rows.join(facts, on="facility_no", how="left", maintain_order="left", validate="1:1")
    unlisted = struck(rng, np.ones(rows.height, dtype=bool), faults.facility_lists.unlisted_type)
    return joined.with_columns(pl.Series("is_unlisted", unlisted), is_mismatch=pl.lit(False))


def _long(world: World) -> pl.DataFrame:
    """Return the answers by facility and item, with the level of the item."""
    levels = dict(sources.read("screening_items_assembled")[["item_id", "level"]].itertuples(index=False))
    answers = polars_frame(world.screening_answers).drop("is_true")
    return answers.with_columns(level=pl.col("item_id").replace_strict(levels, return_dtype=pl.String))


def _header(rng: np.random.Generator) -> tuple[list[list[Cell]], list[tuple[int, int, int, int]]]:
    """Return titles and a header of two rows, the item above its answer and evidence, and the ranges to merge."""
    labels = [label for _, label in SCREENING.columns] + [ROLE_LABEL]
    upper: list[Cell] = [*labels]
    lower: list[Cell] = [None] * len(labels)
    top = N_ROWS_ABOVE - 2
    merged = [(top, position, top + 1, position) for position in range(len(labels))]
    for item in sources.read("screening_items_assembled").to_dict("records"):
        merged.append((top, len(upper), top, len(upper) + 1))
        upper += [ITEM_LABELS[rng.integers(len(ITEM_LABELS))].format(**item), None]
        lower += PARTS[rng.integers(len(PARTS))]
    titles: list[list[Cell]] = [[title] for title in SCREENING.titles]
    return [*titles, [None], upper, lower], merged


def _body(listed: ListRows, roles: list[Cell], answers: Answers) -> list[list[Cell]]:
    identity = [*(listed.typed[field] for field, _ in SCREENING.columns), roles]
    pairs = zip(answers.typed_response, answers.typed_grade, strict=True)
    cells = [cell for pair in pairs for cell in pair]
    n_rows = len(roles)
    width = len(cells) // n_rows if n_rows else 0
    return [[*(column[row] for column in identity), *cells[row * width : (row + 1) * width]] for row in range(n_rows)]


def _note_facilities(planted: Planted, file: str, listed: ListRows, places: pl.Series) -> None:
    planted.expect(file, ROWS, listed.read.with_columns(pl.lit(TAB).alias("sheet"), places))
    planted.link(file, TAB, places.to_list(), listed.notes["facility_no"].to_list())
    for note, check in {"is_unlisted": "unknown_code", "ambiguous_observed_on": "T09"}.items():
        column = "facility_type" if check == "unknown_code" else "observed_on"
        rows = places.filter(listed.notes[note]).to_list()
        planted.fault(file, TAB, rows, table=ROWS, column=column, check=check, action="unknown")
    n = sum(len(str(cell)) % 2 for cell in listed.typed["commune_code"])
    if n:
        planted.fault(file, TAB, None, table=ROWS, column="commune_code", check="T21", action="undone", n=n)


def _note_answers(planted: Planted, file: str, answers: Answers, of_rows: pl.DataFrame) -> None:
    placed = answers.read.join(of_rows, on="facility_no", how="left", maintain_order="left", validate="m:1")
    found = placed.select(
        pl.lit(TAB).alias("sheet"), "row", "item_id", "response", "evidence_grade", "level", "assessor_role"
    )
    planted.expect(file, ANSWERS, found)
    for note, column, check in (
        ("is_odd_answer", "response", "unknown_code"),
        ("is_odd_grade", "evidence_grade", "unknown_code"),
        ("is_odd", "assessor_role", "unknown_code"),
        ("is_without_answer", "response", "evidence_without_answer"),
    ):
        rows = placed.filter(pl.col(note))["row"].unique().sort().to_list()
        planted.fault(file, TAB, rows, table=ANSWERS, column=column, check=check, action="unknown")
