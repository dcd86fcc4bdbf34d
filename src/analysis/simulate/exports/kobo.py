"""The exports of Kobo: the household survey as two CSV files, an agency's small form as a workbook of two sheets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from analysis.simulate import draws
from analysis.simulate.exports import kobo_form
from analysis.simulate.exports.kobo_truth import asked_families, surveyed
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.workbook import SheetOfRows, write_workbook
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study

MAIN, MEMBERS, WORKBOOK = "household-survey.csv", "household-survey-members.csv", "family-risk.xlsx"
VERSION = "vRk2T7pQ9sXy4mB"
UNLISTED = {"id_poor": "level_3", "living_place": "rented_room"}


@dataclass(frozen=True)
class Submissions:
    """Submissions and repeats in the order of the file: their ``row``, why they are ``rejected`` (or null)."""

    households: pl.DataFrame
    members: pl.DataFrame


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write the files of Kobo into ``folder`` and note in ``planted``, under ``prefix``, what stands in them."""
    faults = parameters.faults.kobo
    survey = _submitted(*surveyed(world), faults, rng)
    main, repeats = _tables(survey, "household-survey", rng, has_design=True)
    main.write_csv(folder / MAIN, separator=";")
    repeats.write_csv(folder / MEMBERS, separator=";")
    _note(planted, survey, (prefix + MAIN, ""), (prefix + MEMBERS, ""), has_design=True)
    form = _submitted(*asked_families(world, faults.n_families, rng), faults, rng)
    sheets = zip(("main", "members"), _tables(form, "main", rng, has_design=False), strict=True)
    write_workbook(folder / WORKBOOK, [SheetOfRows(name, (rows.columns, *rows.iter_rows())) for name, rows in sheets])
    _note(planted, form, (prefix + WORKBOOK, "main"), (prefix + WORKBOOK, "members"), has_design=False)


def _submitted(households: pl.DataFrame, members: pl.DataFrame, faults: Study, rng: np.random.Generator) -> Submissions:
    """Return the submissions: some sent twice, some repeats without their parent, some answers nobody coded."""
    uuids = pl.Series("uuid", list(draws.uuids(rng, households.height)), dtype=pl.String)
    typed = _mistyped(households.with_columns(uuids), "id_poor", faults, rng)
    no_currency = struck(rng, typed["monthly_income"].is_not_null().to_numpy(), faults.no_currency)
    typed = typed.with_columns(
        pl.when(pl.Series(no_currency)).then(pl.lit("unknown")).otherwise("income_currency").alias("income_currency")
    )
    sent = _sent_twice(typed, faults, rng)
    asked = sent.filter(pl.col("consent") != "no").select("household_id", "uuid", "index", "rejected")
    people = _mistyped(members, "living_place", faults, rng).join(asked, on="household_id", maintain_order="right")
    lost = pl.Series(struck(rng, people["rejected"].is_null().to_numpy(), faults.orphan_row))
    people = people.with_columns(
        pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row"),
        pl.when(lost).then(pl.col("index") + sent.height).otherwise("index").alias("parent_index"),
        pl.when(lost).then(pl.lit("orphan_row")).otherwise("rejected").alias("rejected"),
    )
    return Submissions(sent.with_columns(row=pl.col("index") + 1), people)


def _mistyped(rows: pl.DataFrame, column: str, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Put an option that nobody coded into a few answers; ``is_unlisted`` says where."""
    has_word = rows[column].fill_null("unknown") != "unknown"
    flags = pl.Series("is_unlisted", struck(rng, has_word.to_numpy(), faults.unlisted_option))
    return rows.with_columns(flags).with_columns(
        pl.when("is_unlisted").then(pl.lit(UNLISTED[column])).otherwise(column).alias(column)
    )


def _sent_twice(households: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Put copies of a few submissions somewhere behind them; number all from 1 as the server does."""
    ordered = households.with_columns(
        pl.int_range(pl.len()).cast(pl.Float64).alias("position"), pl.lit(None, dtype=pl.String).alias("rejected")
    )
    copies = ordered.filter(pl.Series(struck(rng, np.ones(households.height, dtype=bool), faults.sent_twice)))
    later = pl.Series(rng.uniform(0, 200, copies.height))
    copies = copies.with_columns(position=pl.col("position") + later, rejected=pl.lit("duplicate_row"))
    sent = pl.concat([ordered, copies]).sort("position", maintain_order=True)
    return sent.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("index"))


def _tables(
    sent: Submissions, name: str, rng: np.random.Generator, *, has_design: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the two tables of an export, with the columns that Kobo adds."""
    day = sent.households["interviewed_on"].dt.strftime("%Y-%m-%dT17:30:00")
    blank = pl.lit(None, dtype=pl.String)
    main = kobo_form.answers(sent.households, rng, has_design=has_design).with_columns(
        *((100_000 + sent.households["index"]).alias("_id"), sent.households["uuid"].alias("_uuid")),
        *(day.alias("_submission_time"), blank.alias("_validation_status"), blank.alias("_notes")),
        *(
            pl.lit("submitted_via_web").alias("_status"),
            blank.alias("_submitted_by"),
            pl.lit(VERSION).alias("__version__"),
        ),
        *(blank.alias("_tags"), sent.households["index"].alias("_index")),
    )
    repeats = kobo_form.member_answers(sent.members, rng).with_columns(
        *((sent.members["row"] - 1).alias("_index"), pl.lit(name).alias("_parent_table_name")),
        sent.members["parent_index"].alias("_parent_index"),
        (100_000 + sent.members["parent_index"]).alias("_submission__id"),
        *(sent.members["uuid"].alias("_submission__uuid"), pl.lit(VERSION).alias("_submission___version__")),
    )
    return main, repeats


def _note(
    planted: Planted, sent: Submissions, main: tuple[str, str], repeat: tuple[str, str], *, has_design: bool
) -> None:
    ref = pl.format("kobo:{}", "uuid").alias("household_ref")
    kept = sent.households.filter(pl.col("rejected").is_null())
    said = kobo_form.read_households(
        kept.with_columns(pl.when(~pl.col("is_unlisted")).then("id_poor").alias("id_poor"))
    )
    extra = {f"survey_{name}": kept[name] for name in kobo_form.DESIGN} if has_design else {"agency": kept["agency"]}
    place = [pl.lit(main[1]).alias("sheet"), "row", ref]
    households = pl.concat([kept.select(place), said.with_columns(**extra)], how="horizontal")
    planted.expect(main[0], "households", households)
    planted.expect(repeat[0], "household_members", _read_members(sent.members, ref, repeat[1]))
    _note_rows(planted, sent.households, main, "households", {"duplicate_row": "household_ref"}, "id_poor")
    _note_rows(
        planted,
        sent.members,
        repeat,
        "household_members",
        {"duplicate_row": "member_ref", "orphan_row": "household_ref"},
        "living_place",
    )
    _note_columns(planted, kept, main, has_design=has_design)


def _read_members(members: pl.DataFrame, ref: pl.Expr, sheet: str) -> pl.DataFrame:
    words = list(kobo_form.MEMBER_CHOICES)
    known = pl.when(~pl.col("is_unlisted")).then("living_place").alias("living_place")
    kept = members.filter(pl.col("rejected").is_null()).with_columns(known, ref)
    number = pl.int_range(1, pl.len() + 1).over("household_ref")
    return kept.with_columns(pl.col(words).fill_null("unknown")).select(
        *(pl.lit(sheet).alias("sheet"), "row", "household_ref"),
        pl.format("{}/{}", "household_ref", number).alias("member_ref"),
        *(*words, "age_years", *kobo_form.MEMBER_YES_NO, *kobo_form.MEMBER_OF_CHILDREN),
    )


def _note_rows(
    planted: Planted, rows: pl.DataFrame, place: tuple[str, str], table: str, rejections: dict[str, str], coded: str
) -> None:
    for check, column in rejections.items():
        rejected = rows.filter(pl.col("rejected") == check)["row"].to_list()
        planted.fault(*place, rejected, table=table, column=column, check=check, action="rejected")
    is_read = pl.col("rejected").is_null() & pl.col("is_unlisted")
    is_read &= (pl.col("consent") != "no") if "consent" in rows.columns else True
    unlisted = rows.filter(is_read)["row"].to_list()
    planted.fault(*place, unlisted, table=table, column=coded, check="unknown_code", action="unknown")


def _note_columns(planted: Planted, kept: pl.DataFrame, place: tuple[str, str], *, has_design: bool) -> None:
    given = pl.col("monthly_income").is_not_null() & (pl.col("consent") != "no")
    n = kept.filter(given, pl.col("income_currency") == "unknown").height
    if n:
        column = "income_currency"
        planted.fault(*place, None, table="households", column=column, check="T12", action="unknown", n=n)
    n = kept.filter(pl.col("province_code").str.starts_with("0")).height
    if n and not has_design:
        planted.fault(*place, None, table="households", column="province_code", check="T21", action="undone", n=n)
