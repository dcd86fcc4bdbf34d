"""What the OSCaR databases of all agencies hold: clients, their episodes and records, with the errors typed into them.

An error typed into the database (an impossible birth date, an exit before the acceptance) stands in every file that
is made from it; errors of one file are planted by the module that writes the file.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from analysis.simulate.exports import oscar_slips
from analysis.simulate.exports.oscar_services import CARE_OF_SERVICE, PROGRAMME_OF_SERVICE, REUNIFICATION, SERVICES
from analysis.simulate.world import World
from analysis.study import Study

SERVICE_OF_CARE = {care: service for service, care in CARE_OF_SERVICE.items() if service != REUNIFICATION}
MAIN_SERVICE = {  # what a client is enrolled in where no stay or service says it
    "reintegration": "Community Reintegration Support",
    "prevention": "Family preservation",
    "kinship": "Kinship care",
    "foster": "Long term foster care",
    "emergency": "Emergency foster care",
    "adoption": "Domestic adoption support",
    "independent_living": "Independent Living",
    "other": "Generalist social work / case work",
}
OF_LAST_EPISODE = ("status", "consent", "risk_level", "separation_reason", "harm_history", "referral_source")
OF_CHILD = (
    *("child_id", "sex", "birth_date", "disability", "birth_registered", "ever_in_rcf", "ever_in_gov_care"),
    *("village_code", "global_id", "mosvy_number"),
)
CSI = ("1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B")


@dataclass(frozen=True)
class Stored:
    """Polars frames; all but ``families`` have the client's ``slug`` and ``agency`` in front, by client."""

    clients: pl.DataFrame  # one row a client; birth_fault says which error its birth date holds
    episodes: pl.DataFrame  # accepted episodes in the order of time, or the one that was never accepted
    streams: pl.DataFrame  # enrolments in a service: service, start_on, end_on
    notes: pl.DataFrame  # contacts: done_on, mode
    csi: pl.DataFrame  # assessments: created_on, completed_on, one column a domain
    plans: pl.DataFrame
    referrals: pl.DataFrame
    families: pl.DataFrame


def stored(world: World, faults: Study, rng: np.random.Generator) -> Stored:
    """Return what OSCaR holds of ``world``; a referral after an earlier acceptance counts only if it was accepted."""
    cases = _kept(_frame(world.cases[world.cases["in_oscar"]]))
    clients = _clients(world, cases).pipe(oscar_slips.births, faults, rng).pipe(oscar_slips.blanks, faults, rng)
    known = clients.select("slug", "agency", pl.int_range(pl.len()).alias("position"))
    of_case = cases.select("slug", "case_no").join(known, on="slug").select("slug", "agency", "position", "case_no")
    return Stored(
        clients=clients,
        episodes=_episodes(of_case, cases, clients, faults, rng),
        streams=_streams(world, of_case, cases),
        notes=_of_case(of_case, world.follow_ups, "done_on", "mode").drop_nulls("done_on"),
        csi=_csi(of_case, world),
        plans=_of_case(of_case, world.care_plans, "plan_on").drop_nulls("plan_on"),
        referrals=_of_case(of_case, world.referrals, "referral_no", "service_code", "decision"),
        families=_families(world, clients),
    )


def _frame(rows: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(rows.reset_index(drop=True)).with_columns(
        pl.selectors.temporal().cast(pl.Date), pl.selectors.float().fill_nan(None)
    )


def _kept(cases: pl.DataFrame) -> pl.DataFrame:
    """Return the episodes that OSCaR tells apart: the accepted ones; of a client never accepted the latest."""
    is_accepted = pl.col("accepted_on").is_not_null()
    is_latest = pl.col("episode") == pl.col("episode").max().over("slug")
    kept = cases.filter(is_accepted | (~is_accepted.any().over("slug") & is_latest))
    return kept.sort("slug", "accepted_on", "episode")


def _clients(world: World, cases: pl.DataFrame) -> pl.DataFrame:
    """Return one row a client, by agency and number."""
    of_client = cases.group_by("slug", maintain_order=True).agg(
        pl.col("agency", "child_id", "referred_on").first(),
        pl.col(*OF_LAST_EPISODE).last(),
        pl.col("case_uuid").cast(pl.String).drop_nulls().last(),
    )
    homes = _frame(world.case_households[["household_id", "agency", "family_no"]])
    children = _frame(world.children[[*OF_CHILD, "household_id"]]).with_columns(
        pl.col("village_code", "global_id", "mosvy_number").cast(pl.String)
    )
    return (
        of_client.join(children, on="child_id", how="left")
        .join(homes, on=["household_id", "agency"], how="left")  # another agency's family is unknown to this one
        .with_columns(
            province_code=pl.col("village_code").str.slice(0, 2),
            number=pl.col("slug").str.split("-").list.last().cast(pl.Int64),
        )
        .sort("agency", "number")
    )


def _episodes(
    of_case: pl.DataFrame, cases: pl.DataFrame, clients: pl.DataFrame, faults: Study, rng: np.random.Generator
) -> pl.DataFrame:
    """Return the episodes numbered by acceptance; a few single ones have an exit typed before their acceptance."""
    columns = ["accepted_on", "closed_on", "closure_circumstance", "closure_reason"]
    episodes = of_case.join(cases.select("case_no", *columns), on="case_no").sort(
        "position", "accepted_on", maintain_order=True
    )
    numbered = episodes.with_columns(
        pl.int_range(1, pl.len() + 1).over("slug").alias("episode"), pl.len().over("slug").alias("n_episodes")
    )
    return oscar_slips.exits(numbered, faults, rng)


def _streams(world: World, of_case: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Return enrolments: stays of a kind OSCaR offers, services that were given, else the programme itself."""
    stays = _of_case(of_case, world.placements, "start_on", "end_on", "care_type", "entry_event").with_columns(
        service=pl.when(pl.col("entry_event") == "reunification")
        .then(pl.lit(REUNIFICATION))
        .otherwise(pl.col("care_type").replace_strict(SERVICE_OF_CARE, default=None, return_dtype=pl.String))
    )
    names = {code: name for code, (_, name) in SERVICES.items()}
    given = _of_case(of_case, world.support, "start_on", "end_on", "service_code", "decision").filter(
        ~pl.col("decision").cast(pl.String).is_in(["rejected", "pending"]).fill_null(False)
    )
    given = given.with_columns(service=pl.col("service_code").replace_strict(names, default=None))
    columns = ["slug", "agency", "position", "case_no", "service", "start_on", "end_on"]
    recorded = pl.concat([stays.select(columns), given.select(columns)]).drop_nulls("service")
    main = of_case.join(cases.select("case_no", "programme", "accepted_on", "closed_on"), on="case_no")
    done = recorded.with_columns(programme=pl.col("service").replace_strict(PROGRAMME_OF_SERVICE, default="other"))
    main = main.drop_nulls("accepted_on").join(done, on=["case_no", "programme"], how="anti")
    main = main.with_columns(service=pl.col("programme").replace_strict(MAIN_SERVICE, default=None))
    main = main.rename({"accepted_on": "start_on", "closed_on": "end_on"}).select(columns).drop_nulls("service")
    return pl.concat([recorded, main]).sort("position", "start_on", "service", maintain_order=True)


def _csi(of_case: pl.DataFrame, world: World) -> pl.DataFrame:
    """Return the CSI assessments, oldest first; of two on one day the first."""
    columns = ["assessment_no", "instrument", "assessed_on", "created_on", "completed", "domain_code", "score"]
    scored = _of_case(of_case, world.assessments, *columns).filter(pl.col("instrument") == "csi12")
    one = ["slug", "agency", "position", "case_no", "assessment_no", "assessed_on", "created_on", "completed"]
    score = pl.col("score").cast(pl.Int64)
    wide = scored.group_by(one, maintain_order=True).agg(
        score.filter(pl.col("domain_code") == domain).first().alias(domain) for domain in CSI
    )
    dated = wide.with_columns(completed_on=pl.when(pl.col("completed")).then("assessed_on"))
    day = pl.coalesce("completed_on", "created_on")
    in_order = dated.with_columns(day=day).sort("position", "day")
    return in_order.unique(["slug", "day"], keep="first", maintain_order=True)


def _families(world: World, clients: pl.DataFrame) -> pl.DataFrame:
    """Return the families of the clients, with their clients' slugs joined."""
    members = (
        clients.drop_nulls("family_no")
        .group_by("household_id", maintain_order=True)
        .agg(slugs=pl.col("slug").str.join(", "))
    )
    return _frame(world.case_households).join(members, on="household_id").sort("agency", "family_no")


def _of_case(of_case: pl.DataFrame, records: pd.DataFrame, *columns: str) -> pl.DataFrame:
    """Return ``records`` of OSCaR's cases, in the order of its clients, then of time as the world keeps it."""
    return of_case.join(_frame(records[["case_no", *columns]]), on="case_no", maintain_order="left").sort(
        "position", maintain_order=True
    )
