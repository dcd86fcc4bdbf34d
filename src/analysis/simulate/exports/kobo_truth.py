"""Who answers the forms in Kobo: the surveyed households, and families that an agency asks the same questions."""

import numpy as np
import polars as pl

from analysis.simulate import prevention
from analysis.simulate.exports.primero_subforms import polars_frame
from analysis.simulate.world import COLUMNS, World


def surveyed(world: World) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the households of the survey and their members."""
    return polars_frame(world.survey_households), polars_frame(world.survey_members).sort(
        "household_id", "member_no", maintain_order=True
    )


def asked_families(world: World, most: int, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return at most ``most`` families of case management and their members, with the columns of the survey.

    The agency of prevention asks none of its families.
    """
    is_asked = ~world.case_households["agency"].str.startswith(prevention.AGENCY)
    families = polars_frame(world.case_households[is_asked])
    chosen = np.sort(rng.choice(families.height, min(most, families.height), replace=False))
    consent = pl.Series(np.array(["yes", "no", "unknown"])[rng.choice(3, len(chosen), p=[0.88, 0.04, 0.08])])
    day = pl.Series(rng.integers(0, 300, len(chosen)))
    asked = families[chosen].with_columns(
        consent.alias("consent"),
        (pl.date(2023, 2, 1) + pl.duration(days=pl.lit(day))).alias("interviewed_on"),
        pl.col("monthly_income").cast(pl.Float64).round(2),
    )
    members = polars_frame(world.case_members).join(asked.select("household_id"), on="household_id", how="semi")
    return _like(asked, "survey_households", world), _like(members, "survey_members", world)


def _like(rows: pl.DataFrame, name: str, world: World) -> pl.DataFrame:
    """Return ``rows`` with all columns of a frame of the survey; what was not asked is missing."""
    schema = polars_frame(getattr(world, name).head(0)).schema
    missing = [
        pl.lit(None, dtype=schema[column]).alias(column) for column in COLUMNS[name] if column not in rows.columns
    ]
    return rows.with_columns(*missing)
