"""Referrals between agencies: how they were answered, by direction and group of services, and who waits long."""

import pandas as pd

from analysis.estimates._agency_shares import Row, share_over_agencies, with_agency
from analysis.imported import allowed
from analysis.study import Study

ALL, NOT_TOLD = "all", "not told"
ACCEPTED, REJECTED, PENDING = "accepted", "rejected", "pending"
ANSWERS = (ACCEPTED, REJECTED, PENDING, NOT_TOLD)
LONG, DAYS = "pending long", "days to an answer"
OUTCOMES = (*ANSWERS, LONG, DAYS)
DIRECTION, SERVICE = "direction", "service"
REFERRALS = "referrals"
NOTES = {
    REFERRALS: "share of referrals; interval over agencies",
    LONG: "share of pending referrals that have a day, on the last day the records tell of; interval over agencies",
    DAYS: "No number: no system exports the day of the answer to a referral. No interval.",
}


def rows(referrals: pd.DataFrame, cases: pd.DataFrame, choices: Study, confidence: float) -> list[Row]:
    """Return the shares of each answer for each direction and group of services, also where nobody was referred."""
    told = _told(with_agency(referrals, cases), choices.services)
    last_day = _last_day(referrals, cases)
    found = []
    for term, levels in _levels(choices.services).items():
        for level in levels:
            own = told if level == ALL else told[told[term] == level]
            found += [{**row, "term": term, "level": level} for row in _answers(own, confidence)]
            waiting = _waiting(own, last_day)
            share = share_over_agencies(waiting["days"] > choices.long_days, waiting["agency"], confidence)
            named = {"outcome": LONG, "term": term, "level": level, "scale": "share of pending"}
            found.append({**share, **named, "measure": f"over {choices.long_days} days", "note": NOTES[LONG]})
    missing = {"outcome": DAYS, "term": DIRECTION, "level": ALL, "measure": REFERRALS, "scale": "days"}
    return [*found, {**missing, "note": NOTES[DAYS]}]


def _levels(services: Study) -> dict[str, tuple[str, ...]]:
    return {DIRECTION: (*allowed.DIRECTION, ALL), SERVICE: (*services, ALL)}


def _told(referrals: pd.DataFrame, services: Study) -> pd.DataFrame:
    """Add the answer and the group of services that each referral is told in."""
    group_of = {service: group for group, members in services.items() for service in members}
    if missing := sorted(set(allowed.SERVICE_GROUP) - set(group_of)):
        raise ValueError(f"[referral_funnel.services] of study.toml has no group for {missing}; add them to one")
    answer = referrals["decision"].where(referrals["decision"].isin(ANSWERS), NOT_TOLD)
    return referrals.assign(answer=answer, **{SERVICE: referrals["service_group"].map(group_of)})


def _answers(referrals: pd.DataFrame, confidence: float) -> list[Row]:
    named = {"measure": REFERRALS, "scale": "share of referrals", "note": NOTES[REFERRALS]}
    return [
        {**share_over_agencies(referrals["answer"] == answer, referrals["agency"], confidence), **named}
        | {"outcome": answer}
        for answer in ANSWERS
    ]


def _waiting(referrals: pd.DataFrame, last_day: pd.Timestamp) -> pd.DataFrame:
    """Return the pending referrals that have a day, with the days they have waited."""
    waiting = referrals[(referrals["answer"] == PENDING) & referrals["referred_on"].notna()]
    return waiting.assign(days=(last_day - waiting["referred_on"]).dt.days)


def _last_day(referrals: pd.DataFrame, cases: pd.DataFrame) -> pd.Timestamp:
    """Return the last day on which a case or a referral was referred, accepted or closed."""
    days = [referrals["referred_on"], *(cases[name] for name in ("referred_on", "accepted_on", "closed_on"))]
    return pd.concat(days).max()
