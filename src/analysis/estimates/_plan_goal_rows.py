"""Goals of case plans: what became of each, and of those due how many were completed in time, by area."""

import pandas as pd

from analysis.estimates._agency_shares import Row, share_over_agencies, with_agency
from analysis.imported import allowed

AREA, ALL = "goal area", "all"
ON_TIME, LATE, UNDATED = "completed on time", "completed late", "completed, not told when"
DROPPED, OVERDUE, NOT_DUE, UNKNOWN = "dropped", "open and overdue", "not yet due", "not known"
FATES = (ON_TIME, LATE, UNDATED, DROPPED, OVERDUE, NOT_DUE, UNKNOWN)
OUTCOMES = FATES
GOALS, DUE, LEAST, MOST = "goals", "goals due", "goals due, least", "goals due, most"
NOTES = {
    GOALS: "share of all goals; interval over agencies",
    DUE: "share of the goals due whose end is known; interval over agencies",
    LEAST: "a bound, no interval: of the goals due, those whose end is not known not completed in time",
    MOST: "a bound, no interval: of the goals due, those whose end is not known completed in time",
}


def rows(plan_goals: pd.DataFrame, cases: pd.DataFrame, confidence: float) -> list[Row]:
    """Return what became of the goals of each area, and the share in time of those due, also where there is none."""
    goals = _with_fates(with_agency(plan_goals, cases))
    found = []
    for area in (*allowed.GOAL_AREA, ALL):
        own = goals if area == ALL else goals[goals["area"] == area]
        told = [*_fates(own, confidence), *_in_time(own[own["is_due"]], confidence)]
        found += [{**row, "term": AREA, "level": area} for row in told]
    return found


def _with_fates(goals: pd.DataFrame) -> pd.DataFrame:
    """Add what became of each goal by the last day on which one was set or completed, and whether it was due."""
    last_day = goals[["set_on", "completed_on"]].max().max()
    completed, due, status = goals["completed_on"], goals["due_on"], goals["status"]
    is_done = (status == "completed") | completed.notna()
    is_due = (due <= last_day).fillna(False)
    fate = pd.Series(UNKNOWN, goals.index, dtype="str")
    fate = fate.mask(status == "open", NOT_DUE).mask((status == "open") & is_due, OVERDUE)
    fate = fate.mask((status == "open") & due.isna(), UNKNOWN).mask(status == "dropped", DROPPED)
    fate = fate.mask(is_done, UNDATED).mask(completed <= due, ON_TIME).mask(completed > due, LATE)
    return goals.assign(fate=fate, is_due=is_due)


def _fates(goals: pd.DataFrame, confidence: float) -> list[Row]:
    named = {"measure": GOALS, "scale": "share of goals", "note": NOTES[GOALS]}
    return [
        {**share_over_agencies(goals["fate"] == fate, goals["agency"], confidence), **named, "outcome": fate}
        for fate in FATES
    ]


def _in_time(due: pd.DataFrame, confidence: float) -> list[Row]:
    """Return the share in time where the end is known, and what those whose end is not known leave open."""
    is_on_time, is_open = due["fate"] == ON_TIME, due["fate"].isin([UNDATED, UNKNOWN])
    known = due[~is_open]
    shares = {
        DUE: share_over_agencies(known["fate"] == ON_TIME, known["agency"], confidence),
        LEAST: _bound(is_on_time, due),
        MOST: _bound(is_on_time | is_open, due),
    }
    named = {"outcome": ON_TIME, "scale": "share of goals due"}
    return [{**share, **named, "measure": measure, "note": NOTES[measure]} for measure, share in shares.items()]


def _bound(is_hit: pd.Series, due: pd.DataFrame) -> Row:
    sizes: Row = {"n": len(due), "n_hits": int(is_hit.sum()), "n_agencies": due["agency"].nunique()}
    return {**sizes, "estimate": is_hit.mean()} if len(due) else sizes
