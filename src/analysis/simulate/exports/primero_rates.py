"""The rated domains of the Cambodian case form: the latest rates of each case."""

import numpy as np
import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.primero_subforms import polars_frame
from analysis.simulate.world import World
from analysis.study import Study

RATES = {"primero_kh_child": codes.CHILD_RATES, "primero_kh_family": codes.FAMILY_RATES}
MISTYPED = ("education_rate", "livelihoods_income_rate")  # any of the rates would do
WRONG = (0, 5, 44)


def latest_rates(world: World, ids: pl.DataFrame) -> pl.DataFrame:
    """Return one row a case that was assessed: the day, and one column a domain; a form holds one assessment."""
    assessed = polars_frame(world.assessments.query("instrument in @RATES.keys()")).join(ids, on="case_no")
    latest = assessed.filter(
        pl.col("assessed_on") == pl.col("assessed_on").max().over("case_id"), pl.col("score").is_not_null()
    )
    columns = pl.concat_str("domain_code", pl.lit("_rate"))
    wide = latest.with_columns(columns.alias("field"), pl.col("score").cast(pl.Int64)).pivot(
        "field",
        on_columns=[f"{domain}_rate" for domains in RATES.values() for domain in domains],
        index="case_id",
        values="score",
        aggregate_function="first",
    )
    days = latest.group_by("case_id").agg(pl.col("assessed_on").first().alias("assessment_requested_on"))
    return wide.join(days, on="case_id")


def with_mistyped_rates(cases: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return cases with rates outside 1 to 4 typed into a few."""
    wrong = pl.Series(np.array(WRONG)[rng.integers(len(WRONG), size=cases.height)])
    for field in MISTYPED:
        hit = pl.Series(struck(rng, cases[field].is_not_null().to_numpy(), faults.rate_out_of_range))
        cases = cases.with_columns(pl.when(hit).then(wrong).otherwise(field).alias(field))
    return cases
