"""Registers of what an agency does besides cases: closures, rates, trainings, communes, evidence on partners."""

import numpy as np
import polars as pl

from analysis.simulate.exports import private
from analysis.simulate.exports import register_cells as cells
from analysis.simulate.exports.register_cells import Register
from analysis.simulate.world import World
from analysis.study import Study

STAGES = ("present", "identified", "traced", "assessed", "enrolled", "in_school")
TIERS = ("high", "medium", "low")


def closures(world: World, faults: Study, rng: np.random.Generator) -> Register:
    """Return the closures with the cells that nobody filled in left blank."""
    names = cells.rows_of(world.facilities[["facility_no", "name_latin"]]).drop("line")
    rows = cells.rows_of(world.closure_events).join(names, on="facility_no", maintain_order="left", how="left")
    blank = pl.col("left_blank").str.split("|")
    children = [f"n_children_{stage}" for stage in STAGES]
    tiers = [f"n_{tier}" for tier in TIERS]
    told = rows.with_columns(
        *(pl.when(~blank.list.contains(name)).then(name).alias(name) for name in (*children, "closed_on")),
        *(pl.when(~blank.list.contains("tiers")).then(name).alias(name) for name in tiers),
        facility_name=pl.when(~blank.list.contains("facility_no")).then("name_latin"),
    )
    typed = {
        "Agency": cells.agencies(told["agency"]),
        "Facility": told["facility_name"].to_list(),
        "Province": cells.provinces(told["province_code"], told["agency"], faults, rng),
        "Closed on": told["closed_on"].to_list(),
        "Closure mode": cells.words(told["closure_mode"], faults.other_case, rng),
        **{f"Children {stage.replace('_', ' ')}": told[f"n_children_{stage}"].to_list() for stage in STAGES},
        **{tier.capitalize(): told[f"n_{tier}"].to_list() for tier in TIERS},
    }
    return Register("closure_events", "Closures", typed, told)


def exchange_rates(world: World) -> Register:
    """Return the rates of each currency."""
    rows = cells.rows_of(world.exchange_rates)
    columns = {"currency": "Currency", "valid_from": "Valid from", "per_usd": "Units per US dollar"}
    typed = {header: rows[name].to_list() for name, header in columns.items()}
    return Register("exchange_rates", "Exchange rates", typed, rows)


def trainings(world: World, faults: Study, rng: np.random.Generator) -> Register:
    """Return who began which course; commune workers and some others bear no name that a case system knows."""
    rows = cells.rows_of(world.trainings)
    worker = pl.when("is_named").then("worker_id")
    course, read_course, odd = cells.with_odd(rows["course"], faults, rng)
    typed = {
        "Agency": cells.agencies(rows["agency"]),
        "Worker": rows.select(worker).to_series().to_list(),
        "Province": cells.provinces(rows["province_code"], rows["agency"], faults, rng),
        "Course": course,
        "Completed on": rows["completed_on"].to_list(),
        "Status": cells.words(rows["status"], faults.other_case, rng),
    }
    worker_ref = pl.format("worker:{}/{}", "agency", worker)
    read = rows.with_columns(course=read_course, worker_ref=worker_ref)
    return Register("trainings", "Trainings", typed, read, {("course", "unknown_code", "unknown"): odd})


def commune_years(world: World) -> Register:
    """Return the counts of communes; their codes are typed as numbers, so that a first zero is lost."""
    rows = cells.rows_of(world.commune_years)
    told = rows.with_columns(
        n_entries=pl.when(~pl.col("is_entries_blank")).then("n_entries"),
        n_families_supported=pl.when(~pl.col("is_families_blank")).then("n_families_supported"),
    )
    columns = {
        **{"year": "Year", "n_children": "Children", "n_entries": "Entries into residential care"},
        **{"n_families_supported": "Families supported", "started_year": "Programme started"},
    }
    typed = {
        "Commune code": [int(code) for code in told["commune_code"]],
        **{header: told[name].to_list() for name, header in columns.items()},
    }
    n_lost = sum(code.startswith("0") for code in told["commune_code"])
    return Register("commune_years", "Commune years", typed, told, whole={("commune_code", "T21", "undone"): n_lost})


def partner_evidence(world: World, faults: Study, rng: np.random.Generator) -> Register:
    """Return the evidence on partners by their names, which are marked; those with a case system by that name too."""
    rows = cells.rows_of(world.partner_evidence)
    number = {name: place for place, name in enumerate(rows["partner"].unique().sort(), start=1)}
    names = pl.Series(private.latin("organisation", (number[partner] for partner in rows["partner"])))
    told = rows.with_columns(org_name=names, agency=pl.when("keeps_case_system").then("partner"))
    typed = {
        "Agency": told["agency"].to_list(),
        "Organisation": names.to_list(),
        **{
            name.capitalize(): cells.words(told[name], faults.other_case, rng)
            for name in ("criterion", "answer", "evidence")
        },
        "Dated on": told["dated_on"].to_list(),
        "Expires on": told["expires_on"].to_list(),
        "Role of reviewer": cells.words(told["reviewer_role"], 0.0, rng),
    }
    read = told.with_columns(
        agency=pl.coalesce("agency", pl.col("org_name").str.to_lowercase()),
        reviewer_role=pl.Series(typed["Role of reviewer"], dtype=pl.String),
    )
    return Register("partner_evidence", "Partner evidence", typed, read)
