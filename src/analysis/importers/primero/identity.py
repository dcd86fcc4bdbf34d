"""Which records of a file are cases of their own, and which forms are theirs; the others are set aside and reported."""

from dataclasses import replace

import polars as pl

from analysis.importers.findings import Findings
from analysis.importers.primero.forms import TABLE_OF_KIND, Forms
from analysis.importers.seen import Seen

TABLE = "case_records"


class SoFar:
    """What the pieces of a file have held so far: only together do they say which record stands there once more."""

    def __init__(self, *, has_long_ids: bool) -> None:
        """Start with no piece. The record's own id counts only where an export has no long ids at all."""
        self._id = "case_id" if has_long_ids else "id"
        self._ids, self._families = Seen(), Seen()

    def told_apart(self, forms: Forms) -> Forms:
        """Return the next piece with the id of each record, and whether the record or its family stood there before."""
        ids = forms.cases.select(case_uuid=self._id, family_id="family_id", case_no=pl.int_range(pl.len()))
        is_accepted = self._ids.are_new(ids["case_uuid"])
        family = ids.select(pl.when(is_accepted).then("family_id")).to_series()
        columns = {"is_accepted": is_accepted, "tells_of_family": self._families.are_new(family)}
        return replace(forms, cases=forms.cases.with_columns(*ids.drop("family_id").get_columns(), **columns))


def accepted(forms: Forms, findings: Findings) -> Forms:
    """Return the ``forms`` of records that have an id and did not stand in the file before, with ``case_ref``."""
    cases = forms.cases
    no_id = pl.col("case_uuid").is_null()
    is_repeat = ~no_id & ~pl.col("is_accepted")
    findings.rows(cases, no_id, table=TABLE, check="no_id", action="rejected", column="case_ref")
    findings.rows(cases, is_repeat, table=TABLE, check="duplicate_row", action="rejected", column="case_ref")
    kept = cases.filter("is_accepted").with_columns(case_ref="case_id:" + pl.col("case_uuid"))
    counted = cases.group_by("sheet", maintain_order=True).agg(n=pl.len(), n_kept=pl.col("is_accepted").sum())
    for sheet, n_lines, n_kept in counted.iter_rows():
        findings.sheet(sheet, table=TABLE, rows_in=n_lines, rows_out=n_kept)
    return replace(
        forms,
        cases=kept,
        scores=forms.scores.filter(cases["is_accepted"]).with_columns(kept["case_ref"]),  # row by row as the cases
        subforms={kind: _subform(rows, kind, kept, forms, findings) for kind, rows in forms.subforms.items()},
    )


def _subform(rows: pl.DataFrame, kind: str, cases: pl.DataFrame, forms: Forms, findings: Findings) -> pl.DataFrame:
    """Return the rows of a subform with the ``case_ref`` of their case; lines of a tab without one are rejected.

    Only lines of a tab are accounted for here. Entries inside a record have no line but its own.
    """
    table = TABLE_OF_KIND[kind]
    named = cases.select("key", "case_ref", "case_no").join(rows.select("key"), on="key", how="semi")
    owners = named.with_columns(n_owners=pl.len().over("key")).unique("key")
    owned = rows.join(owners, on="key", how="left", maintain_order="left")
    kept = owned.filter(pl.col("n_owners") == 1).drop("n_owners")
    if forms.has_own_lines:
        is_orphan, is_shared = pl.col("case_ref").is_null(), pl.col("n_owners") > 1
        findings.rows(owned, is_orphan, table=table, check="orphan_row", action="rejected", column="case_ref")
        findings.rows(owned, is_shared, table=table, check="ambiguous_id", action="rejected", column="case_ref")
        for (sheet,), lines in owned.group_by(["sheet"], maintain_order=True):
            n_kept = kept.filter(pl.col("sheet") == sheet)["row"].n_unique()
            findings.sheet(sheet, table=table, rows_in=lines.height, rows_out=n_kept)
    return kept
