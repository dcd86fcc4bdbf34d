"""What OSCaR's API sends to other systems: one record a client, with its enrolments and the referrals to services.

A client of Stung Treng never has a referral: the map of provinces between the systems lacks it (T22).
"""

import json
from pathlib import Path

import numpy as np
import polars as pl

from analysis.simulate import draws
from analysis.simulate.exports import oscar_people, oscar_streams, private
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_services import AMBIGUOUS, SERVICES, WITHOUT_TARGET
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, rows_where
from analysis.simulate.exports.oscar_stored import Stored
from analysis.simulate.exports.oscar_words import STATUS, iso, words
from analysis.study import Study

STUNG_TRENG = "19"
STATUS_OF_DECISION = {"accepted": ("Accepted", "Accetped", "Active"), "rejected": ("Rejected", "Exited")} | {
    "pending": ("Referred",)
}
FIRST_REFERRAL = 10_001
OF_REFERRAL = ("referral_id", "referral_status")
RECORD = (  # the keys of a record, in its order
    *("slug", "global_id", "external_id", "external_id_display", "mosvy_number", "given_name", "family_name"),
    *("local_given_name", "local_family_name", "gender", "date_of_birth", "location_current_village_code"),
    *("address_current_village_code", "organization_name", "organization_address_code", "status"),
    *("case_worker_name", "case_worker_mobile", "is_referred", "referral_consent_form", "level_of_risk"),
    *("reason_for_referral", "services"),
)


def record_sheet(stored: Stored, faults: Study, rng: np.random.Generator) -> PrintedSheet:
    """Return the records as a nameless sheet of one column a key; row is the number of the record from 1."""
    referrals = _referrals(stored, faults, rng)
    known = oscar_people.known_of(stored).with_row_index("order")
    known = known.join(_services(stored, referrals, rng), on="slug", how="left", maintain_order="left")
    records = _records(known)
    anyone = np.ones(records.height, dtype=bool)
    repeated = records.filter(pl.Series(struck(rng, anyone, faults.repeated_client)))
    nameless = records.filter(pl.Series(struck(rng, anyone, faults.record_without_id)))
    nameless = nameless.with_columns(slug=pl.lit(None, dtype=pl.String))
    cells = pl.concat([records, repeated, nameless]).with_columns(row=pl.int_range(1, pl.len() + 1))
    first = known.with_columns(row=pl.int_range(1, pl.len() + 1))
    n_repeated = records.height + repeated.height
    read = referrals.join(first.select("slug", "row"), on="slug", maintain_order="left")
    typed = pl.col("birth_fault").is_in(["five_digits", "before_1900"])
    planted = [
        Fault("T16", "unknown", "case_records", "birth_date", rows_where(first, typed.fill_null(False))),
        Fault("T22", "kept", "referrals", "", n=read.height and 1),
        Fault("T23", "unknown", "referrals", "service_code", _once(read, AMBIGUOUS)),
        Fault("T24", "unknown", "referrals", "service_code", _once(read, WITHOUT_TARGET)),
        Fault("T31", "undone", "case_records", "global_id", n=_n_in_several(stored)),
        Fault("duplicate_row", "rejected", "case_records", "", list(range(records.height + 1, n_repeated + 1))),
        Fault("no_id", "rejected", "case_records", "", list(range(n_repeated + 1, cells.height + 1))),
    ]
    tables = {"case_records": _case_records(first, stored), "referrals": _as_read(read)}
    return PrintedSheet("", RECORD, cells.select(RECORD), tables, planted)


def write_records(file: Path, sheet: PrintedSheet) -> None:
    """Write the records of ``sheet`` as JSON: a list under ``data``, one record a line."""
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in sheet.cells.iter_rows(named=True))
    file.write_text('{"data": [\n' + lines + "\n]}\n", encoding="utf-8")


def _referrals(stored: Stored, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return the referrals that reach the API, with the names and answers it prints."""
    place = stored.clients.select("slug", "province_code", "risk_level")
    rows = stored.referrals.join(place, on="slug", maintain_order="left")
    rows = rows.filter(pl.col("province_code") != STUNG_TRENG)
    names = {code: name for code, (_, name) in SERVICES.items()}
    untold = pl.Series(struck(rng, np.ones(rows.height, dtype=bool), faults.service_without_target))
    spelling = pl.Series(rng.integers(0, 6, rows.height))
    printed = [
        pl.when((pl.col("decision") == decision) & (spelling % len(spellings) == i)).then(pl.lit(text))
        for decision, spellings in STATUS_OF_DECISION.items()
        for i, text in enumerate(spellings)
    ]
    return rows.with_columns(
        service=pl.coalesce(
            oscar_streams.without_target(pl.lit(untold)), pl.col("service_code").replace_strict(names, default=None)
        ),
        referral_status=pl.coalesce(printed),
        referral_id=pl.int_range(FIRST_REFERRAL, pl.len() + FIRST_REFERRAL),
    )


def _services(stored: Stored, referrals: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return each client's services as a list: enrolments first, then referrals."""
    enrolled = stored.streams.select(
        *("slug", "service"),
        enrollment_date=iso(pl.col("start_on")),
        referral_id=pl.lit(None, dtype=pl.Int64),
        referral_status=pl.lit(None, dtype=pl.String),
    )
    asked = referrals.select("slug", "service", pl.lit(None, dtype=pl.String).alias("enrollment_date"), *OF_REFERRAL)
    names = sorted({name for _, name in SERVICES.values()} | set(WITHOUT_TARGET))
    ids = dict(zip(names, draws.uuids(rng, len(names)), strict=True))
    every = pl.concat([enrolled, asked]).with_columns(
        uuid=pl.col("service").replace_strict(ids, return_dtype=pl.String)
    )
    one = pl.struct("uuid", pl.col("service").alias("name"), "enrollment_date", *OF_REFERRAL)
    return every.group_by("slug", maintain_order=True).agg(
        services=one, is_referred=pl.col("referral_id").is_not_null().any()
    )


def _records(known: pl.DataFrame) -> pl.DataFrame:
    number = known["child_id"].to_list()
    marked = {
        "given_name": private.latin("given", number),
        "family_name": private.latin("family", number),
        "local_given_name": private.khmer("នាម", number),
        "local_family_name": private.khmer("ត្រកូល", number),
        "case_worker_name": private.latin("worker", (n % 60 for n in number)),
        "case_worker_mobile": private.phones(number),
        "reason_for_referral": private.notes(number),
    }
    gender = {"female": "female", "male": "male", "other": "lgbt", "unknown": "prefer_not_to_say"}
    typed = {kind: text[2] for kind, text in oscar_people.TYPED_BIRTHS.items()}
    has_address = pl.col("child_id") % 5 > 0
    return known.with_columns(pl.Series(name, texts) for name, texts in marked.items()).select(
        *("slug", "global_id", *marked, "mosvy_number"),
        external_id="case_uuid",
        external_id_display=pl.col("case_uuid").str.slice(29, 7),
        gender=pl.col("sex").replace_strict(gender),
        date_of_birth=pl.coalesce(
            pl.col("birth_fault").replace_strict(typed, default=None), iso(pl.col("stored_birth_date"))
        ),
        location_current_village_code=pl.when(~has_address).then("village_code"),
        address_current_village_code=pl.when(has_address).then("village_code"),
        organization_name="agency",
        organization_address_code=pl.col("province_code"),
        status=words(pl.col("status"), STATUS),
        is_referred=pl.col("is_referred").fill_null(False),
        referral_consent_form=pl.lit([], dtype=pl.List(pl.String)),
        level_of_risk=pl.col("risk_level").replace({"no_action": "no action", "unknown": None}),
        services=pl.col("services").fill_null([]),
    )


def _case_records(first: pl.DataFrame, stored: Stored) -> pl.DataFrame:
    """Return what a record tells of its client; it tells no day, so a birth after the referral looks right in it."""
    is_seen = pl.col("birth_fault").is_null() | (pl.col("birth_fault") == "after_referral")
    birth = pl.col("stored_birth_date")
    on_new_year = (birth.dt.month() == 1) & (birth.dt.day() == 1)
    seen = pl.when(on_new_year).then(pl.lit("year_only")).otherwise(pl.lit("exact"))
    enrolled = first.select("slug").join(
        oscar_people.programme(stored.streams), on="slug", how="left", maintain_order="left"
    )
    return first.with_columns(programme=enrolled["programme"].fill_null("unknown")).select(
        *("row", "case_ref", "slug", "global_id", "case_uuid", "mosvy_number", "agency", "sex", "programme"),
        *("province_code", "status", "risk_level"),
        birth_date=pl.when(is_seen).then(birth),
        dob_quality=pl.when(is_seen).then(seen).otherwise(pl.lit("implausible")),
    )


def _as_read(referrals: pl.DataFrame) -> pl.DataFrame:
    number = pl.int_range(1, pl.len() + 1).over("slug")
    return referrals.select(
        *("row", "risk_level"),
        case_ref="slug:" + pl.col("slug"),
        referral_ref=pl.format("slug:{}/referral/{}", "slug", number),
        decision=pl.col("decision").fill_null("unknown"),
        **oscar_streams.service_columns(pl.col("service")),
    )


def _once(referrals: pl.DataFrame, names: tuple[str, ...]) -> list[int]:
    """Return the records that hold a service of these names, each once."""
    return referrals.filter(pl.col("service").is_in(names))["row"].unique(maintain_order=True).to_list()


def _n_in_several(stored: Stored) -> int:
    """Return how many children are clients of several agencies."""
    return stored.clients.group_by("global_id").len().filter(pl.col("len") > 1).height
