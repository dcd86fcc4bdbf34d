"""Programme streams: a line is an enrolment. Streams of care are placements, all others support."""

import polars as pl

from analysis.importers import as_read, dated, services
from analysis.importers.findings import Findings
from analysis.importers.oscar import episodes, rejected
from analysis.importers.oscar.case_notes import numbered
from analysis.importers.oscar.programmes import programmes as programmes_of
from analysis.importers.oscar.sheets import Sheet

CARE_TYPES = {  # by the code of the service; into which family a child was reunified is not told
    "family_based_care_family_reunification": "unknown",
    "family_based_care_kinship": "kinship",
    "family_based_care_emergency_foster": "foster_emergency",
    "family_based_care_longterm_foster": "foster_long",
    "family_based_care_domestic_adoption": "adoption",
    "family_based_care_independent_living": "independent",
    "residential_care_gov_only_other": "rci",
}
REUNIFICATION = "family_based_care_family_reunification"


def programmes(sheets: list[Sheet]) -> pl.DataFrame:
    """Return ``id`` and ``programme`` of each client who is or was in a stream."""
    none = pl.DataFrame(schema=dict.fromkeys(("id", "service"), pl.String))
    enrolled = pl.concat([none, *(sheet.rows.select("id", "service") for sheet in sheets)])
    names = services.names("oscar")
    return programmes_of(enrolled.select("id", services=episodes.tokens("service", names)).drop_nulls("id"), "id")


def enrolments(sheet: Sheet, clients: pl.Series, findings: Findings) -> pl.DataFrame:
    """Return one row a service of an enrolment, with its code and days, and account for the lines of the sheet.

    A line counts for placements if one of its services is care, else for support.
    """
    names = services.names("oscar")
    listed = sheet.rows.with_columns(episodes.tokens("service", names).alias("services"))
    cared = listed.select("row", "services").explode("services").filter(_is_care(pl.col("services")))
    is_care = listed["row"].is_in(cared["row"].implode())
    parts = {"placements": listed.filter(is_care), "support": listed.filter(~is_care)}
    told = [_dated(_with_rows(sheet, rows), table, clients, findings) for table, rows in parts.items()]
    return pl.concat(told).sort("row").explode("services", keep_nulls=True).rename({"services": "service"})


def placements(enrolled: pl.DataFrame) -> pl.DataFrame:
    """Return the streams of care as placements, numbered within each case."""
    code = services.code(pl.col("service"), "oscar")
    spells = enrolled.filter(_is_care(pl.col("service")).fill_null(False)).with_columns(
        care_type=code.replace_strict(CARE_TYPES, default=None, return_dtype=pl.String),
        entry_event=pl.when(code == REUNIFICATION).then(pl.lit("reunification")).otherwise(pl.lit("placement")),
    )
    return as_read.filled(numbered(spells.drop("service"), "spell", "placement_ref", "start_on"), "placements")


def support(enrolled: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return all other streams as services; a name without one code is unknown, and reported."""
    given = enrolled.filter(~_is_care(pl.col("service")).fill_null(False))
    failed = given.select("sheet", "row", check=services.failed_check(pl.col("service"), "oscar")).drop_nulls().unique()
    for check in failed["check"].unique().sort():
        failing = failed.filter(pl.col("check") == check).sort("row")
        findings.rows(failing, pl.lit(True), table="support", check=check, action="unknown", column="service_code")
    unlisted = services.failed_check(pl.col("service"), "oscar") == "unknown_code"
    findings.unknown_code("service_code", given.filter(unlisted)["service"])
    coded = given.with_columns(
        service_group=services.group(pl.col("service"), "oscar"), service_code=services.code(pl.col("service"), "oscar")
    )
    return as_read.filled(numbered(coded.drop("service"), "service", "support_ref", "start_on"), "support")


def _is_care(service: pl.Expr) -> pl.Expr:
    return services.code(service, "oscar").is_in(list(CARE_TYPES))


def _with_rows(sheet: Sheet, rows: pl.DataFrame) -> Sheet:
    return Sheet(sheet.grid, sheet.system, sheet.kind, rows, sheet.carried)


def _dated(sheet: Sheet, table: str, clients: pl.Series, findings: Findings) -> pl.DataFrame:
    """Return the lines of ``sheet`` that stay, with their days; an end before the start stays and is reported."""
    rows = rejected.kept(sheet, table, findings, of=clients)
    told = rows.select(
        "sheet",
        "row",
        pl.format("slug:{}", "id").alias("case_ref"),
        "services",
        *(dated.dated(rows, day, findings, table, day) for day in ("start_on", "end_on")),
    )
    ends_early = pl.col("end_on") < pl.col("start_on")
    findings.rows(told, ends_early, table=table, check="date_order", action="kept", column="end_on")
    return told
