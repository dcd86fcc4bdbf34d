"""Families of the household survey: who lives with the children, and the conditions of the household."""

import numpy as np
import pandas as pd

from analysis import country
from analysis.simulate.sampling import drawn, happens
from analysis.study import Study

MOST_CHILDREN = 8
PER_USD = country.PER_USD[country.CURRENCY]
IF_NO_PARENT = ("n_grandparents", "n_non_relatives", "n_aunts_uncles")  # who cares when no parent is at home


def families(clusters: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a household of the ``clusters``: its place, its parents and who else lives there."""
    n_each = clusters["n_interviews"].to_numpy()
    households = clusters.loc[np.repeat(np.arange(len(clusters)), n_each)].reset_index(drop=True)
    n = len(households)
    return (
        households.assign(
            household_id=np.arange(1, n + 1),
            id_poor=_poverty(households["poverty_share"], own, rng),
            n_children=1 + np.minimum(rng.poisson(own.n_children_mean - 1, n), MOST_CHILDREN - 1),
            father_alive=rng.random(n) >= own.father_dead,
            mother_alive=rng.random(n) >= own.mother_dead,
        )
        .pipe(_with_migration, own, rng)
        .pipe(_with_parents, own, rng)
        .pipe(_with_others, own, rng)
    )


def is_poor(households: pd.DataFrame) -> pd.Series:
    """Return whether a household is identified as poor, level 1 or 2."""
    return households["id_poor"].isin(["level_1", "level_2"])


def conditions(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the households with income, violence, substance use, illness of the carer, school distance and cost."""
    poor, n = is_poor(households), len(households)
    substance_use = happens(own.substance_use + own.substance_use_poor * poor, rng)
    violence = own.violence + own.violence_substance * substance_use + own.violence_poor * poor
    illness = own.illness + own.illness_old * (households["caregiver_age"] >= 60)
    income_usd = _log_normal(own.income_median_usd * np.where(poor, own.income_poor_ratio, 1.0), own.income_sd_log, rng)
    in_usd = rng.random(n) < own.income_in_usd_share
    local = (income_usd * PER_USD / own.income_step).round().clip(1) * own.income_step
    return households.assign(
        substance_use=substance_use,
        violence_in_home=happens(violence, rng),
        illness_or_disability=happens(illness, rng),
        dependable_income=happens(own.dependable_income + own.dependable_income_poor * poor, rng),
        income_usd=income_usd,
        monthly_income=np.where(in_usd, income_usd.round(), local),
        income_currency=np.where(in_usd, "USD", country.CURRENCY),
        school_distance_km=_school_km(households, own, rng),
        school_cost_usd=_log_normal(np.full(n, own.school_cost_median_usd), own.school_cost_sd_log, rng).round(),
    )


def _poverty(share: pd.Series, own: Study, rng: np.random.Generator) -> np.ndarray:
    classes = np.array(["level_1", "level_2", "at_risk", "no"])
    poor = share.to_numpy()
    level_1, at_risk = poor * own.poor_share_level_1, (1 - poor) * own.at_risk_share
    return classes[
        drawn(np.column_stack([level_1, poor - level_1, at_risk, 1 - poor - at_risk]), rng.random(len(poor)))
    ]


def _with_migration(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add ``migration`` and which parents are away for it; only a living parent can migrate."""
    n, both_alive = len(households), households["mother_alive"] & households["father_alive"]
    log_odds = (
        own.migration
        + own.migration_poor * is_poor(households)
        + own.migration_rural * ~households["is_urban"]
        + own.migration_commune * households["abroad_share"]
    )
    migration = happens(log_odds, rng) & (households["mother_alive"] | households["father_alive"])
    both = both_alive & (rng.random(n) < own.migrant_both)
    father_only = rng.random(n) < own.migrant_father_share
    return households.assign(
        migration=migration,
        father_away=migration & households["father_alive"] & (both | ~households["mother_alive"] | father_only),
        mother_away=migration & households["mother_alive"] & (both | ~households["father_alive"] | ~father_only),
    )


def _with_parents(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add whether the parents are at home: alive, not away, not the one who left at a separation."""
    n = len(households)
    separated, mother_left = rng.random(n) < own.parents_separated, rng.random(n) >= own.mother_stays
    mother = households["mother_alive"] & ~households["mother_away"] & ~(separated & mother_left)
    father = households["father_alive"] & ~households["father_away"] & ~(separated & ~mother_left)
    alone = (mother ^ father) & ~households["migration"]
    return households.assign(
        mother_home=mother, father_home=father, has_step_parent=alone & (rng.random(n) < own.step_parent)
    )


def _with_others(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add the numbers of grandparents, non-relatives, aunts or uncles and other adults."""
    n, has_parent = len(households), households["mother_home"] | households["father_home"]
    kin = own.grandparents_if_no_parent, own.non_relative_if_no_parent
    carer = drawn([*kin, 1 - sum(kin)], rng.random(n))
    present = {name: ~has_parent & (carer == number) for number, name in enumerate(IF_NO_PARENT)}
    grandparents = present["n_grandparents"] | (has_parent & (rng.random(n) < own.grandparents_if_parent))
    return households.assign(
        n_grandparents=grandparents * (1 + (rng.random(n) < own.both_grandparents_share)),
        n_non_relatives=present["n_non_relatives"].astype(int),
        n_aunts_uncles=present["n_aunts_uncles"].astype(int),
        n_others=rng.poisson(own.other_adults_mean, n),
    )


def _log_normal(median: np.ndarray, sd_log: float, rng: np.random.Generator) -> pd.Series:
    return pd.Series(median * np.exp(rng.normal(0, sd_log, len(median))))


def _school_km(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.Series:
    """Return kilometres to a lower secondary school, communes and households around the median of town and country."""
    codes, _ = pd.factorize(households["commune_code"])
    commune = rng.normal(0, own.school_km_sd_log_commune, codes.max() + 1)[codes]
    median = np.where(households["is_urban"], own.school_km_urban, own.school_km_rural) * np.exp(commune)
    return _log_normal(median, own.school_km_sd_log, rng).round(1).clip(lower=0.1)
