"""Clients: each line of the first sheet tells of one client, and becomes one case record an episode."""

import polars as pl

from analysis.importers import as_read, dated, fields, services, values
from analysis.importers.findings import Findings
from analysis.importers.oscar import addresses, births, episodes, oddities, rejected
from analysis.importers.oscar.programmes import programmes as programmes_of
from analysis.importers.oscar.sheets import SYSTEM, Sheet

TABLE = "case_records"
CODES = {"sex": "gender", "status": "status", "referral_source": "referral_source"}
SETS = {
    **{name: name for name in ("separation_reason", "harm_history")},
    **{"risk_level": "risk_level", "closure_circumstance": "exit_circumstance", "closure_reason": "exit_reason"},
}
WORDS = ("separation_reason", "harm_history", "risk_level")
RISKS = ("high", "medium", "low", "no_action")  # the highest of a cell counts
CONSENT = {True: "yes", False: "no"}
SOURCES = {  # columns that a sheet can only tell by these fields
    **{name: (field,) for name, field in (CODES | SETS).items()},
    **dict.fromkeys(("birth_date", "dob_quality"), ("birth_date",)),
    "orphan_status": ("separation_reason",),
    "programme": ("services", "streams"),
    "use_allowed": ("consent",),
}


def case_records(
    sheet: Sheet, findings: Findings, programmes: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the case records of a sheet of clients, and its rows that stay.

    ``programmes``: ``id`` and ``programme`` where another sheet tells it.
    """
    clients = rejected.kept(sheet, TABLE, findings, once="id")
    told = _told(sheet, clients, findings, programmes)
    spells = episodes.episodes(clients, findings, TABLE)
    records = _of_episodes(spells.join(told, on="row", how="left", maintain_order="left"))
    full = pl.concat([records, episodes.closures(records, clients)], how="horizontal")
    oddities.report(sheet, clients, full, findings)
    return as_read.filled(_carried(sheet, full, programmes is not None), TABLE), clients


def identity(clients: pl.DataFrame) -> pl.DataFrame:
    """Return the place, the id with its namespace, and the organisation that the id names."""
    slug = pl.col("id")
    return clients.select("sheet", "row", case_ref=pl.format("slug:{}", slug), slug=slug, agency=agency(slug))


def agency(slug: pl.Expr) -> pl.Expr:
    """Return the short name of the organisation in an id of a client: what stands before its last hyphen."""
    return slug.str.extract(r"^(.+)-[^-]+$").str.to_lowercase()


def _told(sheet: Sheet, clients: pl.DataFrame, findings: Findings, programmes: pl.DataFrame | None) -> pl.DataFrame:
    """Return what a line tells of a client whatever the episode, one row a client."""
    referred = dated.dated(clients, "referred_on", findings, TABLE, "referred_on")
    household = pl.format("family:{}/{}", agency(pl.col("id")), "family_id")
    parts = [
        identity(clients),
        clients.select(household.alias("household_ref"), referred),
        births.births(clients.with_columns(referred_on=referred), findings, TABLE),
        _coded(clients, findings),
        clients.select(_answers()),
        addresses.provinces(sheet, clients, findings, TABLE).to_frame(),
        _programme(clients, programmes).to_frame(),
    ]
    return pl.concat(parts, how="horizontal")


def _coded(clients: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return codes and sets of codes in our words, and report what no table lists."""
    listed = clients.select(
        *("sheet", "row", *CODES.values()),
        *(episodes.tokens(field).alias(name) for name, field in SETS.items()),
    )
    for name, column in (CODES | {name: name for name in SETS}).items():
        values.note_unlisted(listed, column, name, SYSTEM, findings, TABLE)
    several = pl.col("risk_level").list.len() > 1
    findings.rows(listed, several, table=TABLE, check="T13", action="undone", column="risk_level")
    told = listed.select(
        *(values.canonical(pl.col(field), name, SYSTEM).alias(name) for name, field in CODES.items()),
        *(values.canonical_list(pl.col(name), name, SYSTEM) for name in WORDS),
    )
    return told.with_columns(
        risk_level=_highest(pl.col("risk_level")), orphan_status=_orphan(pl.col("separation_reason"))
    )


def _highest(words: pl.Expr) -> pl.Expr:
    """Return the highest of the levels of risk joined by |."""
    levels = words.str.split("|")
    found = [pl.when(levels.list.contains(risk)).then(pl.lit(risk)) for risk in RISKS]
    return pl.coalesce(*found, pl.lit("unknown"))


def _orphan(reasons: pl.Expr) -> pl.Expr:
    """Return which parents live, by the reasons ticked; no tick of orphan is unknown, not both alive."""
    ticks = reasons.str.split("|")
    mother, father, both = (ticks.list.contains(f"orphan_{parent}") for parent in ("mother", "father", "double"))
    status = (
        pl.when(both | (mother & father)).then(pl.lit("double_orphan"))
        .when(father).then(pl.lit("mother_alive_only")).when(mother).then(pl.lit("father_alive_only"))
    )  # fmt: skip
    return status.otherwise(pl.lit("unknown"))


def _answers() -> list[pl.Expr]:
    """Return yes, no or missing; a "no" to a question whose stored default is no says nothing (T11)."""
    consent = fields.yes_no(pl.col("consent"))
    return [
        pl.when(fields.yes_no(pl.col("has_disability"))).then(True).alias("disability"),
        *(fields.yes_no(pl.col(name)).alias(name) for name in ("birth_registered", "ever_in_rcf", "ever_in_gov_care")),
        consent.replace_strict(CONSENT, default="unknown", return_dtype=pl.String).alias("use_allowed"),
    ]


def _programme(clients: pl.DataFrame, programmes: pl.DataFrame | None) -> pl.Series:
    if programmes is None:
        names = services.names(SYSTEM)
        both = pl.concat_list(episodes.tokens(column, names).fill_null([]) for column in ("services", "streams"))
        programmes = programmes_of(clients.select("id", both.alias("services")), "id")
    joined = clients.select("id").join(programmes, on="id", how="left", maintain_order="left")
    return joined.select(pl.col("programme").fill_null("unknown")).to_series()


def _of_episodes(joined: pl.DataFrame) -> pl.DataFrame:
    """Return one row an episode: what the line tells of the present belongs to the last, earlier ones are closed."""
    return joined.with_columns(
        referred_on=pl.when(pl.col("episode") == 1).then("referred_on").otherwise("accepted_on"),
        status=pl.when("is_last").then("status").otherwise(pl.lit("closed")),
        risk_level=pl.when("is_last").then("risk_level").otherwise(pl.lit("unknown")),
    )


def _carried(sheet: Sheet, records: pl.DataFrame, is_programme_told: bool) -> pl.DataFrame:
    """Return the columns of case records; those that the sheet cannot tell are left missing."""
    told = {"programme"} if is_programme_told else set()
    lost = {name for name, needed in SOURCES.items() if not sheet.has(*needed)} - told
    return records.select(name for name in as_read.CASE_RECORDS if name in records.columns and name not in lost)
