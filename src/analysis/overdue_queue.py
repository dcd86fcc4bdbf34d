"""Overdue queue: the children whose last contact due was not made, for the people who follow them up.

The file names no child, but a row is one: it lies in ``data/restricted``, readable by its owner, and is no part of any
result. Only who holds the key and the case system can find the child that a ``case_id`` stands for.
"""

from pathlib import Path

import pandas as pd

from analysis import restricted, store
from analysis.importers import outputs

FILE = restricted.RESTRICTED / "overdue_contacts.csv"
SHOWN = (
    *("agency", "worker_key", "case_id", "source_system", "tier", "risk_level", "due_on", "overdue_days"),
    *("last_contact_on", "since_contact_days", "n_missed", "returned_on", "return_kind", "province_code"),
    "data_end_on",
)


def make(to: Path) -> None:
    """Write the queue to ``to``, those to be seen first at the top; its header alone where nothing is overdue."""
    lines = in_order(store.read("overdue_contacts"), store.read("cases"))
    with outputs.owner_only():
        store.replace(to, lines.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode())


def in_order(overdue_contacts: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of the queue: by tier, then the longest overdue first."""
    systems = cases[["case_id", "source_system"]]
    lines = overdue_contacts.merge(systems, on="case_id", how="left", validate="m:1")
    ranked = lines.sort_values(["tier_place", "overdue_days", "spell_id"], ascending=[True, False, True])
    return ranked[list(SHOWN)]
