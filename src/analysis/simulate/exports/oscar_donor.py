"""The donor's workbook over all agencies: clients with first and last CSI, their programme streams, and families.

Its headers are misspelt as the donor's report writes them, and 1A to 6B stand in it twice.
"""

import numpy as np
import polars as pl

from analysis.simulate.exports import oscar_assessments, oscar_people, oscar_places, oscar_words, private
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_labels import DOMAINS
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, text, with_rows
from analysis.simulate.exports.oscar_stored import Stored
from analysis.simulate.exports.oscar_words import dates
from analysis.study import Study

HEADER = (
    *("N°", "Client ID", "Status", "Gender", "Date of birth", "Birth province", "Current province", "Family ID"),
    *("NGO Name", "Initial referral date", "NGO accepted date", "NGO exited date"),
    *("History of disability and/or illness", "History of Harm", "History of high-risk behaviours"),
    *("Reason for Family Seperation", "Initial date of CSI", *DOMAINS, "Latet date of CSI", *DOMAINS),
    *("Referral Source Category", "Referral Source", "Donor"),
)
CELLS = (
    *("number_cell", "slug", "status_cell", "gender", "birth_cell", "birth_province", "province", "family_cell"),
    *("ngo", "referred_cell", "accepted_cell", "exited_cell", "illness_history", "harms_cell", "behaviour_history"),
    *("reasons_cell", "first_on", *(f"first_{code}" for code in DOMAINS)),
    *("last_on", *(f"last_{code}" for code in DOMAINS), "referral_category", "referral", "donor"),
)
OF_CLIENT = [
    *("household_ref", "birth_date", "sex", "dob_quality", "orphan_status", "programme", "referral_source"),
    *("province_code", "separation_reason", "harm_history"),
]
ENGLISH = pl.lit(False)


def ngo_name(agency: str = "agency") -> pl.Expr:
    """Return the name of an organisation as the report prints it, its short name in brackets."""
    return pl.format("Organisation {} ({})", pl.col(agency).str.to_uppercase(), agency)


def clients_sheet(
    rows: pl.DataFrame, stored: Stored, streams: pl.DataFrame, faults: Study, rng: np.random.Generator
) -> PrintedSheet:
    """Return the sheet ``Clients``; ``rows`` are the printed clients, ``streams`` what the streams' sheet tells."""
    repeated = rows.filter(pl.Series(struck(rng, np.ones(rows.height, dtype=bool), faults.repeated_client)))
    printed = with_rows(pl.concat([rows, repeated])).join(_scores(stored), on="slug", how="left", maintain_order="left")
    printed = printed.with_columns(
        number_cell=text(pl.col("row") - 1), ngo=ngo_name(), family_cell=text(pl.col("family_no"))
    )
    first = printed.head(rows.height)
    table = "case_records"

    def at(condition: pl.Expr) -> list[int]:
        return first.filter(condition)["row"].to_list()

    planted = [
        Fault("T05", "kept", table, "", at(pl.col("several_ngo_dates"))),
        Fault("T15", "undone", "assessments", "score", n=len(DOMAINS)),
        Fault("T16", "unknown", table, "birth_date", at(pl.col("birth_fault").is_not_null())),
        Fault("date_order", "kept", table, "closed_on", at(pl.col("is_out_of_order"))),
        Fault("duplicate_row", "rejected", table, "", list(range(rows.height + 2, printed.height + 2))),
    ]
    tables = {table: _records(first, stored, streams), "assessments": _assessments(first)}
    return PrintedSheet("Clients", HEADER, printed.select(CELLS), tables, planted)


def families_sheet(families: pl.DataFrame) -> PrintedSheet:
    """Return the sheet ``Families``."""
    rows = with_rows(families)
    cells = rows.with_columns(pl.Series("name", private.latin("family", rows["family_no"]), dtype=pl.String)).select(
        text(pl.col("family_no")),
        "name",
        ngo_name(),
        pl.format("F-{}", "family_no").alias("code"),
        oscar_words.words(pl.col("id_poor"), oscar_words.ID_POOR).alias("id_poor"),
        oscar_words.words(pl.col("family_type"), oscar_words.FAMILY_TYPE).alias("family_type"),
        oscar_places.printed(pl.col("province_code"), khmer=ENGLISH).alias("province"),
    )
    is_listed = pl.col("id_poor").is_in(list(oscar_words.ID_POOR))
    as_read = rows.select(
        *("row", "agency", "province_code"),
        household_ref=pl.format("family:{}/{}", "agency", "family_no"),
        id_poor=pl.when(is_listed).then("id_poor").otherwise(pl.lit("unknown")),
    )
    header = ("ID", "Name", "NGO Name", "Code", "ID Poor", "Family Type", "Province")
    return PrintedSheet("Families", header, cells, {"households": as_read})


def _scores(stored: Stored) -> pl.DataFrame:
    """Return the first and the last completed CSI of each client: days, scores, and the cells ``1A: 3``."""
    done = stored.csi.drop_nulls("completed_on")
    ends = done.group_by("slug", maintain_order=True).agg(
        pl.col("completed_on", *DOMAINS).first().name.prefix("first_score_"),
        pl.col("completed_on", *DOMAINS).last().name.prefix("last_score_"),
    )
    return ends.with_columns(
        *(dates(pl.col(f"{end}_score_completed_on")).alias(f"{end}_on") for end in ("first", "last")),
        *(
            (pl.lit(f"{code}: ") + text(pl.col(f"{end}_score_{code}"))).alias(f"{end}_{code}")
            for end in ("first", "last")
            for code in DOMAINS
        ),
    )


def _records(first: pl.DataFrame, stored: Stored, streams: pl.DataFrame) -> pl.DataFrame:
    episodes = oscar_people.closings_of(stored).select(
        "slug", "episode", "referred_on", "accepted_on", "closed_on", "status"
    )
    known = first.drop("programme").join(streams, on="slug", how="left", maintain_order="left")
    known = known.with_columns(pl.col("programme").fill_null("unknown"), sheet=pl.lit(None, dtype=pl.String))
    return oscar_people.case_records(known, episodes, OF_CLIENT)


def _assessments(first: pl.DataFrame) -> pl.DataFrame:
    """Return one row a domain of the first and the last CSI; one assessment where they are the same."""
    ends = [
        first.select(
            "row", "slug", assessed_on=f"{end}_score_completed_on", **{code: f"{end}_score_{code}" for code in DOMAINS}
        ).drop_nulls("assessed_on")
        for end in ("first", "last")
    ]
    both = pl.concat(ends).unique(["slug", "assessed_on"], keep="first", maintain_order=True)
    named = both.with_columns(
        case_ref="slug:" + pl.col("slug"),
        assessment_ref=pl.format("slug:{}/csi12/{}", "slug", oscar_words.iso(pl.col("assessed_on"))),
        instrument=pl.lit("csi12"),
        instrument_version=pl.lit(oscar_assessments.version(list(DOMAINS))),
    ).drop("slug")
    kept = ["row", "case_ref", "assessment_ref", "instrument", "instrument_version", "assessed_on"]
    return named.unpivot(list(DOMAINS), index=kept, variable_name="domain_code", value_name="score").sort(
        "row", "assessed_on", "domain_code"
    )
