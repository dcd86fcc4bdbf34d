"""Contacts due: one row a contact that the schedule asks for after a return, and whether it was made.

A contact is due while the spell is under observation: its window must open after the child was registered and close
before the observation ends. Windows of a spell do not overlap, so a contact that was made answers one that was due:

- ``on_time``: made within the window (the first one from the day after the return on);
- ``late``: made after it, before the window of the next one opens;
- ``overdue``: not made, nor any after it, and the child is still under observation at the end of the data;
- ``missed``: not made before the next window opened, or before the observation ended.

Returns whose agency exported no contact at all are in no row: what was made there is not known.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features import _contact_schedule as plan
from analysis.features.followed_returns import TABLE as RETURNS
from analysis.study import Study

ON_TIME, LATE, MISSED, OVERDUE = STATUSES = ("on_time", "late", "missed", "overdue")
AT_THE_END = "administrative"  # state of a spell that goes on at the end of the data
OF_RETURN = ("spell_id", "child_key", "case_id", "agency", "return_kind", "risk_level", "tier", "returned_on")

TABLE = Table(
    one_row_is="a contact that the schedule asks for after a return",
    key=("spell_id", "contact_no"),
    columns={
        **{name: RETURNS.columns[name] for name in OF_RETURN},
        "contact_no": Column("Int64", "place in the schedule, 1 the first contact", ge=1),
        "due_days": Column("Int64", "day it was due, after the return", unit="days", ge=1),
        "from_days": Column("Int64", "first day on which it is on time", unit="days", ge=1),
        "to_days": Column("Int64", "last day on which it is on time", unit="days", ge=1),
        "made_days": Column("Int64", "day the first contact of its turn was made", unit="days", ge=1, nullable=True),
        "n_contacts": Column("Int64", "contacts made in its turn", unit="contacts", ge=0),
        "was_child_seen": Column("boolean", "the child was seen in its turn; missing is unknown", nullable=True),
        "status": Column("str", "whether it was made, and when", isin=STATUSES),
    },
)


def build(followed_returns: pd.DataFrame, contacts_made: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the contacts due of every return of which contacts are on record, with what was made of them."""
    returns = followed_returns[followed_returns["has_contact_records"]].drop(columns="n_contacts")
    if returns.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    asked = returns.merge(plan.schedules(study.follow_up_schedule), on="tier", validate="m:m")
    is_observed = (asked["from_days"] > asked["entry_days"]) & (asked["to_days"] <= asked["days"])
    return (
        asked[is_observed]
        .merge(_in_turn(contacts_made, asked), on=["spell_id", "contact_no"], how="left", validate="1:1")
        .pipe(_attach_status)[list(TABLE.columns)]
    )


def _in_turn(contacts_made: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return what was made from the window of each contact asked for on, and before that of the next."""
    taken = pd.merge_asof(
        contacts_made.astype({"made_days": "int64"}).sort_values("made_days"),
        asked[["spell_id", "contact_no", "from_days"]].sort_values("from_days"),
        left_on="made_days",
        right_on="from_days",
        by="spell_id",
    )
    return taken.groupby(["spell_id", "contact_no"], as_index=False).agg(
        made_days=("made_days", "min"), n_contacts=("made_days", "size"), was_child_seen=("child_seen", "max")
    )


def _attach_status(due: pd.DataFrame) -> pd.DataFrame:
    """Add whether the contact was made; overdue is only the last one due of a spell that goes on."""
    made, to = due["made_days"].astype("Float64"), due["to_days"]
    is_last = due["contact_no"] == due.groupby("spell_id")["contact_no"].transform("max")
    none_since = ~(due["last_contact_days"] >= due["from_days"]).astype("boolean").fillna(False)
    status = pd.Series(MISSED, due.index, dtype="str")
    status = status.mask(is_last & none_since & (due["state"] == AT_THE_END), OVERDUE)
    status = status.mask((made > to).fillna(False), LATE).mask((made <= to).fillna(False), ON_TIME)
    return due.assign(status=status, n_contacts=due["n_contacts"].fillna(0), made_days=made)
