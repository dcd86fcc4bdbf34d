"""Followed returns: one row a return, with the schedule it follows and what is known of contacts after it.

Some exports hold no contact of an agency at all: then its contacts are unknown, and none is missing.
``has_contact_records`` says of a return whether any case of its child is from an agency and system of which some
contact was exported. Only these returns are asked whether contacts were made.

ASSUME: the worker's tier, which the exports do not date, was that of the whole spell; where it is not known,
``study.toml`` names the schedule.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features import _contact_schedule as plan
from analysis.imported import allowed
from analysis.study import Study

KEY = r"^[0-9a-f]{16}$"
OF_SPELL = (
    *("spell_id", "child_key", "case_id", "agency", "return_kind", "risk_level", "state", "returned_on"),
    *("entry_days", "days"),
)

TABLE = Table(
    one_row_is="a return of a child to a family",
    key=("spell_id",),
    columns={
        "spell_id": Column("str", "the return", matches=KEY),
        "child_key": Column("str", "the child", matches=KEY),
        "case_id": Column("str", "the case the return was recorded in", matches=KEY),
        "agency": Column("str", "the agency as a code, or unknown"),
        "return_kind": Column("str", "planned, abrupt or unknown"),
        "risk_level": Column("str", "the worker's tier as recorded", isin=allowed.RISK_LEVEL),
        "tier": Column("str", "the tier whose schedule is asked for", isin=plan.TIERS),
        "state": Column("str", "how the spell ended, or that it goes on"),
        "returned_on": Column("datetime64[us]", "day of the return"),
        "entry_days": Column("Int64", "day from which it is under observation", unit="days", ge=0),
        "days": Column("Int64", "last day known", unit="days", ge=1),
        "has_contact_records": Column("boolean", "contacts of its agency and system were exported"),
        "n_contacts": Column("Int64", "contacts made", unit="contacts", ge=0),
        "first_contact_days": Column("Int64", "day of the first contact", unit="days", ge=1, nullable=True),
        "last_contact_days": Column("Int64", "day of the last contact", unit="days", ge=1, nullable=True),
        "first_due_days": Column("Int64", "last day on which a first contact is in time", unit="days", ge=1),
    },
)


def build(
    spells: pd.DataFrame, contacts_made: pd.DataFrame, follow_ups: pd.DataFrame, cases: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return every return with its tier, its first and last contact, and whether contacts are on record at all."""
    choices = study.follow_up_schedule
    made = contacts_made.groupby("spell_id", as_index=False).agg(
        n_contacts=("made_days", "size"),
        first_contact_days=("made_days", "min"),
        last_contact_days=("made_days", "max"),
    )
    first = plan.schedules(choices).query("contact_no == 1")[["tier", "to_days"]]
    recorded = _children_with_records(follow_ups, cases)
    return (
        spells[list(OF_SPELL)]
        .pipe(plan.attach_tier, choices)
        .merge(first.rename(columns={"to_days": "first_due_days"}), on="tier", validate="m:1")
        .merge(made, on="spell_id", how="left", validate="1:1")
        .fillna({"n_contacts": 0})
        .assign(has_contact_records=lambda returns: returns["child_key"].isin(recorded))[list(TABLE.columns)]
    )


def _children_with_records(follow_ups: pd.DataFrame, cases: pd.DataFrame) -> pd.Series:
    """Return the children with a case of an agency and system that exported any contact, made or due."""
    by = ["org_code", "source_system"]
    known = cases[cases["case_id"].isin(follow_ups["case_id"])][by].drop_duplicates()
    return cases.merge(known, on=by, validate="m:1")["child_key"]
