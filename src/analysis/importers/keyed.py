"""Tables as read, made small and safe: ids become keys, words become categories, a place becomes one number.

``at`` is the place of a row: the number of its sheet among all sheets, and its row in it. Sheets are numbered over
all files, so that a place is unique in an import.
"""

from collections.abc import Mapping

import polars as pl

from analysis.importers.codes import short_id
from analysis.importers.keys import NONE_KNOWN, pseudonyms
from analysis.importers.score_lists import gathered

Tables = dict[str, pl.DataFrame]  # by name

SHARED_IDS = {  # column as read: the namespace of its key; from the strongest to the weakest id
    "global_id": "global_id",  # = oscar_number of Primero
    "case_uuid": "case_id",  # = external_id of OSCaR
    "mosvy_number": "mosvy_number",
    "slug": "slug",  # = oscar_short_id of Primero
}
REFERENCES = {  # column as read, which holds its namespace: the column of its key
    "case_ref": "case",
    "household_ref": "household",
    "assessment_ref": "assessment_id",
    "placement_ref": "placement_id",
    "followup_ref": "followup_id",
    "support_ref": "support_id",
    "referral_ref": "referral_id",
    "member_ref": "member_id",
    "child_ref": "child_id",
    "cluster_ref": "survey_cluster",
    "line_ref": "line",
    "funder_ref": "funder_key",
    "receipt_ref": "receipt_key",
    "worker_ref": "worker_key",
}
OF_LISTED_FACILITIES = ("facility_list_rows", "screening_answers")  # a row of theirs has the key of its line
ROW_BITS = 2**32
NAMES = {"facility_list_rows": ("name_latin", "name_km", "operator_name")}  # stay text; they go to restricted lists


def keyed(tables: Mapping[str, pl.DataFrame], key: bytes, sheets: Mapping[str, int], digest: str) -> Tables:
    """Return tables as read with keys for ids and ``at`` for sheet and row, assessments with their scores in lists.

    ``sheets`` are the numbers of the sheets, ``digest`` is that of the file.
    """
    known: dict[str, pl.DataFrame] = {}  # by reference: the keys of cases and households, which other tables name too
    done = {}
    for table in sorted(tables, key=lambda table: table != "case_records"):
        rows = gathered(tables[table]) if table == "assessments" else tables[table]
        done[table] = _keyed(rows, table, key, known, digest).with_columns(_place(sheets)).drop("sheet", "row")
        if table == "case_records":
            known = {name: _pairs(rows[name], done[table][REFERENCES[name]]) for name in ("case_ref", "household_ref")}
    return done


def _keyed(rows: pl.DataFrame, table: str, key: bytes, known: Mapping[str, pl.DataFrame], digest: str) -> pl.DataFrame:
    """Return ``rows`` with keys for ids and categories for words; sheet and row stay."""
    references = [name for name in REFERENCES if name in rows.columns]
    columns = {REFERENCES[name]: pseudonyms(rows[name], key, known.get(name, NONE_KNOWN)) for name in references}
    if table == "case_records":
        columns |= _of_cases(rows, columns["case"], key)
    if table in OF_LISTED_FACILITIES:
        place = _text(rows, pl.format(f"list_row:{digest}/{{}}/{{}}", pl.col("sheet").fill_null(""), "row"))
        columns["row_id"] = pseudonyms(place, key)
    rest = rows.drop(*references, *({*SHARED_IDS, "worker"} & set(rows.columns)))
    return rest.with_columns(_as_categories(rest, ("sheet", *NAMES.get(table, ())))).with_columns(**columns)


def _place(sheets: Mapping[str, int]) -> pl.Expr:
    """Return the place of a row from its ``sheet`` and ``row``."""
    sheet = pl.col("sheet").fill_null("").replace_strict(sheets).cast(pl.UInt64)
    return (sheet * ROW_BITS + pl.col("row").cast(pl.UInt64)).alias("at")


def _pairs(ids: pl.Series, keys: pl.Series) -> pl.DataFrame:
    """Return each id with its key, once."""
    return pl.DataFrame({"id": ids, "key": keys}).drop_nulls().unique("id")


def _of_cases(records: pl.DataFrame, cases: pl.Series, key: bytes) -> dict[str, pl.Series]:
    """Return the keys of the ids by which records are linked, of their episodes and of their workers."""
    ids = {
        column: _text(records, pl.concat_str(pl.lit(f"{namespace}:"), column))
        for column, namespace in SHARED_IDS.items()
    }
    is_reference = ids["case_uuid"].equals(records["case_ref"])  # of the case itself, as in Primero: its key
    columns = {
        column: cases if column == "case_uuid" and is_reference else pseudonyms(texts, key)
        for column, texts in ids.items()
    }
    is_of_primero = pl.col("case_ref").str.starts_with("case_id:")
    columns["case_short"] = _text(records, pl.when(is_of_primero).then(short_id(pl.col("case_uuid"))))
    episode = _text(records, pl.format("{}/{}", "case_ref", "episode"))
    worker = _text(records, pl.format("worker:{}/{}", pl.col("agency").fill_null(""), "worker"))
    return {**columns, "case_id": pseudonyms(episode, key), "worker_key": pseudonyms(worker, key)}


def _text(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    return frame.select(expression.alias("id")).to_series()


def _as_categories(frame: pl.DataFrame, but: tuple[str, ...]) -> list[pl.Expr]:
    words = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in but]
    return [pl.col(name).cast(pl.Categorical) for name in words]
