"""Ends: the state each return ended in, the day, and what told it.

Told ends come first: where the child went, why the stay ended, how the case closed. Without one the case's closing or
the end of the data ends observation. Turning 18 ends a spell wherever it stands: what comes later is no re-separation.

ASSUME: a stay that ended with no word of where or why, in a child under 18, was left for a place nobody wrote down.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.features._spell_returns import BROKE
from analysis.features._spell_stays import BOARDING, HOME, RESIDENTIAL
from analysis.study import Study

STATES = (
    *("residential", "other", "boarding_school", "aged_out", "died", "moved", "lost", "with_family", "administrative"),
)
TOLD_BY = ("placement", "reason", "closing", "birthday", "unexplained", "closing_of_case", "data_end")
STATE_OF_REASON = {"died": "died", "moved": "moved", "lost_contact": "lost", "aged_out": "aged_out"}
MONTHS_TO_18 = 18 * 12


def closing_state(closure_reason: pd.Series, study: Study) -> pd.Series:
    """Return the state that the reasons of a closing tell, the first of the list in study.toml; missing for others."""
    reasons = closure_reason.fillna("").str.split("|")
    state = pd.Series(None, index=closure_reason.index, dtype="object")
    for name, words in study.spells.closings.items():
        found = reasons.map(lambda listed, words=words: any(word in words for word in listed))
        state = state.where(state.notna() | ~found, name)
    return state


def birthdays(birth_month: pd.Series, study: Study) -> pd.DataFrame:
    """Return the first day on which a child may turn 18, the day taken for it, and the first on which it surely has."""
    begins = pd.to_datetime(birth_month, format="%Y-%m") + pd.DateOffset(months=MONTHS_TO_18)
    day = begins + pd.Timedelta(days=study.spells.birthday_in_month - 1)
    return pd.DataFrame({"may_be_18": begins, "turns_18": day, "surely_18": begins + pd.DateOffset(months=1)})


def ended(spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add ``state``, ``ended_on`` and ``told_by`` to the returns of ``spells``.

    ``spells`` has returned_on, left_on, end_reason, destination, destination_on, closed_on, closing, data_end,
    last_home_on, may_be_18, turns_18 and surely_18.
    """
    known = spells.pipe(_dated_by_closing).pipe(_seen_by_closing).pipe(_with_destination, study)
    cases = [*_told(known, study), *_not_told(known, study)]
    state = np.select([c for c, *_ in cases], [s for _, s, *_ in cases], "administrative")
    told_by = np.select([c for c, *_ in cases], [np.full(len(known), b) for *_, b in cases], "data_end")
    found = known.assign(state=state, told_by=told_by)
    return found.assign(ended_on=_days(found)).pipe(_capped_at_18)


def _dated_by_closing(spells: pd.DataFrame) -> pd.DataFrame:
    """Give ends with a mistyped day that of the closing: by then at the latest they were noticed."""
    unknown = spells["left_on"].isna() & spells["mistyped"]
    return spells.assign(left_on=spells["left_on"].mask(unknown, spells["closed_on"]))


def _seen_by_closing(spells: pd.DataFrame) -> pd.DataFrame:
    """Drop ends after the case was closed: only a child who is referred again tells of them."""
    later = spells["left_on"] > spells["closed_on"]
    return spells.assign(
        left_on=spells["left_on"].mask(later),
        **{name: spells[name].mask(later) for name in ("end_reason", "destination", "destination_on")},
    )


def _with_destination(spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Keep as destination only what began soon after the end, and while the case was open."""
    late = (spells["destination_on"] - spells["left_on"]).dt.days > study.spells.destination_within_days
    unseen = spells["destination_on"] > spells["closed_on"]
    return spells.assign(destination=spells["destination"].mask(late | unseen))


def _told(spells: pd.DataFrame, study: Study) -> list[tuple[pd.Series, Any, str]]:
    """Return condition, state and what told it for the ends that a placement tells, in the order they are believed."""
    left, went, reason = spells["left_on"].notna(), spells["destination"], spells["end_reason"]
    is_planned = reason.isin(study.spells.planned_ends)
    of_reason = reason.map(STATE_OF_REASON)
    after = (spells["closed_on"] - spells["left_on"]).dt.days
    explained = spells["closing"].where(after <= study.spells.closing_explains_days)
    may_be_18 = spells["left_on"] >= spells["may_be_18"]
    return [
        (left & (spells["left_on"] >= spells["surely_18"]), "aged_out", "birthday"),
        (left & (went == BOARDING), "boarding_school", "placement"),
        (left & is_planned, "with_family", "reason"),
        (left & (went == RESIDENTIAL), "residential", "placement"),
        (left & of_reason.notna(), of_reason, "reason"),
        (left & went.notna() & (went != HOME) & ~may_be_18, "other", "placement"),
        (left & (reason == BROKE), "other", "reason"),
        (left & explained.notna() & (explained != "with_family"), explained, "closing"),
        (left & may_be_18, "aged_out", "birthday"),
        (left & explained.notna(), explained, "closing"),
        (left, study.spells.unexplained_state, "unexplained"),
    ]


def _not_told(spells: pd.DataFrame, study: Study) -> list[tuple[pd.Series, Any, str]]:
    """Return the same for spells whose end no placement tells: the closing of the case, then its birthday.

    A closing that does not say whether the child was at home tells nothing after the last contact.
    """
    closed, closing = spells["status"] == "closed", spells["closing"]
    is_adult = spells["closed_on"] >= spells["may_be_18"]
    return [
        (closed & closing.notna(), closing, "closing_of_case"),
        (closed & is_adult, "aged_out", "birthday"),
        (closed, study.spells.silent_state, "closing_of_case"),
    ]


def _days(spells: pd.DataFrame) -> pd.Series:
    """Return the day: the told one; of a child lost the last on which it was known at home; else the closing's.

    Where the day of closing is mistyped the child is followed to the last contact too.
    """
    last = spells["last_home_on"].fillna(spells["returned_on"])
    closed_on = spells["closed_on"].mask(spells["state"] == "lost", last)
    by_case = closed_on.fillna(spells["data_end"].mask(spells["status"] == "closed", last))
    return spells["left_on"].fillna(by_case)


def _capped_at_18(spells: pd.DataFrame) -> pd.DataFrame:
    """End what lasts beyond the birthday there; an event of the month of birth counts, as it may be before the day."""
    is_event = spells["told_by"].isin(("placement", "reason", "closing")) & (spells["ended_on"] < spells["surely_18"])
    beyond = (spells["ended_on"] > spells["turns_18"]) & ~is_event
    return spells.assign(
        state=spells["state"].mask(beyond, "aged_out"),
        told_by=spells["told_by"].mask(beyond, "birthday"),
        ended_on=spells["ended_on"].mask(beyond, spells["turns_18"]),
    )
