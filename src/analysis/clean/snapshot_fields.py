"""Snapshot fields: one field of the Country Care Snapshot, what fills it and who could fill it, from our rulings.

The sections are those of the Better Care Network's page on a country; provinces are a part of ours.
"""

import pandas as pd

from analysis.columns import SOURCE_ID
from analysis.contract import Column, Table

SECTIONS = (
    "demographic_data",
    "living_arrangements",
    "without_biological_parents",
    "at_risk_of_separation",
    "formal_alternative_care",
    "social_work_force",
    "care_reform",
    "key_stakeholders",
    "other_relevant_reforms",
    "drivers_of_institutionalisation",
    "key_data_sources",
    "resources",
    "provinces",
)
SHOWN = ("yes", "no", "title only", "empty", "cut off", "not visible", "earlier page", "other countries")
SAME, ANOTHER = "same", "another"

TABLE = Table(
    one_row_is="a field of the country snapshot",
    key=("field_id",),
    columns={
        "position": Column("str", "place among all fields, in three digits", matches=r"^\d{3}$"),
        "field_id": Column("str", "name of the field", matches=r"^[a-z0-9_]+$"),
        "section": Column("str", "section of the snapshot", isin=SECTIONS),
        "label": Column("str", "what the field is called"),
        "unit": Column("str", "unit of its numbers; missing for texts", nullable=True),
        "definition": Column("str", "what is counted or told"),
        "denominator": Column("str", "of whom or what; none for counts and texts"),
        "claims": Column("str", "claim_ids that fill it, side by side, the one for changes first", nullable=True),
        "side_by_side": Column("str", "why several numbers stand side by side", nullable=True),
        "earlier": Column("str", "the vintage before: a claim_id, or a number of ours", nullable=True),
        "earlier_basis": Column("str", "whether it was counted alike", isin=(SAME, ANOTHER), nullable=True),
        "estimates": Column("str", "the number of ours that fills it, as table:its key", nullable=True),
        "text": Column("str", "what fills a field without a number", nullable=True),
        "period": Column("str", "when a text or a number of ours held", nullable=True),
        "source_id": Column("str", SOURCE_ID.meaning + " of a text, or behind a number of ours", nullable=True),
        "cited": Column("str", "the source of a text that no list of documents holds", nullable=True),
        "who_could_fill": Column("str", "who could fill an empty field", nullable=True),
        "shown_originally": Column("str", "whether the original page shows it for Cambodia", isin=SHOWN),
        "why": Column("str", "why it is filled so"),
        "ruled_by": Column("str", "who decided"),
        "ruled_on": Column("str", "the day, as year-month-day", matches=r"^\d{4}-\d{2}-\d{2}$"),
    },
)


def build(snapshot_fields_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rulings on fields as they are."""
    return snapshot_fields_ruled
