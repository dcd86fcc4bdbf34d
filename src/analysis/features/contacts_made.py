"""Contacts made: one row a contact with a child or its family after a return, while the spell was under observation.

A contact counts for the return of the child that came last before it, whichever system either was recorded in, until
the last day of the spell. The day of the return itself does not count: somebody brought the child home. Which kinds of
contact count stands in ``study.toml``. Contacts before a return, after its end, without a day, or of a child without
a return are in no row.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.imported.follow_ups import TABLE as FOLLOW_UPS
from analysis.study import Study

DAY = pd.Timedelta(days=1)

TABLE = Table(
    one_row_is="a contact after a return",
    key=("followup_id",),
    columns={
        "followup_id": FOLLOW_UPS.columns["followup_id"],
        "spell_id": Column("str", "the return", matches=r"^[0-9a-f]{16}$"),
        "made_days": Column("Int64", "day it was made, after the return", unit="days", ge=1),
        "mode": FOLLOW_UPS.columns["mode"],
        "child_seen": FOLLOW_UPS.columns["child_seen"],
    },
)


def build(spells: pd.DataFrame, follow_ups: pd.DataFrame, cases: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the contacts that count, each with the return that it followed."""
    counted = follow_ups[follow_ups["mode"].isin(list(study.follow_up_schedule.modes)) & follow_ups["done_on"].notna()]
    if spells.empty or counted.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    contacts = counted.merge(cases[["case_id", "child_key"]], on="case_id", validate="m:1")
    returns = spells[["child_key", "spell_id", "returned_on", "days"]]
    found = pd.merge_asof(
        contacts.sort_values(["done_on", "followup_id"]),
        returns.sort_values(["returned_on", "spell_id"]),
        left_on="done_on",
        right_on="returned_on",
        by="child_key",
    ).dropna(subset="spell_id")
    made_days = (found["done_on"] - found["returned_on"]) // DAY
    return found.assign(made_days=made_days)[made_days.between(1, found["days"].astype("int64"))][list(TABLE.columns)]
