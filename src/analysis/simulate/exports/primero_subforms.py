"""Subforms of a Primero case: care arrangements, family members, follow-up visits."""

import numpy as np
import pandas as pd
import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports import primero_criteria as criteria
from analysis.simulate.world import World

PARENTS_ALIVE = {  # mother, father
    "both_alive": ("alive", "alive"),
    "mother_alive_only": ("alive", "dead"),
    "father_alive_only": ("dead", "alive"),
    "double_orphan": ("dead", "dead"),
}


def polars_frame(rows: pd.DataFrame) -> pl.DataFrame:
    """Return rows of the world as polars: days as dates, missing numbers as null, numbers that name a row whole."""
    frame = pl.from_pandas(rows.reset_index(drop=True)).with_columns(
        pl.selectors.temporal().cast(pl.Date), pl.selectors.float().fill_nan(None)
    )
    return frame.with_columns(pl.selectors.ends_with("_no").cast(pl.Int64))


def arrangements(world: World, ids: pl.DataFrame) -> pl.DataFrame:
    """Return the care arrangements; why one ended stands beside the next. ``entry_event`` is not printed."""
    spells = of_cases(world.placements, ids).sort("case_id", "start_on", maintain_order=True)
    names = polars_frame(world.facilities[["facility_no", "name_latin"]])
    code_of_reason = {word: code for code, word in codes.REASON_OF_CHANGE.items()}
    return spells.join(names, on="facility_no", how="left", maintain_order="left").select(
        "case_id",
        "entry_event",
        codes.word(pl.col("care_type"), codes.CARE_ARRANGEMENT_OF).alias("care_arrangements_type"),
        pl.col("start_on").alias("care_arrangement_started_date"),
        pl.col("name_latin").alias("care_agency_name"),
        codes.word(pl.col("formality"), codes.AUTHORITY).alias("type_of_authority"),
        pl.col("end_reason")
        .replace_strict(code_of_reason, default="other", return_dtype=pl.String)
        .shift(1)
        .over("case_id")
        .alias("child_caregiver_reason_change"),
    )


def family(world: World, ids: pl.DataFrame) -> pl.DataFrame:
    """Return the persons of the child's family: parents as the child has them, others as the household lists them."""
    members = polars_frame(world.case_members).join(ids, on="household_id").filter(pl.col("relation") != "child")
    alive = [
        pl.col("orphan_status").replace_strict(
            {status: pair[i] for status, pair in PARENTS_ALIVE.items()}, default="unknown"
        )
        for i in range(2)
    ]
    relation_of = {f"{relation} {sex}": code for (relation, sex), code in codes.RELATION_OF.items()}
    is_parent = pl.col("relation").is_in(["mother", "father"])
    return members.sort("case_id", "member_no").select(
        "case_id",
        pl.when(is_parent)
        .then("relation")
        .otherwise(codes.word(pl.concat_str("relation", pl.lit(" "), "sex"), relation_of))
        .alias("relation"),
        pl.when(pl.col("relation") == "mother")
        .then(alive[0])
        .when(pl.col("relation") == "father")
        .then(alive[1])
        .when("is_alive")
        .then(pl.lit("alive"))
        .otherwise(pl.lit("dead"))
        .alias("relation_is_alive"),
        pl.col("is_caregiver").alias("relation_is_caregiver"),
        pl.col("age_years").cast(pl.Int64).alias("relation_age"),
        codes.word(pl.col("sex"), codes.SEX).alias("relation_sex"),
    )


def follow_ups(world: World, ids: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the visits with the five criteria of the Cambodian form and the rating that follows from them."""
    visits = of_cases(world.follow_ups, ids).sort("case_id", "due_on", maintain_order=True)
    n = visits.height
    graded = visits.with_columns(
        pl.when(column)
        .then(pl.lit("a"))
        .when(~pl.col(column))
        .then(pl.when(pl.Series(rng.random(n) < 0.6)).then(pl.lit("b")).otherwise(pl.lit("c")))
        .alias(column)
        for column in criteria.CRITERIA
    )
    rating = (
        pl.when(pl.any_horizontal(pl.col(*criteria.CRITERIA) == "c"))
        .then(pl.lit("red_98323"))
        .when(pl.any_horizontal(pl.col(*criteria.CRITERIA) == "b"))
        .then(pl.lit("yellow_91262"))
        .when(pl.any_horizontal(pl.col(*criteria.CRITERIA) == "a"))
        .then(pl.lit("green_39033"))
    )
    return graded.with_columns(rating.alias("final_criteria_rating")).select(
        "case_id",
        pl.lit("after_reunification").alias("followup_type"),
        pl.col("due_on").alias("followup_needed_by_date"),
        pl.col("done_on").alias("followup_date"),
        pl.col("child_seen").alias("child_was_seen"),
        pl.col("closure_recommended").alias("recommend_case_closed"),
        *(
            pl.col(column)
            .replace_strict(dict(zip("abc", grades, strict=True)), default=None, return_dtype=pl.String)
            .alias(field)
            for column, (field, *grades) in criteria.CRITERIA.items()
        ),
        "final_criteria_rating",
    )


def of_cases(rows: pd.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the world that belong to the cases of ``ids``."""
    return polars_frame(rows).join(ids, on="case_no", maintain_order="left")
