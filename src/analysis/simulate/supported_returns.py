"""Supported returns, in memory: to study how often an interval of what support changes holds the true number.

Families, agencies and cases are drawn as for a run of the simulator. Of the returns that were accepted, the package,
the ends and the losses are then drawn again and again. What is recorded is what happened: faults and delays of
records are no part of this. The true number compares every return that is at home after the days of grace with itself,
with the package from then on and without it from then on, by the same exponential draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.simulate import block, case_children, case_families, cases, closings, country, draws, spells
from analysis.study import Study

COUNTRY_SIZE = 0.02  # communes and facilities only have to exist
KEPT = ["risk_level", "sex", "agency", "sibling_group", "in_primero", "is_accepted"]
NUMBERS = [  # what hazards and days rest on, as numbers: they are worked with many times
    *("need", "is_abrupt", "adolescent", "female", "repeat", "agency_effect", "age_years"),
    *("returned", "care_start", "package_after", "birthday"),
]
STATES = {"goals_met": "with_family", "closed": "with_family", "lost": "lost", "last_day": "administrative"}


@dataclass(frozen=True, eq=False)
class SupportedReturns:
    """Returns as ``spells`` has them and their ``support_episodes``, as far as a comparison needs them.

    ``risks``: of going back to residential care by the horizon after the days of grace, without and with the package.
    """

    spells: pd.DataFrame
    support_episodes: pd.DataFrame
    risks: tuple[float, float]


def confounded(parameters: Study, unrecorded_share: float, need_log_odds: float) -> Study:
    """Return parameters in which workers give the package by a need of which no system holds that share."""
    return parameters.changed("case_management.need.unrecorded_share", unrecorded_share).changed(
        "case_management.package.propensity.need", need_log_odds
    )


def drawn(
    parameters: Study, n_cohorts: int, n_draws: int, grace_days: int, horizon_days: int, rng: np.random.Generator
) -> Iterator[SupportedReturns]:
    """Yield ``n_draws`` times what became of the returns of each of ``n_cohorts`` sets of cases."""
    choices = parameters.case_management
    places = country.build(parameters, block.generators(1, 1), COUNTRY_SIZE)
    for _ in range(n_cohorts):
        cohort = _accepted_returns(choices, rng, places)
        for _ in range(n_draws):
            yield _course(choices, rng, cohort, grace_days, horizon_days)


def _accepted_returns(choices: Study, rng: np.random.Generator, places: dict[str, pd.DataFrame]) -> pd.DataFrame:
    agencies = case_families.agencies(choices, rng, 1)
    families = case_families.households(choices, rng, 1.0, agencies)
    children = case_children.children(choices, rng, families, places["communes"], places["facilities"])
    _, returns = cases.build(choices, rng, children, agencies)
    accepted = returns[returns["is_accepted"]].reset_index(drop=True)
    age = (accepted["returned"] - accepted["birth_day"]) / draws.DAYS_PER_YEAR
    known = accepted.assign(
        age_years=np.floor(age),
        adolescent=age >= 13,
        female=accepted["sex"] == "female",
        package_after=accepted["care_start"] - accepted["returned"],
        birthday=np.floor(accepted["birth_day"] + 18 * draws.DAYS_PER_YEAR),
    )
    return known[[*KEPT, *NUMBERS]].astype(dict.fromkeys(NUMBERS, float))


def _course(
    choices: Study, rng: np.random.Generator, cohort: pd.DataFrame, grace_days: int, horizon_days: int
) -> SupportedReturns:
    going = cohort.assign(had_package=rng.random(len(cohort)) < spells.package_propensity(choices, cohort))
    fates = spells.exposures(choices, rng, going)
    latent = spells.latent_days(choices, fates, going)
    ends = spells.first_end(choices, latent, going["returned"].to_numpy(), going["birthday"].to_numpy())
    seen = closings.observe(choices, rng, going.assign(end=ends["end"], end_state=ends["end_state"]), latent)
    begun = seen["observed_until"] > seen["care_start"]  # who fails before is never enrolled
    at_home = seen["observed_until"] > seen["care_start"] + grace_days
    without, helped = _back_by(choices, fates, going, grace_days, horizon_days)
    risks = float(without[at_home].mean()), float(helped[at_home].mean())
    recorded = seen[begun].reset_index(drop=True)
    return SupportedReturns(_as_spells(recorded), _as_support(recorded), risks)


def _back_by(
    choices: Study, fates: pd.DataFrame, going: pd.DataFrame, grace_days: int, horizon_days: int
) -> Iterator[np.ndarray]:
    """Yield whether each return ends in residential care by the horizon: without the package from then on, and with.

    Who had it until then has gone through less of its exponential draw: what the package saved is taken off the draw
    that is left for a course without it.
    """
    zero = going["package_after"].to_numpy() + grace_days
    had = going["had_package"].to_numpy()
    spent = fates.copy()
    for cause in spells.ENDS:
        effects = choices.effects[cause]
        ratio = np.exp(spells.log_ratio(choices, cause, going) + effects.siblings * fates["siblings"].to_numpy())
        gone = [spells.cumulative_hazard(choices, cause, day) for day in (going["package_after"].to_numpy(), zero)]
        spent[cause] = fates[cause] + had * ratio * (gone[1] - gone[0]) * (1 - np.exp(effects.package))
    without = spells.latent_days(choices, spent, going.assign(had_package=False))
    after = np.where(had, going["package_after"], zero)
    with_it = spells.latent_days(choices, fates, going.assign(had_package=True, package_after=after))
    turns_18 = np.maximum((going["birthday"] - going["returned"]).to_numpy(), 1.0)
    for latent in (without, with_it):
        days = np.column_stack([latent[list(spells.ENDS)], turns_18])
        is_first = days.argmin(axis=1) == spells.ENDS.index("residential")
        yield is_first & (np.ceil(days.min(axis=1)) <= zero + horizon_days)


def _as_spells(seen: pd.DataFrame) -> pd.DataFrame:
    state = seen["end_state"].where(seen["is_seen"].astype(bool), seen["stop"].map(STATES))
    return pd.DataFrame(
        {
            "spell_id": np.arange(len(seen)).astype(str),
            "entry_days": (seen["care_start"] - seen["returned"]).astype("Int64"),
            "days": (seen["observed_until"] - seen["returned"]).astype("Int64"),
            "state": state,
            "risk_level": seen["risk_level"],
            "age_years": seen["age_years"].astype("Int64"),
            "return_kind": np.where(seen["is_abrupt"].astype(bool), "abrupt", "planned"),
            "sex": seen["sex"],
            "is_repeat": seen["repeat"].astype("boolean"),
            "source_system": np.where(seen["in_primero"].astype(bool), "primero", "oscar"),
            "agency": seen["agency"],
            "sibling_group": seen["sibling_group"],
        }
    )


def _as_support(seen: pd.DataFrame) -> pd.DataFrame:
    had = seen["had_package"].astype(bool)
    n_services = pd.Series(np.where(had, 3, 0), dtype="Int64")
    return pd.DataFrame(
        {
            "spell_id": np.arange(len(seen)).astype(str),
            "is_recorded": pd.Series(True, index=seen.index, dtype="boolean"),
            "n_services": n_services,
            "n_services_ever": n_services,
            "package_days": pd.Series(np.where(had, 0.0, np.nan)).astype("Int64"),
        }
    )
