"""The services subform of a Primero case: services given, and referrals to and from OSCaR."""

import numpy as np
import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_services import SERVICES
from analysis.simulate.exports.primero_subforms import of_cases
from analysis.simulate.world import World
from analysis.study import Study

MAIN_SERVICE = {  # what a case receives by its programme where no service says it
    "reintegration": "family_based_care_family_reunification",
    "prevention": "family_based_care_family_preservation",
    "kinship": "family_based_care_kinship",
    "foster": "family_based_care_longterm_foster",
    "emergency": "family_based_care_emergency_foster",
    "adoption": "family_based_care_domestic_adoption",
    "independent_living": "family_based_care_independent_living",
}
BRIDGED_AS = {code.replace("mental_health_support", "disability_support"): code for code in codes.AMBIGUOUS}


def services(world: World, ids: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return services given and referrals to and from OSCaR, which stand in one subform."""
    by_partner = pl.when("in_oscar").then(pl.lit(codes.RESPONSE_BY_PARTNER)).otherwise(pl.lit(codes.RESPONSE_OWN))
    given = of_cases(world.support, ids).select(
        "case_id",
        by_partner.alias("response"),
        "service_code",
        "start_on",
        "end_on",
        "decision",
        pl.col("amount_usd").alias("amount"),
        "cost_category",
    )
    referred = of_cases(world.referrals, ids).select(
        "case_id",
        pl.when(pl.col("direction") == "from")
        .then(pl.lit(codes.RESPONSE_FROM))
        .otherwise(pl.lit(codes.RESPONSE_TO))
        .alias("response"),
        "service_code",
        pl.col("referred_on").alias("start_on"),
        "decision",
    )
    main = (
        ids.drop_nulls("accepted_on")
        .select(
            "case_id",
            by_partner.alias("response"),
            codes.word(pl.col("programme"), MAIN_SERVICE).alias("service_code"),
            pl.col("accepted_on").alias("start_on"),
        )
        .drop_nulls("service_code")
        .join(given, on=["case_id", "service_code"], how="anti")
    )
    rows = pl.concat([main, given, referred], how="diagonal_relaxed").sort("case_id", "start_on", maintain_order=True)
    return _misfiled(rows, faults, rng).select(
        "case_id",
        pl.col("response").alias("service_response_type"),
        "service_type",
        "service_subtype",
        pl.col("start_on").alias("service_response_day_time"),
        pl.col("end_on").alias("service_implemented_day_time"),
        codes.word(pl.col("decision"), {word: code for code, word in codes.DECISION.items()}).alias("referral_status"),
        "amount",
        pl.when(pl.col("amount").is_not_null()).then(pl.lit("USD")).alias("amount_unit"),
        codes.word(pl.col("cost_category"), {word: word for word in codes.COST_CATEGORIES}).alias("cost_category"),
    )


def _misfiled(rows: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Add type and subtype of each service: the bridge files three names under mental health and drops two."""
    from_bridge = pl.col("response").is_in([codes.RESPONSE_BY_PARTNER, codes.RESPONSE_FROM])
    ambiguous = struck(rng, rows.select(from_bridge).to_series().to_numpy(), faults.ambiguous_service)
    no_target = struck(rng, rows.select(from_bridge).to_series().to_numpy(), faults.service_without_target)
    turn = pl.Series(np.arange(rows.height))
    group_of = {code: group for code, (group, _) in SERVICES.items()}
    code = pl.col("service_code").replace(BRIDGED_AS)
    drawn = (turn % 3).replace_strict(dict(enumerate(codes.AMBIGUOUS)), return_dtype=pl.String)
    filed = rows.with_columns(pl.when(from_bridge).then(code).otherwise("service_code").alias("service_code"))
    filed = filed.with_columns(
        pl.when(pl.Series(ambiguous)).then(drawn).otherwise("service_code").alias("service_code")
    )
    known = codes.word(pl.col("service_code"), {code: code for code in SERVICES})
    lost = (turn % 2).replace_strict(dict(enumerate(codes.NO_TARGET)), return_dtype=pl.String)
    return filed.with_columns(
        pl.when(~pl.Series(no_target)).then(codes.word(known, group_of)).alias("service_type"),
        pl.when(pl.Series(no_target))
        .then(pl.concat_list(lost))
        .when(known.is_not_null())
        .then(pl.concat_list(known))
        .otherwise(pl.lit([], dtype=pl.List(pl.String)))
        .alias("service_subtype"),
    )
