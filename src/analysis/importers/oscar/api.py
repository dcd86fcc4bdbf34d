"""The API: a record is a client as it stands now, with the services it is enrolled in or was referred for."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from analysis.importers import as_read, codes, json_reading, services, values
from analysis.importers.findings import Findings
from analysis.importers.oscar import births, clients
from analysis.importers.oscar.programmes import programmes
from analysis.importers.oscar.sheets import SYSTEM

KEYS = (
    *("slug", "global_id", "external_id", "mosvy_number", "gender", "date_of_birth", "status", "level_of_risk"),
    *("location_current_village_code", "address_current_village_code"),
)
SERVICES = ("name", "referral_id", "referral_status")
KNOWN = (*KEYS, *(f"services.{key}" for key in SERVICES))
SIGNS = {"slug", "global_id", "external_id", "is_referred", "organization_name", "location_current_village_code"}
NOT_SYNCED = "19"  # Stung Treng is missing from the bridge's table of provinces, so its referrals never arrive (T22)
N_DIGITS_OF_A_PROVINCE = 2


def likeness(keys: Collection[str]) -> float:
    """Return how sure it is that records with these keys come from the API, from 0 to 1."""
    return len(SIGNS.intersection(keys)) / len(SIGNS)


def tables(file: Path, findings: Findings) -> dict[str, pl.DataFrame]:
    """Return case records and referrals of an answer of the API."""
    records = json_reading.json_records(file, KNOWN)
    people = _kept(_people(records), findings)
    ids = people.select("row", "id", "risk_level")
    offered = _services(records).join(ids, on="row", how="inner", maintain_order="left")
    return {
        "case_records": as_read.filled(_case_records(people, offered, findings), "case_records"),
        "referrals": as_read.filled(_referrals(people, offered, findings), "referrals"),
    }


def _people(records: list[dict[str, Any]]) -> pl.DataFrame:
    """Return one row a record, as text, without its services."""
    told = {key: [_text(record[key]) for record in records] for key in KEYS}
    people = pl.DataFrame(told, schema=dict.fromkeys(KEYS, pl.String)).with_row_index("row", 1)
    named = people.rename({"slug": "id", "external_id": "case_uuid", "date_of_birth": "birth_date"})
    return named.select(pl.lit("").alias("sheet"), pl.col("row").cast(pl.Int64), pl.exclude("row")).with_columns(
        values.canonical(pl.col("level_of_risk"), "risk_level", SYSTEM).alias("risk_level"),
        pl.lit(None, pl.Date).alias("referred_on"),
    )


def _services(records: list[dict[str, Any]]) -> pl.DataFrame:
    """Return one row a service of a record, in the order of the file."""
    lines = [
        (row, *(_text(service[key]) for key in SERVICES))
        for row, record in enumerate(records, start=1)
        for service in _listed(record["services"])
    ]
    schema = {"row": pl.Int64, **dict.fromkeys(SERVICES, pl.String)}
    return pl.DataFrame(lines, schema=schema, orient="row").select(pl.lit("").alias("sheet"), pl.all())


def _kept(people: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the records with an id, each client once; report the others."""
    reason = (
        pl.when(pl.col("id").is_null()).then(pl.lit("no_id"))
        .when(~pl.col("id").is_first_distinct()).then(pl.lit("duplicate_row"))
    )  # fmt: skip
    judged = people.with_columns(reason.alias("reason"))
    for name in ("no_id", "duplicate_row"):
        findings.rows(judged, pl.col("reason") == name, table=clients.TABLE, check=name, action="rejected")
    kept = judged.filter(pl.col("reason").is_null()).drop("reason")
    findings.sheet("", table=clients.TABLE, rows_in=people.height, rows_out=kept.height)
    return kept


def _case_records(people: pl.DataFrame, offered: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    for column, name in {"gender": "sex", "status": "status", "level_of_risk": "risk_level"}.items():
        values.note_unlisted(people, column, name, SYSTEM, findings, clients.TABLE)
    enrolled = offered.filter(pl.col("referral_id").is_null())
    listed = enrolled.select("row", pl.concat_list("name").alias("services"))
    told = people.join(programmes(listed, "row"), on="row", how="left", maintain_order="left")
    return pl.concat(
        [
            clients.identity(told),
            told.select(
                *("global_id", "case_uuid", "mosvy_number", "risk_level", pl.col("programme").fill_null("unknown")),
                values.canonical(pl.col("gender"), "sex", SYSTEM).alias("sex"),
                values.canonical(pl.col("status"), "status", SYSTEM).alias("status"),
                _province(told, findings),
            ),
            births.births(told, findings, clients.TABLE),
        ],
        how="horizontal",
    )


def _province(people: pl.DataFrame, findings: Findings) -> pl.Series:
    """Return the province of the village; a code that lost its leading zero is repaired (T21)."""
    code = pl.coalesce("address_current_village_code", "location_current_village_code")
    n_short = people.select((code.str.len_chars() % 2 == 1).sum()).item()
    findings.whole("", table=clients.TABLE, check="T21", column="province_code", n=n_short)
    return people.select(codes.location(code, N_DIGITS_OF_A_PROVINCE).alias("province_code")).to_series()


def _referrals(people: pl.DataFrame, offered: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the services that were referred, numbered by client; an enrolment is none and stands with the streams."""
    referred = offered.drop_nulls("referral_id").with_columns(failed=services.failed_check(pl.col("name"), SYSTEM))
    values.note_unlisted(referred, "referral_status", "decision", SYSTEM, findings, "referrals")
    for check in referred["failed"].drop_nulls().unique().sort():
        failing = referred.filter(pl.col("failed") == check).unique("row", maintain_order=True)
        findings.rows(failing, pl.lit(True), table="referrals", check=check, action="unknown", column="service_code")
    _report_gap(people, referred, findings)
    number = pl.int_range(1, pl.len() + 1).over("id")
    return referred.select(
        "sheet",
        "row",
        pl.format("slug:{}", "id").alias("case_ref"),
        pl.format("slug:{}/referral/{}", "id", number).alias("referral_ref"),
        services.group(pl.col("name"), SYSTEM).alias("service_group"),
        services.code(pl.col("name"), SYSTEM).alias("service_code"),
        values.canonical(pl.col("referral_status"), "decision", SYSTEM).alias("decision"),
        "risk_level",
    )


def _report_gap(people: pl.DataFrame, referred: pl.DataFrame, findings: Findings) -> None:
    """Report that no referral comes from the province the bridge does not know: a gap, not a low need."""
    code = pl.coalesce("address_current_village_code", "location_current_village_code")
    there = people.filter(codes.location(code, N_DIGITS_OF_A_PROVINCE) == NOT_SYNCED)["row"]
    is_gap = referred.height > 0 and not referred["row"].is_in(there.implode()).any()
    findings.whole("", table="referrals", check="T22", action="kept", n=int(is_gap))


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """Return a scalar as text, missing for an empty one and for anything else."""
    if value is None or isinstance(value, list | dict):
        return None
    return str(value).strip() or None
