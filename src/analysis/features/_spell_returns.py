"""Returns: which stays at home begin with a return, and until when each lasts.

ASSUME: where a child begins a new stay, the stay before is over. A stay away that is shorter than the nights of a
re-separation is a visit: what comes after it at home is the same spell. A move into another home of the family is the
same spell unless the stay before broke down. A return after the case was closed, or after an end whose day is
mistyped, is a spell of its own, as is a reunification of a child who lived with relatives before.
"""

import pandas as pd

from analysis.features._spell_stays import BOARDING, HOME, RESIDENTIAL
from analysis.study import Study

BROKE = "breakdown"
OF_CARE = {"care_type": "left_care_type", "end_reason": "care_end_reason", "facility_id": "left_facility_id"}
OF_NEXT = {"next_kind": "destination", "next_start": "destination_on"}
OF_END = ("left_on", "end_reason", "mistyped")


def returns(stays: pd.DataFrame, of_case: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row a spell at home: ``returned_on``, ``left_on`` (told end), where to and why, ``is_return``.

    ``stay`` is its first stay, ``n_records`` counts the placements recorded of all. ``of_case`` has, by ``stay``, the
    ``programme`` and ``closed_on`` of its case.
    """
    told = stays.pipe(_with_next, study).pipe(_with_care_before)
    homes = told[told["kind"] == HOME].join(of_case[["programme", "closed_on"]], on="stay", validate="1:1")
    homes = homes.pipe(_with_home_before, study)
    return _joined(homes.assign(spell=(~_went_on(homes)).cumsum()))


def _with_next(stays: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add the next stay of the child, and ``left_on``: the told end of a stay, at the latest when the next began.

    A next stay away that ended within the nights of a visit, with nothing after it, is a visit: nothing ended.
    """
    of_child = stays.groupby("child_key", sort=False)
    is_short = (stays["end_on"] - stays["start_on"]).dt.days < study.spells.absence_nights
    is_visit = (stays["kind"] != HOME) & is_short & (of_child.cumcount(ascending=False) == 0)
    following = {"next_kind": "kind", "next_start": "start_on"}
    told = stays.assign(**{name: of_child[column].shift(-1) for name, column in following.items()})
    visited = is_visit.groupby(stays["child_key"], sort=False).shift(-1, fill_value=False)
    began = told["next_start"].where(told["next_kind"] != HOME)
    left_on = pd.concat([told["end_on"], began], axis=1).min(axis=1).mask(visited)
    return told.assign(left_on=left_on, **{name: told[name].mask(visited) for name in following})


def _with_care_before(stays: pd.DataFrame) -> pd.DataFrame:
    """Add what the stay before tells of the care that the child left, and since when it was in care without a break."""
    of_child = stays.groupby("child_key", sort=False)
    in_care = stays["kind"].isin((RESIDENTIAL, BOARDING))
    was_in_care = in_care.groupby(stays["child_key"]).shift(fill_value=False)
    run = (in_care & ~was_in_care).groupby(stays["child_key"]).cumsum()
    since = stays["start_on"].where(in_care).groupby([stays["child_key"], run]).transform("min")
    left = pd.DataFrame({name: of_child[column].shift() for column, name in OF_CARE.items()}).where(was_in_care)
    return stays.assign(
        **left,
        in_care_since=since.groupby(stays["child_key"]).shift().where(was_in_care),
        was_in_care=was_in_care,
        was_ever_in_care=run.groupby(stays["child_key"]).shift(fill_value=0) > 0,
    )


def _with_home_before(homes: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add what the child's stay at home before tells of each stay at home, and whether each begins with a return."""
    of_child = homes.groupby("child_key", sort=False)
    before = of_child[["left_on", "end_reason", "closed_on", "mistyped"]].shift()
    beside = homes.assign(
        had_home=of_child.cumcount() > 0,
        was_away=_was_away(homes, (homes["start_on"] - before["left_on"]).dt.days, study),
        broke=before["end_reason"] == BROKE,
        was_closed=before["closed_on"] < homes["start_on"],
        before_mistyped=before["mistyped"].fillna(False).astype(bool),
    )
    known = beside.assign(is_return=_is_return(beside, study))
    was_return = known.groupby("child_key", sort=False)["is_return"].shift(fill_value=False)
    return known.assign(was_return=was_return)


def _was_away(homes: pd.DataFrame, nights: pd.Series, study: Study) -> pd.Series:
    """Return whether a child was away long enough before a stay at home.

    Care that begins and ends on the day of a reunification was noticed on that day: how long it was nobody wrote down,
    and nobody prepares the reunification of a child after a visit.
    """
    unknown = homes["was_in_care"] & (nights == 0) & homes["entry_event"].isin(study.spells.return_entries)
    return (nights >= study.spells.absence_nights) | unknown


def _is_return(homes: pd.DataFrame, study: Study) -> pd.Series:
    """Return whether a stay at home begins with a return.

    It was entered as one, it follows care, it is the first after care or in a case about going home, or it follows a
    stay at home that is told to have ended.
    """
    rules = study.spells
    entered = homes["entry_event"].isin((*rules.return_entries, *rules.unplanned_entries))
    first = ~homes["had_home"] & (homes["was_ever_in_care"] | (homes["programme"] == "reintegration"))
    again = homes["had_home"] & (homes["was_away"] | homes["broke"])
    return entered | homes["was_in_care"] | first | again


def _went_on(homes: pd.DataFrame) -> pd.Series:
    """Return whether a stay at home goes on with the spell of the stay at home before."""
    is_new = homes["is_return"] & (homes["was_closed"] | homes["before_mistyped"] | ~homes["was_return"])
    return homes["had_home"] & ~homes["was_away"] & ~homes["broke"] & ~is_new


def _joined(homes: pd.DataFrame) -> pd.DataFrame:
    """Return one row a run of stays at home: how it began is of its first stay, how it ended of its last."""
    first = homes.groupby("spell").nth(0).set_index("spell")
    last = homes.groupby("spell").nth(-1).set_index("spell")
    ended = last[[*OF_END, *OF_NEXT]].rename(columns=OF_NEXT)
    begun = first.drop(columns=[*OF_END, *OF_NEXT, "end_on", "programme", "closed_on"])
    begun = begun.assign(n_records=homes.groupby("spell")["n_records"].sum())
    return begun.join(ended, validate="1:1").rename(columns={"start_on": "returned_on"}).reset_index()
