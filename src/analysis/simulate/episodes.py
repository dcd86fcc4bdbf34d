"""Episodes: the course of a child's case from referral to closing, and the returns home in it.

Days are day numbers, missing where something did not happen. What is drawn for a sibling group is the same for all of
its children. A child whose unplanned return fails before the case is accepted is never enrolled: who is followed has
been at home for some days already (left truncation), as in real records.
"""

import numpy as np
import pandas as pd

from analysis.simulate import closings, draws, spells, triage
from analysis.study import Study


def run(choices: Study, rng: np.random.Generator, episodes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``episodes`` with their course, and the returns home of their children (one row a return).

    ``episodes`` has case_no, child_id, household_id, agency, agency_effect, programme, in_wave, first_seen, birth_day,
    sex, need and ``repeat`` (it follows a failed return).
    """
    begun = episodes.pipe(_with_referral, choices, rng).pipe(triage.assess, choices, rng)
    going_home = begun[(begun["programme"] == "reintegration") & ~begun["never_home"]]
    fates = spells.exposures(choices, rng, _spells_of(going_home))
    decided = _with_decision(begun, choices, rng, _failed_before(choices, fates, going_home))
    returns = _first_returns(choices, rng, decided.loc[going_home.index], fates)
    again = _second_returns(choices, rng, decided, returns)
    returns = pd.concat([returns, again], ignore_index=True)
    return closings.close(choices, rng, decided, returns), returns


def _with_referral(episodes: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add when the child was referred and whether and when it goes home: ``returned`` if a plan is carried out."""
    referral, closure = choices.referral, choices.closure
    n, group = len(episodes), _groups(episodes)
    in_wave, seen = episodes["in_wave"].to_numpy(), episodes["first_seen"].to_numpy()
    closed_on = draws.day(closure.closed_on)
    referred = np.where(in_wave, closed_on + draws.uniform_days(rng, closure.referred_within_days, n), seen)
    accepted = referred + draws.uniform_days(rng, referral.accepted_within_days, n)
    share = np.where(in_wave, closure.home_at_once_share, np.where(episodes["repeat"], 0.0, referral.abrupt_share))
    is_abrupt = (episodes["programme"] == "reintegration") & (_shared(rng.random(n), group) < share)
    lead = np.floor(_shared(rng.random(n), group) * referral.abrupt_referred_within_days) + 1
    at_once = np.minimum(closed_on + np.floor(_shared(rng.random(n), group) * (closure.home_within_days + 1)), referred)
    abrupt_day = np.where(in_wave, at_once, referred - lead)
    weeks = rng.gamma(referral.preparation_shape, referral.preparation_days / referral.preparation_shape, n)
    planned_day = np.floor(_highest(accepted, group) + _shared(weeks, group)) + 1
    return episodes.assign(
        sibling_group=episodes["household_id"] + "/" + episodes["case_no"].groupby(group).transform("min").astype(str),
        referred=referred,
        accepted=accepted,
        is_abrupt=is_abrupt,
        never_home=~is_abrupt & (_shared(rng.random(n), group) < referral.never_home_share),
        returned=np.where(is_abrupt, abrupt_day, planned_day),
    )


def _with_decision(
    episodes: pd.DataFrame, choices: Study, rng: np.random.Generator, failed_before: np.ndarray
) -> pd.DataFrame:
    """Add whether the case was accepted, rejected or is pending; of a whole wave ``n_enrolled`` are accepted."""
    n, last_day = len(episodes), draws.day(choices.last_day)
    failed = episodes["case_no"].isin(failed_before).to_numpy()
    is_pending = (episodes["referred"] > last_day - choices.referral.pending_days).to_numpy()
    is_rejected = failed | (rng.random(n) < choices.referral.rejected_share)
    in_wave = episodes["in_wave"].to_numpy()
    chance = np.where(in_wave & ~failed, rng.random(n), np.inf)
    n_enrolled = round(choices.closure.n_enrolled / max(choices.closure.n_identified, 1) * in_wave.sum())
    is_enrolled = np.argsort(np.argsort(chance, kind="stable"), kind="stable") < n_enrolled
    is_undecided = in_wave & ~is_enrolled & (rng.random(n) < choices.closure.undecided_share)
    is_accepted = np.where(in_wave, is_enrolled, ~is_pending & ~is_rejected)
    return episodes.assign(
        is_accepted=is_accepted,
        is_pending=np.where(in_wave, is_undecided, is_pending),
        accepted=episodes["accepted"].where(is_accepted),
        decided=episodes["accepted"],
    )


def _failed_before(choices: Study, fates: pd.DataFrame, going_home: pd.DataFrame) -> np.ndarray:
    """Return the cases whose unplanned return ended before they could be accepted."""
    latent = spells.latent_days(choices, fates, _spells_of(going_home))
    ends = spells.first_end(choices, latent, going_home["returned"].to_numpy(), _birthday(going_home))
    return going_home.loc[(ends["end"] <= going_home["accepted"]).to_numpy(), "case_no"].to_numpy()


def _first_returns(
    choices: Study, rng: np.random.Generator, episodes: pd.DataFrame, fates: pd.DataFrame
) -> pd.DataFrame:
    last_day = draws.day(choices.last_day)
    happened = (episodes["is_abrupt"] | episodes["is_accepted"]) & (episodes["returned"] < last_day)
    happened &= episodes["returned"].to_numpy() < _birthday(episodes)
    return _followed(choices, rng, episodes[happened.to_numpy()], fates[happened.to_numpy()])


def _second_returns(
    choices: Study, rng: np.random.Generator, episodes: pd.DataFrame, returns: pd.DataFrame
) -> pd.DataFrame:
    """Return the second returns: children back in care whom the agency, still at work, brings home again."""
    seen = returns[returns["is_seen"] & returns["end_state"].isin(("residential", "other"))]
    shape = choices.referral.again_home_shape
    days = rng.gamma(shape, choices.referral.again_home_days / shape, len(seen)) + 1
    back = seen.assign(returned=np.floor(seen["end"] + days), is_abrupt=False, repeat=True)
    chosen = rng.random(len(seen)) < choices.referral.again_home_share
    chosen &= (back["returned"] < draws.day(choices.last_day)).to_numpy() & (
        back["returned"] < _birthday(back)
    ).to_numpy()
    columns = [*episodes.columns]
    back = back.loc[chosen, columns]
    return _followed(choices, rng, back, spells.exposures(choices, rng, _spells_of(back)))


def _followed(choices: Study, rng: np.random.Generator, episodes: pd.DataFrame, fates: pd.DataFrame) -> pd.DataFrame:
    """Return ``episodes`` with the true end of their return and how long it was observed."""
    going = _spells_of(episodes)
    propensity = np.where(episodes["is_accepted"], spells.package_propensity(choices, going), 0.0)
    going = going.assign(had_package=rng.random(len(going)) < propensity)
    latent = spells.latent_days(choices, fates, going)
    ends = spells.first_end(choices, latent, episodes["returned"].to_numpy(), _birthday(episodes))
    ended = episodes.assign(
        had_package=going["had_package"],
        package_propensity=propensity,
        care_start=np.fmax(episodes["returned"], episodes["accepted"]),
        end=ends["end"],
        end_state=ends["end_state"],
    )
    return closings.observe(choices, rng, ended, latent)


def _spells_of(episodes: pd.DataFrame) -> pd.DataFrame:
    """Return ``episodes`` with the columns that hazards rest on, as yet without a package."""
    return episodes.assign(
        adolescent=(episodes["returned"] - episodes["birth_day"]) / draws.DAYS_PER_YEAR >= 13,
        female=episodes["sex"] == "female",
        had_package=False,
        package_after=np.maximum(episodes["accepted"].fillna(0) - episodes["returned"], 0),
    )


def _birthday(episodes: pd.DataFrame) -> np.ndarray:
    """Return the day each child turns 18."""
    return np.floor(episodes["birth_day"].to_numpy() + 18 * draws.DAYS_PER_YEAR)


def _groups(episodes: pd.DataFrame) -> np.ndarray:
    """Return the sibling group of each episode: children of a household who are referred in the same weeks."""
    return pd.factorize(pd.MultiIndex.from_frame(episodes[["household_id", "agency", "programme"]]))[0]


def _shared(drawn: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the draw of the first of each group for all of it."""
    return pd.Series(drawn).groupby(group).transform("first").to_numpy()


def _highest(days: np.ndarray, group: np.ndarray) -> np.ndarray:
    return pd.Series(days).groupby(group).transform("max").to_numpy()
