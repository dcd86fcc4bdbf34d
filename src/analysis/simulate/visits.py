"""Contacts after a return: when they were due by risk tier, when they were done, what was seen."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

CRITERIA = ("crit_health", "crit_education", "crit_food", "crit_relationship", "crit_violence")
TIERS = ("high", "medium", "low")


def schedule(choices: Study, tier: str) -> np.ndarray:
    """Return the days after the return on which contacts are due: a first day, then every so many days until a day."""
    due = [float(choices[tier].first)]
    for every, until in choices[tier].then:
        while due[-1] + every <= until:
            due.append(due[-1] + every)
    return np.round(due)


def next_contact(choices: Study, risk_level: pd.Series, days: np.ndarray) -> np.ndarray:
    """Return the day after the return of the first contact due on or after ``days``."""
    found = np.full(len(days), np.nan)
    for tier, rows in _by_tier(risk_level).items():
        due = np.append(schedule(choices, tier), np.inf)
        at = np.searchsorted(due[:-1], np.nan_to_num(days[rows], nan=0.0))
        found[rows] = np.where(np.isfinite(due[at]), due[at], days[rows])
    return found


def follow_ups(choices: Study, rng: np.random.Generator, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts due while a case is open, done or not; with the five criteria if the child was met."""
    due = _due(choices, cases, returns)
    return due.pipe(_done, choices, rng, cases).pipe(_seen, choices.visits, rng)


def _by_tier(risk_level: pd.Series) -> dict[str, np.ndarray]:
    """Return the rows of each tier; who was never assessed is visited like a middling case."""
    tier = risk_level.where(risk_level.isin(TIERS), "medium").to_numpy()
    return {name: np.flatnonzero(tier == name) for name in TIERS}


def _due(choices: Study, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts due while the case is open and, after a return, the child is thought to be at home."""
    followed = pd.concat([_at_home(returns), _elsewhere(cases)], ignore_index=True)
    closed = followed["case_no"].map(cases.set_index("case_no")["closed"])
    until = np.fmin(np.fmin(followed["until"], closed), draws.day(choices.last_day)).to_numpy()
    parts = []
    for tier, rows in _by_tier(followed["risk_level"]).items():
        offsets = schedule(choices.visits, tier)
        case = followed.iloc[np.repeat(rows, len(offsets))]
        days = case["since"].to_numpy() + np.tile(offsets, len(rows))
        open_then = (days >= case["care_start"].to_numpy()) & (days <= np.repeat(until[rows], len(offsets)))
        parts.append(case.assign(due=days)[open_then])
    return pd.concat(parts).sort_values(["case_no", "due"], kind="stable", ignore_index=True)


def _at_home(returns: pd.DataFrame) -> pd.DataFrame:
    """Return the returns that are followed; the contact that notices an end too late is the last."""
    known = returns[returns["is_accepted"]]
    columns = ["case_no", "care_start", "risk_level", "need", "had_package", "end"]
    return known[columns].assign(
        since=known["returned"],
        until=np.fmax(known["observed_until"], known["recorded_end"]),
        noticed=known["recorded_end"].where(known["recorded_end"] > known["end"]),
        is_home=True,
    )


def _elsewhere(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the cases of other programmes, followed from acceptance on by the same schedule."""
    others = cases[cases["is_accepted"] & (cases["programme"] != "reintegration")]
    columns = ["case_no", "risk_level", "need"]
    return others[columns].assign(
        **{"care_start": others["accepted"], "since": others["accepted"], "until": np.inf, "end": np.nan},
        **{"noticed": np.nan, "had_package": False, "is_home": False},
    )


def _done(due: pd.DataFrame, choices: Study, rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    n, visit = len(due), choices.visits
    share = due["risk_level"].map(dict(visit.done_share)).fillna(visit.done_share["medium"])
    late = np.floor(rng.lognormal(np.log(visit.late_days_median), visit.late_days_log_sd, n))
    early = np.floor(rng.random(n) * (visit.early_days + 1))
    lag = np.where(rng.random(n) < visit.early_share, -early, late)
    last = due["case_no"].map(cases.set_index("case_no")["closed"]).fillna(draws.day(choices.last_day))
    done = np.maximum(due["due"] + lag, due["care_start"] + 1)
    is_noticing = due["due"] == due["noticed"]
    done = done.mask(is_noticing, due["due"])
    is_done = ((rng.random(n) < share) & (done <= last)) | is_noticing
    mode = draws.words(rng, visit.modes, n)
    return due.assign(done=done.where(is_done), mode=np.where(is_done, mode, "unknown"))


def _seen(contacts: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    n = len(contacts)
    share = np.where(contacts["mode"] == "visit", choices.seen_share.visit, choices.seen_share.other)
    is_done = contacts["done"].notna().to_numpy()
    is_gone = (contacts["done"] >= contacts["end"]).to_numpy()
    met = (rng.random(n) < share) & is_done & ~is_gone
    rated = met & contacts["is_home"].to_numpy(dtype=bool)  # the five criteria belong to a return
    years = ((contacts["due"] - contacts["since"]) / draws.DAYS_PER_YEAR).to_numpy()
    base = choices.criteria.need * contacts["need"] + choices.criteria.year * years
    base = (base + choices.criteria.package * contacts["had_package"]).to_numpy(dtype=float)
    found = {name: rng.random(n) < 1 / (1 + np.exp(-(choices.criteria[name] + base))) for name in CRITERIA}
    n_met = sum(found.values())
    rating = np.select([n_met == 5, n_met == 4, n_met == 3], ["very_good", "good", "medium"], "weak").astype(object)
    ready = (n_met == 5) & (years >= choices.closing_after_years) & (rng.random(n) < choices.recommended_share)
    return contacts.assign(
        followup_no=contacts.groupby("case_no").cumcount() + 1,
        child_seen=pd.Series(met, dtype="boolean").mask(~is_done),
        **{name: pd.Series(flag, dtype="boolean").mask(~rated) for name, flag in found.items()},
        criteria_final=np.where(rated, rating, draws.BLANK),
        closure_recommended=pd.Series(ready, dtype="boolean").mask(~rated),
    )
