"""Contact schedule: which contacts a tier asks for after a return, and which tier's schedule a return follows."""

import numpy as np
import pandas as pd

from analysis.study import Study

TIERS = ("high", "medium", "low")


def attach_tier(spells: pd.DataFrame, choices: Study) -> pd.DataFrame:
    """Add ``tier``, whose schedule is asked for: the worker's, or what ``study.toml`` says where that is not known."""
    known = spells["risk_level"].map(dict(choices.tier_of)).astype("str")
    is_abrupt = spells["return_kind"] == "abrupt"
    unknown = is_abrupt.map({True: choices.unknown_if_abrupt, False: choices.unknown}).astype("str")
    return spells.assign(tier=known.fillna(unknown))


def schedules(choices: Study) -> pd.DataFrame:
    """Return the contacts of every tier: the day due and the days on which it is on time, whole days after the return.

    The tolerance is a share of the interval since the contact before. Of the first contact every day from the one after
    the return on is in time: sooner than asked for is no fault.
    """
    return pd.concat([_of_tier(choices, tier) for tier in TIERS], ignore_index=True)


def _of_tier(choices: Study, tier: str) -> pd.DataFrame:
    due = [float(choices.days[tier]["first"])]
    for every, until in choices.days[tier]["then"]:
        while due[-1] + every <= until:
            due.append(due[-1] + every)
    days = np.round(due)
    slack = np.maximum(choices.least_tolerance_days, choices.tolerance_share * np.diff(days, prepend=0.0))
    opens = np.ceil(days - slack)
    opens[0] = 1
    return pd.DataFrame(
        {
            "tier": tier,
            "contact_no": np.arange(1, len(days) + 1),
            "due_days": days.astype("int64"),
            "from_days": opens.astype("int64"),
            "to_days": np.floor(days + slack).astype("int64"),
        }
    )
