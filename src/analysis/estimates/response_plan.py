"""Response plan: social workers that closures of facilities ask for, from printed numbers and stated assumptions.

One row a number told of a wave of children who come home: workers needed for the share of contacts on time that
``study.toml`` names, contacts due, what that many workers and those there are would do, and what they cost. No record
enters. Children, facilities, tiers and posts are printed; the schedule of contacts is the project's proposal; hours,
travel, pay, training and how children fare are ranges of our own. The interval is that of these ranges: it holds
what would follow from them, and says nothing where they are wrong.

ASSUME: workers serve their own area only (one area where one team serves all); facilities close at times as likely as
any; children of all institutions are in the tiers in which the 135 children enrolled after the first wave were.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _response_draws as draws
from analysis.estimates import _response_runs as runs
from analysis.estimates import _response_scenarios as scenarios
from analysis.estimates._response_runs import Families, Row
from analysis.study import Study

ENROLLED = "reintegration-mjf-children-enrolled"
TIER_SHARES = tuple(f"reintegration-mjf-risk-{tier}" for tier in draws.TIERS)
TEAM, POSTS, DENSITY = "workforce-ngo-reintegration", "workforce-positions", "workforce-per-100k-children"
PER_COMMUNE, CHILDREN = "workforce-target-per-commune", "workforce-implied-children"
OF_TEAM, OF_POSTS = "social workers of organisations in 2017", "working time of government posts"
POST_COUNT, POST_DENSITY, SHARE_OF_POSTS = "posts", "posts per 100,000 children", "workers needed, of all posts"
THERE_ARE, THERE_ARE_TO_BE = "Government posts in 2021", "Two social workers in each commune"
PER_100K, ALL = 100_000, "all"
PRINTED_NOTE = "Printed, or worked out from printed numbers; no interval. The number of children is what the two imply."

TABLE = estimate_table(
    one_row_is="a number told of a wave of children who come home, or of the posts there are for them",
    extra={
        "n_workers": Column("Int64", "workers it is worked out for; missing where none are given", ge=0, nullable=True),
        "position": Column("str", "place of the wave among all, in two digits"),
    },
)


def build(
    claims: pd.DataFrame,
    places: pd.DataFrame,
    province_children: pd.DataFrame,
    province_conditions: pd.DataFrame,
    province_rates: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the numbers of every wave, and of the posts there are and there are to be."""
    printed = claims.set_index("claim_id")["value"].astype("float64")
    provinces = _provinces(province_children, province_conditions, province_rates)
    found = _of_waves(printed, provinces, study, rng)
    found += _of_posts(printed, int((places["level"] == "commune").sum()), found)
    order = {term: f"{place:02d}" for place, term in enumerate(dict.fromkeys(row["term"] for row in found))}
    rows = [{**row, "position": order[row["term"]]} for row in found]
    return pd.DataFrame(rows).reindex(columns=list(TABLE.columns))


def _provinces(children: pd.DataFrame, conditions: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Return a row a province: all children, children in institutions as modelled, towns and distances."""
    is_told = (rates["outcome"] == scenarios.CARE_RATES) & (rates["level"] == scenarios.CARE_LEVEL)
    in_care = rates.loc[is_told, ["province_code", "estimate"]].rename(columns={"estimate": "n_in_care"})
    all_children = children[["province_code", "n_children_2011"]].rename(columns={"n_children_2011": "n_children"})
    return conditions.merge(all_children, on="province_code", validate="1:1").merge(
        in_care, on="province_code", validate="1:1"
    )


def _of_waves(printed: pd.Series, provinces: pd.DataFrame, study: Study, rng: np.random.Generator) -> list[Row]:
    choices = study.response_plan
    staffs = {OF_TEAM: int(printed[TEAM]), OF_POSTS: round(printed[POSTS] * choices.posts_share)}
    found: list[Row] = []
    for n_draws, is_national in ((choices.n_replications, False), (choices.n_replications_national, True)):
        parameters = draws.drawn_parameters(choices.ranges, n_draws, rng)
        families = _families(printed, parameters, choices, rng)
        told = (
            scenarios.national_waves(printed, provinces, parameters, choices, rng)
            if is_national
            else scenarios.local_waves(printed, parameters, choices, rng)
        )
        for wave in told:
            staff = OF_POSTS if wave.travels_by == scenarios.IN_COMMUNE else OF_TEAM
            found += runs.wave_rows(wave, parameters, families, {staff: staffs[staff]}, study, rng)
    return found


def _families(printed: pd.Series, parameters: pd.DataFrame, choices: Study, rng: np.random.Generator) -> Families:
    """Return tiers drawn around the printed shares, and changes of tier and ends drawn from their ranges."""
    counts = printed[ENROLLED] * printed[list(TIER_SHARES)].to_numpy() / 100
    shares = draws.drawn_shares(counts, choices.tier_prior, len(parameters), rng)
    rates, ends = draws.assumed_rates(parameters), draws.assumed_ends(parameters)
    return Families(shares, draws.changes_per_step(rates, ends, choices.step_days))


def _of_posts(printed: pd.Series, n_communes: int, found: list[Row]) -> list[Row]:
    """Return the posts there are and there are to be, and which share of them each plan for all institutions needs."""
    n_posts = {THERE_ARE: printed[POSTS], THERE_ARE_TO_BE: printed[PER_COMMUNE] * n_communes}
    rows = []
    for term, n in n_posts.items():
        density = printed[DENSITY] if term == THERE_ARE else PER_100K * n / printed[CHILDREN]
        told = {POST_COUNT: (POST_COUNT, n), POST_DENSITY: (POST_DENSITY, density)}
        rows += [
            {"outcome": outcome, "term": term, "level": ALL, "scale": scale, "estimate": value, "n": None}
            | {"note": PRINTED_NOTE}
            for outcome, (scale, value) in told.items()
        ]
        rows += [_as_share(row, term, n) for row in found if row["outcome"] == runs.NEEDED]
    return rows


def _as_share(row: Row, term: str, n_posts: float) -> Row:
    """Return the workers needed in a wave as a share of posts."""
    share = {end: row[end] / n_posts for end in ("estimate", "ci_low", "ci_high")}
    return {**row, **share, "outcome": SHARE_OF_POSTS, "term": term, "level": row["term"], "scale": "share"}
