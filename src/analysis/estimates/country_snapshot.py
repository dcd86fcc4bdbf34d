"""Country snapshot: one value, text, empty place, check or document of the Country Care Snapshot, from the ledger.

The sections are those of the Better Care Network's page on a country. What it does not do, this one does: every number
says what it counts, of whom, when, by whom it was printed and how old it is; numbers that disagree stand side by side
and are never averaged; an empty field says who could fill it; sums are done again; the vintage before stands beside,
with a difference only where both were counted alike. Nothing rests on records of children.
"""

import pandas as pd

from analysis.clean.snapshot_fields import ANOTHER, SAME, SECTIONS, SHOWN
from analysis.columns import GRADE
from analysis.contract import Column, estimate_table
from analysis.estimates import _snapshot_checks as checks
from analysis.estimates import _snapshot_known as known_numbers
from analysis.estimates import _snapshot_rows as rows_of
from analysis.estimates._snapshot_years import aged, with_vintages
from analysis.study import Study

ROWS = (rows_of.VALUE, rows_of.TEXT, rows_of.EMPTY, rows_of.WITHHELD, checks.CHECK, checks.SOURCE)
TABLE = estimate_table(
    one_row_is="a value, text, empty place, check or document of the country snapshot",
    key=("position", "level", "entry"),
    extra={
        "position": Column("str", "place of the field, in three digits", matches=r"^\d{3}$"),
        "entry": Column("Int64", "place among the rows of the field", ge=1),
        "section": Column("str", "section of the snapshot", isin=SECTIONS),
        "row_is": Column("str", "what the row is", isin=ROWS),
        "label": Column("str", "what the field, the check or the document is called"),
        "definition": Column("str", "what the field counts or tells"),
        "denominator": Column("str", "of whom or what"),
        "counts": Column("str", "what this number counts, in the words of its source", nullable=True),
        "value_printed": Column("str", "the number as printed; missing where it is ours", nullable=True),
        "text": Column("str", "what is told where there is no number", nullable=True),
        "province": Column("str", "the province; missing for the country", nullable=True),
        "period": Column("str", "when it held; missing if not stated", nullable=True),
        "year": Column("Int64", "its last year; of a plan the first", nullable=True),
        "age_years": Column("Int64", "age of a number at the year of the snapshot", unit="years", ge=0, nullable=True),
        "is_stale": Column("boolean", "whether it is too old; missing where its year is not known", nullable=True),
        "reference_year": Column("Int64", "the year for which the snapshot is made"),
        "stale_after_years": Column("Int64", "the age above which a number is too old", unit="years"),
        "section_first_year": Column("Int64", "year of the oldest number of the section", nullable=True),
        "section_last_year": Column("Int64", "year of the newest number of the section", nullable=True),
        "is_mixed_vintage": Column("boolean", "whether the numbers of the section differ in year", nullable=True),
        "source_id": Column("str", "the document; behind a number of ours that of its inputs", nullable=True),
        "source": Column("str", "its full citation", nullable=True),
        "locator": Column("str", "where in the document; of a number of ours its table and key", nullable=True),
        "method": Column("str", "how the number came about", nullable=True),
        "grade": Column("str", GRADE.meaning, isin=GRADE.isin, nullable=True),
        "n_side_by_side": Column("Int64", "how many numbers the field has", ge=1, nullable=True),
        "side_by_side": Column("str", "why they stand side by side", nullable=True),
        "previous_value_printed": Column("str", "the vintage before, as printed", nullable=True),
        "previous_estimate": Column("Float64", "the vintage before", nullable=True),
        "previous_period": Column("str", "when that held", nullable=True),
        "previous_source_id": Column("str", "its document", nullable=True),
        "previous_basis": Column("str", "whether both were counted alike", isin=(SAME, ANOTHER), nullable=True),
        "change": Column("Float64", "this number minus the one before, if counted alike", nullable=True),
        "checked_against": Column("Float64", "what the calculation should give", nullable=True),
        "difference": Column("Float64", "computed minus that", nullable=True),
        "tolerance": Column("Float64", "rounding of the printed number", ge=0, nullable=True),
        "holds": Column("boolean", "whether the difference is within the rounding", nullable=True),
        "who_could_fill": Column("str", "who could fill an empty place", nullable=True),
        "shown_originally": Column("str", "whether the original page shows it", isin=SHOWN),
        "why": Column("str", "why it is filled so"),
    },
)


def build(
    snapshot_fields: pd.DataFrame,
    claims: pd.DataFrame,
    documents: pd.DataFrame,
    reconciliation: pd.DataFrame,
    identities: pd.DataFrame,
    care_rates: pd.DataFrame,
    closure_funnel: pd.DataFrame,
    driver_gradients: pd.DataFrame,
    national_totals: pd.DataFrame,
    regulation: pd.DataFrame,
    commune_poverty: pd.DataFrame,
    mpi_trends: pd.DataFrame,
    province_children: pd.DataFrame,
    province_mpi: pd.DataFrame,
    province_rates: pd.DataFrame,
    provinces: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every row; raise ``ReconciliationError`` if a field names a number that there is not."""
    tables = {
        "care_rates": care_rates,
        "closure_funnel": closure_funnel,
        "driver_gradients": driver_gradients,
        "national_totals": national_totals,
        "regulation": regulation,
    }
    ours = known_numbers.estimates_by_key(tables, commune_poverty, mpi_trends)
    of_provinces = known_numbers.of_provinces(claims, provinces, province_children, province_rates, province_mpi)
    known = ours | of_provinces | known_numbers.claims_by_id(claims)
    values = _rows(snapshot_fields, provinces, known, study)
    checked = pd.DataFrame(checks.checks_of(values, reconciliation, identities))
    used = pd.DataFrame(checks.documents_of(values, documents))
    choices = study.country_snapshot
    return (
        pd.concat([values, checked, used], ignore_index=True)
        .pipe(checks.cited, documents)
        .pipe(aged, choices.reference_year, choices.stale_after_years)
        .pipe(with_vintages)[list(TABLE.columns)]
    )


def _rows(fields: pd.DataFrame, provinces: pd.DataFrame, known: dict, study: Study) -> pd.DataFrame:
    """Return the rows of all fields, those of provinces once for each."""
    rows = [
        row
        for field in fields.itertuples()
        for row in (
            [row for place in provinces.itertuples() for row in rows_of.of_province(field, place, known, study)]
            if field.section == rows_of.PROVINCES
            else rows_of.of_country(field, known)
        )
    ]
    return pd.DataFrame(rows).astype({"estimate": "Float64"})
