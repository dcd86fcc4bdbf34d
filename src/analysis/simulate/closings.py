"""Closings: how long a return is observed, when and why a case is closed."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

SEPARATIONS = ("residential", "other")


def observe(choices: Study, rng: np.random.Generator, returns: pd.DataFrame, latent: pd.DataFrame) -> pd.DataFrame:
    """Add until when each return is observed, what ends that, and whether its true end is seen (``is_seen``).

    A return of a case that was never accepted is not observed at all.
    """
    low, high = choices.closing.goals_met_months
    goals = returns["returned"] + rng.uniform(low, high, len(returns)) * draws.DAYS_PER_MONTH
    stops = pd.DataFrame(
        {
            "goals_met": np.floor(np.maximum(goals, returns["care_start"] + choices.closing.shortest_days)),
            "lost": np.floor(returns["care_start"] + latent["lost"]) + 1,
            "closed": np.floor(returns["care_start"] + latent["closed"]) + 1,
            "last_day": draws.day(choices.last_day),
        }
    )
    until = stops.min(axis=1)
    is_seen = returns["is_accepted"] & (returns["end"] <= until)
    return returns.assign(
        stop=np.where(is_seen, returns["end_state"], stops.idxmin(axis=1)),
        is_seen=is_seen,
        observed_until=np.where(is_seen, returns["end"], until.where(returns["is_accepted"], returns["returned"])),
    )


def close(choices: Study, rng: np.random.Generator, episodes: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Add ``closed`` (day), circumstance, reason and status of each episode."""
    last = returns.drop_duplicates("case_no", keep="last").set_index("case_no")
    stop = episodes["case_no"].map(last["stop"]).where(episodes["is_accepted"])
    stop_day = episodes["case_no"].map(last["observed_until"])
    at_home = stop.notna().to_numpy()
    closed = np.where(at_home, stop_day + _delay(choices.closing, rng, stop), _other_closing(choices, rng, episodes))
    closed = np.where(episodes["is_accepted"], closed, episodes["decided"].mask(episodes["is_pending"]))
    closed = np.where((stop == "last_day") | (closed > draws.day(choices.last_day)), np.nan, np.floor(closed))
    is_closed = np.isfinite(closed)
    reason = np.where(at_home, _reason(choices.closing, rng, stop), _other_reason(choices, rng, episodes))
    reason = _second_reason(choices.closing, rng, reason, episodes)
    circumstance = np.where(episodes["is_accepted"], "exited", "rejected")
    return episodes.assign(
        closed=closed,
        closure_circumstance=np.where(is_closed, circumstance, draws.BLANK),
        closure_reason=np.where(is_closed, reason, draws.BLANK),
        status=_status(choices, episodes, is_closed),
    )


def _delay(closing: Study, rng: np.random.Generator, stop: pd.Series) -> np.ndarray:
    mean = stop.map(dict(closing.days_after)).fillna(0.0).to_numpy(dtype=float)
    return np.ceil(rng.exponential(size=len(stop)) * mean)


def _other_closing(choices: Study, rng: np.random.Generator, episodes: pd.DataFrame) -> np.ndarray:
    """Return when a case without a return is closed; reintegration cases wait until the return they prepare."""
    low, high = choices.closing.other_programme_months
    day = episodes["accepted"] + rng.uniform(low, high, len(episodes)) * draws.DAYS_PER_MONTH
    turns_18 = episodes["birth_day"] + 18 * draws.DAYS_PER_YEAR
    return np.fmax(np.fmin(day, turns_18), episodes["accepted"] + choices.closing.shortest_days).to_numpy()


def _reason(closing: Study, rng: np.random.Generator, stop: pd.Series) -> np.ndarray:
    n = len(stop)
    by_stop = {
        "goals_met": "goals_met",
        "aged_out": "no_longer_eligible",  # neither system has a word for it
        "died": "died",
        "moved": draws.words(rng, closing.moved_reasons, n),
        "lost": draws.words(rng, closing.lost_reasons, n),
        "closed": draws.words(rng, closing.early_reasons, n),
        **dict.fromkeys(SEPARATIONS, draws.words(rng, closing.separated_reasons, n)),
    }
    words = [np.broadcast_to(np.asarray(word, dtype=object), n) for word in by_stop.values()]
    return np.select([(stop == name).to_numpy() for name in by_stop], words, "other")


def _other_reason(choices: Study, rng: np.random.Generator, episodes: pd.DataFrame) -> np.ndarray:
    n = len(episodes)
    ended = draws.words(rng, choices.closing.other_programme_reasons, n)
    ended = np.where(episodes["programme"] == "reintegration", "no_longer_eligible", ended)  # nobody to go home to
    return np.where(episodes["is_accepted"], ended, draws.words(rng, choices.closing.rejected_reasons, n))


def _second_reason(closing: Study, rng: np.random.Generator, reason: np.ndarray, episodes: pd.DataFrame) -> np.ndarray:
    several = (rng.random(len(reason)) < closing.second_reason_share) & ~episodes["in_primero"].to_numpy()
    return np.where(several & (reason != "other") & (reason != "died"), reason + "|other", reason)


def _status(choices: Study, episodes: pd.DataFrame, is_closed: np.ndarray) -> np.ndarray:
    is_new = (episodes["accepted"] > draws.day(choices.last_day) - 30).to_numpy()
    accepted = np.where(is_new, "accepted", "active")
    return np.where(is_closed, "closed", np.where(episodes["is_accepted"], accepted, "referred"))
