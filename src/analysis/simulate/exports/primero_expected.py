"""The rows as read that a perfect reader finds in one file of Primero cases."""

import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports import primero_expected_contacts as contacts
from analysis.simulate.exports import primero_expected_homes as homes
from analysis.simulate.exports.primero_expected_contacts import REFERRALS
from analysis.simulate.exports.primero_expected_spells import placements
from analysis.simulate.exports.primero_file import PrimeroFile
from analysis.simulate.exports.primero_rates import RATES

LATEST = pl.date(2026, 12, 31)  # no export can hold a later day
PROGRAMMES = {  # in the order in which one of several is taken
    "family_based_care_family_reunification": "reintegration",
    "anti_trafficking_community_reintegration": "reintegration",
    "family_based_care_kinship": "kinship",
    "family_based_care_emergency_foster": "emergency",
    "family_based_care_longterm_foster": "foster",
    "family_based_care_domestic_adoption": "adoption",
    "family_based_care_independent_living": "independent_living",
    "family_based_care_family_preservation": "prevention",
}
ORPHANS = {"true true": "both_alive", "true false": "mother_alive_only"} | {
    "false true": "father_alive_only",
    "false false": "double_orphan",
}
HARMS = {"caafag": "exploitation"} | codes.HARM


def tables(file: PrimeroFile) -> dict[str, pl.DataFrame]:
    """Return the expected rows by table as read."""
    services = contacts.services(file)
    found = {
        "case_records": _case_records(file, services),
        "placements": placements(file),
        "assessments": pl.concat([homes.assessments(file.accepted, instrument) for instrument in RATES]),
        "households": homes.households(file),
    }
    if file.has_subforms:
        found |= {
            "follow_ups": contacts.follow_ups(file),
            "support": contacts.support(services),
            "referrals": contacts.referrals(services),
        }
        found |= {"household_members": homes.members(file)}
    return found


def is_closed_in_future() -> pl.Expr:
    """Return where a closure lies after any day an export can hold."""
    return pl.col("date_closure") > LATEST


def _case_records(file: PrimeroFile, services: pl.DataFrame) -> pl.DataFrame:
    from_oscar, closed = pl.col("oscar_number").is_not_null(), pl.col("status") == "closed"
    is_new_year = (pl.col("date_of_birth").dt.month() == 1) & (pl.col("date_of_birth").dt.day() == 1)
    closed_on = pl.when(~is_closed_in_future()).then("date_closure")
    cases = _with_orphans_and_programme(file, services)
    return cases.select(
        *("sheet", "row"),
        pl.format("case_id:{}", "key").alias("case_ref"),
        pl.lit(1).alias("episode"),
        *(pl.col("oscar_short_id").alias("slug"), pl.col("oscar_number").alias("global_id")),
        *(pl.col("key").alias("case_uuid"), "mosvy_number", "agency", pl.col("owned_by").alias("worker")),
        pl.format("primero_family:{}", "family_id").alias("household_ref"),
        pl.when(pl.col("birth_error").is_null()).then("date_of_birth").alias("birth_date"),
        pl.when(~(from_oscar & (pl.col("age") == 0))).then("age").alias("age_recorded"),
        pl.col("sex").fill_null("unknown"),
        pl.when(pl.col("date_of_birth").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("birth_error").is_not_null())
        .then(pl.lit("implausible"))
        .when("estimated")
        .then(pl.lit("estimated"))
        .when(is_new_year)
        .then(pl.lit("year_only"))
        .otherwise(pl.lit("exact"))
        .alias("dob_quality"),
        *("orphan_status", "programme"),
        pl.col("disability_type").is_not_null().replace({False: None}).alias("disability"),
        pl.col("birth_certificate").alias("birth_registered"),
        codes.word(pl.col("source_of_referral"), codes.SOURCE_OF_REFERRAL)
        .fill_null("unknown")
        .alias("referral_source"),
        pl.col("registration_date").alias("referred_on"),
        pl.col("village_code").str.head(2).alias("province_code"),
        codes.word(pl.col("status"), codes.STATUS).fill_null("unknown").alias("status"),
        pl.when(from_oscar & (pl.col("risk_level") == "no_action"))
        .then(None)
        .otherwise("risk_level")
        .fill_null("unknown")
        .alias("risk_level"),
        _words("separation_cause", codes.SEPARATION_CAUSE).alias("separation_reason"),
        _words("protection_concerns", HARMS).alias("harm_history"),
        closed_on.alias("closed_on"),
        pl.when(closed).then(pl.lit("unknown")).alias("closure_circumstance"),
        pl.when(closed)
        .then(codes.word(pl.col("closure_reason"), codes.CLOSURE_REASON).fill_null("unknown"))
        .alias("closure_reason"),
        pl.col("consent_reporting")
        .replace_strict({"true": "yes", "false": "no"}, default="unknown")
        .alias("use_allowed"),
    )


def _with_orphans_and_programme(file: PrimeroFile, services: pl.DataFrame) -> pl.DataFrame:
    if not file.has_subforms:
        unread = (pl.lit(None, dtype=pl.String).alias(name) for name in ("orphan_status", "programme"))
        return file.accepted.with_columns(*unread)
    parents = file.rows_of("family").with_columns(codes.word(pl.col("relation_is_alive"), codes.ALIVE).alias("lives"))
    alive = parents.group_by("key").agg(
        pl.col("lives").filter(pl.col("relation") == parent).max().alias(parent) for parent in ("mother", "father")
    )
    pair = pl.concat_str(pl.col("mother", "father").cast(pl.String), separator=" ")
    status = alive.select(
        "key", pair.replace_strict(ORPHANS, default="unknown").fill_null("unknown").alias("orphan_status")
    )
    order = list(dict.fromkeys(PROGRAMMES.values()))
    given = services.filter(~pl.col("service_response_type").is_in(REFERRALS)).explode("service_subtype")
    given = given.drop_nulls("service_subtype").with_columns(
        pl.col("service_subtype").replace_strict(PROGRAMMES, default="other").alias("programme")
    )
    rank = pl.col("programme").replace_strict(
        {word: i for i, word in enumerate([*order, "other"])}, return_dtype=pl.Int64
    )
    first = (
        given.sort(rank, maintain_order=True)
        .unique("key", keep="first", maintain_order=True)
        .select("key", "programme")
    )
    joined = file.accepted.join(status, on="key", how="left", maintain_order="left")
    return joined.join(first, on="key", how="left", maintain_order="left").with_columns(
        pl.col("orphan_status", "programme").fill_null("unknown")
    )


def _words(column: str, words: dict[str, str]) -> pl.Expr:
    """Return our words of a list of codes, each once, sorted and joined by |."""
    known = pl.col(column).list.eval(
        pl.element().replace_strict(words, default=None, return_dtype=pl.String).drop_nulls()
    )
    joined = known.list.unique().list.sort().list.join("|")
    return pl.when(joined.str.len_chars() > 0).then(joined).otherwise(pl.lit("unknown"))
