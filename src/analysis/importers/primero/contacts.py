"""Follow-ups as read: one row a contact that was due or done, with the five criteria of the reintegration form."""

import polars as pl

from analysis.importers import dates, fields, values
from analysis.importers.findings import Findings
from analysis.importers.primero import forms
from analysis.importers.primero.forms import SYSTEM

RATING = "final_criteria_rating"
CRITERIA = {
    "crit_health": "access_health_care",
    "crit_education": "education_criteria",
    "crit_food": "food_criteria",
    "crit_relationship": "relationship_criteria",
    "crit_violence": "violence_criteria",
}
MET = r"^(?:a_|ក)"  # answer A of three: always, good, safe
NOT_MET = r"^(?:b_|c_|ខ|គ)"  # B and C: rarely or never, problems, at risk; D is "not applicable"


def follow_ups(contacts: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return one row a contact, numbered by the day it was done or due. Its type is a purpose, not a mode."""
    values.note_unlisted(contacts, RATING, "criteria_final", SYSTEM, findings, "follow_ups")
    dated = contacts.with_columns(
        due_on=dates.parsed_date(pl.col("followup_needed_by_date")), done_on=dates.parsed_date(pl.col("followup_date"))
    )
    ordered = dated.with_columns(on=pl.coalesce("done_on", "due_on")).sort(
        "case_no", "on", nulls_last=True, maintain_order=True
    )
    n = forms.number_of(pl.col("case_no")).cast(pl.String)
    return ordered.select(
        *("sheet", "row", "case_ref", "due_on", "done_on"),
        *(_is_met(pl.col(field)).alias(column) for column, field in CRITERIA.items()),
        followup_ref=pl.col("case_ref") + "/contact/" + n,
        child_seen=fields.yes_no(pl.col("child_was_seen")),
        criteria_final=pl.when(pl.col(RATING).is_not_null()).then(
            values.canonical(pl.col(RATING), "criteria_final", SYSTEM)
        ),
        closure_recommended=fields.yes_no(pl.col("recommend_case_closed")),
    )


def _is_met(text: pl.Expr) -> pl.Expr:
    """Return whether a criterion is met: answer A, or yes."""
    graded = pl.when(text.str.contains(MET)).then(True).when(text.str.contains(NOT_MET)).then(False)
    return pl.coalesce(graded, fields.yes_no(text))
