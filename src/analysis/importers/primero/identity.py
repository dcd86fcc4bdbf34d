"""Which records of a file are cases of their own, and which forms are theirs; the others are set aside and reported."""

from dataclasses import replace

import polars as pl

from analysis.importers.findings import Findings
from analysis.importers.primero.forms import Forms
from analysis.importers.primero.tabs import TABLE_OF_KIND

TABLE = "case_records"


def told_apart(forms: Forms) -> Forms:
    """Return ``forms`` with what only the whole file can say of each record: its id, and whether it stood there before.

    The id is the long one; the record's own counts only where an export has no long ids at all.
    """
    has_long_ids = forms.cases["case_id"].is_not_null().any()
    ids = forms.cases.select(case_uuid=pl.col("case_id" if has_long_ids else "id"), family_id=pl.col("family_id"))
    is_accepted = pl.col("case_uuid").is_not_null() & pl.col("case_uuid").is_first_distinct()
    judged = ids.with_columns(is_accepted=is_accepted, case_no=pl.int_range(pl.len()))
    first = judged.filter("is_accepted", pl.col("family_id").is_not_null()).unique("family_id", keep="first")
    tells_of_family = pl.col("case_no").is_in(first["case_no"].implode())
    return replace(
        forms,
        cases=forms.cases.with_columns(
            judged["case_uuid"],
            judged["is_accepted"],
            judged["case_no"],
            judged.select(tells_of_family.alias("tells_of_family")).to_series(),
        ),
    )


def accepted(forms: Forms, findings: Findings) -> Forms:
    """Return the ``forms`` of records that have an id and did not stand in the file before, with ``case_ref``."""
    cases = forms.cases
    no_id = pl.col("case_uuid").is_null()
    is_repeat = ~no_id & ~pl.col("is_accepted")
    findings.rows(cases, no_id, table=TABLE, check="no_id", action="rejected", column="case_ref")
    findings.rows(cases, is_repeat, table=TABLE, check="duplicate_row", action="rejected", column="case_ref")
    kept = cases.filter("is_accepted").with_columns(case_ref="case_id:" + pl.col("case_uuid"))
    for (sheet,), lines in cases.group_by(["sheet"], maintain_order=True):
        n_kept = kept.filter(pl.col("sheet") == sheet).height
        findings.sheet(sheet, table=TABLE, rows_in=lines.height, rows_out=n_kept)
    return replace(
        forms,
        cases=kept,
        scores=_scores(forms.scores, kept),
        subforms={kind: _subform(rows, kind, kept, forms, findings) for kind, rows in forms.subforms.items()},
    )


def _scores(scores: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Return the rates of these cases; they stand where the record stands."""
    return scores.join(
        cases.select("sheet", "row", "case_ref"), on=["sheet", "row"], how="inner", maintain_order="left"
    )


def _subform(rows: pl.DataFrame, kind: str, cases: pl.DataFrame, forms: Forms, findings: Findings) -> pl.DataFrame:
    """Return the rows of a subform with the ``case_ref`` of their case; lines of a tab without one are rejected."""
    table = TABLE_OF_KIND[kind]
    owners = cases.select("key", "case_ref", "case_no", n_owners=pl.len().over("key"))
    owned = rows.join(owners.unique("key"), on="key", how="left", maintain_order="left")
    if forms.has_own_lines:
        is_orphan, is_shared = pl.col("case_ref").is_null(), pl.col("n_owners") > 1
        findings.rows(owned, is_orphan, table=table, check="orphan_row", action="rejected", column="case_ref")
        findings.rows(owned, is_shared, table=table, check="ambiguous_id", action="rejected", column="case_ref")
    kept = owned.filter(pl.col("n_owners") == 1).drop("n_owners")
    for (sheet,), lines in owned.group_by(["sheet"], maintain_order=True):
        n_in = lines.height if forms.has_own_lines else lines.filter(pl.col("n_owners") == 1)["row"].n_unique()
        n_kept = kept.filter(pl.col("sheet") == sheet)["row"].n_unique()
        findings.sheet(sheet, table=table, rows_in=n_in, rows_out=n_kept)
    return kept
