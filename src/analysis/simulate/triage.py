"""Triage: the risk tier a worker gives, which is the family's need seen with an error."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study


def assess(episodes: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add ``risk_level`` and the day it was assessed, as they would be if the case were accepted."""
    n, need = len(episodes), choices.need
    seen = episodes["need"].to_numpy() + rng.normal(0, need.assessed_noise_sd, n)
    tier = np.select([seen > need.tier_cuts[1], seen > need.tier_cuts[0]], ["high", "medium"], "low")
    in_wave = episodes["in_wave"].to_numpy()
    tier[in_wave] = _ranked(seen[in_wave], choices.closure.tiers)
    tier = tier.astype(object)
    outside = (episodes["programme"] != "reintegration").to_numpy() & ~episodes["in_primero"].to_numpy()
    tier[outside & (rng.random(n) < need.no_action_share)] = "no_action"
    never = ~in_wave & (rng.random(n) < need.never_assessed_share)
    assessed = episodes["accepted"] + draws.uniform_days(rng, need.assessed_within_days, n)
    return episodes.assign(risk_level=np.where(never, "unknown", tier), risk_assessed=np.where(never, np.nan, assessed))


def _ranked(seen: np.ndarray, tiers: Study) -> np.ndarray:
    """Return tiers by rank, the most in need first, so that their shares are those of ``tiers``."""
    rank = np.argsort(np.argsort(-seen, kind="stable"), kind="stable")
    share = (rank + 0.5) / max(len(seen), 1)
    return np.select([share < tiers.high, share < tiers.high + tiers.medium], ["high", "medium"], "low")
