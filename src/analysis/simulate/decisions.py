"""The decision of a household to place a child in residential care: a logistic model that is known to the letter.

log odds = intercept + drivers of the household + drivers of the child + effect of its commune. A child in care cannot
be placed. Living in care and earlier placements follow from the same log odds, so they are related as they are in life.
"""

import numpy as np
import pandas as pd
from scipy import special

from analysis.study import Study


def household_log_odds(households: pd.DataFrame, survey: Study) -> np.ndarray:
    """Return the part of the log odds that all children of a household share, its commune's effect included."""
    b, own = survey.placement, survey.households
    n_dead = (~households["mother_alive"]).astype(int) + ~households["father_alive"]
    return (
        b.intercept
        + households["id_poor"].map(
            {"level_1": b.poor_level_1, "level_2": b.poor_level_2, "at_risk": b.at_risk, "no": 0}
        )
        + b.log_school_km * np.log(households["school_distance_km"])
        + b.log_school_cost * np.log(households["school_cost_usd"] / own.school_cost_median_usd)
        + b.migration * households["migration"]
        + n_dead.map({0: 0, 1: b.one_parent_dead, 2: b.both_parents_dead})
        + b.violence * households["violence_in_home"]
        + b.per_child * (households["n_children"] - 1)
        + households["commune_effect"]
    ).to_numpy(dtype=float)


def _child_log_odds(children: pd.DataFrame, shared: np.ndarray, placement: Study) -> np.ndarray:
    """Return the log odds of each child before its earlier placements; ``shared`` is its household's part."""
    age = np.select(
        [children["age_years"] >= 13, children["age_years"] >= 4], [placement.age_13_17, placement.age_4_12], 0.0
    )
    return shared + age + placement.child_disability * children["disability"].to_numpy()


def decided(children: pd.DataFrame, shared: np.ndarray, placement: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return what became of each child: ``placed_before_12m``, ``placed_12m``, ``ever_in_rcf``, ``is_in_care``.

    Besides ``calls_it_boarding``, and ``chance``, its true probability of being placed within the 12 months: 0 if it
    was in care at their start.
    """
    n = len(children)
    log_odds = _child_log_odds(children, shared, placement)
    earlier_chance = np.minimum(placement.earlier_ratio * special.expit(log_odds), 0.9)
    was_placed = rng.random(n) < earlier_chance
    stays = was_placed & (rng.random(n) < placement.still_in_care)
    chance = np.where(stays, 0.0, special.expit(log_odds + placement.earlier_placement * was_placed))
    is_placed = rng.random(n) < chance
    is_in_care = stays | (is_placed & (rng.random(n) >= placement.back_within_12m))
    return pd.DataFrame(
        {
            "placed_before_12m": was_placed,
            "ever_in_rcf": was_placed | is_placed,
            "placed_12m": is_placed,
            "is_in_care": is_in_care,
            "calls_it_boarding": is_in_care & (rng.random(n) < placement.boarding_share),
            "chance": chance,
        },
        index=children.index,
    )


def any_child(chance: pd.Series, household: pd.Series) -> pd.Series:
    """Return the probability that at least one child of each ``household`` is placed."""
    return 1 - np.exp(np.log1p(-chance).groupby(household).sum())
