"""What Primero holds of each case, in its own codes, with the errors typed into it; its exports print parts of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports import primero_subforms as subforms
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.primero_rates import latest_rates, with_mistyped_rates
from analysis.simulate.exports.primero_services import services
from analysis.simulate.exports.primero_subforms import polars_frame
from analysis.simulate.world import World
from analysis.study import Study

NOT_SYNCED = "19"  # the bridge from OSCaR lacks Stung Treng, so its children never arrive
BIRTH_ERRORS = np.array(["extra_digit", "long_ago", "after_registration"], dtype=object)
UNLISTED_CAUSE = "problem_in_family_88214"
OF_CHILD = (
    *("child_id", "household_id", "sex", "birth_date", "orphan_status", "disability", "birth_registered"),
    *("village_code", "facility_no", "global_id", "mosvy_number"),
)


@dataclass(frozen=True)
class PrimeroCases:
    """One row a case in ``cases``; rows of the subforms carry the ``case_id`` they belong to."""

    cases: pl.DataFrame
    arrangements: pl.DataFrame
    family: pl.DataFrame
    follow_ups: pl.DataFrame
    services: pl.DataFrame

    def of(self, agencies: list[str]) -> "PrimeroCases":
        """Return the part of these agencies."""
        cases = self.cases.filter(pl.col("agency").is_in(agencies))
        subforms_of = (self.arrangements, self.family, self.follow_ups, self.services)
        return PrimeroCases(
            cases, *(rows.join(cases.select("case_id"), on="case_id", how="semi") for rows in subforms_of)
        )


def stored(world: World, faults: Study, rng: np.random.Generator) -> PrimeroCases:
    """Return what Primero holds of ``world``."""
    known = _known(world)
    ids = known.select("case_no", "case_id", "household_id", "orphan_status", "in_oscar", "programme", "accepted_on")
    arrangements = subforms.arrangements(world, ids)
    cases = known.pipe(_coded, rng)
    for facts in (_return(arrangements), _plan(world, ids), latest_rates(world, ids), _center(world, known)):
        cases = cases.join(facts, on="case_id", how="left", maintain_order="left", validate="1:1")
    cases = cases.pipe(_with_family, world).pipe(with_mistyped_rates, faults, rng)
    return PrimeroCases(
        cases=cases.pipe(_with_birth_errors, faults, rng).pipe(_with_errors, faults, rng),
        arrangements=arrangements,
        family=subforms.family(world, ids),
        follow_ups=subforms.follow_ups(world, ids, rng),
        services=services(world, ids, faults, rng),
    )


def _known(world: World) -> pl.DataFrame:
    """Return the cases that stand in Primero, with what is known of their child."""
    cases = polars_frame(world.cases[world.cases["in_primero"].astype(bool)])
    children = polars_frame(world.children[list(OF_CHILD)])
    joined = cases.join(children, on="child_id", how="left", maintain_order="left", validate="m:1")
    is_synced = ~pl.col("in_oscar") | (pl.col("village_code").str.head(2) != NOT_SYNCED)
    named = joined.rename({"case_uuid": "case_id"}).with_columns(short_id=pl.col("case_id").str.tail(7))
    return named.filter(is_synced, pl.col("short_id").is_first_distinct())  # subforms are joined on the short id


def _coded(cases: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the fields of the forms that follow from the case and the child."""
    from_oscar, closed = pl.col("in_oscar"), pl.col("status") == "closed"
    days = (pl.col("referred_on") - pl.col("birth_date")).dt.total_days()
    source_codes = {word: code for code, word in codes.SOURCE_OF_REFERRAL.items()}
    closing_codes = {word: code for code, word in codes.CLOSURE_REASON.items()}
    disabilities = ["mental_disability", "physical_disability", "physical_disability", "both"]
    drawn = pl.Series(np.array(disabilities)[rng.integers(4, size=cases.height)])
    return cases.select(
        *("case_id", "short_id", "agency", "household_id", "facility_no", "village_code", "mosvy_number"),
        pl.int_range(1, pl.len() + 1).alias("number"),
        pl.col("worker_id").alias("owned_by"),
        pl.col("birth_date").alias("date_of_birth"),
        pl.Series("estimated", rng.random(cases.height) < 0.1),
        (days / 365.25).floor().cast(pl.Int64).alias("age"),
        codes.word(pl.col("sex"), codes.SEX).alias("sex"),
        pl.when("disability").then(drawn).alias("disability_type"),
        pl.col("birth_registered").alias("birth_certificate"),
        pl.col("village_code").str.strip_prefix("0").alias("location_current"),
        codes.word(pl.col("referral_source"), source_codes).alias("source_of_referral"),
        pl.col("referred_on").alias("registration_date"),
        pl.col("status").replace_strict({"closed": "closed", "transferred": "transferred"}, default="open"),
        codes.word(pl.col("risk_level"), codes.RISK_LEVEL).alias("risk_level"),
        _ticked("separation_reason", codes.SEPARATION_CAUSE_OF).alias("separation_cause"),
        _ticked("harm_history", {word: code for code, word in codes.HARM.items()}).alias("protection_concerns"),
        pl.when(closed).then("closed_on").alias("date_closure"),
        pl.when(closed)
        .then(pl.col("closure_reason").str.split("|").list.first().replace_strict(closing_codes, default="other"))
        .alias("closure_reason"),
        codes.word(pl.col("consent"), {"yes": "true", "no": "false"}).alias("consent_reporting"),
        pl.when(from_oscar).then("global_id").alias("oscar_number"),
        pl.when(from_oscar).then("slug").alias("oscar_short_id"),
        pl.when(from_oscar)
        .then(pl.when(closed).then(pl.lit("Exited")).otherwise(pl.lit("Active")))
        .alias("oscar_status"),
    )


def _ticked(reasons: str, code_of: dict[str, str]) -> pl.Expr:
    """Return the codes ticked for reasons that stand joined by |."""
    words = pl.col(reasons).str.split("|")
    ticked = words.list.eval(pl.element().replace_strict(code_of, default=None, return_dtype=pl.String).drop_nulls())
    return ticked.list.unique(maintain_order=True).fill_null([])


def _return(arrangements: pl.DataFrame) -> pl.DataFrame:
    """Return the day of the last reunification of each case that has one."""
    returns = arrangements.filter(pl.col("entry_event") == "reunification")
    return returns.group_by("case_id").agg(pl.col("care_arrangement_started_date").max().alias("date_of_reintegration"))


def _plan(world: World, ids: pl.DataFrame) -> pl.DataFrame:
    plans = polars_frame(world.care_plans[["case_no", "plan_on"]]).join(ids, on="case_no")
    return plans.group_by("case_id").agg(pl.col("plan_on").min().alias("date_case_plan"))


def _center(world: World, known: pl.DataFrame) -> pl.DataFrame:
    names = polars_frame(world.facilities[["facility_no", "name_latin"]]).rename({"name_latin": "name_of_center"})
    return known.select("case_id", "facility_no").join(names, on="facility_no", how="left").drop("facility_no")


def _with_family(cases: pl.DataFrame, world: World) -> pl.DataFrame:
    """Add the family's number and size where the case's own agency registered the family."""
    columns = ["household_id", "agency", "family_no", "household_size", "n_children"]
    families = polars_frame(world.case_households[columns])
    joined = cases.join(families, on=["household_id", "agency"], how="left", maintain_order="left", validate="m:1")
    return joined.with_columns(
        pl.format("@{}/{}", "agency", "family_no").alias("family_id"),
        pl.col("household_size").alias("family_size"),
        pl.col("n_children").alias("number_children_in_charge"),
    )


def _with_birth_errors(cases: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Add ``birth_error``: a digit too many, a year of long ago, a birth after registration, or none."""
    has_birth = pl.col("date_of_birth").is_not_null() & pl.col("registration_date").is_not_null()
    flags = struck(rng, cases.select(has_birth).to_series().to_numpy(), faults.impossible_birth)
    error = pl.Series("birth_error", list(np.where(flags, BIRTH_ERRORS[np.cumsum(flags) % 3], None)), dtype=pl.String)
    later = pl.col("registration_date") + pl.duration(days=pl.lit(pl.Series(rng.integers(30, 400, cases.height))))
    birth = (
        pl.when(pl.col("birth_error") == "long_ago")
        .then(pl.date(1800, 6, 25))
        .when(pl.col("birth_error") == "after_registration")
        .then(later)
        .otherwise("date_of_birth")
    )
    return cases.with_columns(error).with_columns(birth.alias("date_of_birth"))


def _with_errors(cases: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Add what workers and the bridge get wrong, each in a share of the cases it can happen to."""

    def hit(may_strike: pl.Expr, share: float) -> pl.Series:
        return pl.Series(struck(rng, cases.select(may_strike).to_series().fill_null(False).to_numpy(), share))

    always, from_oscar = pl.col("case_id").is_not_null(), pl.col("oscar_number").is_not_null()
    closed = pl.col("date_closure").is_not_null()
    concern = pl.Series(np.array(codes.NO_HARM)[rng.integers(len(codes.NO_HARM), size=cases.height)])
    further = pl.when(pl.Series(rng.random(cases.height) < 0.3)).then(pl.concat_list(concern))
    early = pl.col("registration_date") - pl.duration(days=pl.lit(pl.Series(rng.integers(3, 60, cases.height))))
    kind = pl.Series(rng.permutation(cases.height) % 2)
    return cases.with_columns(
        pl.col("protection_concerns").list.concat(further.otherwise(pl.lit([], dtype=pl.List(pl.String)))),
        pl.when(hit(from_oscar, faults.artificial_risk))
        .then(pl.lit("no_action"))
        .otherwise("risk_level")
        .alias("risk_level"),
        pl.when(hit(from_oscar, faults.artificial_age)).then(0).otherwise("age").alias("age"),
        pl.when(hit(always, faults.unlisted_cause))
        .then(pl.lit([UNLISTED_CAUSE]))
        .otherwise("separation_cause")
        .alias("separation_cause"),
        pl.when(hit(closed, faults.closed_before_registration))
        .then(early)
        .when(hit(closed, faults.future_closure))
        .then(pl.col("date_closure").dt.offset_by("180y"))
        .otherwise("date_closure")
        .alias("date_closure"),
        hit(always, faults.double_encoded).alias("is_double_encoded"),
        hit(always, faults.for_testing).alias("for_testing"),
        (hit(always, faults.for_testing) & (kind == 0)).alias("is_named_test"),
    )
