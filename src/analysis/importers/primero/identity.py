"""Which records of a file are cases of their own, and which forms are theirs; the others are set aside and reported."""

from dataclasses import replace

import polars as pl

from analysis.importers.findings import Findings
from analysis.importers.primero.forms import TABLE_OF_KIND, Forms

TABLE = "case_records"


class SoFar:
    """What the pieces of a file have held so far: only together do they say which record stands there once more."""

    def __init__(self, *, has_long_ids: bool) -> None:
        """Start with no piece. The record's own id counts only where an export has no long ids at all."""
        self._id = "case_id" if has_long_ids else "id"
        self._ids = pl.Series("case_uuid", [], dtype=pl.String)
        self._families = pl.Series("family_id", [], dtype=pl.String)

    def told_apart(self, forms: Forms) -> Forms:
        """Return the next piece with the id of each record, and whether the record or its family stood there before."""
        ids = forms.cases.select(case_uuid=self._id, family_id="family_id", case_no=pl.int_range(pl.len()))
        again = _common(self._ids, ids["case_uuid"])
        is_new = pl.col("case_uuid").is_first_distinct() & ~pl.col("case_uuid").is_in(again.implode())
        judged = ids.with_columns(is_accepted=pl.col("case_uuid").is_not_null() & is_new)
        accepted_ids = judged.filter("is_accepted")
        families = accepted_ids.drop_nulls("family_id").unique("family_id", keep="first")
        told = _common(self._families, families["family_id"])
        first = families.filter(~pl.col("family_id").is_in(told.implode()))
        tells_of_family = judged.select(tells_of_family=pl.col("case_no").is_in(first["case_no"].implode()))
        self._ids = pl.concat([self._ids, accepted_ids["case_uuid"]])
        self._families = pl.concat([self._families, first["family_id"]])
        columns = [*judged.drop("family_id").get_columns(), *tells_of_family.get_columns()]
        return replace(forms, cases=forms.cases.with_columns(columns))


def _common(before: pl.Series, here: pl.Series) -> pl.Series:
    """Return what stands in both; few of a long file stand in a piece, so that these are looked for in the others."""
    return before.filter(before.is_in(here.implode()))


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
    """Return the rows of a subform with the ``case_ref`` of their case; lines of a tab without one are rejected.

    Only lines of a tab are accounted for here. Entries inside a record have no line but its own.
    """
    table = TABLE_OF_KIND[kind]
    owners = cases.select("key", "case_ref", "case_no", n_owners=pl.len().over("key"))
    owned = rows.join(owners.unique("key"), on="key", how="left", maintain_order="left")
    kept = owned.filter(pl.col("n_owners") == 1).drop("n_owners")
    if forms.has_own_lines:
        is_orphan, is_shared = pl.col("case_ref").is_null(), pl.col("n_owners") > 1
        findings.rows(owned, is_orphan, table=table, check="orphan_row", action="rejected", column="case_ref")
        findings.rows(owned, is_shared, table=table, check="ambiguous_id", action="rejected", column="case_ref")
        for (sheet,), lines in owned.group_by(["sheet"], maintain_order=True):
            n_kept = kept.filter(pl.col("sheet") == sheet)["row"].n_unique()
            findings.sheet(sheet, table=table, rows_in=lines.height, rows_out=n_kept)
    return kept
