"""Primero cases as a workbook: a tab a form, labels for names and codes, subforms as rows of tabs of their own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports import primero_fields as fields
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_services import SERVICES
from analysis.simulate.exports.primero_file import SUBFORMS, PrimeroFile
from analysis.simulate.exports.primero_labels import LABELS, SUBFORM_LABELS
from analysis.simulate.exports.workbook import SheetOfRows, write_workbook
from analysis.study import Study

TABS = {  # of subforms; Excel cuts names at 31 letters
    "arrangements": "Care Arrangements - Care Arrangement Details"[:31],
    "family": "Family Details - Members",
    "follow_ups": "Follow Up - Follow Up After Reunification"[:31],
    "services": "Services - Services Provided or Referred"[:31],
}
DATE, JOINED = "%d-%b-%Y", " ||| "
TICK_BOXES = ("estimated", "for_testing", "relation_is_caregiver")  # native booleans; other answers are Yes and No
AS_THEY_ARE = (
    *("case_id", "case_id_display", "short_id", "ID", "owned_by", "oscar_number", "oscar_short_id", "oscar_status"),
    *("mosvy_number", "location_current", "family_id", "module_id", "oscar_reason_for_exiting", "care_agency_name"),
    *("name_of_center_that_reintegrated_the_child", "amount_unit", "date_of_birth", "owned_by_agency"),
)
PERSONAL = (
    "name",
    "address",
    "telephone",
    "gps",
    "notes",
    "relation_name",
    "relation_telephone",
    "progress",
    "referral_notes",
)


def as_workbook(file: PrimeroFile, faults: Study, rng: np.random.Generator) -> PrimeroFile:
    """Return ``file`` with each row of a subform in its tab; a few rows name a case that is not there."""
    ids = file.cases.unique("key", keep="first").select("key", "short_id", "rejected")
    subforms = {}
    for frame, tab in TABS.items():
        rows = getattr(file, frame).join(ids, on="key", how="left", maintain_order="left")
        foreign = pl.Series(struck(rng, np.ones(rows.height, dtype=bool), faults.orphan_row))
        subforms[frame] = (
            rows.drop("row")
            .with_columns(
                pl.lit(tab).alias("sheet"),
                pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row"),
                pl.when(foreign).then(pl.lit("zz") + pl.col("short_id").str.tail(5)).otherwise("short_id").alias("ID"),
                (foreign | pl.col("rejected").is_not_null()).alias("is_orphan"),
            )
            .drop("short_id", "rejected")
        )
    return replace(file, **subforms)


def cut_tabs() -> list[tuple[str, str]]:
    """Return the tabs whose name was cut, with the table their rows become."""
    return [(tab, SUBFORMS[frame][1]) for frame, tab in TABS.items() if len(tab) == 31]


def joined_cells() -> dict[tuple[str, str, str], pl.Expr]:
    """Return which records hold several labels in a cell, by table, column and check."""
    return {
        ("case_records", column, "T27"): pl.col(field).list.len() > 1
        for column, field in (("separation_reason", "separation_cause"), ("harm_history", "protection_concerns"))
    }


def write_xlsx(path: Path, file: PrimeroFile) -> None:
    """Write ``file`` to ``path``."""
    cases = fields.with_all_fields(file.cases).with_columns(
        pl.when(pl.col("case_id").is_not_null()).then("short_id").alias("ID"),
        fields.birth_text(pl.col("date_of_birth"), DATE),
        pl.col("agency").str.to_uppercase().alias("owned_by_agency"),
        pl.col("consent_reporting").replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        ),
        pl.col("location_current").cast(pl.Int64),
    )
    forms = [
        SheetOfRows(form, _rows(cases.select("ID", *names), ["ID", *(LABELS[name] for name in names)]))
        for form, names in fields.FIELDS.items()
    ]
    subforms = [
        SheetOfRows(tab, _rows(rows.select("ID", *names), ["ID", *(SUBFORM_LABELS[frame][name] for name in names)]))
        for frame, tab in TABS.items()
        for rows in [fields.with_personal(getattr(file, frame), frame)]
        for names in [list(SUBFORM_LABELS[frame])]
    ]
    write_workbook(path, [*forms, *subforms])


def _rows(records: pl.DataFrame, header: list[str]) -> Iterator[tuple]:
    """Return header and cells: labels, joined lists, dates as text, Yes and No."""
    yield tuple(header)
    yield from records.select(_cell(name, kind) for name, kind in records.schema.items()).iter_rows()


def _cell(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Date:
        return column.dt.strftime(DATE)
    if kind == pl.Boolean and name not in TICK_BOXES:
        return column.replace_strict({True: "Yes", False: "No"}, default=None, return_dtype=pl.String)
    if name == "service_subtype":
        return column.list.eval(pl.element().replace({code: label for code, (_, label) in SERVICES.items()})).list.join(
            JOINED
        )
    if kind == pl.List(pl.String):
        return column.list.eval(codes.label(pl.element())).list.join(JOINED)
    if kind == pl.String and name not in AS_THEY_ARE and not _is_personal(name):
        return codes.label(column)
    return column


def _is_personal(name: str) -> bool:
    return name.startswith(PERSONAL) or name.endswith(("notes", "comments", "caregiver", "_other"))
