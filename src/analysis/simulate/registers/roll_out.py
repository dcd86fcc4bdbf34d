"""The roll-out of a prevention programme, one group of communes a year, and what it truly changes.

Entries of a commune and year are Poisson with mean children x rate; log rate = commune + decline common to all years +
the group's effect in that year. Trends are parallel on the log scale and levels differ by group, so that on the scale
of rates they are not parallel.
"""

import numpy as np
import pandas as pd

from analysis.study import Study


def build(parameters: Study, rng: np.random.Generator, communes: pd.DataFrame, size: float) -> pd.DataFrame:
    """Return one row a commune and year: counts, the true rate without the programme and the true rate ratio."""
    choices = parameters.registers.commune_years
    chosen = _chosen(choices, rng, communes, size)
    years = choices.first_year + np.arange(choices.n_years)
    rows = chosen.loc[chosen.index.repeat(len(years))].reset_index(drop=True)
    rows = rows.assign(year=np.tile(years, len(chosen)))
    since = rows["year"] - choices.first_year
    untreated = rows["base_per_100k_children"] * np.exp(choices.decline_year * since)
    ratio = rate_ratio(choices, rows["started_year"], rows["year"])
    n_entries = rng.poisson(rows["n_children"] * untreated * ratio / 100_000)
    runs = (rows["year"] >= rows["started_year"]).fillna(False).to_numpy(dtype=bool)
    n_families = rng.poisson(rows["n_children"] * choices.families_per_100k_children / 100_000)
    return rows.assign(
        untreated_per_100k_children=untreated,
        rate_ratio=ratio,
        n_entries=n_entries,
        n_families_supported=np.where(runs, n_families, 0),
        is_entries_blank=rng.random(len(rows)) < choices.entries_unknown_share,
        is_families_blank=rng.random(len(rows)) < choices.families_unknown_share,
    )


def rate_ratio(choices: Study, started_year: pd.Series, year: pd.Series) -> np.ndarray:
    """Return the true rate ratio of each group and year; 1 before the start and without the programme."""
    groups = list(choices.started_years)
    group = started_year.map({start: position for position, start in enumerate(groups)})
    runs = ((year >= started_year) & group.notna()).fillna(False).to_numpy(dtype=bool)
    of_group = group.fillna(0).to_numpy(dtype=int)
    years = np.minimum((year - started_year).fillna(0).to_numpy(dtype=float), choices.effect_years)
    effect = np.array(choices.effect_first)[of_group] + np.array(choices.effect_growth)[of_group] * years
    return np.where(runs, np.exp(effect), 1.0)


def _chosen(choices: Study, rng: np.random.Generator, communes: pd.DataFrame, size: float) -> pd.DataFrame:
    """Return the communes that keep the counts, the year the programme starts there, and their first true rate."""
    n = min(max(choices.least_communes, round(choices.n_communes * size)), len(communes))
    chosen = communes.iloc[np.sort(rng.choice(len(communes), n, replace=False))]
    chosen = chosen[["commune_code", "province_code", "n_children"]].reset_index(drop=True)
    groups = np.array(choices.started_years)
    position = np.full(n, len(groups))  # the last is never
    n_started = n - max(1, round(choices.never_share * n))
    position[rng.permutation(n)[:n_started]] = np.arange(n_started) % len(groups)
    earlier = np.maximum(len(groups) - 1 - position, 0)
    level = choices.earlier_ratio**earlier * np.exp(rng.normal(0, choices.commune_log_sd, n))
    started = pd.Series(np.append(groups, 0)[position], dtype="Int64")
    return chosen.assign(
        started_year=started.mask(started == 0), base_per_100k_children=choices.base_per_100k_children * level
    )
