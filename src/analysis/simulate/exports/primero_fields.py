"""The machine names of Primero's fields in the order of its forms; personal ones are filled with marked content."""

import polars as pl

from analysis.simulate.exports import private
from analysis.simulate.exports.primero_rates import RATES

SCORES = tuple(f"{domain}_rate" for domains in RATES.values() for domain in domains)
FIELDS = {  # by form
    "Record Information": (
        *("case_id", "case_id_display", "short_id", "status", "registration_date", "owned_by", "owned_by_agency"),
        *("module_id", "created_at", "oscar_number", "oscar_short_id", "oscar_status", "mosvy_number"),
        *("risk_level", "source_of_referral", "for_testing"),
    ),
    "Basic Identity": (
        *("name", "name_first", "name_last", "name_nickname", "sex", "age", "date_of_birth", "estimated"),
        *("disability_type", "birth_certificate", "location_current", "address_current", "telephone_current"),
        *("gps_current", "protection_concerns", "separation_cause", "family_id", "family_size"),
        *("number_children_in_charge", "name_caregiver", "family_notes"),
    ),
    "Consent": ("consent_for_services", "consent_reporting", "disclosure_other_orgs"),
    "Child and Family Assessment": ("assessment_requested_on", *SCORES, "physical_health_rate_comments"),
    "Case Plan": ("date_case_plan",),
    "Closure": (
        *("date_closure", "closure_reason", "closure_reason_other", "oscar_reason_for_exiting"),
        *("name_of_center_that_reintegrated_the_child", "date_of_reintegration", "notes_section"),
    ),
}
EXIT_REASONS = ("Client refused service", "Client does not require / no longer requires support", "Other")


def with_all_fields(cases: pl.DataFrame) -> pl.DataFrame:
    """Add what every record carries beside its facts: constants of the bridge and marked personal content."""
    numbers = cases["number"].to_list()
    given = pl.Series(private.latin("given", numbers))
    named_test = pl.when("is_named_test").then(pl.format("Test {}", given)).otherwise(given)
    personal = {
        "name_last": private.latin("family", numbers),
        "name_nickname": private.khmer("ឈ្មោះ", numbers),
        "address_current": private.latin("address", numbers),
        "telephone_current": private.phones(numbers),
        "gps_current": private.latin("gps", numbers),
        "name_caregiver": private.khmer("អ្នកថែទាំ", numbers),
        "family_notes": private.notes(numbers),
        "physical_health_rate_comments": private.notes(numbers),
        "closure_reason_other": private.latin("reason", numbers),
        "notes_section": private.notes(numbers),
    }
    exits = pl.Series([EXIT_REASONS[number % len(EXIT_REASONS)] for number in numbers], dtype=pl.String)
    named = cases.with_columns(
        named_test.alias("name_first"), *(pl.Series(k, v, dtype=pl.String) for k, v in personal.items())
    )
    return named.with_columns(
        pl.concat_str("name_first", "name_last", separator=" ").alias("name"),
        pl.col("short_id").alias("case_id_display"),
        pl.lit("primeromodule-cp").alias("module_id"),
        pl.col("registration_date").alias("created_at"),
        pl.col("name_of_center").alias("name_of_center_that_reintegrated_the_child"),
        pl.when(pl.col("oscar_status") == "Exited").then(exits).alias("oscar_reason_for_exiting"),
        pl.when(pl.col("oscar_number").is_not_null()).then(True).alias("consent_for_services"),
        pl.when(pl.col("oscar_number").is_not_null()).then(True).alias("disclosure_other_orgs"),
        pl.format("agency-{}", "agency").alias("owned_by_agency"),
    )


def with_personal(rows: pl.DataFrame, frame: str) -> pl.DataFrame:
    """Add the personal fields of a subform, by the name of its frame."""
    numbers = range(1, rows.height + 1)
    of_frame = {
        "arrangements": {
            "name_caregiver": private.latin("carer", numbers),
            "telephone_caregiver": private.phones(numbers),
        },
        "family": {"relation_name": private.khmer("សាច់ញាតិ", numbers), "relation_telephone": private.phones(numbers)},
        "follow_ups": {"progress_notes": private.notes(numbers)},
        "services": {"referral_notes_from_oscar_2e787b8": private.notes(numbers)},
    }
    return rows.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in of_frame[frame].items())


def birth_text(date: pl.Expr, date_format: str) -> pl.Expr:
    """Return a birth date as typed: in a few a digit stands before the year."""
    text = date.dt.strftime(date_format)
    return pl.when(pl.col("birth_error") == "extra_digit").then(text.str.replace(r"(\d{4})", "2${1}")).otherwise(text)


def double_encoded(concerns: pl.Expr) -> pl.Expr:
    """Return lists of codes as they look after a second encoding: an empty list and a list within, both as text."""
    nested = pl.concat_list(pl.lit("[]"), pl.format('["{}"]', concerns.list.last()))
    again = concerns.list.head(concerns.list.len() - 1).list.concat(nested)
    return pl.when(pl.col("is_double_encoded") & (concerns.list.len() > 0)).then(again).otherwise(concerns)
