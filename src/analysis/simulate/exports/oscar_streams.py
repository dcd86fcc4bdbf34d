"""The donor workbook's sheet of programme streams: one row an enrolment. Stays are placements, the others services."""

import numpy as np
import polars as pl

from analysis.simulate.exports import oscar_donor, oscar_people
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_services import (
    AMBIGUOUS,
    CARE_OF_SERVICE,
    PROGRAMME_OF_SERVICE,
    REUNIFICATION,
    SERVICES,
    WITHOUT_TARGET,
)
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, rows_where, with_rows
from analysis.simulate.exports.oscar_stored import Stored
from analysis.simulate.exports.oscar_words import dates
from analysis.study import Study

HEADER = ("Client ID", "NGO Name", "CPS Name", "CPS erollment date", "Service types", "CPS exited date")
FIRST_STRANGER = 95_000  # no agency has so many clients
CODE_OF = {name: (group, code) for code, (group, name) in SERVICES.items() if name not in AMBIGUOUS}


def sheet(stored: Stored, faults: Study, rng: np.random.Generator) -> tuple[PrintedSheet, pl.DataFrame]:
    """Return the sheet, and slug and programme of each client as its rows tell them."""
    rows = with_rows(_with_hits(stored.streams, faults, rng))
    kept = rows.filter(~pl.col("hit_no_id") & ~pl.col("hit_stranger"))
    is_stay, is_late = pl.col("service").is_in(list(CARE_OF_SERVICE)), pl.col("end_on") < pl.col("start_on")
    planted = [
        *(
            Fault(check, "rejected", table, "", rows_where(rows, pl.col(hit) & of_table))
            for check, hit in (("no_id", "hit_no_id"), ("orphan_row", "hit_stranger"))
            for table, of_table in (("placements", is_stay), ("support", ~is_stay))
        ),
        Fault("T23", "unknown", "support", "service_code", rows_where(kept, pl.col("service").is_in(AMBIGUOUS))),
        Fault("T24", "unknown", "support", "service_code", rows_where(kept, pl.col("service").is_in(WITHOUT_TARGET))),
        Fault("date_order", "kept", "placements", "end_on", rows_where(kept, is_stay & is_late)),
        Fault("date_order", "kept", "support", "end_on", rows_where(kept, ~is_stay & is_late)),
    ]
    tables = {"placements": _placements(kept.filter(is_stay)), "support": _support(kept.filter(~is_stay))}
    printed = PrintedSheet("Clients' Program Stream", HEADER, _cells(rows), tables, planted)
    return printed, oscar_people.programme(kept)


def service_columns(name: pl.Expr) -> dict[str, pl.Expr]:
    """Return group and code of the services of these names; unknown where there is none or more than one."""
    parts = ({name: found[i] for name, found in CODE_OF.items()} for i in (0, 1))
    return {
        column: name.replace_strict(part, default="unknown")
        for column, part in zip(("service_group", "service_code"), parts, strict=True)
    }


def without_target(flag: pl.Expr) -> pl.Expr:
    """Return, where ``flag`` holds, a service name that has no code of ours."""
    even = pl.int_range(pl.len()) % 2 == 0
    return pl.when(flag).then(pl.when(even).then(pl.lit(WITHOUT_TARGET[0])).otherwise(pl.lit(WITHOUT_TARGET[1])))


def _with_hits(streams: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Add the mishaps: no client, a client of nobody, a service without a code, an end before its start."""
    free = np.ones(streams.height, dtype=bool)
    flags = {}
    for name, share in (("hit_no_id", faults.stream_without_id), ("hit_stranger", faults.stream_of_stranger)):
        flags[name] = struck(rng, free, share)
        free &= ~flags[name]
    is_plain = ~streams["service"].is_in(list(PROGRAMME_OF_SERVICE) + list(CARE_OF_SERVICE)).to_numpy()
    untold = struck(rng, free & is_plain, faults.service_without_target)
    early = struck(rng, free & streams["end_on"].is_not_null().to_numpy(), faults.end_before_start)
    return streams.with_columns(
        **{name: pl.Series(flag) for name, flag in flags.items()},
        service=pl.coalesce(without_target(pl.lit(pl.Series(untold))), "service"),
        end_on=pl.when(pl.Series(early)).then(pl.col("start_on").dt.offset_by("-9d")).otherwise("end_on"),
    )


def _cells(rows: pl.DataFrame) -> pl.DataFrame:
    stranger = pl.format("{}-{}", "agency", pl.int_range(FIRST_STRANGER, pl.len() + FIRST_STRANGER))
    return rows.select(
        pl.when(pl.col("hit_stranger")).then(stranger).when(~pl.col("hit_no_id")).then("slug").alias("id"),
        oscar_donor.ngo_name().alias("ngo"),
        pl.col("service").alias("stream"),
        dates(pl.col("start_on")).alias("enrolled"),
        "service",
        dates(pl.col("end_on")).alias("exited"),
    )


def _numbered(rows: pl.DataFrame, word: str) -> pl.DataFrame:
    """Return ``rows`` with case and number, counted by start within a client."""
    in_time = rows.sort("slug", "start_on", "row", nulls_last=True)
    number = pl.int_range(1, pl.len() + 1).over("slug")
    return in_time.with_columns(
        case_ref="slug:" + pl.col("slug"), ref=pl.format("slug:{}/{}/{}", "slug", pl.lit(word), number)
    ).sort("row")


def _placements(stays: pl.DataFrame) -> pl.DataFrame:
    is_home = pl.col("service") == REUNIFICATION
    return _numbered(stays, "spell").select(
        *("row", "case_ref", "start_on", "end_on"),
        placement_ref="ref",
        care_type=pl.col("service").replace_strict(CARE_OF_SERVICE, return_dtype=pl.String),
        entry_event=pl.when(is_home).then(pl.lit("reunification")).otherwise(pl.lit("placement")),
    )


def _support(services: pl.DataFrame) -> pl.DataFrame:
    return _numbered(services, "service").select(
        *("row", "case_ref", "start_on", "end_on"), support_ref="ref", **service_columns(pl.col("service"))
    )
