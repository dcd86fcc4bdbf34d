"""Follow-up compliance: which contacts due after a return were made, and how soon the first one was.

One row an outcome, a group of returns and a stretch of time. Contacts due are those of the proposed schedule, asked for
while a child was under observation; where an agency recorded its own due dates, the share made of these stands beside.
The time to a first contact is a cumulative incidence: a child whose spell ended before is not one who still waits.

Shares are of contacts, their intervals over agencies, ``n`` the returns behind them. Agencies whose exports hold no
contact at all are left out, and how many returns that concerns stands in rows of its own. ASSUME: an agency that
exports contacts exports all it has; one that nobody typed in counts as not made.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _first_contacts
from analysis.features import _contact_schedule as plan
from analysis.models.cluster_totals import clustered_share_interval
from analysis.study import Study

ALL, UNKNOWN, WHOLE = "all", "unknown", "whole time"
TIER, KIND = "tier", "return_kind"
ABRUPT, OTHER = "abrupt", "planned or unknown"  # few returns are of unknown kind: alone they would be withheld
GROUPS = {TIER: (*plan.TIERS, ALL), KIND: (ABRUPT, OTHER, ALL)}  # of returns, each with all of them
OUTCOMES = {"on time": ("on_time",), "late": ("late",), "not made": ("missed", "overdue"), "overdue": ("overdue",)}
SEEN, OWN, RECORDED = "child seen", "made as planned by the agency", "contacts on record"
OF_CONTACTS, OF_ALL = "share of contacts", "share of all returns"
Row = dict[str, Any]

TABLE = estimate_table(
    one_row_is="an outcome of follow-up for a group of returns and a stretch of time after them",
    key=("outcome", "term", "level", "stretch"),
    extra={
        "stretch": Column("str", "of the time after a return, or by when"),
        "position": Column("str", "place of the stretch in time, in two digits"),
        "n_hits": Column("Int64", "returns of whom it holds", ge=0, nullable=True),
        "n_contacts": Column("Int64", "contacts behind it", ge=0, nullable=True),
        "n_agencies": Column("Int64", "agencies behind it", ge=0, nullable=True),
    },
)


def build(
    followed_returns: pd.DataFrame,
    contacts_due: pd.DataFrame,
    follow_ups: pd.DataFrame,
    cases: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return shares of contacts by group and time, and how soon the first was made; no row without a return."""
    if followed_returns.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    confidence, choices = study.intervals.confidence, study.follow_up_compliance
    waits = _first_contacts.waits(followed_returns)
    rows = _of_own_plan(follow_ups, cases, study.follow_up_schedule, confidence)
    for term, level in ((term, level) for term, levels in GROUPS.items() for level in levels):
        found = [
            *_of_due(_group(contacts_due, term, level), choices.phases, confidence),
            _on_record(_group(followed_returns, term, level)),
            *_first_contacts.rows(_group(waits, term, level), choices, confidence),
        ]
        rows += [{**row, "term": term, "level": level} for row in found]
    return pd.DataFrame(rows).reindex(columns=list(TABLE.columns))


def _group(returns: pd.DataFrame, term: str, level: str) -> pd.DataFrame:
    """Return the rows of one tier or kind of return, or of all."""
    if level == ALL:
        return returns
    return returns[returns[KIND] != ABRUPT] if level == OTHER else returns[returns[term] == level]


def _of_due(due: pd.DataFrame, phases: Study, confidence: float) -> list[Row]:
    """Return, over all time and by phase, what became of the contacts due, and of those made if the child was seen."""
    rows = []
    for place, phase in enumerate((WHOLE, *phases)):
        own = due if phase == WHOLE else due[due["due_days"].between(*phases[phase])]
        known = own[own["was_child_seen"].notna()]
        told = {outcome: _share(own, own["status"].isin(words), confidence) for outcome, words in OUTCOMES.items()}
        told[SEEN] = _share(known, known["was_child_seen"].astype("bool"), confidence)
        when = {"stretch": phase, "position": f"{place:02d}"}
        rows += [{**row, **when, "outcome": outcome} for outcome, row in told.items()]
    return rows


def _on_record(returns: pd.DataFrame) -> Row:
    """Return how many returns are of agencies that exported contacts: of the others nothing is said."""
    sizes = {"n": len(returns), "n_hits": int(returns["has_contact_records"].sum())}
    share = sizes["n_hits"] / sizes["n"] if sizes["n"] else None
    note = "share of returns whose agency and system exported any contact; a count of all, no interval"
    named = {
        "outcome": RECORDED,
        "stretch": WHOLE,
        "position": "00",
        "scale": OF_ALL,
        "estimate": share,
        "note": note,
    }
    return {**named, **sizes, "n_agencies": returns["agency"].nunique()}


def _of_own_plan(follow_ups: pd.DataFrame, cases: pd.DataFrame, choices: Study, confidence: float) -> list[Row]:
    """Return the share made of the contacts for which an agency recorded a due date, by the worker's tier."""
    own = follow_ups[follow_ups["due_on"].notna()].merge(
        cases[["case_id", "org_code", "risk_level"]], on="case_id", validate="m:1"
    )
    planned = own.assign(
        spell_id=own["case_id"],  # what is counted here are cases, with a return or without
        agency=own["org_code"].fillna(UNKNOWN),
        tier=own["risk_level"].map(dict(choices.tier_of)).astype("str").fillna(UNKNOWN),
        is_made=own["done_on"].notna(),
    )
    note = f"due dates as agencies recorded them, of cases of every kind; interval over agencies, {confidence:.0%}"
    named = {"outcome": OWN, "term": TIER, "stretch": WHOLE, "position": "00", "note": note}
    groups = {level: _group(planned, TIER, level) for level in (*plan.TIERS, UNKNOWN, ALL)}
    return [{**_share(group, group["is_made"], confidence), **named, "level": level} for level, group in groups.items()]


def _share(contacts: pd.DataFrame, is_hit: pd.Series, confidence: float) -> Row:
    """Return the share of contacts that are hits, with an interval over agencies; missing where there is none."""
    sizes = {"n": contacts["spell_id"].nunique(), "n_contacts": len(contacts)}
    note = f"share of contacts; n: returns; interval over agencies, {confidence:.0%}"
    if contacts.empty:
        return {**sizes, "scale": OF_CONTACTS, "n_agencies": 0, "note": "no such contact"}
    counts = pd.DataFrame({"hits": is_hit.astype("int64"), "of": np.int64(1)}).groupby(contacts["agency"]).sum()
    low, high = clustered_share_interval(counts["hits"], counts["of"], confidence)
    told = {"estimate": counts["hits"].sum() / counts["of"].sum(), "ci_low": low, "ci_high": high}
    return {**sizes, **told, "scale": OF_CONTACTS, "n_agencies": len(counts), "note": note}
