"""Overdue contacts: one row a child at home whose last contact due was not made, nor any after it, when the data end.

Restricted: a row is a child whom somebody should see. The table never leaves; ``python -m analysis overdue_queue``
writes it to ``data/restricted`` for the people who follow these children up. It says what the records hold, not where
the child is: a contact that was made and not typed in stands here too.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features.contacts_due import TABLE as CONTACTS_DUE
from analysis.imported.cases import TABLE as CASES
from analysis.study import Study

OVERDUE, MISSED = "overdue", "missed"
OF_SPELL = ("spell_id", "worker_key", "province_code", "ended_on")
OF_RETURN = ("spell_id", "last_contact_days")
KEPT = ("spell_id", "child_key", "case_id", "agency", "tier", "risk_level", "return_kind", "returned_on")

TABLE = Table(
    one_row_is="a child at home whose last contact due was not made",
    key=("spell_id",),
    columns={
        **{name: CONTACTS_DUE.columns[name] for name in KEPT},
        "worker_key": CASES.columns["worker_key"],
        "province_code": CASES.columns["province_code"],
        "due_on": Column("datetime64[us]", "day the contact was due"),
        "overdue_days": Column("Int64", "days since the last day on which it was on time", unit="days", ge=0),
        "last_contact_on": Column("datetime64[us]", "day of the last contact after the return", nullable=True),
        "since_contact_days": Column("Int64", "days since then, or since the return", unit="days", ge=0),
        "n_missed": Column("Int64", "contacts of the same return missed before", unit="contacts", ge=0),
        "tier_place": Column("Int64", "1 for the tier to be seen first", ge=1),
        "data_end_on": Column("datetime64[us]", "last day of the data, to which the days are counted"),
    },
)


def build(
    contacts_due: pd.DataFrame, followed_returns: pd.DataFrame, spells: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return the children whose last contact due is overdue, and since when."""
    missed = (
        contacts_due[contacts_due["status"] == MISSED]
        .groupby("spell_id", as_index=False)
        .agg(n_missed=("contact_no", "size"))
    )
    overdue = contacts_due[contacts_due["status"] == OVERDUE]
    return (
        overdue.merge(spells[list(OF_SPELL)], on="spell_id", validate="1:1")
        .merge(followed_returns[list(OF_RETURN)], on="spell_id", validate="1:1")
        .merge(missed, on="spell_id", how="left", validate="1:1")
        .pipe(_attach_days, list(study.overdue_contacts.tiers_first))[list(TABLE.columns)]
    )


def _attach_days(overdue: pd.DataFrame, tiers: list[str]) -> pd.DataFrame:
    """Add days as days of the calendar, and how long ago they were at the end of the data."""
    returned, end = overdue["returned_on"], overdue["ended_on"]
    last = returned + _days(overdue["last_contact_days"])
    return overdue.assign(
        due_on=returned + _days(overdue["due_days"]),
        overdue_days=(end - returned).dt.days - overdue["to_days"],
        last_contact_on=last,
        since_contact_days=(end - last.fillna(returned)).dt.days,
        n_missed=overdue["n_missed"].fillna(0),
        tier_place=overdue["tier"].map({tier: place for place, tier in enumerate(tiers, start=1)}),
        data_end_on=end,
    )


def _days(days: pd.Series) -> pd.Series:
    return pd.to_timedelta(days.astype("Float64"), unit="D")
