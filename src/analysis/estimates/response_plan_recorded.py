"""Response plan from records: social workers asked for by a holder's own closures, and by children home at once.

As ``response_plan``, with what the holder's records tell in the place of ranges: how tiers change from one assessment
to the next, how returns end, how many children closures concerned, and in which tiers they were. Hours, travel,
training and pay stay stated assumptions. What records do not tell is assumed too, and the note says what they do
tell. No printed number enters.

ASSUME: tiers change between neighbours, at the same rates for all children and at all times since the return; a
tier at an assessment is the child's, though scores given by chance make changes that were none; children whose tier was
seen twice are like those who come. One team serves all.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _response_draws as draws
from analysis.estimates import _response_records as records
from analysis.estimates import _response_runs as runs
from analysis.estimates import _response_waves as waves
from analysis.estimates._response_runs import Families, Row
from analysis.estimates._response_waves import Wave
from analysis.study import Study

AS_RECORDED, AS_ASSUMED = "changes as recorded", "changes as assumed"
OWN_CLOSURES = "closures on record, as they came"
OF_CLOSURES = "for closures"  # added to a scale: facilities stand behind such numbers
BY_TEAM = ("travel_hours_team",)
DRAWN = "draws: of what is assumed from its range, of what records tell within its error over agencies or closures"
CHANGES, ENDS = "changes of tier", "ends of returns"

TABLE = estimate_table(
    one_row_is="a number told of a wave of children who come home, with what records tell",
    extra={
        "position": Column("str", "place of the wave among all, in two digits"),
        "n_facilities": Column("Int64", "closures behind it, each with a child", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children in the two largest", ge=0, le=1, nullable=True),
    },
)


def build(
    closure_events: pd.DataFrame,
    tier_changes: pd.DataFrame,
    re_separation: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the numbers of a wave with changes as recorded and as assumed, and of the closures; none of no records."""
    choices = study.response_plan
    parameters = draws.drawn_parameters(choices.ranges, choices.n_replications, rng)
    pairs = records.after_return(tier_changes)
    families, told = _families(pairs, re_separation, parameters, study, rng)
    closures = records.closed(closure_events)
    found = _of_children(pairs, re_separation, families, told, parameters, study, rng) if told else []
    if len(closures):
        found += _of_closures(closures, families[AS_RECORDED], told, parameters, study, rng)
    order = {term: f"{place:02d}" for place, term in enumerate(dict.fromkeys(row["term"] for row in found))}
    rows = [{**row, "position": order[row["term"]]} for row in found]
    return pd.DataFrame(rows, columns=list(TABLE.columns))


def _families(
    pairs: pd.DataFrame, re_separation: pd.DataFrame, parameters: pd.DataFrame, study: Study, rng: np.random.Generator
) -> tuple[dict[str, Families], list[str]]:
    """Return how children fare as recorded and as assumed, and what of it records tell."""
    choices, n_draws = study.response_plan, len(parameters)
    rates, ends = draws.assumed_rates(parameters), draws.assumed_ends(parameters)
    shares = draws.clustered_shares(records.first_tiers(pairs), choices.tier_prior, n_draws, rng)
    assumed = Families(shares, draws.changes_per_step(rates, ends, choices.step_days))
    chain = records.tier_chain(pairs, choices)
    own_ends = records.recorded_ends(re_separation, n_draws, study, rng)
    told = [name for name, found in ((CHANGES, chain), (ENDS, own_ends)) if found is not None]
    rates = rates if chain is None else chain.drawn_rates(n_draws, rng)
    changes = draws.changes_per_step(rates, ends if own_ends is None else own_ends, choices.step_days)
    return {AS_RECORDED: Families(shares, changes), AS_ASSUMED: assumed}, told


def _of_children(
    pairs: pd.DataFrame,
    re_separation: pd.DataFrame,
    families: dict[str, Families],
    told: list[str],
    parameters: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> list[Row]:
    """Return what a fixed number of children home at once ask for, with changes as recorded and as assumed."""
    n_children, n_draws = study.response_plan.n_children_recorded, len(parameters)
    of_returns = records.first_year(re_separation, study)["n"].max()
    n_behind = pairs["child_key"].nunique() if CHANGES in told else int(of_returns)
    at_once = np.zeros((n_draws, n_children))
    rows = []
    for how, own in families.items():
        name = f"{n_children:,} children home at once, {how}"
        wave = _wave(name, np.full(n_draws, n_children), at_once, {"n": n_behind}, parameters, study, rng)
        rows += _rows(wave, parameters, own, told if how == AS_RECORDED else [], study, rng)
    return rows


def _of_closures(
    closures: pd.DataFrame,
    families: Families,
    told: list[str],
    parameters: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> list[Row]:
    """Return what the holder's own closures asked for, each child found some weeks after its facility closed."""
    choices, n_draws = study.response_plan, len(parameters)
    n_of_each = closures["n_children"].astype("int64").sort_values(ascending=False)
    closed_at = records.closed_days(closures, n_draws, rng) / choices.step_days
    with_tiers = closures[records.TIER_COUNTS].dropna().to_numpy("float64")
    counts = {
        "n": int(n_of_each.sum()),
        "n_facilities": len(closures),
        "top_two_share": n_of_each.head(2).sum() / n_of_each.sum(),
    }
    wave = _wave(OWN_CLOSURES, np.full(n_draws, counts["n"]), closed_at, counts, parameters, study, rng)
    if len(with_tiers):
        shares = draws.clustered_shares(with_tiers, choices.tier_prior, n_draws, rng)
        families, told = replace(families, tier_share=shares), [*told, "tiers"]
    rows = _rows(wave, parameters, families, [*told, "numbers of children"], study, rng)
    return [{**row, "scale": f"{row['scale']} {OF_CLOSURES}"} for row in rows]


def _wave(
    name: str,
    n_children: np.ndarray,
    closed_at: np.ndarray,
    counts: dict[str, float],
    parameters: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> Wave:
    choices, everywhere = study.response_plan, np.ones((len(parameters), 1))
    tracing = waves.tracing_steps(parameters, choices.step_days)
    arrivals = waves.children_found(n_children, closed_at, tracing, everywhere, rng)
    travel = parameters[list(BY_TEAM)].to_numpy()
    return Wave(name, arrivals, np.ones(1), travel, BY_TEAM, choices.most_workers, counts, DRAWN)


def _rows(
    wave: Wave, parameters: pd.DataFrame, families: Families, told: list[str], study: Study, rng: np.random.Generator
) -> list[Row]:
    """Return the rows of a wave but for what goes with the workers needed, with what of them is from records.

    What teams of a given size could do is told of waves that records tell of.
    """
    teams = {f"{n:,} workers": n for n in study.response_plan.teams_recorded} if told else {}
    note = f" From records: {', '.join(told)}." if told else " What records tell of changes is left aside here."
    rows = runs.wave_rows(wave, parameters, families, teams, study, rng)
    return [{**row, "note": row["note"] + note} for row in rows if row["outcome"] != runs.DEPENDS]
