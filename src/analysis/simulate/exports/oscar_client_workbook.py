"""The client workbook of one agency: a first sheet of clients, then notes, assessments, care plans and forms."""

from dataclasses import dataclass

import polars as pl

from analysis.simulate.exports import oscar_assessments, oscar_labels, oscar_notes, oscar_other_sheets, oscar_people
from analysis.simulate.exports.oscar_sheets import HEADER_ROWS, Fault, PrintedSheet, rows_where
from analysis.simulate.exports.oscar_stored import Stored

FIRST_SHEET = "Worksheet1"
CELLS = {  # the columns of the client rows that are printed under another label's name
    "id": "slug",
    "status": "status_cell",
    "birth_date": "birth_cell",
    "referred_on": "referred_cell",
    "referral_source": "referral",
    "school_name": "school",
    "ever_in_rcf": "ever_in_rcf_cell",
    "ever_in_gov_care": "ever_in_gov_care_cell",
    "id_poor": "id_poor_cell",
    "disability": "disability_cell",
    "birth_registered": "birth_registered_cell",
    "accepted_on": "accepted_cell",
    "exited_on": "exited_cell",
    "exit_information": "exit_note",
    "family_id": "family_no",
    "family": "home",
    "family_type": "family_type_cell",
    "risk_level": "risk_cell",
    "assessed_on": "assessed_cell",
    "separation_reason": "reasons_cell",
    "harm_history": "harms_cell",
    "consent": "consent_cell",
}
OF_CLIENT = [
    *("household_ref", "birth_date", "sex", "dob_quality", "orphan_status", "birth_registered", "ever_in_rcf"),
    *("ever_in_gov_care", "disability", "programme", "referral_source", "province_code", "separation_reason"),
    *("harm_history", "use_allowed"),
]


@dataclass(frozen=True)
class Style:
    """How one agency keeps its files: language, own labels, legacy format, and which sheets it chose."""

    agency: str
    suffix: str
    is_khmer: bool
    is_renamed: bool
    shows_domains: bool  # joined scores of each domain on the first sheet
    has_own_assessment: bool
    has_forms: bool
    shows_codes: bool  # "1A (Food Security)" over the scores


def first_sheet(clients: pl.DataFrame, stored: Stored, style: Style) -> PrintedSheet:
    """Return the sheet of clients of one agency; ``clients`` are its rows of ``oscar_clients.client_rows``."""
    repeated = clients.filter("hit_repeated")
    printed = pl.concat([clients, repeated]).with_columns(row=pl.int_range(HEADER_ROWS + 1, pl.len() + HEADER_ROWS + 1))
    first = printed.head(clients.height)
    cells = printed.select(
        pl.col(CELLS.get(label, label)).cast(pl.String).alias(label) for label in oscar_labels.CLIENTS
    )
    header = oscar_labels.header(oscar_labels.CLIENTS, khmer=style.is_khmer, renamed=style.is_renamed)
    if style.shows_domains:
        scores = _joined_scores(stored)
        cells = pl.concat(
            [cells, printed.select("slug").join(scores, on="slug", how="left", maintain_order="left").drop("slug")],
            how="horizontal",
        )
        header = [*header, *oscar_labels.DOMAINS.values()]
    repeats = Fault(
        "duplicate_row", "rejected", "case_records", "", list(range(clients.height + 2, printed.height + 2))
    )
    faults = [*_faults(first, style), repeats]
    return PrintedSheet(FIRST_SHEET, header, cells, {"case_records": _as_read(first, stored)}, faults)


def long_sheets(
    stored: Stored, style: Style, names: pl.DataFrame, notes: pl.DataFrame, csi: pl.DataFrame, own: pl.DataFrame
) -> list[PrintedSheet]:
    """Return the further sheets that the agency chose, in OSCaR's order."""
    sheets = [oscar_notes.sheet(notes, names), oscar_assessments.csi_sheet(csi, names, with_codes=style.shows_codes)]
    if style.has_own_assessment:
        sheets.append(oscar_assessments.own_sheet(own, names))
    sheets.append(oscar_other_sheets.care_plan_sheet(stored, style.agency, names))
    if style.has_forms:
        sheets.append(oscar_other_sheets.form_sheet(stored, style.agency, names))
        sheets.append(oscar_other_sheets.tracking_sheet(stored, style.agency, names))
    return sheets


def _as_read(first: pl.DataFrame, stored: Stored) -> pl.DataFrame:
    episodes = oscar_people.closings_of(stored).select(
        *("slug", "episode", "referred_on", "accepted_on", "closed_on", "status", "risk_level"),
        closure_circumstance="known_circumstance",
        closure_reason="known_reason",
    )
    known = first.with_columns(
        sheet=pl.lit(None, dtype=pl.String),
        use_allowed="consent",
        disability=pl.when("disability").then(True),  # no is what an unasked question says too
    )
    return oscar_people.case_records(known, episodes, OF_CLIENT)


def _faults(first: pl.DataFrame, style: Style) -> list[Fault]:
    def at(flag: str | pl.Expr) -> list[int]:
        return rows_where(first, pl.col(flag) if isinstance(flag, str) else flag)

    table, no_province = "case_records", pl.col("hit_no_province")
    several = pl.col("several_ngo_dates").fill_null(False) | pl.col("several_stream_dates").fill_null(False)
    return [
        Fault("T05", "kept", table, "", at(several)),
        Fault("T06", "undone", "assessments", "assessed_on", n=first["assessed_cell"].count()),
        Fault("T07", "undone", table, "province_code", at(no_province & pl.col("is_settled"))),
        Fault("T07", "unknown", table, "province_code", at(no_province & ~pl.col("is_settled"))),
        Fault("T08", "undone", table, "age_recorded", n=first["age"].count()),
        Fault("T10", "undone", table, "", n=len(oscar_labels.CLIENTS) if style.is_khmer else 0),
        Fault("T11", "unknown", table, "disability", n=first.filter(~pl.col("disability")).height),
        Fault("T13", "undone", table, "risk_level", at("hit_risk")),
        Fault("T14", "kept", table, "closure_circumstance", at("has_rejected")),
        Fault("T16", "unknown", table, "birth_date", at(pl.col("birth_fault").is_not_null())),
        Fault("T30", "kept", table, "", at("hit_test")),
        Fault("date_order", "kept", table, "closed_on", at("is_out_of_order")),
        Fault("unknown_code", "unknown", table, "referral_source", at("hit_source")),
        Fault("unknown_code", "unknown", table, "separation_reason", at("hit_reason")),
    ]


def _joined_scores(stored: Stored) -> pl.DataFrame:
    """Return each domain's scores of a client in one cell: nobody can tell which date a score belongs to."""
    return stored.csi.group_by("slug", maintain_order=True).agg(
        pl.col(code).cast(pl.String).drop_nulls().str.join(", ") for code in oscar_labels.DOMAINS
    )
