"""Ends of a prevention case: the first stay away from the family, a birthday, a closing, or the end of the data."""

import numpy as np
import pandas as pd

from analysis.features import _spell_contacts as contacts_of
from analysis.features import _spell_stays
from analysis.features._spell_ends import closing_state
from analysis.features._spell_stays import ALTERNATIVE, BOARDING, ELSEWHERE, HOME, RESIDENTIAL
from analysis.study import Study

STATE_OF_KIND = {RESIDENTIAL: "residential", BOARDING: "boarding_school", ALTERNATIVE: "other", ELSEWHERE: "other"}
STATES = (
    *("residential", "other", "boarding_school", "aged_out", "died", "moved", "lost", "with_family"),
    "administrative",
)


def ended(
    supported: pd.DataFrame, placements: pd.DataFrame, linked: pd.DataFrame, follow_ups: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Add ``state``, ``ended_on``, ``days``, and ``is_away``: whether the child was away from its family at the start.

    A stay away that began while the case was open ends follow-up, whatever the closing says; one that began later is
    told of children only who are referred again, and does not count. Of one day a stay comes before a birthday.
    """
    known = supported.assign(closing=closing_state(supported["closure_reason"], study))
    known = known.assign(last_seen_on=_last_seen(known, linked, follow_ups, study)).pipe(_with_closing, study)
    stays = _spell_stays.stays(_spell_stays.numbered(placements, study), study)
    known = known.pipe(_with_stays, stays, study)
    # a stay tells more than a closing: where there is one, a silent closing does not lose the child before it
    known = known.assign(told_until=known["told_until"].mask(known["left_on"].notna()))
    days = known[["left_on", "turns_18", "told_until", "data_end"]]
    first = days.min(axis=1)
    states = (known["left_state"], "aged_out", known["closing_state"])
    conditions = [(days[name] == first).to_numpy("bool") for name in ("left_on", "turns_18", "told_until")]
    state = np.select(conditions, [np.broadcast_to(each, len(known)) for each in states], "administrative")
    return known.assign(state=state, ended_on=first, days=(first - known["entered_on"]).dt.days)


def _last_seen(supported: pd.DataFrame, linked: pd.DataFrame, follow_ups: pd.DataFrame, study: Study) -> pd.Series:
    """Return the last contact in which a worker learnt that the child was at home, until the closing."""
    seen = linked[["stay", "case_id"]].merge(contacts_of.knowing(follow_ups, study), on="case_id", validate="m:m")
    dated = seen.merge(supported[["stay", "entered_on", "closed_on"]], on="stay", validate="m:1")
    own = dated[(dated["done_on"] >= dated["entered_on"]) & ~(dated["done_on"] > dated["closed_on"])]
    return own.groupby("stay")["done_on"].max().reindex(supported["stay"]).set_axis(supported.index)


def _with_closing(supported: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add what the closing tells and until when: of a child lost, and of one without a day, until the last contact."""
    is_closed = (supported["status"] == "closed") | supported["closed_on"].notna()
    state = supported["closing"].fillna(study.spells.silent_state).where(is_closed)
    last = supported["last_seen_on"].fillna(supported["entered_on"])
    until = supported["closed_on"].mask((state == "lost") | supported["closed_on"].isna(), last)
    return supported.assign(closing_state=state, told_until=until.where(is_closed))


def _with_stays(supported: pd.DataFrame, stays: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add the first stay away from the family after the start, and whether one lasted at the start."""
    dated = stays.merge(supported[["child_key", "entered_on", "closed_on"]], on="child_key", validate="m:1")
    is_visit = (dated["end_on"] - dated["start_on"]).dt.days < study.spells.absence_nights
    before = dated[dated["start_on"] <= dated["entered_on"]].drop_duplicates("child_key", keep="last")
    lasts = before[(before["kind"] != HOME) & ~(before["end_on"] <= before["entered_on"])]
    is_after = (dated["start_on"] > dated["entered_on"]) & ~(dated["start_on"] > dated["closed_on"])
    left = dated[is_after & (dated["kind"] != HOME) & ~is_visit].drop_duplicates("child_key")
    left = left.set_index("child_key")[["start_on", "kind"]].reindex(supported["child_key"])
    return supported.assign(
        left_on=left["start_on"].to_numpy(),
        left_state=left["kind"].map(STATE_OF_KIND).to_numpy(),
        is_away=supported["child_key"].isin(lasts["child_key"]),
    )
