"""Returns as rows under observation: entry, exit and what ended them, as estimators of competing ends take them.

A return is under observation on (entry, exit], in days after it: from acceptance on, as who failed before was never
enrolled. An end that bears the day of a contact came between the last contact at home and that one; ``exit`` is the
day written, or the middle. Splits, outcomes and rules stand in study.toml under ``re_separation``.
"""

import numpy as np
import pandas as pd

from analysis.study import Study

UNKNOWN = "unknown"
RECORDED, MIDPOINT = "recorded", "midpoint"
DATED = ("aged_out", "died")  # states whose day is that of the event, whoever notices it when
OTHER_TYPES = "other types"
TYPES_APART = ("rci", UNKNOWN)  # types of facility told apart; few children leave any other
LABELS = {  # split: its name and its levels in words, in the order they are told
    "return_kind": ("How they came home", {"planned": "Planned", "abrupt": "Abrupt"}),
    "risk_level": (
        "Worker's risk tier",
        {"high": "High", "medium": "Medium", "low": "Low", "no_action": "No action"},
    ),
    "age_band": ("Age at return", {}),
    "sex": ("Sex", {"female": "Girls", "male": "Boys", "other": "Other"}),
    "facility_type": ("Facility they left", {"rci": "Residential care institution", OTHER_TYPES: "Other type"}),
}
NOT_KNOWN, OR_UNKNOWN = "Not recorded", " or unknown"
QUESTION = 1  # the cause whose curves are told by level: back in residential care


def rows_of(spells: pd.DataFrame, study: Study, reading: str) -> pd.DataFrame:
    """Return one row a return as ``under_observation``, with state, last_known and the splits.

    ``last_known``: the last day known to be free of the end, missing where no contact tells.
    """
    splits = {split: level_of(spells, split) for split in study.re_separation.splits}
    rows = under_observation(spells, study, reading)
    return rows.assign(state=spells["state"].astype("str"), last_known=_last_known(spells), **splits)


def under_observation(spells: pd.DataFrame, study: Study, reading: str) -> pd.DataFrame:
    """Return entry, exit, cause (0 censored, then by outcome), agency and sibling_group of each return.

    ``reading`` of the day of ends that were noticed at a contact: RECORDED or MIDPOINT.
    """
    cause = np.zeros(len(spells), "int64")
    for code, states in enumerate(study.re_separation.outcomes.values(), start=1):
        cause[spells["state"].isin(states)] = code
    return pd.DataFrame(
        {
            "entry": spells["entry_days"].astype("float64"),
            "exit": _exits(spells, cause > 0, reading),
            "cause": cause,
            "agency": spells["agency"].astype("str"),
            "sibling_group": spells["sibling_group"].astype("str"),
        },
        index=spells.index,
    )


def level_of(spells: pd.DataFrame, split: str) -> pd.Series:
    """Return the level of each return in ``split``; types of facility that few leave are joined."""
    level = spells[split].astype("str").fillna(UNKNOWN)
    return level.where(level.isin(TYPES_APART), OTHER_TYPES) if split == "facility_type" else level


def with_few_joined(rows: pd.DataFrame, split: str, study: Study) -> pd.Series:
    """Return the levels of ``split``, those not recorded joined with the smallest level if they are few.

    Few returns, or few back in care: alone they could not be published, and would take another level with them.
    """
    level, least = rows[split], study.disclosure.least_rows
    unknown, others = level == UNKNOWN, level[level != UNKNOWN].value_counts().sort_index()
    few = [unknown.sum(), (unknown & (rows["cause"] == QUESTION)).sum()]
    if others.empty or not any(0 < n < least for n in few):
        return level
    smallest = others.idxmin()
    return level.replace([smallest, UNKNOWN], smallest + OR_UNKNOWN)


def levels(split: str, study: Study, level: pd.Series) -> list[str]:
    """Return all levels of ``split`` in the order they are told, as they are called in ``level``."""
    named = list(LABELS[split][1]) or list(study.disclosure.age_bands)
    there = set(level)
    joined = [name + OR_UNKNOWN if name + OR_UNKNOWN in there else name for name in named]
    return joined if any(name.endswith(OR_UNKNOWN) for name in joined) else [*joined, UNKNOWN]


def name_of(split: str) -> str:
    """Return a split in words."""
    return LABELS[split][0]


def label_of(split: str, level: str) -> str:
    """Return a level in words."""
    if level == UNKNOWN:
        return NOT_KNOWN
    alone = level.removesuffix(OR_UNKNOWN)
    label = LABELS[split][1].get(alone, alone)
    return label if alone == level else f"{label} or {NOT_KNOWN.lower()}"


def first_day(rows: pd.DataFrame, level: pd.Series, study: Study) -> int | None:
    """Return the day from which every level has enough returns under observation; ``None`` where none ever has.

    Levels that are to be compared start on the same day. One that has not enough by the first day told of a curve
    delays no other.
    """
    choices = study.re_separation
    days = np.arange(0, min(study.disclosure.curve_days), choices.start_every_days)
    found = [_first_enough(own, days, choices.least_at_risk) for _, own in rows.groupby(level, sort=True)]
    reached = [day for day in found if day is not None]
    return max(reached) if reached else None


def from_day(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the returns still under observation after ``day``, from then on."""
    return rows[rows["exit"] > day].assign(entry=lambda later: later["entry"].clip(lower=day))


def _first_enough(rows: pd.DataFrame, days: np.ndarray, least: int) -> int | None:
    n = ((rows["entry"].to_numpy() <= days[:, None]) & (rows["exit"].to_numpy() > days[:, None])).sum(axis=1)
    return int(days[np.argmax(n >= least)]) if (n >= least).any() else None


def _exits(spells: pd.DataFrame, is_event: np.ndarray, reading: str) -> pd.Series:
    """Return the day of each exit. Where no contact is recorded, nobody can tell late from not: the day written."""
    written = spells["days"].astype("float64")
    if reading == RECORDED:
        return written
    is_late = is_event & ~spells["state"].isin(DATED) & spells["noticed_late"].fillna(value=False).astype(bool)
    at_home = np.fmax(spells["last_home_days"].astype("float64"), spells["entry_days"].astype("float64"))
    return written.mask(is_late, (np.minimum(at_home, written) + written) / 2)


def _last_known(spells: pd.DataFrame) -> pd.Series:
    """Return the day before ends whose day is known; of others the last contact at home, missing without one."""
    is_dated = spells["state"].isin(DATED) | ~spells["noticed_late"].fillna(value=True).astype(bool)
    return spells["last_home_days"].astype("float64").mask(is_dated, spells["days"].astype("float64") - 1)
