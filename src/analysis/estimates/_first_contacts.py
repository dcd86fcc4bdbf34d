"""First contacts after a return: how soon, with ends of the spell before any contact as competing ends."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.models.survival.incidence import Incidence, incidence
from analysis.study import Study

CONTACT, ENDED = 1, 2
CENSORED = ("administrative", "lost")  # somebody may still come, or came and nobody knows of it
OUTCOME, MEDIAN = "first contact", "half of the returns"
OWN_DAY, SHARE, HALF = "by the day asked for", "share of returns", 0.5
LEAST_AGENCIES = 2
Row = dict[str, Any]


def waits(followed_returns: pd.DataFrame) -> pd.DataFrame:
    """Return one row a return under observation before its first contact: entry, exit and cause, in days.

    Who was contacted before the observation began is in no row: such a return could not have been seen to wait.
    """
    told = followed_returns[followed_returns["has_contact_records"]]
    ended = pd.Series(ENDED, told.index).mask(told["state"].isin(CENSORED), 0)
    told = told.assign(
        exit_days=told["first_contact_days"].fillna(told["days"]),
        cause=ended.mask(told["first_contact_days"].notna(), CONTACT),
    )
    return told[told["exit_days"] > told["entry_days"]]


def rows(waiting: pd.DataFrame, choices: Study, confidence: float) -> list[Row]:
    """Return the shares contacted by the day the tier asks for and by one day for all, and the median time."""
    n_agencies = waiting["agency"].nunique()
    sizes = {"outcome": OUTCOME, "n": len(waiting), "n_agencies": n_agencies}
    found = _told(waiting, choices, confidence) if len(waiting) else [None] * 3
    spread = (
        f"interval over agencies, {confidence:.0%}" if n_agencies >= LEAST_AGENCIES else "one agency, so no interval"
    )
    if n_agencies < LEAST_AGENCIES:
        found = [told and {"estimate": told["estimate"]} for told in found]
    note = f"Aalen-Johansen, the end of the spell competing; {spread}"
    named = [(OWN_DAY, SHARE), (f"by day {choices.first_contact_days}", SHARE), (MEDIAN, "days")]
    return [
        {**sizes, **(told or {}), "stretch": stretch, "scale": scale, "position": f"{place:02d}", "note": note}
        for place, (told, (stretch, scale)) in enumerate(zip(found, named, strict=True))
    ]


def _told(waiting: pd.DataFrame, choices: Study, confidence: float) -> list[Row | None]:
    """Return the three numbers; none where those who still waited at some day until then stand for too few returns.

    Where most entered late, the curve hangs on a few.
    """
    by, last_due = choices.first_contact_days, waiting["first_due_days"].to_numpy("float64")
    days = _incidence(waiting, 1.0, np.arange(1, choices.longest_wait_days + 1))
    own = _incidence(waiting, last_due, [1.0])
    found = [(int(last_due.max()), _at(own, 0, confidence)), (by, _at(days, by - 1, confidence))]
    found.append(_median(days, confidence))
    return [told if _enough(days, until, choices.least_at_risk) else None for until, told in found]


def _enough(days: Incidence, until: int, least: int) -> bool:
    """Return whether those at risk, over the share still waiting, were ``least`` on every day up to ``until``."""
    before = np.concatenate([[1.0], days.free[: until - 1]])
    waits = before > 0
    return bool((days.n_at_risk[:until][waits] / before[waits] >= least).all())


def _incidence(waiting: pd.DataFrame, unit: np.ndarray | float, times: Any) -> Incidence:
    """Return the incidence of a first contact at ``times``, in units of days, or of the days that each may wait."""
    agencies = waiting["agency"].to_numpy()
    clusters = agencies if (agencies != agencies[0]).any() else None
    entry, ended = (waiting[column].to_numpy("float64") / unit for column in ("entry_days", "exit_days"))
    return incidence(entry, ended, waiting["cause"].to_numpy(), 2, times, clusters=clusters)


def _at(found: Incidence, place: int, confidence: float) -> Row:
    low, high = found.interval(confidence)
    return {"estimate": found.estimates[place, 0], "ci_low": low[place, 0], "ci_high": high[place, 0]}


def _median(found: Incidence, confidence: float) -> tuple[int, Row]:
    """Return the first day by which half had a contact, and until when it looks; its ends are those of the interval."""
    low, high = found.interval(confidence)
    curves = {"estimate": found.estimates[:, 0], "ci_low": high[:, 0], "ci_high": low[:, 0]}
    days = {name: _first_day(found.times, curve) for name, curve in curves.items()}
    return int(days["estimate"] or found.times[-1]), days


def _first_day(times: np.ndarray, curve: np.ndarray) -> float | None:
    reached = times[np.nan_to_num(curve) >= HALF]
    return float(reached[0]) if len(reached) else None
