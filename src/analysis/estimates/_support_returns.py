"""Which returns are compared for the effect of support: who is eligible, in which arm, and what was known before.

Time zero is the end of the days of grace: who is compared was at home and under observation then, and had begun the
package by then or not. Nobody had to stay at home in order to be in an arm (no immortal time). Levels of a covariate
that hardly anybody of an arm has are left out: nobody there is enough alike.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.study import Study

TIERS = ("low", "medium", "high")
RESIDENTIAL, MOVED = "residential", "moved"
CENSORED = ("lost", "with_family", "administrative")  # observation ends, the stay at home as far as is known does not
UNKNOWN = "unknown"
COVARIATES = {  # level of each covariate, in words
    "tier": {tier: f"Risk tier {tier}" for tier in TIERS} | {UNKNOWN: "Risk tier unknown"},
    "age": {"younger": "Younger", "adolescent": "Adolescent", UNKNOWN: "Age unknown"},
    "kind": {"planned": "Planned return", "abrupt": "Abrupt return", UNKNOWN: "Kind of return unknown"},
    "sex": {"female": "Girl", "male": "Boy", "other": "Another sex", UNKNOWN: "Sex unknown"},
    "earlier": {"first": "First return", "repeat": "Repeated return"},
    "system": {"primero": "Kept in Primero", "elsewhere": "Kept in another system"},
}
NOT_RECORDED, NOT_FOLLOWED, NOBODY_ALIKE = "support not recorded", "ended before", "nobody alike"
WITH, WITHOUT = "with the package", "without the package"
FATES = (WITH, WITHOUT, NOT_RECORDED, NOT_FOLLOWED, NOBODY_ALIKE)


@dataclass(frozen=True, eq=False)
class Compared:
    """Returns that are compared, one row each: ``days`` from time zero, ``state``, ``treated``, agency and siblings.

    ``columns``: indicators of all levels of the covariates but the commonest; ``levels``: of all. ``fates``: of every
    return, what became of it in the comparison.
    """

    returns: pd.DataFrame
    columns: pd.DataFrame
    levels: pd.DataFrame
    fates: pd.Series

    @property
    def treated(self) -> np.ndarray:
        """Whether each return had the package (n,)."""
        return self.returns["treated"].to_numpy(dtype=bool)

    @property
    def is_lost(self) -> np.ndarray:
        """Whether observation ended while the child was at home (n,)."""
        return self.returns["state"].isin(CENSORED).to_numpy()


def compared(
    spells: pd.DataFrame,
    support_episodes: pd.DataFrame,
    study: Study,
    *,
    grace_days: int | None = None,
    least_services: int | None = None,
    by_agency: bool = False,
) -> Compared:
    """Return the comparison with the days of grace and services of ``study``, or others.

    ``by_agency``: agencies are a covariate, in place of the system that each of them uses.
    """
    choices = study.support_effect
    grace = choices.grace_days if grace_days is None else grace_days
    least = choices.least_services if least_services is None else least_services
    known = spells.merge(support_episodes, on="spell_id", validate="1:1").pipe(_with_levels, choices)
    has_begun = known["n_services"] >= least if least_services else known["package_days"] <= grace
    known = known.assign(days=known["days"] - known["entry_days"] - grace, treated=has_begun.fillna(False).astype(bool))
    fates = pd.Series(np.where(known["treated"], WITH, WITHOUT), index=known.index)
    fates = fates.mask(known["days"] <= 0, NOT_FOLLOWED).mask(~known["is_recorded"].astype(bool), NOT_RECORDED)
    names = [*(name for name in COVARIATES if name != "system"), "agency"] if by_agency else [*COVARIATES]
    eligible = known[fates.isin((WITH, WITHOUT))]
    kept = eligible[_alike(eligible, names, choices.least_per_level)]
    fates = fates.mask(fates.isin((WITH, WITHOUT)) & ~fates.index.isin(kept.index), NOBODY_ALIKE)
    kept = kept.reset_index(drop=True)
    levels = _levels(kept, names)
    is_commonest = ~pd.Index([name.partition("/")[0] for name in levels]).duplicated()
    return Compared(kept, levels.loc[:, ~is_commonest], levels, fates)


def ever_supported(spells: pd.DataFrame, support_episodes: pd.DataFrame, study: Study) -> Compared:
    """Return the comparison often made: from the first day observed, by whether the package ever began.

    Who stayed long had more time to get it: that time is immortal, and the package looks better than it is.
    """
    known = spells.merge(support_episodes, on="spell_id", validate="1:1").pipe(_with_levels, study.support_effect)
    recorded = known[known["is_recorded"].astype(bool)].reset_index(drop=True)
    ever = recorded["n_services_ever"] >= study.support_effect.least_services
    returns = recorded.assign(days=recorded["days"] - recorded["entry_days"], treated=ever.astype(bool))
    none = pd.DataFrame(index=returns.index)
    return Compared(returns, none, none, pd.Series(np.where(ever, WITH, WITHOUT)))


def in_words(column: str) -> str:
    """Return the words for a level of a covariate, as ``tier/high``."""
    name, _, level = column.partition("/")
    return COVARIATES[name].get(level, level)


def _with_levels(spells: pd.DataFrame, choices: Study) -> pd.DataFrame:
    is_older = (spells["age_years"] >= choices.adolescent_from_years).fillna(False).astype(bool)
    return spells.assign(
        tier=spells["risk_level"].where(spells["risk_level"].isin(TIERS), UNKNOWN),
        age=is_older.map({True: "adolescent", False: "younger"}).mask(spells["age_years"].isna(), UNKNOWN),
        kind=spells["return_kind"],
        earlier=np.where(spells["is_repeat"].astype(bool), "repeat", "first"),
        system=np.where(spells["source_system"] == "primero", "primero", "elsewhere"),
    )


def _alike(returns: pd.DataFrame, names: list[str], least: int) -> np.ndarray:
    """Return which rows (n,) have only levels that at least so many of each arm have; leaving some out thins others."""
    treated, kept, n_before = returns["treated"].to_numpy().astype(int), np.ones(len(returns), dtype=bool), -1
    codes = [pd.factorize(returns[name])[0] for name in names]
    while kept.sum() != n_before:
        n_before = kept.sum()
        for of_rows in codes:
            in_arms = np.zeros((of_rows.max(initial=0) + 1, 2))
            np.add.at(in_arms, (of_rows[kept], treated[kept]), 1)
            kept &= (in_arms.min(axis=1) >= least)[of_rows]
    return kept


def _levels(returns: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return an indicator of each level of each covariate, the commonest level of each first."""
    found = {}
    for name in names:
        codes, levels = pd.factorize(returns[name])
        order = np.argsort(-np.bincount(codes, minlength=len(levels)), kind="stable")
        found |= {f"{name}/{levels[place]}": (codes == place).astype(float) for place in order}
    return pd.DataFrame(found, index=returns.index)
