"""True spells at home: how long each return lasts and how it ends.

Each cause of ending has its own hazard: a baseline that changes with time at home, times the exponential of what
weighs on the return (need, an unplanned return, age, sex, a return after a failed one, the support package), of its
agency and of its sibling group. The earliest cause wins; turning 18 and the end of observation come on fixed days.
Losing contact and the agency's own closing end what is known of a spell, not the spell.
"""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

ENDS = ("residential", "other", "died", "moved")  # besides aged_out, which is not drawn
OBSERVATION_ENDS = ("lost", "closed")
MONTHS_PER_RATE = 100  # hazards are per 100 child-months
NEVER = np.inf
WEIGHING = ("need", "is_abrupt", "adolescent", "female", "repeat", "agency_effect")  # on every hazard


def exposures(choices: Study, rng: np.random.Generator, spells: pd.DataFrame) -> pd.DataFrame:
    """Return what chance decides of each spell: a standard exponential draw a cause, and the sibling group's effect.

    Kept apart from ``latent_days`` so that the same fate can be asked with and without a package.
    """
    drawn = {cause: rng.exponential(size=len(spells)) for cause in (*ENDS, *OBSERVATION_ENDS)}
    code, groups = pd.factorize(spells["sibling_group"])
    drawn["siblings"] = rng.normal(0, choices.hazards.sibling_sd, len(groups))[code]
    return pd.DataFrame(drawn, index=spells.index)


def latent_days(choices: Study, exposures: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Return, for each spell, the days from return to each cause of ending if it were the only one.

    ``spells`` has need, is_abrupt, adolescent, female, repeat, agency_effect, had_package and ``package_after`` (days
    from return to the package's start; a package works from then on).
    """
    return pd.DataFrame(
        {cause: _days(choices, cause, exposures, spells) for cause in (*ENDS, *OBSERVATION_ENDS)},
        index=spells.index,
    )


def first_end(choices: Study, latent: pd.DataFrame, returned: np.ndarray, birthday: np.ndarray) -> pd.DataFrame:
    """Return the true ``end`` (day; missing if at home on the last day) and ``end_state`` of each spell."""
    days = latent[list(ENDS)].assign(aged_out=np.maximum(birthday - returned, 1.0))
    first, cause = days.min(axis=1).to_numpy(), days.idxmin(axis=1).to_numpy()
    end = np.floor(returned) + np.maximum(np.ceil(first), 1)
    at_home = end > draws.day(choices.last_day)
    state = np.where(at_home, "with_family", cause)
    return pd.DataFrame({"end": np.where(at_home, np.nan, end), "end_state": state}, index=latent.index)


def package_propensity(choices: Study, spells: pd.DataFrame) -> np.ndarray:
    """Return the probability that a return gets the support package, from what was recorded before it starts.

    With a weight on need (0 unless changed) workers see more than they record: the part of need that no system holds
    then confounds beyond repair.
    """
    odds = choices.package.propensity
    log_odds = (
        odds.always
        + odds.high * (spells["risk_level"] == "high")
        + odds.medium * (spells["risk_level"] == "medium")
        + odds.adolescent * spells["adolescent"]
        + odds.abrupt * spells["is_abrupt"]
        + odds.need * spells["need"]
    )
    return 1 / (1 + np.exp(-log_odds.to_numpy(dtype=float)))


def cumulative_hazard(choices: Study, cause: str, days: np.ndarray) -> np.ndarray:
    """Return the baseline cumulative hazard of ``cause`` at ``days`` at home."""
    breaks, sums = _baseline(choices.hazards, cause)
    return np.interp(days, breaks, sums)


def log_ratio(choices: Study, cause: str, spells: pd.DataFrame) -> np.ndarray:
    """Return the log hazard ratio of each spell before a package and without its sibling group's share."""
    effects, limit = choices.effects[cause], choices.hazards.worst_need
    own = {name: spells[name].to_numpy(dtype=float) for name in WEIGHING}
    return (
        effects.need * np.clip(own["need"], -limit, limit)
        + effects.abrupt * own["is_abrupt"]
        + effects.adolescent * own["adolescent"]
        + effects.female * own["female"]
        + effects.repeat * own["repeat"]
        + effects.agency * own["agency_effect"]
    )


def _days(choices: Study, cause: str, exposures: pd.DataFrame, spells: pd.DataFrame) -> np.ndarray:
    """Invert the cumulative hazard at the exponential draws, with the package from its start on."""
    breaks, sums = _baseline(choices.hazards, cause)
    effects = choices.effects[cause]
    ratio = np.exp(log_ratio(choices, cause, spells) + effects.siblings * exposures["siblings"].to_numpy())
    needed = exposures[cause].to_numpy() / ratio  # baseline hazard to be gone through
    before = np.interp(spells["package_after"].to_numpy(dtype=float), breaks, sums)
    helped = spells["had_package"].to_numpy(dtype=bool) & (needed > before)
    needed = np.where(helped, before + (needed - before) / np.exp(effects.package), needed)
    return np.interp(needed, sums, breaks, right=NEVER)


def _baseline(hazards: Study, cause: str) -> tuple[np.ndarray, np.ndarray]:
    """Return break days and the baseline cumulative hazard there, up to a century."""
    months = np.array([*hazards.months, 1200], dtype=float)
    gained = np.diff(months) * np.array(hazards[cause]) / MONTHS_PER_RATE
    return months * draws.DAYS_PER_MONTH, np.concatenate([[0.0], gained.cumsum()])
