"""Placements as read: the care arrangements of a case in order, and its returns home where none of them is one."""

import polars as pl

from analysis.importers import dates, values
from analysis.importers.findings import Findings
from analysis.importers.primero import forms
from analysis.importers.primero.forms import SYSTEM

TABLE = "placements"
LOCAL_DIGITS = r"_\d{5}$"
UNKNOWN = pl.lit("unknown")
REUNIFICATION = "reunification"


def returns(cases: pl.DataFrame, reunifications: pl.DataFrame | None, findings: Findings) -> pl.DataFrame:
    """Return one row a case and day on which the child went home, with ``entry_event``.

    The form of reunifications tells its type, and thereby that nobody planned it; the day of reintegration does not.
    """
    places = ("sheet", "row", "case_no", "case_ref")
    told = [cases.select(*places, start_on="reintegrated_on", entry_event=pl.lit(REUNIFICATION))]
    if reunifications is not None:
        values.note_unlisted(reunifications, "reunification_type", "entry_event", SYSTEM, findings, TABLE)
        event = values.canonical(pl.col("reunification_type"), "entry_event", SYSTEM)
        typed = reunifications.select(
            *places,
            start_on=dates.parsed_date(pl.col("date_reunification")),
            entry_event=pl.when(event == "unknown").then(pl.lit(REUNIFICATION)).otherwise(event),
        )
        told.insert(0, typed)
    dated = pl.concat(told).drop_nulls("start_on")
    return dated.unique(["case_no", "start_on"], keep="first", maintain_order=True)


def placements(
    cases: pl.DataFrame, arrangements: pl.DataFrame, returned: pl.DataFrame, findings: Findings
) -> pl.DataFrame:
    """Return one row a spell of care: each arrangement, and each day in ``returned`` on which no arrangement began."""
    _note_codes(arrangements, findings)
    arranged = arrangements.select(
        *("sheet", "row", "case_no", "case_ref"),
        start_on=dates.parsed_date(pl.col("care_arrangement_started_date")),
        care_type=values.canonical(pl.col("care_arrangements_type"), "care_type", SYSTEM),
        formality=values.canonical(pl.col("type_of_authority"), "formality", SYSTEM),
        facility_name=pl.col("care_agency_name"),
        reason_before=values.canonical(pl.col("child_caregiver_reason_change"), "end_reason", SYSTEM),
    )
    return _in_order(pl.concat([arranged, _without_arrangement(returned, arranged)]), cases, returned)


def _note_codes(arrangements: pl.DataFrame, findings: Findings) -> None:
    for field, column in {"care_arrangements_type": "care_type", "type_of_authority": "formality"}.items():
        values.note_unlisted(arrangements, field, column, SYSTEM, findings, TABLE)
    reason = "child_caregiver_reason_change"
    values.note_unlisted(arrangements, reason, "end_reason", SYSTEM, findings, TABLE)
    for (sheet,), rows in arrangements.group_by(["sheet"], maintain_order=True):
        n_local = int(rows[reason].str.contains(LOCAL_DIGITS).sum())
        findings.whole(sheet, table=TABLE, check="T25", column="end_reason", n=n_local)


def _without_arrangement(returned: pl.DataFrame, arranged: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each return that is not the start of an arrangement of that case."""
    homes = returned.select(
        *("sheet", "row", "case_no", "case_ref", "start_on"),
        care_type=UNKNOWN,
        formality=UNKNOWN,
        facility_name=pl.lit(None, dtype=pl.String),
        reason_before=UNKNOWN,
    )
    return homes.join(arranged, on=["case_no", "start_on"], how="anti", maintain_order="left")


def _in_order(spells: pl.DataFrame, cases: pl.DataFrame, returned: pl.DataFrame) -> pl.DataFrame:
    """Return the spells of each case numbered by their start; each ends when the next one starts."""
    spells = spells.join(
        cases.select("case_no", "plan_on"), on="case_no", how="left", maintain_order="left", validate="m:1"
    ).join(
        returned.select("case_no", "start_on", "entry_event"),
        on=["case_no", "start_on"],
        how="left",
        maintain_order="left",
        validate="m:1",
    )
    ordered = spells.sort("case_no", "start_on", nulls_last=True, maintain_order=True)
    start, has_next = pl.col("start_on"), pl.col("case_no") == pl.col("case_no").shift(-1)
    end = pl.when(has_next).then(start.shift(-1))
    n = forms.number_of(pl.col("case_no"))
    first_or_later = pl.when(n == 1).then(pl.lit("initial")).otherwise(pl.lit("placement"))
    return ordered.select(
        *("sheet", "row", "case_ref", "start_on", "care_type", "formality", "facility_name"),
        placement_ref=pl.col("case_ref") + "/spell/" + n.cast(pl.String),
        end_on=end,
        entry_event=pl.col("entry_event").fill_null(first_or_later),
        prepared=pl.col("plan_on") <= start,
        end_reason=pl.when(end.is_not_null()).then(pl.col("reason_before").shift(-1)),
    )
